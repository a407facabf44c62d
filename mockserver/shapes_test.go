package mockserver_test

import (
	"testing"

	"github.com/agentmock/agentmock/mockserver"
)

// shaped starts a server of a document of testdata/shapes.
func shaped(t *testing.T, name string) *client {
	t.Helper()
	return startWith(t, loaded(t, "shapes/"+name+".yaml"), mockserver.Options{})
}

// keepsItsState sends the server its own state, which must change nothing.
func (c *client) keepsItsState() {
	c.t.Helper()
	before := c.State()
	if err := c.SetState(before); err != nil {
		c.t.Errorf("the state %s is refused: %v", before, err)
	}
	equalBytes(c.t, "the state", c.State(), before)
}

// What a creation answers, and no read shows, is kept: an answer to an update shows it again.
func TestMembersThatReadsDoNotShow(t *testing.T) {
	t.Parallel()
	c := startWith(t, parsed(t, `
paths:
  /keys:
    post:
      operationId: create
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Write'}}}}
      responses: {'201': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Full'}}}}}
  /keys/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: read, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Key'}}}}}}
    patch:
      operationId: change
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Write'}}}}
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Full'}}}}}
components:
  schemas:
    Write: {type: object, properties: {name: {type: string}, quota: {type: integer}}}
    Key: {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}
    Full:
      type: object
      required: [id, issuedAt]
      properties:
        id: {type: string}
        name: {type: string}
        quota: {type: integer}
        issuedAt: {type: string, format: date-time, readOnly: true, x-mock: now}
`), mockserver.Options{})
	created := c.send("POST", "/keys", `{"name":"door","quota":5}`).want(201).holds(map[string]string{"/quota": "5"})
	path, issued := "/keys/"+created.text("/id"), `"`+created.text("/issuedAt")+`"`
	c.send("GET", path, "").want(200).holds(map[string]string{"/name": `"door"`, "/quota": "", "/issuedAt": ""})
	c.keepsItsState()
	c.send("PATCH", path, `{"name":"gate"}`).want(200).holds(map[string]string{"/name": `"gate"`, "/quota": "5",
		"/issuedAt": issued})
	c.send("PATCH", path, `{"quota":6}`).want(200).holds(map[string]string{"/quota": "6", "/issuedAt": issued})
}

func TestMergePatchOfAnItem(t *testing.T) {
	t.Parallel()
	c := shaped(t, "merge-patch")
	path := "/lamps/" + c.send("POST", "/lamps",
		`{"room":"hall","label":"big","light":{"warmth":2700,"level":0.50,"scenes":["day","night"]}}`).want(201).text("/lampId")
	patch := c.with("Content-Type", "application/merge-patch+json")
	patch.send("PATCH", path, `{"light":{"level":0.7}}`).want(200).holds(map[string]string{"/label": `"big"`,
		"/light": `{"warmth":2700,"level":0.7,"scenes":["day","night"]}`})
	patch.send("PATCH", path, `{"label":null,"light":{"warmth":null,"scenes":["dusk"]}}`).want(200).holds(map[string]string{
		"/label": "", "/light": `{"level":0.7,"scenes":["dusk"]}`})
	patch.send("PATCH", path, `{"lampId":"other","light":null}`).want(200).holds(map[string]string{"/light": "",
		"/room": `"hall"`})
	patch.send("PATCH", path, `{"room":null}`).refuses(400, "room")
	patch.send("PATCH", path, `["room"]`).refuses(400)
	c.send("PATCH", path, `{"room":"attic"}`).refuses(400, "application/merge-patch+json")
	c.send("GET", path, "").want(200).holds(map[string]string{"/room": `"hall"`})
	c.keepsItsState()
}

// One identity that is taken keeps all items of a body from being created.
func TestSeveralOrNone(t *testing.T) {
	t.Parallel()
	c := startWith(t, parsed(t, `
paths:
  /flags:
    get: {operationId: list, responses: {'200': {description: x, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Flag'}}}}}}}
    post:
      operationId: create
      requestBody: {content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Flag'}}}}}
      responses: {'201': {description: x}}
  /flags/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: read, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Flag'}}}}}}
components: {schemas: {Flag: {type: object, required: [id], properties: {id: {type: string}, hue: {type: string}}}}}
`), mockserver.Options{})
	c.send("POST", "/flags", `[{"id":"a","hue":"red"},{"id":"b"}]`).want(201)
	c.send("POST", "/flags", `[{"id":"c"},{"id":"a"}]`).refuses(409, "/1/id")
	c.send("POST", "/flags", `[]`).want(201)
	c.send("GET", "/flags", "").want(200).holds(map[string]string{"": `[{"id":"a","hue":"red"},{"id":"b"}]`})
}

func TestWrappedInData(t *testing.T) {
	t.Parallel()
	c := shaped(t, "wrapped-in-data")
	created := c.send("POST", "/gauges", `{"data":{"type":"gauge","attributes":{"harbor":"Wick","meters":2.50}}}`).want(201)
	id := created.text("/data/id")
	created.holds(map[string]string{"/data/attributes": `{"harbor":"Wick","meters":2.50}`, "/meta/version": `"1.2"`})
	c.send("GET", "/gauges/"+id, "").want(200).holds(map[string]string{"/data/attributes/harbor": `"Wick"`})
	c.send("GET", "/gauges", "").want(200).holds(map[string]string{"/data/0/id": `"` + id + `"`})
	c.keepsItsState()
}

func TestReplacementSaysLess(t *testing.T) {
	t.Parallel()
	c := shaped(t, "replacement-says-less")
	path := "/crews/" + c.send("POST", "/crews", `{"club":"Thames","cox":"Bo","lane":3}`).want(201).text("/crewId")
	c.send("PUT", path, `{"cox":"Al","club":"Tyne"}`).want(200).holds(map[string]string{"/club": `"Thames"`, "/cox": `"Al"`,
		"/lane": ""})
}

func TestUnionItems(t *testing.T) {
	t.Parallel()
	c := shaped(t, "union-items")
	c.send("POST", "/equipment", `{"kind":"swing","seats":2}`).want(201).holds(map[string]string{"/seats": "2"})
	c.send("POST", "/equipment", `{"kind":"slide","height":3.0,"tunnel":true}`).want(201).holds(map[string]string{
		"/height": "3.0", "/tunnel": "true"})
	c.send("POST", "/equipment", `{"kind":"slide","seats":2}`).refuses(400)
	c.send("GET", "/equipment", "").want(200).holds(map[string]string{"/0/kind": `"swing"`, "/1/kind": `"slide"`})
	c.keepsItsState()
}

// A singleton is there before it is written, and again after it was deleted.
func TestSingleton(t *testing.T) {
	t.Parallel()
	const named = "x-mock: {resource: display, action: "
	c := startWith(t, parsed(t, `
paths:
  /display:
    get: {operationId: read, `+named+`read}, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Display'}}}}}}
    put:
      operationId: replace
      `+named+`replace}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Display'}}}}
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Display'}}}}}
    patch:
      operationId: change
      `+named+`update}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Change'}}}}
      responses: {'204': {description: x}}
    delete: {operationId: reset, `+named+`delete}, responses: {'204': {description: x}}}
components:
  schemas:
    Display: {type: object, required: [theme], properties: {theme: {type: string, enum: [light, dark]}, size: {type: integer, default: 11}}}
    Change: {type: object, properties: {theme: {type: string, enum: [light, dark]}, size: {type: integer}}}
`), mockserver.Options{})
	const initial = `{"theme":"light","size":11}`
	c.send("GET", "/display", "").want(200).holds(map[string]string{"": initial})
	c.keepsItsState()
	c.send("PATCH", "/display", `{"size":14}`).want(204)
	c.send("GET", "/display", "").want(200).holds(map[string]string{"": `{"theme":"light","size":14}`})
	c.send("PUT", "/display", `{"theme":"dark"}`).want(200).holds(map[string]string{"": `{"theme":"dark","size":11}`})
	c.keepsItsState()
	c.send("GET", "/display", "").want(200).holds(map[string]string{"/theme": `"dark"`})
	c.send("DELETE", "/display", "").want(204)
	c.send("GET", "/display", "").want(200).holds(map[string]string{"": initial})
}

// Members beside the wrapped item are kept with it: those of a body of any media type, too.
func TestMembersBesideTheItem(t *testing.T) {
	t.Parallel()
	c := shaped(t, "named-in-metadata")
	cron := `{"kind":"Kiln","metadata":{"name":"north"},"spec":{"heat":900,"racks":[1,2]}}`
	c.send("POST", "/kilns", cron).want(201).holds(map[string]string{"": cron})
	c.with("Content-Type").send("POST", "/kilns", `{"metadata":{"name":"south"}}`).want(201)
	c.send("POST", "/kilns", cron).refuses(409, "/metadata/name")
	c.send("GET", "/kilns/north", "").want(200).holds(map[string]string{"": cron})
	c.keepsItsState()
	c.send("PUT", "/kilns/north", `{"metadata":{"labels":{"a":"b"}},"spec":{"heat":950}}`).want(200)
	c.send("GET", "/kilns/north", "").want(200).holds(map[string]string{"/spec": `{"heat":950}`, "/kind": `"Kiln"`,
		"/metadata": `{"name":"north","labels":{"a":"b"}}`})
	c.with("Content-Type", "text/plain").send("POST", "/kilns", "not JSON").want(201)
}
