package openapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestWrittenPaths reads paths with a ? or #: what is behind is a parameter or a fixed value, and tells
// operations of one path apart.
func TestWrittenPaths(t *testing.T) {
	t.Parallel()
	doc := load(t, `
openapi: 3.0.3
info: {title: Ferries, version: "1"}
paths:
  /sailings?from={port}&class=car:
    get:
      operationId: carSailings
      parameters: [{name: port, in: path, required: true, schema: {type: string, enum: [north, south]}}]
      responses: {"200": {description: ok}}
  /sailings?class=foot:
    get: {operationId: footSailings, responses: {"200": {description: ok}}}
  /#Do=Board:
    post:
      operationId: board
      parameters: [{name: Do, in: query, required: true, schema: {type: string, enum: [Board]}}]
      responses: {"200": {description: ok}}
  /#Do=Leave:
    post:
      operationId: leave
      parameters: [{name: Do, in: query, required: true, schema: {type: string, enum: [Leave]}}]
      responses: {"200": {description: ok}}
`)
	car, foot := doc.Operation("carSailings"), doc.Operation("footSailings")
	if car.Path != "/sailings" || foot.Path != "/sailings" || doc.Operation("leave").Path != "/" {
		t.Errorf("paths %q, %q, %q", car.Path, foot.Path, doc.Operation("leave").Path)
	}
	isFrom := func(p *openapi.Parameter) bool { return p.Name == "from" }
	from := car.Parameters[slices.IndexFunc(car.Parameters, isFrom)]
	if from.In != "query" || len(from.Schema.Enum) != 2 {
		t.Errorf("the variable behind the ? became %s %s of %v", from.In, from.Name, from.Schema.Enum)
	}
	for _, tt := range []struct {
		query string
		want  string
	}{
		{"class=car&from=north", "carSailings"},
		{"class=foot", "footSailings"},
		{"Do=Board", "board"},
		{"Do=Leave", "leave"},
	} {
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		var selected []string
		for _, op := range doc.Operations {
			if op.Selected(query, http.Header{}) {
				selected = append(selected, op.ID)
			}
		}
		if !slices.Equal(selected, []string{tt.want}) {
			t.Errorf("%s selects %v", tt.query, selected)
		}
	}
}
