package openapi

import (
	"net/url"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Fields returns the query parameters that spell an object in the parameter's style (OpenAPI 3.1
// §4.8.12.2): where[genre]=crime, members that are parameters of their own, or where=genre,crime. It
// is nil where the parameter is none of the query, is JSON, or allows nothing that spells the object.
func (p *Parameter) Fields(object *jsonvalue.Object) url.Values {
	if p.In != "query" || p.json {
		return nil
	}
	fields, own := url.Values{}, p.style == "deepObject" || p.style == "form" && p.explode
	var pairs []string
	for _, m := range object.Members {
		values, isList := m.Value.([]any)
		if !isList {
			values = []any{m.Value}
		}
		key := m.Name
		if p.style == "deepObject" {
			key = p.Name + "[" + m.Name + "]"
		}
		for _, v := range values {
			text, ok := formScalar(v)
			if !ok {
				return nil
			}
			fields.Add(key, text)
			pairs = append(pairs, m.Name, text)
		}
	}
	if !own && len(pairs) > 0 {
		fields = url.Values{p.Name: {strings.Join(pairs, ",")}}
	}
	if len(fields) == 0 || len(p.validateRequest(&Request{Query: fields})) > 0 {
		return nil
	}
	return fields
}

// Spells reports whether a query parameter of a name has a member of the parameter's object.
func (p *Parameter) Spells(key string) bool {
	_, ok := p.member(key)
	return p.In == "query" && ok && p.Schema.Allows("object")
}
