package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// ErrNotEncodable says that a representation has no words for a value: a form none for null, a text
// none for an object.
var ErrNotEncodable = errors.New("cannot be written")

// Encode returns the body that stands for a value in this representation, and its Content-Type: JSON,
// a form as the document's encoding has it, or a text as it is. What Encode writes,
// Operation.ValidateBody reads. The error is ErrNotEncodable where there are no words for the value.
func (m *MediaType) Encode(value any) (body []byte, contentType string, err error) {
	value, err = jsonvalue.Of(value)
	if err != nil {
		return nil, "", err
	}
	switch name := m.essence(); {
	case m.IsForm():
		object, ok := value.(*jsonvalue.Object)
		if !ok {
			return nil, "", fmt.Errorf("%w as a form: %s", ErrNotEncodable, jsonvalue.TypeOf(value))
		}
		fields, err := m.formFields(object)
		if err != nil {
			return nil, "", err
		}
		if name == multipartType {
			return writeParts(fields)
		}
		return writePairs(fields), m.Type, nil
	case m.IsJSON() || m.covers(applicationJSON) && !m.isBytes():
		return jsonvalue.Marshal(value), m.Concrete(), nil
	default:
		text, ok := formScalar(value)
		if !ok {
			return nil, "", fmt.Errorf("%w as %s: %s", ErrNotEncodable, m.Type, jsonvalue.TypeOf(value))
		}
		return []byte(text), m.Concrete(), nil
	}
}

const applicationJSON = "application/json"

// isBytes reports whether the body is described as bytes, whatever they are.
func (m *MediaType) isBytes() bool {
	return m.Schema != nil && m.Schema.Format == "binary" && m.Schema.Allows("string")
}

// Concrete returns the media type to send: itself, or where it has wildcards application/octet-stream
// for bytes, application/json, if it covers that, else text/plain.
func (m *MediaType) Concrete() string {
	switch {
	case m.wildcards() == 0:
		return m.Type
	case m.isBytes() && m.covers("application/octet-stream"):
		return "application/octet-stream"
	case m.IsJSON() || m.covers(applicationJSON):
		return applicationJSON
	}
	return "text/plain"
}

// formScalar returns a text, number or boolean as a form has it.
func formScalar(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

// formFields returns the fields of an object, in the order of its members.
func (m *MediaType) formFields(object *jsonvalue.Object) (fields []formField, err error) {
	for _, member := range object.Members {
		e := m.encodingOf(member.Name)
		list, err := m.property(member.Name, member.Value, e)
		if err != nil {
			return nil, err
		}
		for i := range list {
			list[i].mediaType = e.partType(list[i].mediaType)
			list[i].file = isBinary(m.Schema.Member(member.Name))
		}
		fields = append(fields, list...)
	}
	return fields, nil
}

// partType returns the media type of a part: the one that the document names, the first of several.
func (e encoding) partType(otherwise string) string {
	first, _, _ := strings.Cut(e.mediaType, ",")
	if first = strings.TrimSpace(first); first == "" || strings.Contains(first, "*") {
		return otherwise
	}
	return first
}

// isBinary reports whether a form sends a value, or the items of a list, as files.
func isBinary(s *Schema) bool {
	return s != nil && (s.Format == "binary" || s.Items != nil && s.Items.Format == "binary")
}

// property returns the fields of one member. Objects are JSON, or a[b] where the document has the
// style deepObject (OpenAPI 3.1 §4.8.14.4).
func (m *MediaType) property(name string, value any, e encoding) ([]formField, error) {
	switch v := value.(type) {
	case *jsonvalue.Object:
		if e.style == "deepObject" {
			return deepFields(name, v)
		}
		return []formField{{name: name, text: string(jsonvalue.Marshal(v)), mediaType: applicationJSON}}, nil
	case []any:
		return listFields(name, v, e)
	}
	text, ok := formScalar(value)
	if !ok {
		return nil, fmt.Errorf("%w in a form: %s for %s", ErrNotEncodable, jsonvalue.TypeOf(value), name)
	}
	return []formField{{name: name, text: text}}, nil
}

func listFields(name string, list []any, e encoding) ([]formField, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%w in a form: an empty list for %s", ErrNotEncodable, name)
	}
	fields := make([]formField, len(list))
	texts := make([]string, len(list))
	for i, item := range list {
		text, ok := formScalar(item)
		fields[i] = formField{name: name, text: text}
		if o, isObject := item.(*jsonvalue.Object); isObject {
			text, ok = string(jsonvalue.Marshal(o)), true
			fields[i] = formField{name: name, text: text, mediaType: applicationJSON}
		}
		if e.style == "deepObject" {
			fields[i].name = name + "[]"
		}
		separator := e.separator()
		if !ok || separator != "" && strings.Contains(text, separator) {
			return nil, fmt.Errorf("%w in a form: an item of %s", ErrNotEncodable, name)
		}
		texts[i] = text
	}
	if separator := e.separator(); separator != "" {
		return []formField{{name: name, text: strings.Join(texts, separator)}}, nil
	}
	return fields, nil
}

// deepFields returns a[b], a[b][c], a[b][] for an object.
func deepFields(name string, object *jsonvalue.Object) (fields []formField, err error) {
	for _, member := range object.Members {
		below := name + "[" + member.Name + "]"
		var list []formField
		switch v := member.Value.(type) {
		case *jsonvalue.Object:
			list, err = deepFields(below, v)
		case []any:
			list, err = listFields(below, v, encoding{style: "deepObject", explode: true})
		default:
			text, ok := formScalar(v)
			if !ok {
				err = fmt.Errorf("%w in a form: %s for %s", ErrNotEncodable, jsonvalue.TypeOf(v), below)
			}
			list = []formField{{name: below, text: text}}
		}
		if err != nil {
			return nil, err
		}
		fields = append(fields, list...)
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("%w in a form: an empty object for %s", ErrNotEncodable, name)
	}
	return fields, nil
}

func writePairs(fields []formField) []byte {
	var out bytes.Buffer
	for i, f := range fields {
		if i > 0 {
			out.WriteByte('&')
		}
		out.WriteString(url.QueryEscape(f.name) + "=" + url.QueryEscape(f.text))
	}
	return out.Bytes()
}

// formBoundary separates parts; more letters follow where it occurs in one.
const formBoundary = "agentmock-form"

// writeParts writes multipart/form-data, the same bytes for the same fields.
func writeParts(fields []formField) (body []byte, contentType string, err error) {
	boundary := formBoundary
	for _, f := range fields {
		for strings.Contains(f.text, boundary) {
			boundary += "-x"
		}
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	if err := w.SetBoundary(boundary); err != nil {
		return nil, "", err
	}
	for _, f := range fields {
		header, mediaType := textproto.MIMEHeader{}, f.mediaType
		disposition := map[string]string{"name": f.name}
		if f.file {
			disposition["filename"] = "agentmock.txt"
			if mediaType == "" {
				mediaType = "application/octet-stream"
			}
		}
		header.Set("Content-Disposition", dispositionOf(disposition))
		if mediaType != "" {
			header.Set("Content-Type", mediaType)
		}
		part, err := w.CreatePart(header)
		if err != nil {
			return nil, "", err
		}
		if _, err := part.Write([]byte(f.text)); err != nil {
			return nil, "", err
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return out.Bytes(), w.FormDataContentType(), nil
}

// dispositionOf writes Content-Disposition with quoted texts, as RFC 7578 §4.2 has them.
func dispositionOf(parameters map[string]string) string {
	out := "form-data"
	for _, name := range []string{"name", "filename"} {
		if value, ok := parameters[name]; ok {
			out += "; " + name + `="` + strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(value) + `"`
		}
	}
	return out
}
