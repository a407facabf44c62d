package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seedShapes are answers to a creation, with how bodies have the item.
var seedShapes = map[string]struct{ created, body, item string }{
	"a Location alone": {
		created: `{description: made, headers: {Location: {required: true, schema: {type: string}}}}`,
		body:    `{$ref: "#/components/schemas/Tent"}`, item: `{$ref: "#/components/schemas/Tent"}`,
	},
	"an envelope": {
		created: `{description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Enveloped"}}}}`,
		body:    `{$ref: "#/components/schemas/Enveloped"}`, item: `{$ref: "#/components/schemas/Enveloped"}`,
	},
	"a receipt": {
		created: `{description: made, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}}}`,
		body:    `{$ref: "#/components/schemas/Tent"}`, item: `{$ref: "#/components/schemas/Tent"}`,
	},
}

// TestSeedFindsWhatItCreates: whatever a creation is answered with, the items are in the ledger, are not
// created twice, and are removed again.
func TestSeedFindsWhatItCreates(t *testing.T) {
	t.Parallel()
	for name, shape := range seedShapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec, ledger := filepath.Join(t.TempDir(), "camp.yaml"), filepath.Join(t.TempDir(), "camp.ndjson")
			document := `
openapi: 3.0.3
info: {title: Camp, version: "1"}
paths:
  /tents:
    get: {operationId: tents, responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Tent"}}}}}}}
    post:
      operationId: pitch
      requestBody: {required: true, content: {application/json: {schema: ` + shape.body + `}}}
      responses: {"201": ` + shape.created + `}
  /tents/{tentId}:
    parameters: [{name: tentId, in: path, required: true, schema: {type: string}}]
    get: {operationId: tent, responses: {"200": {description: it, content: {application/json: {schema: ` + shape.item + `}}}, "404": {description: none}}}
    delete: {operationId: strike, responses: {"204": {description: gone}, "404": {description: none}}}
components:
  schemas:
    Tent: {type: object, required: [name], properties: {id: {type: string, readOnly: true}, name: {type: string}, beds: {type: integer, minimum: 1, maximum: 8}}}
    Enveloped: {type: object, required: [tent], properties: {tent: {$ref: "#/components/schemas/Tent"}}}
`
			if err := os.WriteFile(spec, []byte(document), 0o600); err != nil {
				t.Fatal(err)
			}
			mock := startServe(t, "--spec", spec, "--agents", "0")
			seed := func(want string, args ...string) {
				t.Helper()
				args = append([]string{"seed", "--spec", spec}, args...)
				code, stdout, stderr := agentmock(t.Context(), args...)
				if code != exitOK || !strings.Contains(stderr, want) {
					t.Errorf("%v: exit code %d\n%s%s", args, code, stdout, stderr)
				}
			}
			at := []string{"--count", "4", "--base-url", mock.url, "--ledger", ledger}
			seed("4 agents created", at...)
			seed("0 agents created, 4 already there", at...)
			seed("4 agents removed", "--undo", ledger)
		})
	}
}
