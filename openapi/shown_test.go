package openapi

import (
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestReturned: what is sent and what is shown are compared only where both have it in one form.
func TestReturned(t *testing.T) {
	t.Parallel()
	doc, err := Parse("document.yaml", []byte(`
openapi: 3.1.0
info: {title: Parcels, version: "1"}
paths:
  /parcels:
    post:
      operationId: post
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                depot: {type: integer}
                label: {type: string}
                day: {type: string, format: date}
                pin: {type: string, writeOnly: true}
                size: {type: object, properties: {width: {type: integer}, unit: {type: string}}}
                routes: {type: array, items: {type: integer}}
                tags: {type: array, items: {type: string}}
                note: {type: string}
      responses:
        "201":
          description: made
          content:
            application/json:
              schema:
                type: object
                properties:
                  parcel:
                    type: object
                    properties:
                      depot: {type: object, properties: {name: {type: string}}}
                      label: {type: string}
                      day: {type: string, format: date-time}
                      pin: {type: string}
                      size: {type: object, properties: {width: {type: integer}}}
                      routes: {type: array, items: {type: object}}
                      tags: {type: array, items: {type: string}}
  /parcels/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: get, responses: {"204": {description: nothing}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	post := doc.Operation("post")
	shown := post.ShownSchema().At("/parcel")
	if shown == nil {
		shown = post.ShownSchema()
	}
	body, err := jsonvalue.Parse([]byte(`{"depot":3,"label":"a","day":"2026-01-02","pin":"12","size":{"width":4,"unit":"cm"},
		"routes":[1],"tags":["x"],"note":"n"}`), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	value, ok := Returned(body, post.SentSchema(), shown)
	const want = `{"label":"a","size":{"width":4},"tags":["x"]}`
	if got := string(jsonvalue.Marshal(value)); !ok || got != want {
		t.Errorf("%s comes back, and %s should", got, want)
	}
	load, _ := Parse("loads.yaml", []byte(`
openapi: 3.1.0
info: {title: Loads, version: "1"}
paths:
  /loads/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put:
      operationId: put
      requestBody: {content: {application/json: {schema: {type: object, properties: {of: {$ref: "#/components/schemas/Load"}, else: {$ref: "#/components/schemas/Load"}}}}}}
      responses: {"200": {description: fine, content: {application/json: {schema: {type: object, properties: {of: {$ref: "#/components/schemas/Load"}, else: {oneOf: [{type: object, properties: {tons: {type: integer}}}]}}}}}}}
components:
  schemas:
    Load: {oneOf: [{type: object, properties: {crates: {type: integer}}}, {type: object, properties: {tons: {type: integer}}}]}
`))
	body, _ = jsonvalue.Parse([]byte(`{"of":{"crates":3},"else":{"crates":3,"tons":4}}`), jsonvalue.Limits{})
	value, _ = Returned(body, load.Operation("put").SentSchema(), load.Operation("put").ShownSchema())
	if got := string(jsonvalue.Marshal(value)); got != `{"of":{"crates":3},"else":{"tons":4}}` {
		t.Errorf("of alternatives, %s comes back", got)
	}
	if doc.Operation("get").ShownSchema() != nil || doc.Operation("get").SentSchema() != nil {
		t.Error("nothing is sent and shown")
	}
}
