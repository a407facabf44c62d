package openapi

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// reservedHeaders are described elsewhere in a document, so that as parameters they mean nothing
// (OpenAPI 3.1 §4.8.12.1).
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
	b.style(p, o, at)
	return p
}

var styles = map[string][]string{ // by place, the default first (OpenAPI 3.1 §4.8.12.2)
	"path":   {"simple", "label", "matrix"},
	"query":  {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
	"header": {"simple"},
	"cookie": {"form"},
}

func (b *builder) style(p *Parameter, o *jsonvalue.Object, at string) {
	p.style = styles[p.In][0]
	if given := b.text(at + "/style"); slices.Contains(styles[p.In], given) {
		p.style = given
	} else if given != "" {
		b.add(at+"/style", "style %q; in %s it is one of %s", given, p.In, strings.Join(styles[p.In], ", "))
	}
	explode, given := o.Get("explode")
	p.explode = explode == true || !given && p.style == "form"
}

// described reads what parameters and headers have in common.
func (b *builder) described(o *jsonvalue.Object, at string) *Parameter {
	required, _ := o.Get("required")
	p := &Parameter{
		Required: required == true, Description: b.text(at + "/description"), Assumed: assumed(o),
		Position: b.bundle.position(at),
	}
	if hint, ok := o.Get(extension); ok {
		b.knownWords(jsonvalue.Join(at, extension), hint, "assumed")
	}
	if p.examples = b.examples(o, at); len(p.examples) > 0 {
		p.Example = p.examples[0].Value
	}
	if _, ok := o.Get("schema"); ok {
		p.Schema = b.doc.schemas.at(jsonvalue.Join(at, "schema"))
	} else if content := b.content(o, at); len(content) > 0 && content[0].Schema != nil {
		p.Schema, p.json = content[0].Schema, content[0].IsJSON()
		p.examples = append(p.examples, content[0].Examples...)
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
		p.style = "simple"
		explode, _ := header.Get("explode")
		p.explode = explode == true
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

// judgeIn judges the parameter of a request.
func (p *Parameter) judgeIn(r *Request) []Violation {
	if p.In == "query" && p.style != "" && slices.Contains(typesOf(p.Schema), "object") && !p.json {
		if object := p.members(r.Query); object != nil {
			return p.validate([]any{object}, RequestView)
		}
		// a parameter of an object's name is none of its members
		if len(p.values(r)) > 0 && p.style == "form" && p.explode {
			return nil
		}
	}
	return p.judge(p.values(r), RequestView)
}

// members puts together an object whose members are query parameters of their own: name[member] in
// the style deepObject, or plain members in the style form. It is nil where there are none.
func (p *Parameter) members(query url.Values) *jsonvalue.Object {
	o := &jsonvalue.Object{}
	for _, key := range sortedNames(query) {
		name, isMember := key, p.style == "form" && p.explode && p.Schema.Property(key) != nil
		if inside, ok := strings.CutPrefix(key, p.Name+"["); ok && p.style == "deepObject" {
			name, isMember = strings.CutSuffix(inside, "]")
		}
		if !isMember || strings.Contains(name, "[") || len(query[key]) == 0 { // deeper nesting is nowhere defined
			continue
		}
		s := p.Schema.Member(name)
		if slices.Contains(typesOf(s), "array") {
			o.Set(name, items(query[key], s))
		} else {
			o.Set(name, readings(query[key][0], s)[0])
		}
	}
	if len(o.Members) == 0 {
		return nil
	}
	return o
}

// judge lists what is wrong with the values of a parameter, or of a header of an answer.
func (p *Parameter) judge(values []string, view View) []Violation {
	v := Violation{In: p.In, Name: p.Name, Document: p.Position}
	where := v.Where()
	types := typesOf(p.Schema)
	isList := slices.Contains(types, "array")
	switch {
	case len(values) == 0 && !p.Required:
		return nil
	case len(values) == 0:
		v.Rule, v.Message = "missing-parameter", where+": missing; it is required"
		return []Violation{v}
	case p.Required && p.In != "query" && p.In != "path" && allEmpty(values): // a path's blank segment is a value
		v.Rule, v.Message, v.Actual = "missing-parameter", where+": empty; it is required and needs a value", ""
		return []Violation{v}
	case !isList && len(types) > 0 && len(distinct(values)) > 1:
		v.Rule = "conflicting-parameter"
		v.Message = fmt.Sprintf("%s: sent %d times with different values; send it once", where, len(values))
		return []Violation{v}
	// styles of path parameters that hardly anybody uses are taken as they are
	case p.style == "label" || p.style == "matrix":
		return nil
	}
	return p.validate(p.readings(values, types), view)
}

// validate judges the ways in which a parameter can be read: one that fits is enough, else the
// first one's violations are listed.
func (p *Parameter) validate(readings []any, view View) []Violation {
	var found []Violation
	for i, value := range readings {
		list := p.Schema.Validate(value, view)
		if len(list) == 0 {
			return nil
		}
		if i == 0 {
			found = list
		}
	}
	secret := p.Schema.Mock.Value == MockSecret || p.Schema.Format == "password"
	for i := range found {
		if secret {
			found[i].Actual, found[i].Suggestion = redactedValue, ""
			found[i].Message = found[i].place() + ": does not fit the document (" + found[i].Rule + ")"
		}
		found[i].relocate(p.In, p.Name)
	}
	return found
}

func allEmpty(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" })
}
