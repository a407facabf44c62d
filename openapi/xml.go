package openapi

// XML is how a schema's values are written in XML (OpenAPI 3.1 §4.8.26): the schema's keyword xml.
type XML struct {
	Name      string // of the element or attribute; "" where the document does not say
	Namespace string
	Prefix    string
	Attribute bool // a member that is an attribute of its object's element
	Wrapped   bool // a list that has an element of its own
}

// XML returns how the schema's values are written in XML. Of several keywords, the outermost counts.
func (s *Schema) XML() (x XML) {
	if s == nil || s.doc == nil {
		return XML{}
	}
	for i := len(s.parts) - 1; i >= 0; i-- {
		schema, _ := s.doc.schemas.bundle.lookup(s.parts[i])
		keyword, _ := member(schema, "xml")
		for _, m := range members(keyword) {
			text, _ := m.Value.(string)
			switch m.Name {
			case "name":
				x.Name = text
			case "namespace":
				x.Namespace = text
			case "prefix":
				x.Prefix = text
			case "attribute":
				x.Attribute = m.Value == true
			case "wrapped":
				x.Wrapped = m.Value == true
			}
		}
	}
	return x
}
