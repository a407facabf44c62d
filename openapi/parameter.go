package openapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/jsonvalue"
)

// reservedHeaders are described elsewhere in a document, so that as parameters they mean nothing (OpenAPI 3.1 §4.8.12.1).
var reservedHeaders = []string{"Accept", "Content-Type", "Authorization"}

func (b *builder) parameters(o *jsonvalue.Object, at string) []*Parameter {
	v, _ := o.Get("parameters")
	var list []*Parameter
	for i := range asList(v) {
		if p := b.parameter(index(jsonvalue.Join(at, "parameters"), i)); p != nil {
			list = append(list, p)
		}
	}
	return list
}

func (b *builder) parameter(pointer string) *Parameter {
	o, at := b.object(pointer, "a parameter")
	if o == nil {
		return nil
	}
	p := b.described(o, at)
	p.Name, p.In = b.text(at+"/name"), b.text(at+"/in")
	switch {
	case p.Name == "":
		b.add(at, "a parameter needs a name")
		return nil
	case !slices.Contains([]string{"path", "query", "header", "cookie"}, p.In):
		b.add(at, "parameter %q: in is %q; it is one of path, query, header, cookie", p.Name, p.In)
		return nil
	case p.In == "header" && slices.Contains(reservedHeaders, http.CanonicalHeaderKey(p.Name)):
		return nil
	case p.In == "path" && !p.Required:
		b.add(at, "parameter %q: a path parameter has `required: true`", p.Name)
	}
	explode, given := o.Get("explode")
	p.explode = explode == true || !given && (p.In == "query" || p.In == "cookie")
	return p
}

// described reads what parameters and headers have in common.
func (b *builder) described(o *jsonvalue.Object, at string) *Parameter {
	required, _ := o.Get("required")
	p := &Parameter{
		Required: required == true, Description: b.text(at + "/description"), Assumed: assumed(o), Position: b.bundle.position(at),
	}
	if hint, ok := o.Get(extension); ok {
		b.knownWords(jsonvalue.Join(at, extension), hint, "assumed")
	}
	if examples := b.examples(o, at); len(examples) > 0 {
		p.Example = examples[0].Value
	}
	if _, ok := o.Get("schema"); ok {
		p.Schema = b.doc.schemas.at(jsonvalue.Join(at, "schema"))
	} else if content := b.content(o, at); len(content) > 0 && content[0].Schema != nil {
		p.Schema, p.json = content[0].Schema, content[0].IsJSON()
	} else {
		p.Schema = &Schema{doc: b.doc, Position: p.Position, Open: true, anything: true}
	}
	if p.Example == nil && len(p.Schema.Examples) > 0 {
		p.Example = p.Schema.Examples[0]
	}
	return p
}

func (b *builder) headers(o *jsonvalue.Object, at string) []*Parameter {
	headers, at := b.optional(o, at, "headers", "headers")
	var list []*Parameter
	for i := 0; headers != nil && i < len(headers.Members); i++ {
		name := headers.Members[i].Name
		header, where := b.object(jsonvalue.Join(at, name), "a header")
		if header == nil || http.CanonicalHeaderKey(name) == "Content-Type" {
			continue
		}
		p := b.described(header, where)
		p.Name, p.In = name, "header"
		list = append(list, p)
	}
	return list
}

func (p *Parameter) sameName(name string) bool {
	return p.Name == name || p.In == "header" && strings.EqualFold(p.Name, name)
}

// values finds what a request has for the parameter; nil where it has nothing.
func (p *Parameter) values(r *Request) []string {
	switch p.In {
	case "path":
		if v, ok := r.Path[p.Name]; ok {
			return []string{v}
		}
	case "query":
		return r.Query[p.Name]
	case "cookie":
		return cookies(r.Header, p.Name)
	default:
		return r.Header.Values(p.Name)
	}
	return nil
}

func cookies(h http.Header, name string) []string {
	var values []string
	for _, c := range (&http.Request{Header: h}).Cookies() {
		if c.Name == name {
			values = append(values, c.Value)
		}
	}
	return values
}

// judge lists what is wrong with a parameter of a request, or with a header of an answer.
func (p *Parameter) judge(values []string, view View) []Violation {
	v := Violation{In: p.In, Name: p.Name, Document: p.Position}
	where := v.Where()
	isList := p.Schema.Allows("array") && len(p.Schema.Types) > 0 && !p.Schema.Allows("string")
	switch {
	case len(values) == 0 && !p.Required:
		return nil
	case len(values) == 0:
		v.Rule, v.Message = "missing-parameter", where+": missing; it is required"
		return []Violation{v}
	case p.Required && p.In != "query" && p.In != "path" && allEmpty(values): // a path's blank segment is a value
		v.Rule, v.Message, v.Actual = "missing-parameter", where+": empty; it is required and needs a value", ""
		return []Violation{v}
	case !isList && len(slices.Compact(slices.Sorted(slices.Values(values)))) > 1:
		v.Rule = "conflicting-parameter"
		v.Message = fmt.Sprintf("%s: sent %d times with different values; send it once", where, len(values))
		return []Violation{v}
	}
	found := p.Schema.Validate(p.value(values, isList), view)
	for i := range found {
		found[i].relocate(p.In, p.Name)
	}
	return found
}

func allEmpty(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" })
}

// value reads the text of a parameter as its schema wants it (OpenAPI 3.1 §4.8.12.2, the styles simple and form); what does not fit
// stays text, and the schema says so.
func (p *Parameter) value(values []string, isList bool) any {
	if p.json {
		if v, err := jsonvalue.Parse([]byte(values[0]), jsonvalue.Limits{}); err == nil {
			return v
		}
		return values[0]
	}
	if !isList {
		return typed(values[0], p.Schema)
	}
	if len(values) == 1 && !(p.explode && p.In == "query") {
		values = strings.Split(values[0], ",")
	}
	items := make([]any, len(values))
	for i, text := range values {
		items[i] = typed(strings.TrimSpace(text), p.Schema.Items)
	}
	return items
}

var numberText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func typed(text string, s *Schema) any {
	if s == nil || s.Allows("string") {
		return text
	}
	switch {
	case s.Allows("integer") && numberText.MatchString(text):
		return json.Number(text)
	case s.Allows("boolean") && (text == "true" || text == "false"):
		return text == "true"
	}
	return text
}
