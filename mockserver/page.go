package mockserver

import (
	"net/http"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// page answers for the paths that the server adds to the document's own: the document, and an
// index. It is nil for all others.
func (s *Server) page(r *http.Request) *answer {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil
	}
	switch r.URL.Path {
	case "/openapi.yaml":
		return &answer{status: http.StatusOK, mediaType: "application/yaml", body: s.doc.YAML(s.address(r))}
	case "/openapi.json":
		return &answer{status: http.StatusOK, mediaType: applicationJSON, body: s.doc.JSON(s.address(r))}
	case "/":
		return &answer{status: http.StatusOK, mediaType: applicationJSON,
			body: jsonvalue.MarshalIndent(s.index(s.address(r)))}
	}
	return nil
}

// index says what this is and where to go from here.
func (s *Server) index(address string) any {
	if address == "/" {
		address = ""
	}
	operations := &jsonvalue.Object{}
	for _, op := range s.doc.Operations {
		operations.Set(op.ID, op.Method+" "+op.Path)
	}
	return jsonvalue.ObjectOf(
		"mock", "a stand-in for "+s.doc.Title+" "+s.doc.Version+", made by agentmock from "+s.doc.Name,
		"document", jsonvalue.ObjectOf("yaml", address+"/openapi.yaml", "json", address+"/openapi.json"),
		"control", jsonvalue.ObjectOf(
			"health", address+controlPath+"/health",
			"state", address+controlPath+"/state",
			"requests", address+controlPath+"/requests",
			"document", address+controlPath+"/openapi.yaml"),
		"operations", operations,
	)
}
