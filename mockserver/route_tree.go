package mockserver

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"
)

// routeTree narrows down, segment by segment, which routes may match a path, so that the time to find
// one does not grow with the number of operations. Whether a route does match is the library's word.
type routeTree struct {
	fixed   map[string]*routeTree // by segment, as canonical spells it
	partial *routeTree            // segments with variables in them
	open    *routeTree            // segments that are a variable
	routes  []*route              // that end here, in the order of the document
}

// add adds a route at the path of its template, which has the variables in braces.
func (t *routeTree) add(template string, rt *route) {
	for segment := range strings.SplitSeq(template, "/") {
		t = t.child(segment)
	}
	t.routes = append(t.routes, rt)
}

func (t *routeTree) child(segment string) *routeTree {
	next := &t.partial
	switch {
	case !strings.Contains(segment, "{"):
		if t.fixed[segment] == nil {
			if t.fixed == nil {
				t.fixed = map[string]*routeTree{}
			}
			t.fixed[segment] = &routeTree{}
		}
		return t.fixed[segment]
	case templateVariable.FindString(segment) == segment:
		next = &t.open
	}
	if *next == nil {
		*next = &routeTree{}
	}
	return *next
}

// search is the search for the route of a request.
type search struct {
	request http.Request
	url     url.URL
	found   mux.RouteMatch
	route   *route
}

// newSearch starts the search for a method and a path as canonical spells it.
func newSearch(method, path string) *search {
	s := &search{url: url.URL{Path: path}}
	if plain := unescaped(path); plain != path {
		s.url.Path, s.url.RawPath = plain, path
	}
	s.request = http.Request{Method: method, URL: &s.url}
	return s
}

// in looks for a route below a part of the tree, by the rest of the path. Fixed segments come before
// variable ones (OpenAPI 3.1 §4.8.8.2).
func (s *search) in(t *routeTree, path string) bool {
	segment, rest, more := strings.Cut(path, "/")
	for _, next := range [...]*routeTree{t.fixed[segment], t.partial, t.open} {
		switch {
		case next == nil:
		case more:
			if s.in(next, rest) {
				return true
			}
		case slices.ContainsFunc(next.routes, s.matches):
			return true
		}
	}
	return false
}

// matches reports whether a route is the one.
func (s *search) matches(rt *route) bool {
	s.found = mux.RouteMatch{}
	if !slices.Contains(rt.methods, s.request.Method) || !rt.mux.Match(&s.request, &s.found) {
		return false
	}
	s.route = rt
	return true
}
