package mockserver

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

func routes(t *testing.T, list ...string) *router {
	t.Helper()
	var operations []*openapi.Operation
	for i := 0; i < len(list); i += 2 {
		operations = append(operations, &openapi.Operation{ID: list[i] + " " + list[i+1], Method: list[i],
			Path: list[i+1]})
	}
	r, err := newRouter(operations)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	r := routes(t,
		"GET", "/items/{id}", "GET", "/items/mine", "PUT", "/items/{id}", "POST", "/items/{id}:publish", "GET",
		"/files/{name}.{ext}",
		"GET", "/größe/{a:b}", "GET", "/a b/{x-y}", "DELETE", "/items/mine", "GET", "/")
	tests := []struct {
		method, target, want string
		parameters           map[string]string
	}{
		{"GET", "/items/7", "GET /items/{id}", map[string]string{"id": "7"}},
		{"HEAD", "/items/7", "GET /items/{id}", map[string]string{"id": "7"}},
		{"GET", "/items/mine", "GET /items/mine", nil},
		{"PUT", "/items/mine", "PUT /items/{id}", map[string]string{"id": "mine"}},
		{"POST", "/items/7:publish", "POST /items/{id}:publish", map[string]string{"id": "7"}},
		{"POST", "/items/7%3Apublish", "POST /items/{id}:publish", map[string]string{"id": "7"}},
		{"GET", "/items/a%2Fb", "GET /items/{id}", map[string]string{"id": "a/b"}},
		{"GET", "/items/%F0%9F%98%80", "GET /items/{id}", map[string]string{"id": "😀"}},
		{"GET", "/items/%00", "GET /items/{id}", map[string]string{"id": "\x00"}},
		{"GET", "/items/a+b", "GET /items/{id}", map[string]string{"id": "a+b"}},
		{"GET", "/items/..", "GET /items/{id}", map[string]string{"id": ".."}},
		{"GET", "/%69tems/7", "GET /items/{id}", map[string]string{"id": "7"}},
		{"GET", "/files/a.b.txt", "GET /files/{name}.{ext}", map[string]string{"name": "a.b", "ext": "txt"}},
		{"GET", "/gr%C3%B6%C3%9Fe/1", "GET /größe/{a:b}", map[string]string{"a:b": "1"}},
		{"GET", "/a%20b/1", "GET /a b/{x-y}", map[string]string{"x-y": "1"}},
		{"GET", "/", "GET /", nil},
		{"GET", "/items/", "", nil},
		{"GET", "/items", "", nil},
		{"GET", "/items/7/8", "", nil},
		{"GET", "//items/7", "", nil},
		{"GET", "/Items/7", "", nil},
		{"PATCH", "/items/7", "wrong method", nil},
		{"DELETE", "/items/7", "wrong method", nil},
	}
	for _, tt := range tests {
		u, err := url.ParseRequestURI(tt.target)
		if err != nil {
			t.Fatal(err)
		}
		f, ok := r.find(tt.method, u)
		wrongMethod := len(r.methods(u)) > 0
		switch {
		case !ok:
			if wrongMethod != (tt.want == "wrong method") || !wrongMethod && tt.want != "" {
				t.Errorf("%s %s: nothing, wrong method %v; want %q", tt.method, tt.target, wrongMethod, tt.want)
			}
		case f.operation.ID != tt.want:
			t.Errorf("%s %s: %s, want %q", tt.method, tt.target, f.operation.ID, tt.want)
		default:
			for name, value := range tt.parameters {
				if f.parameters[name] != value {
					t.Errorf("%s %s: %s is %q, want %q", tt.method, tt.target, name, f.parameters[name], value)
				}
			}
		}
	}
}

// TestBasePaths: paths of servers are served as well as paths without them, and what the document
// spells out wins over a variable.
func TestBasePaths(t *testing.T) {
	t.Parallel()
	operation := func(id, path string, bases ...string) *openapi.Operation {
		return &openapi.Operation{ID: id, Method: http.MethodGet, Path: path, BasePaths: bases}
	}
	r, err := newRouter([]*openapi.Operation{
		operation("ships", "/ships", "/v2", "/api/v2"), operation("ship", "/ships/{id}", "/v2", "/api/v2"),
		operation("any", "/{fleet}/{name}"), operation("own", "/own", "/elsewhere"), operation("root", "/", "/v2"),
		operation("spelled", "/v2/ships/mine", "/v2"), operation("odd", "/odd", "/a%20b"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{
		"/ships": "ships", "/v2/ships": "ships", "/api/v2/ships": "ships", "/v2/ships/7": "ship",
		"/api/v2/ships/7": "ship",
		"/v2/other":       "any", "/elsewhere/own": "own", "/v2/own": "any", "/v2": "root", "/v2/": "root", "/": "root",
		"/v2/ships/mine": "spelled", "/v2/v2/ships/mine": "spelled", "/a%20b/odd": "odd", "/v1/ships/7": "",
		"/v2/ships/7/8": "", "/v2x/ships/7": "",
	} {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if m, ok := r.find(http.MethodGet, u); ok {
			got = m.operation.ID
		}
		if got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
}

func TestRouterRefusesBadTemplates(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"items", "{id}"} {
		if _, err := newRouter([]*openapi.Operation{{Method: http.MethodGet, Path: path}}); err == nil {
			t.Errorf("%q was taken", path)
		}
	}
}

// TestRouteTree: the tree and a look at all routes in turn find the same.
func TestRouteTree(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	segments := []string{"a", "b", "{x}", "{y}", "{z}.b", "a{w}", "{v:1}", ""}
	path := func(from []string) string {
		out := ""
		for range 1 + random.IntN(4) {
			out += "/" + from[random.IntN(len(from))]
		}
		return out
	}
	found := 0
	for range 300 {
		var list []string
		for range 1 + random.IntN(12) {
			list = append(list, []string{"GET", "PUT"}[random.IntN(2)], path(segments))
		}
		r := routes(t, list...)
		for range 40 {
			method := []string{"GET", "PUT", "HEAD"}[random.IntN(3)]
			target := path([]string{"a", "b", "a.b", "ab", "c.b", ""})
			s, want := newSearch(method, target), ""
			if i := slices.IndexFunc(r.routes, s.matches); i >= 0 {
				want = fmt.Sprint(r.routes[i].operation.ID, s.found.Vars)
			}
			got := ""
			if s = newSearch(method, target); s.in(&r.tree, target) {
				got, found = fmt.Sprint(s.route.operation.ID, s.found.Vars), found+1
			}
			if got != want {
				t.Fatalf("%q: %s %s is %q, want %q", list, method, target, got, want)
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d found", found)
	}
}

// The address of an item is escaped, in what the document writes and in what a client chooses.
func TestInTemplate(t *testing.T) {
	t.Parallel()
	escaped := func(name string) string { return url.PathEscape("é/" + name + "\n#") }
	got := inTemplate("/größe/a b/{id}:{x}/c?d", escaped)
	if want := "/gr%C3%B6%C3%9Fe/a%20b/%C3%A9%2Fid%0A%23:%C3%A9%2Fx%0A%23/c%3Fd"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
