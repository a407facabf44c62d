package openapi

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// IdentityPointer returns the JSON pointer of the identity in an item: "/id".
func (r *Resource) IdentityPointer() string { return jsonvalue.Join("", r.Identity) }

// IdentityText returns the identity that an item shows, as it stands in a path; "" where it shows
// none. A text and a number can be identities, nothing else can.
func (r *Resource) IdentityText(item any) string {
	value, _ := jsonvalue.Lookup(item, r.IdentityPointer())
	return textOfIdentity(value)
}

// textOfIdentity returns an identity as it stands in a path; "" for what cannot be one.
func textOfIdentity(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return string(value)
	}
	return ""
}

// IdentityProperty returns the property of another schema that holds the identity of an item: of a
// receipt, say, or of a summary. It is "" where the schema has none.
func (r *Resource) IdentityProperty(s *Schema) string {
	name, _ := r.identityOf(s)
	return name
}

// identityOf returns the property of a schema that holds the identity of an item, and how plainly;
// "" where it has none.
func (r *Resource) identityOf(s *Schema) (name string, rank int) {
	rank = noIdentity
	for variant := range s.Variants() {
		if variant.Mock.ID != "" {
			return variant.Mock.ID, sameName
		}
		for _, p := range variant.Properties {
			if p.Schema.isScalar() {
				if n := r.rank(p.Name); n < rank || n == rank && n == anyID && plainerID(p.Name, name) {
					name, rank = p.Name, n
				}
			}
		}
	}
	return name, rank
}

// rank is the identityRank of a property by the parameter of any way to the items.
func (r *Resource) rank(property string) int {
	rank := noIdentity
	for _, op := range r.Operations {
		if op.ItemParameter != "" {
			rank = min(rank, identityRank(property, op.ItemParameter, r.noun))
		}
	}
	if r.ItemParameter == "" {
		rank = min(rank, identityRank(property, "", r.noun))
	}
	return rank
}

// isScalar reports whether values may be texts or numbers, as identities are.
func (s *Schema) isScalar() bool {
	return s.Allows("string") || s.Allows("integer") || s.Allows("number")
}

// IdentityIn returns the identity that a Location (RFC 9110 §10.2.2) names: an absolute URL, a path
// with or without a base path before it or without the start that all items have in common, or a path
// relative to the collection. It is "" where the location is not of a path of one of the resource's
// items.
func (r *Resource) IdentityIn(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.EscapedPath() == "" {
		return ""
	}
	for _, op := range r.Operations {
		if id := identityAt(u, op.Path, op.ItemParameter); id != "" {
			return id
		}
	}
	return ""
}

// identityAt returns the value that the path of a URL has for a parameter of a template.
func identityAt(u *url.URL, template, parameter string) string {
	if parameter == "" {
		return ""
	}
	want := strings.Split(strings.Trim(template, "/"), "/")
	got := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	at := slices.Index(want, "{"+parameter+"}")
	whole := u.IsAbs() || strings.HasPrefix(u.Path, "/")
	if at < 0 || len(got) < len(want)-at {
		return ""
	}
	switch extra := len(got) - len(want); {
	case extra > 0:
		got = got[extra:]
	case extra < 0:
		if whole && slices.ContainsFunc(want[:1-extra], func(s string) bool { return strings.Contains(s, "{") }) {
			return ""
		}
		want, at = want[-extra:], at+extra
	}
	id := ""
	for i, segment := range want {
		value, _ := url.PathUnescape(got[i]) // the path of a URL has no wrong escapes
		switch {
		case i == at:
			id = value
		case !strings.Contains(segment, "{") && segment != value:
			return ""
		}
	}
	return id
}

// IdentitySchemas returns all schemas that the identity of an item must meet: that of the property
// that holds it, those of the path parameters that name the item, and those of receipts and other
// answers that show it, each once. A path has the identity as text.
func (r *Resource) IdentitySchemas() []*Schema {
	if s := r.identityProperty(); s != nil {
		return append([]*Schema{s}, r.elsewhere...)
	}
	return r.elsewhere
}

// TakesIdentity reports whether a value can be the identity of an item: it meets the schema of the
// property that holds it and, as text, those of path parameters and other answers that name the item.
func (r *Resource) TakesIdentity(value any) bool {
	if s := r.identityProperty(); s != nil && s.demands() && !s.IsValid(value, ResponseView) {
		return false
	}
	text := textOfIdentity(value)
	return text != "" && !slices.ContainsFunc(r.elsewhere, func(s *Schema) bool {
		if !s.demands() {
			return false
		}
		var read any = text
		if !s.Allows("string") {
			if number, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{}); err == nil {
				read = number
			}
		}
		return !s.IsValid(read, RequestView)
	})
}

// demands reports whether a schema demands more of a value than to be a text.
func (s *Schema) demands() bool {
	any := len(s.OneOf)+len(s.AnyOf) == 0 && s.Enum == nil && s.Format == "" && s.Pattern == "" && s.MinLength == nil &&
		s.MaxLength == nil
	return !any || len(s.Types) > 0 && !s.Allows("string") || len(s.parts) > 1
}

// identityProperty returns the schema of the property that holds the identity; nil where the item's
// has none.
func (r *Resource) identityProperty() *Schema { return r.Schema.declared(r.Identity) }

// identityElsewhere returns the schemas that the identity meets outside of an item: those of path
// parameters, and of answers that are not items.
func (r *Resource) identityElsewhere() []*Schema {
	var list []*Schema
	add := func(s *Schema) {
		if s != nil && !slices.ContainsFunc(list, s.Same) {
			list = append(list, s)
		}
	}
	for _, op := range r.Operations {
		p := first(op.Parameters, func(p *Parameter) bool { return p.In == "path" && p.Name == op.ItemParameter })
		if p != nil {
			add(p.Schema)
		}
	}
	for _, op := range r.Operations {
		if shown := op.ShownSchema(); op.Action != NoAction && !shown.Same(r.Schema) {
			add(shown.declared(r.IdentityProperty(shown)))
		}
	}
	return list
}
