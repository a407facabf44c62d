package mockserver

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// router finds operations by method and path, as a document writes them.
type router struct {
	mux    *mux.Router
	routes []*route
}

// route is one operation's way in.
type route struct {
	operation *openapi.Operation
	mux       *mux.Route
	// variables are the names of the path parameters. The routes call them p0, p1, …: the
	// document's names may hold characters that mean something to the library.
	variables []string
}

// found is a route with the values of its path parameters, decoded.
type found struct {
	*route
	parameters map[string]string
}

var templateVariable = regexp.MustCompile(`\{([^{}]*)\}`)

func newRouter(operations []*openapi.Operation) (*router, error) {
	r := &router{mux: mux.NewRouter().SkipClean(true).UseEncodedPath()}
	ordered := slices.Clone(operations)
	// What is written out matches before what is templated (OpenAPI 3.1 §4.8.8.2).
	slices.SortStableFunc(ordered, func(a,
		b *openapi.Operation) int {
		return strings.Compare(specificity(a.Path), specificity(b.Path))
	})
	for _, op := range ordered {
		rt := &route{operation: op}
		methods := []string{op.Method}
		if op.Method == http.MethodGet && !declares(operations, http.MethodHead, op.Path) {
			methods = append(methods, http.MethodHead)
		}
		rt.mux = r.mux.Path(rt.template(op.Path)).Methods(methods...).Handler(http.NotFoundHandler())
		if err := rt.mux.GetError(); err != nil {
			return nil, fmt.Errorf("%s: paths.%s: %w", op.Position, op.Path, err)
		}
		r.routes = append(r.routes, rt)
	}
	return r, nil
}

func declares(operations []*openapi.Operation, method, path string) bool {
	return slices.ContainsFunc(operations, func(op *openapi.Operation) bool {
		return op.Method == method &&
			op.Path == path
	})
}

// specificity sorts segments without variables before those with.
func specificity(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		switch {
		case templateVariable.FindString(s) == s && s != "":
			segments[i] = "2"
		case strings.Contains(s, "{"):
			segments[i] = "1"
		default:
			segments[i] = "0"
		}
	}
	return strings.Join(segments, "/")
}

// template is the path as the library wants it: fixed parts escaped as canonical does, variables
// renamed.
func (rt *route) template(path string) string {
	var out strings.Builder
	rest := path
	for {
		at := templateVariable.FindStringSubmatchIndex(rest)
		if at == nil {
			out.WriteString(escapeFixed(rest))
			return out.String()
		}
		out.WriteString(escapeFixed(rest[:at[0]]))
		fmt.Fprintf(&out, "{p%d}", len(rt.variables))
		rt.variables = append(rt.variables, rest[at[2]:at[3]])
		rest = rest[at[1]:]
	}
}

func escapeFixed(s string) string {
	segments := strings.Split(s, "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	return strings.Join(segments, "/")
}

// canonical spells a request's path in the one way in which templates are spelt: each segment
// decoded and encoded again.
func canonical(u *url.URL) string {
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		if plain, err := url.PathUnescape(s); err == nil {
			segments[i] = url.PathEscape(plain)
		}
	}
	return strings.Join(segments, "/")
}

// find is nil where nothing matches; wrongMethod says that the path alone would have matched.
func (r *router) find(method string, u *url.URL) (f *found, wrongMethod bool) {
	raw := canonical(u)
	var match mux.RouteMatch
	request := &http.Request{Method: method, URL: &url.URL{Path: u.Path, RawPath: raw}}
	if !r.mux.Match(request, &match) || match.MatchErr != nil {
		return nil, match.MatchErr == mux.ErrMethodMismatch
	}
	i := slices.IndexFunc(r.routes, func(rt *route) bool { return rt.mux == match.Route })
	if i < 0 {
		return nil, false
	}
	f = &found{route: r.routes[i], parameters: map[string]string{}}
	for n, name := range f.variables {
		value := match.Vars[fmt.Sprintf("p%d", n)]
		if plain, err := url.PathUnescape(value); err == nil {
			value = plain
		}
		f.parameters[name] = value
	}
	return f, false
}

// methods lists what a path takes, for Allow; nil where the document has no such path.
func (r *router) methods(u *url.URL) []string {
	var list []string
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodTrace,
	} {
		if f, _ := r.find(method, u); f != nil {
			list = append(list, method)
		}
	}
	if f, _ := r.find(http.MethodOptions, u); list != nil || f != nil {
		list = append(list, http.MethodOptions)
	}
	return list
}

// nearest is the operation that looks most like what was asked for, or nil where the document has
// none.
func (r *router) nearest(method string, u *url.URL) *openapi.Operation {
	var best *openapi.Operation
	bestDistance := 0
	for _, rt := range r.routes {
		d := 2 * routeDistance(u.Path[:min(len(u.Path), 2*comparedLength)], rt.operation.Path)
		if rt.operation.Method != method {
			d++
		}
		if best == nil || d < bestDistance {
			best, bestDistance = rt.operation, d
		}
	}
	return best
}

// comparedLength bounds in bytes what is compared of two paths, for hostile ones.
const comparedLength = 200

// pathDistance counts the changes from one path to another; a variable segment equals anything that
// is not empty.
func pathDistance(path, template string) int {
	have, want := strings.Split(path, "/"), strings.Split(template, "/")
	for i := range want {
		if strings.Contains(want[i], "{") && i < len(have) && have[i] != "" {
			want[i] = have[i]
		}
	}
	return nearest.Distance(strings.Join(have, "/"), strings.Join(want, "/"))
}

// basePathSegments is how many leading segments a path may have too many or too few, each for the
// price of one change: a base path that is served elsewhere.
const basePathSegments = 3

// routeDistance is pathDistance, with a base path added or left out.
func routeDistance(path, template string) int {
	best := pathDistance(path, template)
	shorterPath, shorterTemplate := path, template
	for n := 1; n <= basePathSegments; n++ {
		shorterPath, shorterTemplate = withoutFirst(shorterPath), withoutFirst(shorterTemplate)
		if shorterPath != "" {
			best = min(best, n+pathDistance(shorterPath, template))
		}
		if shorterTemplate != "" {
			best = min(best, n+pathDistance(path, shorterTemplate))
		}
	}
	return best
}

// withoutFirst is a path without its first segment, "" where it has no other.
func withoutFirst(path string) string {
	i := strings.IndexByte(strings.TrimPrefix(path, "/"), '/')
	if i < 0 {
		return ""
	}
	return strings.TrimPrefix(path, "/")[i:]
}

// clip shortens a text to some bytes, at the end of a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// refuseMethod is for a path that has other methods.
func (r *router) refuseMethod(request *http.Request, hide *redact.Set) *answer {
	allowed := r.methods(request.URL)
	v := openapi.Violation{
		Rule: ruleUnknownMethod, In: "path", Expected: allowed, Actual: clip(request.Method, 50),
		Message: fmt.Sprintf("%s has no %s; it takes %s", shownPath(request), clip(request.Method, 50),
			strings.Join(allowed, ", ")),
	}
	return refuse(http.StatusMethodNotAllowed, withoutSecrets([]openapi.Violation{v}, hide)...).set("Allow",
		strings.Join(allowed, ", "))
}

// refuseRoute is for a path that the document does not have.
func (r *router) refuseRoute(request *http.Request, hide *redact.Set) *answer {
	v := openapi.Violation{
		Rule: ruleUnknownOperation, In: "path", Actual: clip(request.Method, 50) + " " + shownPath(request),
		Message: fmt.Sprintf("the document has no operation at %s %s", clip(request.Method, 50), shownPath(request)),
	}
	if op := r.nearest(request.Method, request.URL); op != nil {
		v.Suggestion = op.Method + " " + op.Path
		v.Message += fmt.Sprintf("; the nearest is %s (%s)", v.Suggestion, op.ID)
		v.Document = op.Position
	}
	return refuse(http.StatusNotFound, withoutSecrets([]openapi.Violation{v}, hide)...)
}

// shownPath is a request's path as a message repeats it.
func shownPath(r *http.Request) string { return clip(r.URL.EscapedPath(), comparedLength) }
