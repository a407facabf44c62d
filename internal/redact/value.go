package redact

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
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
			if m.Value != nil && m.Value != "" && s.isSecret(Body, m.Name) {
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
	visit(v, "", s.IsNamed, func(name, text string) {
		if name != "" && text != "" {
			list = append(list, text)
		}
	})
	return list
}

// SecretsIn is Secrets of a value that is not decoded.
func (s *Set) SecretsIn(n jsonvalue.Node) []string { return s.appendSecrets(nil, n) }

func (s *Set) appendSecrets(list []string, n jsonvalue.Node) []string {
	for item := range n.Items() {
		list = s.appendSecrets(list, item)
	}
	for name, member := range n.Members() {
		if !s.IsNamed(name) {
			list = s.appendSecrets(list, member)
			continue
		}
		visit(member.Value(), name, s.IsNamed, func(_, text string) {
			if text != "" {
				list = append(list, text)
			}
		})
	}
	return list
}

// Suspects returns the values of a request that stand under suspicious names (see Suspect) and are long
// enough to be found again, for With.
func (s *Set) Suspects(header http.Header, query url.Values, body any) []string {
	var list []string
	add := func(name, text string) {
		if name != "" && len(text) >= shortestFound {
			list = append(list, text)
		}
	}
	addAll := func(at Place, fields map[string][]string) {
		for name, values := range fields {
			if s.isSecret(at, name) {
				for _, v := range values {
					add(name, v)
				}
			}
		}
	}
	addAll(Header, header)
	addAll(Query, query)
	visit(body, "", func(name string) bool { return s.suspicious(Body, name) }, add)
	return list
}

// SuspectsIn is Suspects of a body that is not decoded.
func (s *Set) SuspectsIn(header http.Header, query url.Values, body jsonvalue.Node) []string {
	list := s.Suspects(header, query, nil)
	return s.appendSuspects(list, body, false)
}

// appendSuspects appends the texts and numbers in a value that are long enough and stand under suspicious
// names, as the value itself may do.
func (s *Set) appendSuspects(list []string, n jsonvalue.Node, under bool) []string {
	if len(n.Raw()) < shortestFound { // and so is all in it
		return list
	}
	if under {
		if text := cmp.Or(n.String(), string(n.Number())); len(text) >= shortestFound {
			list = append(list, text)
		}
	}
	for item := range n.Items() {
		list = s.appendSuspects(list, item, under)
	}
	for name, member := range n.Members() {
		inside := under || len(member.Raw()) >= shortestFound && s.suspicious(Body, name)
		list = s.appendSuspects(list, member, inside)
	}
	return list
}

// Learn returns a Set that also guards the texts and numbers of a JSON value under secret names, as
// the variables that these names make. It leaves out a text that also stands under another name,
// where a response may lawfully repeat it, and one that is too short to be found.
func (s *Set) Learn(v any) *Set {
	out := s
	visit(v, "", s.IsNamed, func(name, secret string) {
		if name == "" || len(secret) < shortestFound {
			return
		}
		open := false
		visit(v, "", s.IsNamed, func(name, text string) { open = open || name == "" && strings.Contains(text, secret) })
		if !open {
			out = out.Guard(secret, Variable(name))
		}
	})
	return out
}

// visit calls do with each text and number of a JSON value and the secret name that it stands
// under, "" for none.
func visit(v any, under string, secret func(name string) bool, do func(under, text string)) {
	switch v := v.(type) {
	case string:
		do(under, v)
	case json.Number:
		do(under, string(v))
	case []any:
		for _, item := range v {
			visit(item, under, secret, do)
		}
	case *jsonvalue.Object:
		for _, m := range v.Members {
			name := under
			if secret(m.Name) {
				name = m.Name
			}
			visit(m.Value, name, secret, do)
		}
	}
}
