package mockserver

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestServingNeverStopsForASample: items and answers that the document makes impossible are said in
// the log with the rule and its line, and all the rest is served.
func TestServingNeverStopsForASample(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("orchard.yaml", []byte(`openapi: 3.0.3
info: {title: Orchard, version: "1"}
paths:
  /trees:
    get: {operationId: listTrees, responses: {"200": {description: All., content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Tree"}}}}}}}
    post:
      operationId: plantTree
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}
      responses: {"201": {description: New., content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}}
  /trees/{treeId}:
    get:
      operationId: readTree
      parameters: [{name: treeId, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: One., content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}}
  /harvest:
    get: {operationId: readHarvest, responses: {"200": {description: Of the year., content: {application/json: {schema: {type: object, required: [kilos, year], properties: {kilos: {type: integer, minimum: 9, maximum: 8}, year: {type: integer, enum: [2025]}}}}}}}}
components:
  schemas:
    Tree: {type: object, required: [fruit], properties: {treeId: {type: string, readOnly: true}, fruit: {type: string, minLength: 9, enum: [apple, pear]}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	server, err := New(doc, Options{Agents: 5, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatalf("the mock does not start: %v", err)
	}
	if server.Generated() != 0 {
		t.Errorf("%d items, of which none can be made", server.Generated())
	}
	for _, want := range []string{"orchard.yaml:19: none of the allowed values (enum)", "operation=readHarvest",
		"orchard.yaml:16: no integer lies within the bounds"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, &log)
		}
	}
	for path, want := range map[string]string{"/trees": "[]", "/harvest": `{"kilos":0,"year":2025}`} {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil))
		if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != want {
			t.Errorf("GET %s: %d %s, want %s", path, w.Code, got, want)
		}
	}
	if _, err := server.Seed(SeedOptions{Count: 1}); err == nil {
		t.Error("Seed adds what cannot be made")
	}
}
