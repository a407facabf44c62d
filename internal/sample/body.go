package sample

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Body returns a body of a media type: the document's example where its schema allows that, else
// what the schema describes, written as the type wants it, or a small valid file of the type. It is
// never empty. With an error, an *Impossible, it is as near to the schema as could be made.
func (d *Documented) Body(m *openapi.MediaType) ([]byte, error) {
	value, err := d.bodyValue(m)
	name := essence(m.Type)
	isJSON := m.IsJSON()
	if name == "*/*" || name == "application/*" {
		name, isJSON = "application/octet-stream", !IsFile(m)
	}
	isValue := func(e openapi.Example) bool { return e.Value == value }
	switch text, isText := value.(string); {
	case isJSON && value == nil && m.Schema == nil:
		return []byte("{}"), nil
	case isJSON:
		return jsonvalue.Marshal(value), err
	case isText && text != "" && slices.ContainsFunc(m.Examples, isValue):
		return []byte(text), nil
	}
	if write, ok := Writer(m); ok {
		return write(value), err
	}
	return plainBody(name, value), err
}

// Writer returns what writes values in a media type that has a form for them and is not JSON, such as
// XML; false where it has none.
func Writer(m *openapi.MediaType) (write func(value any) []byte, ok bool) {
	name := essence(m.Type)
	with := writers[name]
	if strings.HasSuffix(name, "+xml") && files[name] == nil {
		with = XML
	}
	if with == nil || m.IsJSON() {
		return nil, false
	}
	return func(value any) []byte { return with(m.Schema, value) }, true
}

// IsFile reports whether a body is described as bytes, whatever they are.
func IsFile(m *openapi.MediaType) bool {
	return m.Schema != nil && m.Schema.Format == "binary" && m.Schema.Allows("string")
}

// plainBody returns a body of a media type that has no structure of its own: a file of the type, else
// a text, else JSON.
func plainBody(name string, value any) []byte {
	file := File(name)
	switch text, isText := value.(string); {
	case file != nil && (isText || value == nil || files[name] != nil):
		return file
	case isText && text != "":
		return []byte(text)
	case isText || value == nil:
		return []byte("An example.")
	}
	return []byte(Text(value))
}

// bodyValue returns the value that a body shows. An example that the schema forbids is corrected: its
// members stay where they are allowed.
func (d *Documented) bodyValue(m *openapi.MediaType) (any, error) {
	for _, e := range m.Examples {
		text, isText := e.Value.(string)
		if isText && text != "" && !m.IsJSON() || m.Schema.IsValid(e.Value, d.view) {
			return e.Value, nil
		}
	}
	if m.Schema == nil {
		return nil, nil
	}
	source := d
	if len(m.Examples) > 0 {
		shown := map[string][]any{}
		byPointer(m.Examples[0].Value, "", shown)
		source = NewDocumented(d.view, shown)
	}
	return source.Near(Place{Schema: m.Schema}, Shown)
}

// Near returns what Value does and, where there is no such value, one that breaks as few of the
// document's rules as it can, with the error.
func (d *Documented) Near(at Place, extent Extent) (any, error) {
	v, err := d.Value(at, extent)
	if err == nil {
		return v, nil
	}
	return d.show.Near(at.Schema, at.Name, deal.NewKey(0).At(at.Pointer))
}

// byPointer notes the values inside a value by their pointers; those of lists under that of their
// first item.
func byPointer(v any, pointer string, found map[string][]any) {
	switch v := v.(type) {
	case *jsonvalue.Object:
		for _, m := range v.Members {
			at := jsonvalue.Join(pointer, m.Name)
			found[at] = append(found[at], m.Value)
			byPointer(m.Value, at, found)
		}
	case []any:
		for _, item := range v {
			found[pointer+"/0"] = append(found[pointer+"/0"], item)
			byPointer(item, pointer+"/0", found)
		}
	}
}

// writers write values as media types want them.
var writers = byName(map[string]func(*openapi.Schema, any) []byte{
	"application/xml text/xml": XML,
	"text/event-stream": func(_ *openapi.Schema, v any) []byte {
		return fmt.Appendf(nil, "data: %s\n\n", Text(v))
	},
	"application/x-ndjson application/ndjson application/jsonl application/jsonlines": jsonLines,
	"text/csv": csvFile,
	"application/yaml application/x-yaml text/yaml text/x-yaml": func(_ *openapi.Schema, v any) []byte {
		return append(jsonvalue.MarshalIndent(v), '\n') // JSON is YAML
	},
	"application/x-www-form-urlencoded": func(_ *openapi.Schema, v any) []byte {
		form := url.Values{}
		for _, m := range membersOf(v) {
			form.Set(m.Name, Text(m.Value))
		}
		return []byte(form.Encode())
	},
})

// jsonLines returns a line of JSON for each item of a list, one for any other value.
func jsonLines(_ *openapi.Schema, v any) []byte {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	var b bytes.Buffer
	for _, item := range list {
		b.Write(jsonvalue.Marshal(item))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// csvFile returns a table (RFC 4180) of the objects in a list, with the names of their members on
// top.
func csvFile(_ *openapi.Schema, v any) []byte {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	rows := [][]string{{"name", "value"}, {"example", "1"}}
	if len(list) > 0 && membersOf(list[0]) != nil {
		rows = [][]string{nil}
		for _, m := range membersOf(list[0]) {
			rows[0] = append(rows[0], m.Name)
		}
		for _, item := range list {
			row := make([]string, len(rows[0]))
			for _, m := range membersOf(item) {
				if i := slices.Index(rows[0], m.Name); i >= 0 {
					row[i] = Text(m.Value)
				}
			}
			rows = append(rows, row)
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // a buffer refuses nothing
	return b.Bytes()
}

func membersOf(v any) []jsonvalue.Member {
	if o, _ := v.(*jsonvalue.Object); o != nil {
		return o.Members
	}
	return nil
}
