package openapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// writtenPath is a path as a document writes it. OpenAPI allows neither ? nor # in a path (3.1 §4.8.8.1),
// but documents of RPC services tell operations by what they write behind one.
type writtenPath struct {
	path  string // up to the ? or #
	query []queryPart
}

// queryPart is a pair behind the ? of a path; the value may be a template such as {lat}.
type queryPart struct{ name, value string }

func splitPath(written string) writtenPath {
	rest, _, _ := strings.Cut(written, "#")
	path, query, _ := strings.Cut(rest, "?")
	out := writtenPath{path: path}
	for _, pair := range strings.Split(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); name != "" {
			out.query = append(out.query, queryPart{unescaped(name), unescaped(value)})
		}
	}
	return out
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// moveToQuery makes query parameters of the path parameters that stand behind the ? of a path.
func (op *Operation) moveToQuery(written writtenPath) {
	for _, q := range written.query {
		variable := pathParameter.FindStringSubmatch(q.value)
		if variable == nil {
			continue
		}
		for i, p := range op.Parameters {
			if p.In == "path" && p.Name == variable[1] && !strings.Contains(op.Path, variable[0]) {
				moved := *p
				moved.In, moved.Name = "query", q.name
				op.Parameters[i] = &moved
			}
		}
	}
}

// Selected reports whether a request has the values that tell this operation from others with the same
// method and path: those of its required query and header parameters that allow one value. It is true
// for an operation that has none.
func (op *Operation) Selected(query url.Values, header http.Header) bool {
	return !slices.ContainsFunc(op.Parameters, func(p *Parameter) bool {
		value, one := p.onlyValue()
		switch {
		case !one:
			return false
		case p.In == "header":
			return header.Get(p.Name) != value
		}
		return query.Get(p.Name) != value
	})
}

// Selectors returns the number of values that Selected looks for.
func (op *Operation) Selectors() int {
	n := 0
	for _, p := range op.Parameters {
		if _, one := p.onlyValue(); one {
			n++
		}
	}
	return n
}

// onlyValue returns the value of a query or header parameter that must be there and allows no other.
func (p *Parameter) onlyValue() (value string, ok bool) {
	if !p.Required || p.In != "query" && p.In != "header" || len(p.Schema.Enum) != 1 {
		return "", false
	}
	value, ok = p.Schema.Enum[0].(string)
	return value, ok
}

// selector identifies the requests of an operation among those of its method.
func (op *Operation) selector() string {
	key := op.Method + " " + pathParameter.ReplaceAllString(op.Path, "{}")
	for _, p := range op.Parameters {
		if value, one := p.onlyValue(); one {
			key += " " + p.In + " " + p.Name + "=" + value
		}
	}
	return key
}
