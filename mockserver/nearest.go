package mockserver

import (
	"net/url"
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

// pathDistance returns the number of edits from a path to a template. A variable segment equals any
// segment that is not empty.
func pathDistance(path, template string) int {
	have, want := strings.Split(path, "/"), strings.Split(template, "/")
	for i := range want {
		if strings.Contains(want[i], "{") && i < len(have) && have[i] != "" {
			want[i] = have[i]
		}
	}
	return nearest.Distance(strings.Join(have, "/"), strings.Join(want, "/"))
}

// basePathSegments is how many leading segments a path may have too many or too few, at the cost of
// one edit each: clients often add or omit a base path.
const basePathSegments = 3

// routeDistance is pathDistance with leading segments added or left out.
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

// withoutFirst returns a path without its first segment, "" where it has no other.
func withoutFirst(path string) string {
	i := strings.IndexByte(strings.TrimPrefix(path, "/"), '/')
	if i < 0 {
		return ""
	}
	return strings.TrimPrefix(path, "/")[i:]
}
