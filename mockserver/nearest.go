package mockserver

import (
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi"
)

// nearest returns the operation that is most similar to a request, nil where the document has none.
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

// comparedLength bounds in bytes how much of a path is compared and shown, for hostile ones.
const comparedLength = 200

// pathDistance returns the number of edits from the segments of a path to those of a template. A
// variable segment equals any segment that is not empty.
func pathDistance(path, template []string) int {
	template = slices.Clone(template)
	for i := range template {
		if strings.Contains(template[i], "{") && i < len(path) && path[i] != "" {
			template[i] = path[i]
		}
	}
	return nearest.Distance(strings.Join(path, "/"), strings.Join(template, "/"))
}

// basePathSegments is how many leading segments a path may have too many or too few, at the cost of
// one edit each: clients often add or omit a base path.
const basePathSegments = 3

// routeDistance is pathDistance with leading segments added or left out.
func routeDistance(path, template string) int {
	have, want := strings.Split(path, "/")[1:], strings.Split(template, "/")[1:]
	best := pathDistance(have, want)
	for n := 1; n <= basePathSegments; n++ {
		if n < len(have) {
			best = min(best, n+pathDistance(have[n:], want))
		}
		if n < len(want) {
			best = min(best, n+pathDistance(have, want[n:]))
		}
	}
	return best
}
