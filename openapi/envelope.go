package openapi

// unwrapped is the schema of the item within an answer: {"data": item} holds it in its one property that has an identity, where the
// answer has none itself.
func (r *Resource) unwrapped(answer *Schema) *Schema {
	if r.hasIdentity(answer) {
		return answer
	}
	var item *Schema
	for _, p := range answer.Properties {
		switch {
		case !r.hasIdentity(p.Schema):
		case item != nil:
			return answer
		default:
			item = p.Schema
		}
	}
	if item == nil {
		return answer
	}
	return item
}

func (r *Resource) hasIdentity(s *Schema) bool {
	return s.Mock.ID != "" || s.Property(r.ItemParameter) != nil || s.Property("id") != nil || s.Property("_id") != nil
}
