// Package redact keeps secrets out of what is shown or written: journals, logs, reports, curl
// lines.
//
//	r := redact.New([]string{"x-api-key", "elevenLabsApiKey"}, []string{"key-0815"})
//	r.Value(body)     // {"ttsModel":{"elevenLabsApiKey":"[redacted]"}}
//	r.Text(rawBody)   // the same where the body is no JSON at all
//	r.Header(headers) // X-Api-Key: [redacted]
//
// A secret is known by the name under which it stands, or by its value wherever it stands. In doubt
// the package hides too much: it is for what people read, not for data that goes on to be
// processed. It does not find secrets that nobody named.
package redact

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Placeholder stands where a secret stood.
const Placeholder = "[redacted]"

// shortValue is the length in bytes below which a known value is hidden only where it stands as a
// word of its own: the key "test" must not tear holes into "latest".
const shortValue = 6

// Set hides secrets. A nil one knows only the headers that carry credentials by their definition.
// It is immutable and safe for concurrent use.
type Set struct {
	names  []*secretName
	values []value
}

// value is one way in which a known secret may be spelt.
type value struct {
	text string
	word bool // hidden only as a word of its own
}

// New makes a Set of the names of members, headers, query parameters and cookies whose values are
// secret, in any case, and of values that are secret wherever they stand. Empty ones are ignored.
func New(names, values []string) *Set {
	r := &Set{}
	for _, n := range names {
		if n != "" && !r.isSecret(n) {
			r.names = append(r.names, newName(n))
		}
	}
	return r.With(values...)
}

// With is a Set that knows some values more.
func (r *Set) With(values ...string) *Set {
	out := &Set{}
	if r != nil {
		out.names, out.values = r.names, slices.Clip(r.values)
	}
	for _, v := range values {
		if v == "" {
			continue
		}
		for _, spelling := range spellings(v) {
			out.values = append(out.values, value{text: spelling, word: len(v) < shortValue})
		}
	}
	// Longest first: a secret that begins like a shorter one must not keep its tail.
	slices.SortStableFunc(out.values, func(a, b value) int { return len(b.text) - len(a.text) })
	out.values = slices.CompactFunc(out.values, func(a, b value) bool { return a.text == b.text })
	return out
}

// spellings lists how a value looks in plain text, in JSON (escaped for browsers or not) and in a
// URL.
func spellings(v string) []string {
	list := []string{v, strings.Trim(string(jsonvalue.Marshal(v)), `"`)}
	if escaped, err := json.Marshal(v); err == nil {
		list = append(list, strings.Trim(string(escaped), `"`))
	}
	list = append(list, url.QueryEscape(v), url.PathEscape(v))
	slices.Sort(list)
	return slices.Compact(list)
}

// Value is a JSON value with its secrets hidden: what stands under a secret name at any depth, and
// known values inside of any string or name. Nulls and empty strings are kept, there is nothing to
// hide in them. The value that was given stays as it is.
func (r *Set) Value(v any) any {
	if r == nil {
		return v
	}
	switch v := v.(type) {
	case string:
		return r.Text(v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = r.Value(item)
		}
		return out
	case *jsonvalue.Object:
		if v == nil {
			return nil
		}
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, len(v.Members))}
		for i, m := range v.Members {
			out.Members[i] = jsonvalue.Member{Name: r.hideValues(m.Name), Value: r.member(m.Name, m.Value)}
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for n, item := range v {
			out[r.hideValues(n)] = r.member(n, item)
		}
		return out
	case json.Number:
		return r.number(v)
	}
	return v
}

// member hides what stands under a secret name.
func (r *Set) member(name string, v any) any {
	if v == nil || v == "" || !r.isSecret(name) {
		return r.Value(v)
	}
	return Placeholder
}

// number hides a number whose digits are a known secret.
func (r *Set) number(n json.Number) any {
	for _, known := range r.values {
		if string(n) == known.text {
			return Placeholder
		}
	}
	return n
}

// Secrets lists the texts that stand under secret names at any depth of a JSON value, for With: a
// secret must not come back in an answer either.
func (r *Set) Secrets(v any) []string {
	var list []string
	r.collect(v, false, &list)
	return list
}

func (r *Set) collect(v any, secret bool, list *[]string) {
	switch v := v.(type) {
	case string:
		if secret && v != "" {
			*list = append(*list, v)
		}
	case json.Number:
		if secret {
			*list = append(*list, string(v))
		}
	case []any:
		for _, item := range v {
			r.collect(item, secret, list)
		}
	case *jsonvalue.Object:
		if v == nil {
			return
		}
		for _, m := range v.Members {
			r.collect(m.Value, secret || r.isSecret(m.Name), list)
		}
	case map[string]any:
		for n, item := range v {
			r.collect(item, secret || r.isSecret(n), list)
		}
	}
}

func (r *Set) isSecret(name string) bool {
	if r == nil {
		return false
	}
	return slices.ContainsFunc(r.names, func(n *secretName) bool { return strings.EqualFold(n.text, name) })
}
