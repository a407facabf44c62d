package sample

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"regexp"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// XML returns a value of a schema as an XML document, with the names that the schema has for it
// (OpenAPI 3.1 §4.8.26). It is well-formed whatever the value and its names are.
func XML(s *openapi.Schema, value any) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	x := xmlOf(s)
	writeElement(&b, s, x.named(rootName(s)), value, x)
	b.WriteByte('\n')
	return b.Bytes()
}

func rootName(s *openapi.Schema) string {
	if s == nil || s.Name == "" {
		return "root"
	}
	return s.Name
}

// element is how values are written.
type element struct{ openapi.XML }

func xmlOf(s *openapi.Schema) element { return element{s.XML()} }

// named returns the name of an element or attribute, with its prefix.
func (x element) named(otherwise string) string {
	name := notInNames.ReplaceAllString(cmp.Or(x.Name, otherwise), "_")
	if name == "" || !startsName.MatchString(name) {
		name = "_" + name
	}
	if x.Prefix != "" {
		return notInNames.ReplaceAllString(x.Prefix, "_") + ":" + name
	}
	return name
}

// names of XML, without the letters of other scripts
var (
	notInNames = regexp.MustCompile(`[^A-Za-z0-9_.-]`)
	startsName = regexp.MustCompile(`^[A-Za-z_]`)
)

// writeElement writes a value as an element of a name. A list is one element for each item, unless
// it is wrapped or the root.
func writeElement(b *bytes.Buffer, s *openapi.Schema, name string, value any, x element) {
	b.WriteString("<" + name)
	if x.Namespace != "" || x.Prefix != "" {
		declared := "xmlns"
		if x.Prefix != "" {
			declared += ":" + notInNames.ReplaceAllString(x.Prefix, "_")
		}
		writeAttribute(b, declared, cmp.Or(x.Namespace, "urn:"+x.Prefix))
	}
	object, _ := value.(*jsonvalue.Object)
	if object != nil {
		for _, m := range object.Members {
			if inner := xmlOf(s.Member(m.Name)); inner.Attribute {
				writeAttribute(b, inner.named(m.Name), Text(m.Value))
			}
		}
	}
	b.WriteByte('>')
	switch value := value.(type) {
	case *jsonvalue.Object:
		for _, m := range value.Members {
			writeMember(b, s.Member(m.Name), m)
		}
	case []any:
		for i, item := range value {
			inner := xmlOf(s.Item(i))
			writeElement(b, s.Item(i), inner.named("item"), item, inner)
		}
	default:
		writeText(b, Text(value))
	}
	b.WriteString("</" + name + ">")
}

func writeMember(b *bytes.Buffer, s *openapi.Schema, m jsonvalue.Member) {
	x := xmlOf(s)
	list, isList := m.Value.([]any)
	switch {
	case x.Attribute:
	case isList && !x.Wrapped:
		for i, item := range list {
			inner := xmlOf(s.Item(i))
			writeElement(b, s.Item(i), inner.named(x.named(m.Name)), item, inner)
		}
	default:
		writeElement(b, s, x.named(m.Name), m.Value, x)
	}
}

func writeAttribute(b *bytes.Buffer, name, value string) {
	b.WriteString(" " + name + `="`)
	writeText(b, value)
	b.WriteByte('"')
}

// writeText writes a text, which cannot fail in a buffer.
func writeText(b *bytes.Buffer, text string) { _ = xml.EscapeText(b, []byte(text)) }
