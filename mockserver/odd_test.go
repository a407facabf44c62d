package mockserver_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// parsed returns a document of some paths and schemas.
func parsed(t *testing.T, text string) *openapi.Document {
	t.Helper()
	doc, err := openapi.Parse("odd.yaml", []byte("openapi: 3.1.0\ninfo: {title: odd, version: '1'}\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

const thingPaths = `
paths:
  /things:
    get: {operationId: list, responses: {'200': {description: x, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
    post: {operationId: create, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}},
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: read, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
    patch: {operationId: change, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}},
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
    put: {operationId: replace, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}},
      responses: {'204': {description: x}}}
    delete: {operationId: remove, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
`

// An item of an open schema keeps every member that it is sent.
func TestThingsOfAnyShape(t *testing.T) {
	t.Parallel()
	c := startWith(t, parsed(t, thingPaths+"components: {schemas: {Thing: {type: object}}}"), mockserver.Options{})
	created := c.send("POST", "/things", `{"z":1,"a":{"b":[]}}`).want(200)
	path := "/things/" + created.text("/id")
	created.holds(map[string]string{"/z": "1", "/a": `{"b":[]}`})
	c.send("PATCH", path, `{"id":"other","new":null}`).want(200).holds(map[string]string{"/id": `"` +
		created.text("/id") + `"`, "/new": "null", "/z": "1"})
	if r := c.send("PUT", path, `{"only":1}`).want(204); len(r.body) > 0 {
		t.Errorf("204 with %q", r.body)
	}
	c.send("GET", path, "").want(200).holds(map[string]string{"/only": "1", "/z": "",
		"/id": `"` + created.text("/id") + `"`})
	c.send("GET", "/things", "").want(200).holds(map[string]string{"/0/only": "1"})
	c.send("POST", "/things", "").want(200) // the body is optional
	c.send("DELETE", path, "").want(200).holds(map[string]string{"/only": "1"})
	c.send("GET", path, "").refuses(404)
}

// An identity that clients choose cannot be changed by an update, nor be given to two items.
func TestIdentitiesThatClientsChoose(t *testing.T) {
	t.Parallel()
	c := startWith(t,
		parsed(t,
			thingPaths+"components: {schemas: {Thing: {type: object, "+
				"properties: {id: {type: string}, n: {type: integer}}}}}"), mockserver.Options{})
	c.send("POST", "/things", `{"id":"a/b","n":1}`).want(200)
	c.send("POST", "/things", `{"id":"a/b","n":2}`).refuses(409, "/id")
	c.send("PATCH", "/things/a%2Fb", `{"id":"c","n":3}`).want(200).holds(map[string]string{"": `{"id":"a/b","n":3}`})
	c.send("PUT", "/things/a%2Fb", `{"id":"c"}`).want(204)
	c.send("GET", "/things", "").want(200).holds(map[string]string{"": `[{"id":"a/b"}]`})
}

// Generated members inside of an item stay when the item changes, and clients cannot write them.
func TestServerMadeMembersWithin(t *testing.T) {
	t.Parallel()
	const schemas = `
components:
  schemas:
    Thing:
      type: object
      required: [id, lines, origin]
      properties:
        id: {type: string, readOnly: true}
        origin: {type: string, readOnly: true, example: factory}
        kind: {type: string, enum: [x, y]}
        stamp:
          type: object
          properties:
            by: {type: string}
            at: {type: string, format: date-time, readOnly: true, x-mock: now}
            no: {type: integer, readOnly: true, x-mock: {initial: 7}}
        lines:
          type: array
          items:
            type: object
            required: [lineId]
            properties:
              lineId: {type: string, readOnly: true, x-mock: objectId}
              text: {type: string, default: none}
`
	c := startWith(t, parsed(t, thingPaths+schemas), mockserver.Options{})
	c.send("POST", "/things", `{}`).refuses(400, "/lines")
	created := c.send("POST", "/things",
		`{"stamp":{"by":"me","at":"2001-01-01T00:00:00Z","no":1},"lines":[{},{"text":"a","lineId":"mine"}]}`).want(200)
	created.holds(map[string]string{
		"/origin": `"factory"`, "/kind": "", "/stamp": `{"by":"me","at":"2026-03-04T05:06:07.089Z","no":7}`,
		"/lines/0/text": `"none"`, "/lines/1/text": `"a"`,
	})
	if a, b := created.text("/lines/0/lineId"), created.text("/lines/1/lineId"); a == b || a == "mine" ||
		b == "mine" || len(a) != 24 {
		t.Errorf("lines %q and %q", a, b)
	}
	path := "/things/" + created.text("/id")
	changed := c.send("PATCH", path, `{"stamp":{"by":"you"},"lines":[{"text":"b"},{}],"kind":"y"}`).want(200)
	changed.holds(map[string]string{"/stamp": `{"by":"you","at":"2026-03-04T05:06:07.089Z","no":7}`,
		"/lines/0/text": `"b"`, "/lines/1/text": "", "/kind": `"y"`})
	c.send("PUT", path, `{"lines":[]}`).want(204)
	c.send("GET", path, "").want(200).holds(map[string]string{"/origin": `"factory"`, "/lines": "[]",
		"/kind": "", "/stamp": ""})
}

// A state names the workspace of items that do not have a property for it.
func TestScopeThatItemsDoNotShow(t *testing.T) {
	t.Parallel()
	doc := parsed(t,
		"x-mock: {scope: {header: x-tenant}}\n"+thingPaths+"components: {schemas: {Thing: {type: object, "+
			"properties: {id: {type: string, readOnly: true}, n: {type: integer}}}}}")
	c := startWith(t, doc, mockserver.Options{})
	one, two := c.with("x-tenant", "one"), c.with("x-tenant", "two")
	one.send("POST", "/things", `{"n":1}`).want(200)
	two.send("POST", "/things", `{"n":2}`).want(200)
	before := c.State()
	if !strings.Contains(string(before), `"x-tenant":"two"`) {
		t.Fatalf("the state does not say whose things they are: %s", before)
	}
	if err := c.SetState(before); err != nil {
		t.Fatal(err)
	}
	equalBytes(t, "state", c.State(), before)
	one.send("GET", "/things", "").want(200).holds(map[string]string{"/0/n": "1", "/0/x-tenant": "", "/1": ""})
	two.send("GET", "/things", "").want(200).holds(map[string]string{"/0/n": "2", "/1": ""})
	c.send("GET", "/things", "").want(200).holds(map[string]string{"": "[]"})
}

func TestOperationsOfNoResource(t *testing.T) {
	t.Parallel()
	c := startWith(t, parsed(t, `
paths:
  /status:
    get: {responses: {'200': {description: x, content: {application/json: {schema: {type: object, required: [up], properties: {up: {type: boolean}}}, examples: {a: {value: {up: true}}}}}}}}
  /moved:
    get: {responses: {'302': {description: x, headers: {Location: {required: true, schema: {type: string, example: /status}}}}}}
  /text:
    post: {requestBody: {content: {text/plain: {schema: {type: string}}}}, responses: {'200': {description: x, content: {'text/*': {schema: {type: string}, example: done}}}}}
  /any:
    get: {responses: {default: {description: x, content: {'*/*': {schema: {type: object, properties: {a: {type: string, example: b}}}}}}}}
  /nothing:
    get: {responses: {'204': {description: x}}}
    head: {responses: {'200': {description: x}}}
  /options:
    options: {responses: {'200': {description: x}}}
`), mockserver.Options{})
	c.send("GET", "/status", "").want(200).holds(map[string]string{"": `{"up":true}`})
	if r := c.send("GET", "/moved", "").want(302); r.header.Get("Location") != "/status" {
		t.Errorf("Location %q", r.header.Get("Location"))
	}
	if r := c.with("Content-Type", "text/plain").send("POST", "/text", "hello").want(200); string(r.body) != "done" {
		t.Errorf("text %q", r.body)
	}
	c.send("POST", "/text", `{}`).refuses(415)
	c.send("GET", "/any", "").want(200).holds(map[string]string{"/a": `"b"`})
	c.send("GET", "/nothing", "").want(204)
	c.send("HEAD", "/nothing", "").want(200)
	c.send("OPTIONS", "/options", "").want(200)
	equalBytes(t, "the state of no collection", c.State(), []byte("{}"))
	c.send("PUT", "/__mock/state", "{}").want(204)
}
