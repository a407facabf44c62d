package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestBudgetOfLargeDocument: a run of a document of 700 operations stays within its budget, says what it left
// out, and knows what it exercised.
func TestBudgetOfLargeDocument(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	doc, err := openapi.Parse("large.yaml", []byte(largeDocument(140)))
	if err != nil {
		t.Fatal(err)
	}
	server, err := mockserver.New(doc, mockserver.Options{Agents: 1})
	if err != nil {
		t.Fatal(err)
	}
	const budget = 500
	picked := selectionFlags{requests: budget}
	list, underived := gather(doc, nil, nil, picked.choice(doc))
	o := contract.Options{Budget: budget, Underived: underived}
	report, err := contract.Run(t.Context(), doc, contract.Selection{Level: fixtures.Standard}.Select(list),
		contracttest.Handler(server), o)
	if err != nil {
		t.Fatal(err)
	}
	if n := report.Summary.Requests; n < budget/2 || n > budget+budget/10 || !report.OK() {
		t.Errorf("%d requests for a budget of %d: %+v", n, budget, report.Summary)
	}
	if report.LeftOut == nil || report.LeftOut.Fixtures < 10_000 {
		t.Errorf("left out are %+v", report.LeftOut)
	}
	c := report.Coverage
	if len(doc.Operations) != 700 || c.Percent > 50 || len(c.Elements) > 100_000 {
		t.Errorf("of %d operations, %+v is exercised, in %d elements", len(doc.Operations), c.Share, len(c.Elements))
	}
	if n := c.Of(coverage.Operation).Hit; n < 350 || c.Hit < 4000 { // in the order of the list, 89 and 1104
		t.Errorf("what could find most was %d operations and %d elements, want 350 and 4000", n, c.Hit)
	}
}

// largeDocument returns a document of a number of resources, with five operations each.
func largeDocument(resources int) string {
	var out strings.Builder
	out.WriteString("openapi: 3.1.0\ninfo: {title: Large, version: '1'}\npaths:\n")
	const one = `{description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}`
	const body = `{required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}`
	for i := range resources {
		fmt.Fprintf(&out, `  /things%[1]d:
    get:
      operationId: list%[1]d
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Thing"}}}}
    post: {operationId: create%[1]d, requestBody: %[2]s, responses: {"201": %[3]s, "400": {description: No.}}}
  /things%[1]d/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: read%[1]d, responses: {"200": %[3]s, "404": {description: None.}}}
    patch: {operationId: change%[1]d, requestBody: %[2]s, responses: {"200": %[3]s, "400": {description: No.}}}
    delete: {operationId: remove%[1]d, responses: {"204": {description: Gone.}, "404": {description: None.}}}
`, i, body, one)
	}
	return out.String() + `components:
  schemas:
    Thing:
      type: object
      required: [name, kind]
      properties:
        id: {type: string, readOnly: true}
        name: {type: string, maxLength: 80}
        kind: {type: string, enum: [a, b, c, d]}
        size: {type: integer, minimum: 0, maximum: 100}
        tags: {type: array, items: {type: string}}
        owner: {type: object, properties: {mail: {type: string, format: email}, active: {type: boolean}}}
`
}
