package openapi

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// decode returns what a text can stand for (OpenAPI 3.1 §4.8.12.2), the likeliest first.
func (p *Parameter) decode(values, types []string) []any {
	if p.json {
		if v, err := jsonvalue.Parse([]byte(values[0]), jsonvalue.Limits{}); err == nil {
			return []any{v}
		}
		return []any{values[0]}
	}
	var list []any
	if slices.Contains(types, "array") {
		list = append(list, decodeItems(p.split(values), p.Schema))
	}
	if slices.Contains(types, "object") {
		if o := p.decodeObject(values[0]); o != nil {
			list = append(list, o)
		}
	}
	if len(list) == 0 || len(values) == 1 {
		list = append(list, decodeText(values[0], p.Schema)...)
	}
	return list
}

// split returns the items of a list that is written in one value.
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

// collectMembers returns the object whose members are query parameters of their own: name[member]
// in the style deepObject, or plain members in the style form. It is nil where there are none.
func (p *Parameter) collectMembers(query url.Values) *jsonvalue.Object {
	o := &jsonvalue.Object{}
	for _, key := range slices.Sorted(maps.Keys(query)) {
		name, isMember := p.member(key)
		if !isMember || strings.Contains(name, "[") || len(query[key]) == 0 { // deeper nesting is not defined
			continue
		}
		s := p.Schema.Member(name)
		if slices.Contains(typesOf(s), "array") {
			o.Set(name, decodeItems(query[key], s))
		} else {
			o.Set(name, decodeText(query[key][0], s)[0])
		}
	}
	if len(o.Members) == 0 {
		return nil
	}
	return o
}

// member returns the member of the object that a query parameter of its own has, by its name.
func (p *Parameter) member(key string) (name string, ok bool) {
	if p.style != "deepObject" {
		return key, p.style == "form" && p.explode && p.Schema.Property(key) != nil
	}
	inside, ok := strings.CutPrefix(key, p.Name+"[")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inside, "]")
}

// decodeObject returns the object that is written in one value: a,1,b,2 or, exploded, a=1,b=2. It
// is nil where the text has another form.
func (p *Parameter) decodeObject(text string) any {
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
		o.Set(parts[i], decodeText(parts[i+1], p.Schema.Member(parts[i]))[0])
	}
	return o
}

// typesOf returns the types that a schema or its alternatives allow; none means any.
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

// decodeItems returns the likeliest values of a list's items.
func decodeItems(values []string, list *Schema) []any {
	out := make([]any, len(values))
	for i, text := range values {
		out[i] = decodeText(strings.TrimSpace(text), list.Item(i))[0]
	}
	return out
}

// decodeText returns the values that a text can stand for, the likeliest first, itself the last.
func decodeText(text string, s *Schema) []any {
	types := typesOf(s)
	var list []any
	switch {
	case len(types) == 0:
	case (slices.Contains(types, "integer") || slices.Contains(types, "number")) && jsonvalue.IsNumber(text):
		list = append(list, json.Number(text))
	case slices.Contains(types, "boolean") && (text == "true" || text == "false"):
		list = append(list, text == "true")
	case slices.Contains(types, "null") && (text == "" || text == "null"):
		list = append(list, nil)
	}
	return append(list, text)
}
