package mockserver

import (
	"net/http"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// page returns what the server adds to the document's own paths: the document, an index at "/", and what
// browsers ask for by themselves. It returns nil for any other request, and where the document has such a path itself.
func (s *Server) page(r *http.Request) *response {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil
	}
	a, mediaType := s.api(), applicationJSON
	var body func(address string) []byte
	switch r.URL.Path {
	case "/openapi.yaml":
		mediaType, body = "application/yaml", func(address string) []byte { return a.doc.YAML(address) }
	case "/openapi.json":
		body = func(address string) []byte { return a.doc.JSON(address) }
	case "/":
		body = func(address string) []byte { return jsonvalue.MarshalIndent(a.index(address)) }
	default:
		if res := noise(r); res != nil && len(a.router.methods(r.URL)) == 0 {
			return res
		}
		return nil
	}
	if len(a.router.methods(r.URL)) > 0 {
		return nil
	}
	if r.URL.Path == "/" && wantsPage(r) {
		return htmlPage(a.frontPage(s.address(r)), "text/html; charset=utf-8").set("Vary", "Accept")
	}
	res := &response{status: http.StatusOK, mediaType: mediaType, body: body(s.address(r))}
	if r.URL.Path == "/" {
		res.set("Vary", "Accept")
	}
	return res
}

// index describes the server and links to its documents.
func (a *api) index(address string) any {
	address = strings.TrimSuffix(address, "/")
	operations := &jsonvalue.Object{}
	for _, op := range a.doc.Operations {
		operations.Set(op.ID, op.Method+" "+op.Path)
	}
	return jsonvalue.ObjectOf(
		"mock", "a mock of "+a.doc.Title+" "+a.doc.Version+", made by agentmock from "+a.doc.Name,
		"document", jsonvalue.ObjectOf("yaml", address+"/openapi.yaml", "json", address+"/openapi.json"),
		"control", jsonvalue.ObjectOf(
			"inspector", address+controlPath+"/",
			"health", address+controlPath+"/health",
			"state", address+controlPath+"/state",
			"requests", address+controlPath+"/requests",
			"document", address+controlPath+"/openapi.yaml"),
		"operations", operations,
	)
}
