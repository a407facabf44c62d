package openapi

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxFormText is how many bytes of a file are kept; of a longer or binary one, its digest is.
const maxFormText = 4096

// validateForm reads and validates a form. The value is the object that the form stands for: texts
// typed by the schema, lists and objects put together from their fields. A file is its text, or
// "sha256:…" where it is long or no text.
func (m *MediaType) validateForm(name, boundary string, body []byte, view View) (any, []Violation) {
	fields, wrong := readForm(name, boundary, body)
	if wrong != nil {
		wrong.Document = m.Position
		return nil, []Violation{*wrong}
	}
	d := &formDecoder{view: view, digests: map[string]string{}}
	value := d.object(m, fields)
	if len(d.wrong) > 0 {
		return nil, d.wrong
	}
	found := m.Schema.Validate(value, view)
	return d.kept(value), found
}

// formDecoder turns the fields of a form into an object.
type formDecoder struct {
	view    View
	digests map[string]string // what is kept of a file, by what is validated
	wrong   []Violation       // fields that cannot be read
}

// formNode is what a form has for one name, and below it for name[member].
type formNode struct {
	fields  []formField
	names   []string // of below, in the order in which they came
	below   map[string]*formNode
	pointer string
	lists   []*Schema // for an item that is the field of a list, alone: that list, and those around it
}

// at returns the node of a name below this one.
func (n *formNode) at(name string) *formNode {
	child := n.below[name]
	if child == nil {
		if n.below == nil {
			n.below = map[string]*formNode{}
		}
		child = &formNode{pointer: jsonvalue.Join(n.pointer, name)}
		n.below[name] = child
		n.names = append(n.names, name)
	}
	return child
}

// object returns the object that the fields of a form stand for.
func (d *formDecoder) object(m *MediaType, fields []formField) *jsonvalue.Object {
	root := &formNode{}
	for _, f := range fields {
		node := root
		for _, token := range formTokens(m.Schema, f.name) {
			node = node.at(token)
		}
		node.fields = append(node.fields, f)
	}
	out := &jsonvalue.Object{}
	for _, name := range root.names {
		out.Set(name, d.value(root.below[name], m.Schema.Member(name), m.encodingOf(name)))
	}
	return out
}

// formTokens splits the name of a field: a[b][] is b, and an item of it, in a. A name that the
// schema has as it is stays whole, and so does one with bad brackets or too many.
func formTokens(s *Schema, name string) []string {
	first, rest, ok := strings.Cut(name, "[")
	if !ok || first == "" || s.Property(name) != nil {
		return []string{name}
	}
	inside, ok := strings.CutSuffix(rest, "]")
	tokens := append([]string{first}, strings.Split(inside, "][")...)
	if !ok || len(tokens) > jsonvalue.DefaultDepth ||
		slices.ContainsFunc(tokens, func(t string) bool { return strings.ContainsAny(t, "[]") }) {
		return []string{name}
	}
	return tokens
}

// value returns the value of a node: of those that it can stand for, the first that the schema
// allows.
func (d *formDecoder) value(n *formNode, s *Schema, e encoding) any {
	list := d.candidates(n, s, e)
	if len(list) > 1 {
		for _, v := range list {
			if s.IsValid(v, d.view) {
				return v
			}
		}
	}
	return list[0]
}

// candidates returns what a node can stand for, the likeliest first; at least one value.
func (d *formDecoder) candidates(n *formNode, s *Schema, e encoding) (list []any) {
	if len(n.below) > 0 {
		if items, ok := n.items(); ok && (hasType(s, "array") || !hasType(s, "object")) {
			return []any{d.list(items, s)}
		}
		object := &jsonvalue.Object{}
		for _, name := range n.names {
			object.Set(name, d.value(n.below[name], s.Member(name), encoding{explode: true}))
		}
		return []any{object}
	}
	if hasType(s, "array") && !slices.Contains(n.lists, s) { // lists of lists without end
		list = append(list, d.array(n, s, e)...)
	}
	if len(n.fields) == 1 || len(list) == 0 {
		list = append(list, d.scalars(n, n.fields[0], s, e)...)
	}
	return list
}

// items returns the nodes of a list that is written as a[], a[0], a[1]; false where a name is no
// index.
func (n *formNode) items() ([]*formNode, bool) {
	var list []*formNode
	for _, name := range n.names {
		child := n.below[name]
		if name == "" && len(child.below) == 0 {
			for _, f := range child.fields {
				list = append(list, &formNode{fields: []formField{f}, pointer: child.pointer})
			}
			continue
		}
		if _, isIndex := jsonvalue.Index(name); !isIndex && name != "" {
			return nil, false
		}
		list = append(list, child)
	}
	return list, true
}

func (d *formDecoder) list(items []*formNode, s *Schema) []any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = d.value(item, s.Item(i), encoding{explode: true})
	}
	return out
}

// array returns the lists that fields of one name can stand for.
func (d *formDecoder) array(n *formNode, s *Schema, e encoding) (list []any) {
	if len(n.fields) == 1 && strings.HasPrefix(strings.TrimSpace(n.fields[0].text), "[") {
		if v, wrong := ReadJSON([]byte(n.fields[0].text)); wrong == nil {
			list = append(list, v)
		}
	}
	fields := n.fields
	if separator := e.separator(); separator != "" && len(fields) == 1 {
		fields = nil
		for text := range strings.SplitSeq(n.fields[0].text, separator) {
			fields = append(fields, formField{text: text})
		}
	}
	items, lists := make([]*formNode, len(fields)), append(slices.Clone(n.lists), s)
	for i, f := range fields {
		items[i] = &formNode{fields: []formField{f}, pointer: n.pointer, lists: lists}
	}
	return append(list, d.list(items, s))
}

// scalars returns what one field can stand for: JSON where it is labelled so or looks like an
// object that the schema has there, else a number, a boolean, nothing, or the text.
func (d *formDecoder) scalars(n *formNode, f formField, s *Schema, e encoding) []any {
	if f.file {
		return []any{d.fileValue(f.text)}
	}
	labelled := isJSON(f.mediaType) || f.mediaType == "" && isJSON(e.mediaType)
	if labelled || hasType(s, "object") && strings.HasPrefix(strings.TrimSpace(f.text), "{") {
		v, wrong := ReadJSON([]byte(f.text))
		if wrong == nil {
			return []any{v}
		}
		if labelled {
			at := Violation{In: "body", Pointer: n.pointer, Document: wrong.Document}
			d.wrong = append(d.wrong, at.because(wrong.Rule, wrong.Expected, "%s",
				strings.TrimPrefix(wrong.Message, wrong.Where()+": ")))
		}
	}
	var list []any
	for _, v := range decodeText(f.text, s) {
		if _, isNumber := v.(json.Number); isNumber {
			if _, wrong := ReadJSON([]byte(f.text)); wrong != nil {
				continue // too long, or too large
			}
		}
		list = append(list, v)
	}
	if f.text == "" && hasType(s, "string") { // an empty text is a text where texts are allowed
		slices.Reverse(list)
	}
	return list
}

// fileValue returns the text that is validated for a file: its bytes, each a character where they
// are no text, so that bounds of length mean bytes.
func (d *formDecoder) fileValue(content string) string {
	shown := content
	if !utf8.ValidString(content) {
		runes := make([]rune, len(content))
		for i := range len(content) {
			runes[i] = rune(content[i])
		}
		shown = string(runes)
	} else if len(content) <= maxFormText {
		return content
	}
	d.digests[shown] = fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(content)))
	return shown
}

// kept returns the value with the digests of files in their places.
func (d *formDecoder) kept(value any) any {
	if len(d.digests) == 0 {
		return value
	}
	switch v := value.(type) {
	case string:
		if digest, isFile := d.digests[v]; isFile {
			return digest
		}
	case []any:
		for i := range v {
			v[i] = d.kept(v[i])
		}
	case *jsonvalue.Object:
		for i := range v.Members {
			v.Members[i].Value = d.kept(v.Members[i].Value)
		}
	}
	return value
}
