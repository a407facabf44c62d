package openapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
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
		Required: required == true, Description: b.text(at + "/description"), Assumed: assumed(o), Position: b.bundle.position(at),
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
		if len(p.values(r)) > 0 && p.style == "form" && p.explode { // a parameter of an object's name is none of its members
			return nil
		}
	}
	return p.judge(p.values(r), RequestView)
}

// members puts together an object whose members are query parameters of their own: name[member] in the style deepObject, or plain
// members in the style form. It is nil where there are none.
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
		var s *Schema
		if property := p.Schema.Property(name); property != nil {
			s = property.Schema
		}
		if slices.Contains(typesOf(s), "array") {
			o.Set(name, items(query[key], s.Items))
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
	case p.style == "label" || p.style == "matrix": // styles of path parameters that hardly anybody uses are taken as they are
		return nil
	}
	return p.validate(p.readings(values, types), view)
}

// validate judges the ways in which a parameter can be read: one that fits is enough, else the first one's violations are listed.
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
	secret := p.Schema.Mock.Value == "secret" || p.Schema.Format == "password"
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

// readings are the values that the text of a parameter can stand for (OpenAPI 3.1 §4.8.12.2), the likeliest first; never empty.
func (p *Parameter) readings(values, types []string) []any {
	if p.json {
		if v, err := jsonvalue.Parse([]byte(values[0]), jsonvalue.Limits{}); err == nil {
			return []any{v}
		}
		return []any{values[0]}
	}
	var list []any
	if slices.Contains(types, "array") {
		list = append(list, items(p.split(values), itemsOf(p.Schema)))
	}
	if slices.Contains(types, "object") {
		if o := p.object(values[0]); o != nil {
			list = append(list, o)
		}
	}
	if len(list) == 0 || len(values) == 1 {
		list = append(list, readings(values[0], p.Schema)...)
	}
	return list
}

// split takes a list apart that is written in one value.
func (p *Parameter) split(values []string) []string {
	if p.In == "header" {
		values = []string{strings.Join(values, ",")}
	}
	if len(values) != 1 || p.explode && p.style == "form" {
		return values
	}
	separator := map[string]string{"spaceDelimited": " ", "pipeDelimited": "|"}[p.style]
	return strings.Split(values[0], cmp.Or(separator, ","))
}

// object reads an object that is written in one value: a,1,b,2 or, exploded, a=1,b=2. It is nil where the text is none.
func (p *Parameter) object(text string) any {
	parts := strings.Split(text, ",")
	if p.explode {
		var pairs []string
		for _, part := range parts {
			name, value, ok := strings.Cut(part, "=")
			if !ok {
				return nil
			}
			pairs = append(pairs, name, value)
		}
		parts = pairs
	}
	if len(parts)%2 != 0 {
		return nil
	}
	o := &jsonvalue.Object{}
	for i := 0; i < len(parts); i += 2 {
		var s *Schema
		if property := p.Schema.Property(parts[i]); property != nil {
			s = property.Schema
		}
		o.Set(parts[i], readings(parts[i+1], s)[0])
	}
	return o
}

// typesOf lists the types that a schema or its alternatives allow; empty: any.
func typesOf(s *Schema) []string {
	if s == nil {
		return nil
	}
	if len(s.Types) > 0 {
		return s.Types
	}
	var types []string
	for _, v := range s.Enum {
		types = append(types, jsonvalue.TypeOf(v))
	}
	branches := slices.Concat(s.AnyOf, s.OneOf)
	for _, branch := range branches {
		if len(branch.Types) == 0 {
			return nil
		}
		types = append(types, branch.Types...)
	}
	return types
}

// itemsOf is the schema of the items, which may be that of an alternative.
func itemsOf(s *Schema) *Schema {
	for _, branch := range slices.Concat([]*Schema{s}, s.AnyOf, s.OneOf) {
		if branch.Items != nil {
			return branch.Items
		}
	}
	return nil
}

func items(values []string, s *Schema) []any {
	list := make([]any, len(values))
	for i, text := range values {
		list[i] = readings(strings.TrimSpace(text), s)[0]
	}
	return list
}

var numberText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// readings are the values that a text can stand for, the likeliest first; itself is always among them.
func readings(text string, s *Schema) []any {
	types := typesOf(s)
	var list []any
	switch {
	case len(types) == 0:
	case (slices.Contains(types, "integer") || slices.Contains(types, "number")) && numberText.MatchString(text):
		list = append(list, json.Number(text))
	case slices.Contains(types, "boolean") && (text == "true" || text == "false"):
		list = append(list, text == "true")
	case slices.Contains(types, "null") && (text == "" || text == "null"):
		list = append(list, nil)
	}
	return append(list, text)
}
