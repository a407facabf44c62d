package mockserver_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
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

// A singleton is there before it is written. One inside of an item goes with the item.
func TestSingletons(t *testing.T) {
	t.Parallel()
	c := shaped(t, "singletons")
	initial := c.send("GET", "/timetable-settings", "").want(200).body
	c.keepsItsState()
	c.send("PATCH", "/timetable-settings", `{"language":"fi","leadMinutes":14}`).want(200)
	c.send("PATCH", "/timetable-settings", `{"leadMinutes":15}`).want(200).holds(map[string]string{
		"": `{"language":"fi","leadMinutes":15}`})
	c.send("GET", "/timetable-settings", "").want(200).holds(map[string]string{"": `{"language":"fi","leadMinutes":15}`})
	c.send("PATCH", "/timetable-settings", `{"leadMinutes":100}`).refuses(400, "leadMinutes")
	path := "/ferries/" + c.send("POST", "/ferries", `{"name":"Skua"}`).want(201).text("/id")
	c.send("PUT", path+"/crew-note", `{"text":"late","author":"Mo"}`).want(200)
	c.send("PUT", path+"/crew-note", `{"text":"on time"}`).want(200)
	c.send("GET", path+"/crew-note", "").want(200).holds(map[string]string{"": `{"text":"on time"}`})
	c.send("GET", "/ferries/none/crew-note", "").refuses(404)
	c.keepsItsState()
	c.send("DELETE", path, "").want(204)
	c.send("GET", path+"/crew-note", "").refuses(404)
	c.Reset()
	equalBytes(t, "the settings after a reset", c.send("GET", "/timetable-settings", "").want(200).body, initial)
}

// A singleton that can be deleted is as at first then.
func TestSingletonThatIsDeleted(t *testing.T) {
	t.Parallel()
	c := startWith(t, parsed(t, `
paths:
  /display:
    get: {operationId: read, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Display'}}}}}}
    put:
      operationId: replace
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Display'}}}}
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Display'}}}}}
    delete: {operationId: reset, responses: {'204': {description: x}}}
components:
  schemas:
    Display: {type: object, required: [theme], properties: {theme: {type: string, enum: [light, dark]}, size: {type: integer, default: 11}}}
`), mockserver.Options{})
	const initial = `{"theme":"light","size":11}`
	c.send("GET", "/display", "").want(200).holds(map[string]string{"": initial})
	c.send("DELETE", "/display", "").want(204)
	c.send("PUT", "/display", `{"theme":"dark","size":8}`).want(200)
	c.send("PUT", "/display", `{"theme":"dark"}`).want(200).holds(map[string]string{"": `{"theme":"dark","size":11}`})
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

func TestSummariesAndReceipts(t *testing.T) {
	t.Parallel()
	c := shaped(t, "summaries-and-receipts")
	created := c.send("POST", "/beds", `{"crop":"leek","notes":"near the wall"}`).want(201)
	id := created.text("/bed_id")
	created.holds(map[string]string{"": `{"bed_id":"` + id + `","progress":"scheduled"}`})
	if got := created.header.Get("Location"); got != "/beds/"+id {
		t.Errorf("Location %q", got)
	}
	c.send("GET", "/beds/"+id, "").want(200).holds(map[string]string{
		"": `{"bed_id":"` + id + `","crop":"leek","notes":"near the wall"}`})
	first := c.send("GET", "/beds", "").want(200).holds(map[string]string{"/total": "1", "/beds/0/crop": `"leek"`,
		"/beds/0/notes": ""})
	first.text("/beds/0/photo_url")
	equalBytes(t, "the second list", c.send("GET", "/beds", "").body, first.body)
	c.keepsItsState()
	c.send("PATCH", "/beds/"+id, `{"crop":"kale"}`).want(202).holds(map[string]string{"": `{"message":"noted"}`})
	c.send("GET", "/beds/"+id, "").want(200).holds(map[string]string{"/crop": `"kale"`, "/notes": `"near the wall"`})
	c.send("DELETE", "/beds/"+id, "").want(200).holds(map[string]string{"": `{"bed_id":"` + id + `","deleted":true}`})
	c.send("GET", "/beds/"+id, "").refuses(404)
}

// What only an update takes and answers is kept, too.
func TestMembersOfUpdatesAlone(t *testing.T) {
	t.Parallel()
	const body = `{content: {application/json: {schema: {type: object, required: [power], ` +
		`properties: {power: {type: string, enum: ['off', 'on']}}}}}}`
	c := startWith(t, parsed(t, `
paths:
  /pumps:
    post: {operationId: create, responses: {'201': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Pump'}}}}}}
  /pumps/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: read, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Pump'}}}}}}
    patch: {operationId: change, requestBody: `+body+`, responses: {'200': {description: x, `+body[1:]+`}}
components: {schemas: {Pump: {type: object, required: [id], properties: {id: {type: string}, site: {type: string}}}}}
`), mockserver.Options{})
	path := "/pumps/" + c.send("POST", "/pumps", "").want(201).text("/id")
	c.send("PATCH", path, `{"power":"on"}`).want(200).holds(map[string]string{"": `{"power":"on"}`})
	c.send("GET", path, "").want(200).holds(map[string]string{"/power": ""})
	c.keepsItsState()
}

func TestPutCreates(t *testing.T) {
	t.Parallel()
	c := shaped(t, "put-creates")
	c.send("GET", "/permits/AB123", "").refuses(404)
	created := c.send("PUT", "/permits/AB123", `{"zone":4,"holder":"Ida","plate":"ZZ999"}`).want(201)
	created.holds(map[string]string{"": `{"plate":"AB123","zone":4,"holder":"Ida"}`})
	if got := created.header.Get("Location"); got != "/permits/AB123" {
		t.Errorf("Location %q", got)
	}
	c.send("PUT", "/permits/AB123", `{"zone":5}`).want(200).holds(map[string]string{"": `{"plate":"AB123","zone":5}`})
	c.send("PUT", "/permits/ab1", `{"zone":5}`).refuses(400)
	c.send("PUT", "/permits/CD456", `{"holder":"Ida"}`).refuses(400)
	c.send("GET", "/permits", "").want(200).holds(map[string]string{"": `[{"plate":"AB123","zone":5}]`})
	c.keepsItsState()
	c.send("DELETE", "/permits/AB123", "").want(204)
	c.send("DELETE", "/permits/AB123", "").refuses(404)
}

func TestJSONPatchOfAnItem(t *testing.T) {
	t.Parallel()
	c := shaped(t, "json-patch")
	path := "/recipes/" + c.send("POST", "/recipes", `{"title":"Soup","serves":2,"steps":["peel","boil"]}`).want(201).text("/recipeId")
	patch := c.with("Content-Type", "application/json-patch+json")
	patch.send("PATCH", path, `[{"op":"test","path":"/serves","value":2},{"op":"replace","path":"/serves","value":3},
		{"op":"add","path":"/steps/1","value":"chop"}]`).want(200).holds(map[string]string{"/serves": "3",
		"/steps": `["peel","chop","boil"]`})
	patch.send("PATCH", path, `[{"op":"remove","path":"/serves"},{"op":"test","path":"/title","value":"Stew"}]`).
		refuses(409, "/1/value")
	patch.send("PATCH", path, `[{"op":"remove","path":"/cook"}]`).refuses(400, "/0/path", `"/cook"`)
	patch.send("PATCH", path, `[{"op":"remove","path":"/title"}]`).refuses(400, "title")
	patch.send("PATCH", path, `[{"op":"replace","path":"/serves","value":0}]`).refuses(400, "serves")
	patch.send("PATCH", path, `[{"op":"replace","path":"","value":[]}]`).refuses(400)
	patch.send("PATCH", path, `[{"op":"replace","path":"/recipeId","value":"x"}]`).want(200)
	c.send("GET", path, "").want(200).holds(map[string]string{"/title": `"Soup"`, "/serves": "3"})
	c.keepsItsState()
}

func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	c := shaped(t, "several-at-once")
	made := c.send("POST", "/stamps", `{"stamps":[{"motif":"owl","ink":"red"},{"motif":"fox"}]}`).want(201)
	made.holds(map[string]string{"/stamps/0/motif": `"owl"`, "/stamps/1/motif": `"fox"`, "/stamps/2": ""})
	c.send("GET", "/stamps/"+made.text("/stamps/1/stampId"), "").want(200).holds(map[string]string{"/motif": `"fox"`})
	c.send("POST", "/stamps", `{"stamps":[{"motif":"elk"},{"motif":""}]}`).refuses(400, "/stamps/1/motif")
	c.send("GET", "/stamps", "").want(200).holds(map[string]string{"/stamps/1/motif": `"fox"`, "/stamps/2": ""})
	c.keepsItsState()
}

func TestWrittenAsNumberReadAsObject(t *testing.T) {
	t.Parallel()
	c := shaped(t, "written-as-number-read-as-object")
	c.send("POST", "/reels", `{"kind":2,"meters":50,"store":9,"tags":["new","short"]}`).want(201).holds(map[string]string{
		"/kind/value": "2", "/store/id": "9", "/tags": `[{"name":"new"},{"name":"short"}]`})
	c.send("PUT", "/reels/1", `{"kind":3,"meters":40,"store":null}`).want(200).holds(map[string]string{"/kind/value": "3",
		"/store": "", "/tags": ""})
	c.send("GET", "/reels", "").want(200).holds(map[string]string{"/count": "1", "/results/0/kind/value": "3"})
	c.keepsItsState()
}

func TestAnswersWithoutBodies(t *testing.T) {
	t.Parallel()
	c := shaped(t, "answers-without-bodies")
	created := c.send("POST", "/towers", `{"town":"Ely","bells":6}`).want(201)
	got := created.header.Get("Location")
	if !strings.HasPrefix(got, "http://") || !strings.HasSuffix(got, "/towers/1") {
		t.Errorf("Location %q", got)
	}
	c.send("PUT", "/towers/1", `{"town":"Wells"}`).want(204)
	c.send("GET", "/towers/1", "").want(200).holds(map[string]string{"": `{"towerId":1,"town":"Wells"}`})
	c.send("DELETE", "/towers/1", "").want(202)
	c.send("GET", "/towers/1", "").refuses(404)
}

func TestNestedAndFlatWays(t *testing.T) {
	t.Parallel()
	c := shaped(t, "nested-and-flat")
	c.send("POST", "/allotments", `{"street":"Mill Lane"}`).want(201).holds(map[string]string{"/id": "1"})
	c.send("POST", "/allotments", `{"street":"Dock Road"}`).want(201).holds(map[string]string{"/id": "2"})
	created := c.send("POST", "/allotments/1/sheds", `{"color":"green"}`).want(201)
	if got := created.header.Get("Location"); got != "/sheds/1" {
		t.Errorf("Location %q", got)
	}
	c.send("POST", "/allotments/2/sheds", `{"color":"blue"}`).want(201).holds(map[string]string{"/id": "2"})
	c.send("POST", "/allotments/3/sheds", `{"color":"blue"}`).refuses(404)
	c.send("GET", "/sheds/2", "").want(200).holds(map[string]string{"/color": `"blue"`})
	c.send("PATCH", "/sheds/2", `{"area":4.0}`).want(200)
	c.send("GET", "/allotments/1/sheds", "").want(200).holds(map[string]string{"": `[{"id":1,"color":"green"}]`})
	c.send("GET", "/allotments/2/sheds", "").want(200).holds(map[string]string{"": `[{"id":2,"color":"blue","area":4.0}]`})
	c.keepsItsState()
	c.send("DELETE", "/sheds/1", "").want(204)
	c.send("GET", "/sheds/1", "").refuses(404)
	c.send("GET", "/allotments/1/sheds", "").want(200).holds(map[string]string{"": `[]`})
}

// Every shape starts with generated items, and takes its own state back.
func TestShapesKeepTheirState(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/shapes/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("documents %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			doc, err := openapi.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			startWith(t, doc, mockserver.Options{Agents: 5}).keepsItsState()
		})
	}
}
