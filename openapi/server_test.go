package openapi_test

import (
	"slices"
	"testing"
)

// TestBasePaths: the path of a server is known with its variables' defaults; the servers of an
// operation count instead of those of its path, and those instead of the document's.
func TestBasePaths(t *testing.T) {
	t.Parallel()
	doc := load(t, `openapi: 3.1.0
info: {title: Harbour, version: '1'}
servers:
  - url: https://{region}.harbour.test/{stage}/v3/
    variables: {region: {default: north}, stage: {default: live, enum: [live, test]}}
  - url: /v3
  - url: https://harbour.test
  - url: ./local
  - url: https://harbour.test/{unknown}
paths:
  /berths:
    get: {operationId: berths, responses: {'204': {description: d}}}
    post: {operationId: berth, servers: [{url: 'https://other.test/own path'}], responses: {'204': {description: d}}}
  /cranes:
    servers: [{url: //crane.test/c}]
    get: {operationId: cranes, responses: {'204': {description: d}}}
    put: {operationId: crane, servers: [], responses: {'204': {description: d}}}
`)
	for id, want := range map[string][]string{"berths": {"/live/v3", "/v3", "/local"}, "berth": {"/own%20path"},
		"cranes": {"/c"}, "crane": nil} {
		if got := doc.Operation(id).BasePaths; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
