package mockserver

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// router finds operations by method and path template.
type router struct {
	routes []*route // the most concrete first
	tree   routeTree
	bases  []string // the paths of all servers, the longest first
	recent *recent
}

// route is the route of one operation.
type route struct {
	operation *openapi.Operation
	methods   []string // of the requests that it takes
	mux       *mux.Route
	// rivals are the routes of the same method and path, itself among them, those first that tell
	// most of their requests.
	rivals []*route
	// variables are the names of the path parameters, in order. Those among aliases have another name in
	// the library, because the document's means something to it, or is there twice.
	variables []string
	aliases   map[string]string // the library's names
}

// match is a route that a request matches.
type match struct {
	*route
	parameters map[string]string // decoded; requests share them
}

var templateVariable = regexp.MustCompile(`\{([^{}]*)\}`)

func newRouter(operations []*openapi.Operation) (*router, error) {
	r, library := &router{recent: newRecent()}, mux.NewRouter().SkipClean(true).UseEncodedPath()
	ordered := slices.Clone(operations)
	// Concrete paths match before templated ones (OpenAPI 3.1 §4.8.8.2).
	slices.SortStableFunc(ordered, func(a, b *openapi.Operation) int {
		return strings.Compare(specificity(a.Path), specificity(b.Path))
	})
	for _, op := range ordered {
		rt := &route{operation: op, methods: []string{op.Method}}
		if op.Method == http.MethodGet && !declares(operations, http.MethodHead, op.Path) {
			rt.methods = append(rt.methods, http.MethodHead)
		}
		template := rt.template(op.Path)
		rt.mux = library.Path(template).Methods(rt.methods...).Handler(http.NotFoundHandler())
		if err := rt.mux.GetError(); err != nil {
			return nil, fmt.Errorf("%s: paths.%s: %w", op.Position, op.Path, err)
		}
		r.routes = append(r.routes, rt)
		r.tree.add(template, rt)
		for _, base := range op.BasePaths {
			if !slices.Contains(r.bases, base) {
				r.bases = append(r.bases, base)
			}
		}
	}
	r.meetRivals()
	slices.SortFunc(r.bases, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return r, nil
}

// meetRivals lets routes know those of the same method and path. A document that tells operations by a
// parameter has many: all of a service.
func (r *router) meetRivals() {
	rivals := map[string][]*route{}
	for _, rt := range r.routes {
		key := rt.operation.Method + " " + templateVariable.ReplaceAllString(rt.operation.Path, "{}")
		rivals[key] = append(rivals[key], rt)
	}
	for _, list := range rivals {
		slices.SortStableFunc(list, func(a, b *route) int { return b.operation.Selectors() - a.operation.Selectors() })
		for _, rt := range list {
			rt.rivals = list
		}
	}
}

// selected returns the route among those of the same method and path whose values the request has; the
// route itself where there is none.
func (m match) selected(query url.Values, header http.Header) match {
	if len(m.rivals) < 2 {
		return m
	}
	for _, rt := range m.rivals {
		if rt.operation.Selected(query, header) {
			chosen := match{route: rt, parameters: map[string]string{}}
			for i, name := range rt.variables {
				chosen.parameters[name] = m.parameters[m.variables[i]]
			}
			return chosen
		}
	}
	return m
}

func declares(operations []*openapi.Operation, method, path string) bool {
	return slices.ContainsFunc(operations, func(op *openapi.Operation) bool {
		return op.Method == method && op.Path == path
	})
}

// specificity returns a sort key that puts fixed segments before templated ones.
func specificity(path string) string {
	return eachSegment(path, func(s string) string {
		switch {
		case templateVariable.FindString(s) == s && s != "":
			return "2"
		case strings.Contains(s, "{"):
			return "1"
		}
		return "0"
	})
}

// template returns the path as the library wants it: fixed parts escaped as canonical does,
// variables renamed.
func (rt *route) template(path string) string {
	return inTemplate(path, func(variable string) string {
		name := variable
		if !plainVariable.MatchString(name) || slices.Contains(rt.variables, name) {
			name = fmt.Sprintf("%d", len(rt.variables)) // which is no plain name
			if rt.aliases == nil {
				rt.aliases = map[string]string{}
			}
			rt.aliases[name] = variable
		}
		rt.variables = append(rt.variables, variable)
		return "{" + name + "}"
	})
}

// plainVariable is a name that means nothing to the library.
var plainVariable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// canonical returns a request's path in the spelling of templates: each segment decoded and encoded
// again.
func canonical(u *url.URL) string {
	if u.RawPath == "" && !strings.ContainsFunc(u.Path, isEscapedInPath) { // as most are
		return u.Path
	}
	return eachSegment(u.EscapedPath(), func(s string) string { return url.PathEscape(unescaped(s)) })
}

// isEscapedInPath reports whether canonical writes a character of a path with an escape.
func isEscapedInPath(c rune) bool {
	isPlain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '-' && c <= ':' || c == '_' || c == '~'
	return !isPlain // from - to : are the digits, the dot and the slash
}

func unescaped(path string) string {
	if !strings.Contains(path, "%") {
		return path
	}
	plain, _ := url.PathUnescape(path) // the path of a URL has no wrong escapes
	return plain
}

// inTemplate returns the path of a template with values for its variables, its fixed parts escaped.
func inTemplate(template string, value func(name string) string) string {
	fixed := templateVariable.Split(template, -1)
	out := eachSegment(fixed[0], url.PathEscape)
	for i, variable := range templateVariable.FindAllStringSubmatch(template, -1) {
		out += value(variable[1]) + eachSegment(fixed[i+1], url.PathEscape)
	}
	return out
}

// eachSegment returns a path with f applied to its segments.
func eachSegment(path string, f func(string) string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = f(s)
	}
	return strings.Join(segments, "/")
}

// find returns the route of a request, and whether there is one. The path may start with the path of a
// server of the operation, as generated clients send it; of several routes the most concrete counts.
func (r *router) find(method string, u *url.URL) (best match, found bool) {
	return r.recent.find(method, canonical(u), r.search)
}

// search is find for a path as canonical spells it, without what is remembered.
func (r *router) search(method, path string) (best match, found bool) {
	best, found = r.at(method, path)
	for _, base := range r.bases {
		rest, ok := strings.CutPrefix(path, base)
		if !ok || !strings.HasPrefix(rest, "/") && rest != "" {
			continue
		}
		m, ok := r.at(method, cmp.Or(rest, "/"))
		if !ok || !slices.Contains(m.operation.BasePaths, base) {
			continue
		}
		if !found || specificity(base+m.operation.Path) < specificity(best.operation.Path) {
			best, found = m, true
		}
	}
	return best, found
}

// at returns the route of a method and a path as canonical spells it.
func (r *router) at(method, path string) (m match, found bool) {
	s := newSearch(method, path)
	if !s.in(&r.tree, path) {
		return match{}, false
	}
	m = match{route: s.route, parameters: s.found.Vars}
	for name, value := range m.parameters {
		m.parameters[name] = unescaped(value)
	}
	for alias, name := range m.aliases {
		m.parameters[name] = m.parameters[alias]
		delete(m.parameters, alias)
	}
	return m, true
}

// methods returns the methods of a path, for Allow; nil where the document has no such path.
func (r *router) methods(u *url.URL) []string {
	var list []string
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodTrace, http.MethodOptions,
	} {
		if _, ok := r.find(method, u); ok || method == http.MethodOptions && list != nil {
			list = append(list, method)
		}
	}
	return list
}

// unmatched responds to a request that has no route, because of its method or of its path.
func (r *router) unmatched(request *http.Request, hide *redact.Set) *response {
	allowed := r.methods(request.URL)
	method, path := truncate(request.Method, 50), truncate(request.URL.EscapedPath(), comparedLength)
	switch {
	case len(allowed) == 0:
		v := openapi.Violation{
			Rule: ruleUnknownOperation, In: "path", Actual: method + " " + path,
			Message: fmt.Sprintf("the document has no operation at %s %s", method, path),
		}
		if op := r.nearest(request.Method, request.URL); op != nil {
			v.Suggestion = op.Method + " " + op.Path
			v.Message += fmt.Sprintf("; the nearest is %s (%s)", v.Suggestion, op.ID)
			v.Document = op.Position
		}
		return refuse(http.StatusNotFound, withoutSecrets([]openapi.Violation{v}, hide)...)
	case method == http.MethodOptions:
		return (&response{status: http.StatusNoContent}).set("Allow", strings.Join(allowed, ", "))
	}
	v := openapi.Violation{
		Rule: ruleUnknownMethod, In: "path", Expected: allowed, Actual: method,
		Message: fmt.Sprintf("%s has no %s; it takes %s", path, method, strings.Join(allowed, ", ")),
	}
	return refuse(http.StatusMethodNotAllowed, withoutSecrets([]openapi.Violation{v}, hide)...).
		set("Allow", strings.Join(allowed, ", "))
}
