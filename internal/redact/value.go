package redact

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Value returns a copy of a JSON value without its secrets: without what stands under a secret name
// at any depth, and without known values inside of any string or name. Nulls and empty strings
// stay: they have nothing to hide.
func (s *Set) Value(v any) any {
	switch v := v.(type) {
	case string:
		return s.Text(v)
	case json.Number:
		if slices.Contains(s.values, string(v)) {
			return Placeholder
		}
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = s.Value(item)
		}
		return out
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, len(v.Members))}
		for i, m := range v.Members {
			if m.Value != nil && m.Value != "" && s.isSecret(m.Name) {
				m.Value = Placeholder
			}
			out.Members[i] = jsonvalue.Member{Name: s.hideValues(m.Name), Value: s.Value(m.Value)}
		}
		return out
	}
	return v
}

// Secrets returns the texts and numbers under secret names at any depth of a JSON value, for With:
// a secret must not come back in a response either.
func (s *Set) Secrets(v any) []string {
	var list []string
	s.visit(v, "", func(name, text string) {
		if name != "" && text != "" {
			list = append(list, text)
		}
	})
	return list
}

// Learn returns a Set that also guards the texts and numbers of a JSON value under secret names, as
// the variables that these names make. It leaves out a text that also stands under another name,
// where a response may lawfully repeat it, and one that is too short to be found.
func (s *Set) Learn(v any) *Set {
	out := s
	s.visit(v, "", func(name, secret string) {
		if name == "" || len(secret) < shortestFound {
			return
		}
		open := false
		s.visit(v, "", func(name, text string) { open = open || name == "" && strings.Contains(text, secret) })
		if !open {
			out = out.Guard(secret, Variable(name))
		}
	})
	return out
}

// visit calls do with each text and number of a JSON value and the secret name that it stands
// under, "" for none.
func (s *Set) visit(v any, under string, do func(under, text string)) {
	switch v := v.(type) {
	case string:
		do(under, v)
	case json.Number:
		do(under, string(v))
	case []any:
		for _, item := range v {
			s.visit(item, under, do)
		}
	case *jsonvalue.Object:
		for _, m := range v.Members {
			name := under
			if s.isSecret(m.Name) {
				name = m.Name
			}
			s.visit(m.Value, name, do)
		}
	}
}
