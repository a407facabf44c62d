package mockserver_test

import (
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestItemsThatNothingCreates: where nobody could know which items there are, every one is there, and
// keeps what is written to it.
func TestItemsThatNothingCreates(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("gauges.yaml", []byte(`
openapi: 3.1.0
info: {title: Gauges, version: '1'}
paths:
  /notes:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'201': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}}}
  /gauges/{gauge_no}:
    parameters: [{name: gauge_no, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Gauge'}}}}}}
    patch:
      requestBody: {content: {application/json: {schema: {type: object, properties: {bar: {type: number}}}}}}
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Gauge'}}}}}
components:
  schemas:
    Note: {type: object, properties: {id: {type: string}, text: {type: string}}}
    Gauge: {type: object, required: [gaugeNo, bar], properties: {gaugeNo: {type: integer}, bar: {type: number}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc, mockserver.Options{})
	c.send("GET", "/gauges/7", "").want(200).holds(map[string]string{"/gaugeNo": "7"})
	c.send("PATCH", "/gauges/7", `{"bar":2.5}`).want(200).holds(map[string]string{"/gaugeNo": "7", "/bar": "2.5"})
	c.send("GET", "/gauges/7", "").want(200).holds(map[string]string{"/bar": "2.5"})
	c.send("GET", "/gauges/8", "").want(200).holds(map[string]string{"/gaugeNo": "8"})
	c.send("GET", "/notes/8", "").refuses(404, "8")
}
