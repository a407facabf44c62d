package openapi

import (
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// basePaths returns the paths of the servers of an operation: its own, else its path's, else the
// document's (OpenAPI 3.1 §4.8.5). Variables have their defaults.
func (b *documentBuilder) basePaths(operation, item *jsonvalue.Object) []string {
	var paths []string
	for _, o := range []*jsonvalue.Object{operation, item, b.root} {
		v, given := o.Get("servers")
		for _, server := range asList(v) {
			if path := basePath(server); path != "" && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
		if given {
			break
		}
	}
	return paths
}

// basePath returns the path of a server's URL without a slash at its end.
func basePath(server any) string {
	v, _ := member(server, "url")
	text, _ := v.(string)
	variables, _ := member(server, "variables")
	for _, m := range members(variables) {
		value, _ := member(m.Value, "default")
		preset, _ := value.(string)
		text = strings.ReplaceAll(text, "{"+m.Name+"}", preset)
	}
	if before, rest, absolute := strings.Cut(text, "//"); absolute && (before == "" || strings.HasSuffix(before, ":")) {
		_, text, _ = strings.Cut(rest, "/")
	}
	u, err := url.Parse("/" + strings.TrimLeft(text, "./"))
	if err != nil || strings.ContainsAny(u.Path, "{}") {
		return ""
	}
	segments := strings.Split(strings.TrimRight(u.Path, "/"), "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	return strings.Join(segments, "/")
}
