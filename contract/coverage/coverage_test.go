package coverage_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// orchard is a document with all that a coverage tells apart.
const orchard = `openapi: 3.1.0
info: {title: Orchard, version: "1"}
paths:
  /trees:
    get:
      operationId: listTrees
      parameters:
        - {name: kind, in: query, schema: {type: string, enum: [apple, pear]}}
        - {name: note, in: header, schema: {type: string}}
        - {name: limit, in: query, required: true, schema: {type: integer, minimum: 1}}
      responses:
        "200":
          description: Trees.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Tree"}}}}
        "429": {description: Later.}
        "500": {description: Broken.}
    post:
      operationId: createTree
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}
      responses:
        "201":
          description: Planted.
          content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}
        "202": {description: Will be planted.}
        "400": {description: No.}
  /trees/{treeId}:
    get:
      operationId: getTree
      parameters: [{name: treeId, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: A tree.
          content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}
components:
  schemas:
    Tree:
      type: object
      required: [name]
      properties:
        id: {type: string, readOnly: true}
        name: {type: string, minLength: 1}
        kind: {type: [string, "null"], enum: [apple, pear, null]}
        age: {type: integer}
        ripeness: {type: string, enum: [green, ripe], readOnly: true}
        branches: {type: array, items: {$ref: "#/components/schemas/Tree"}}
        labels: {type: object, additionalProperties: {type: string}}
        fruit:
          oneOf:
            - {type: object, required: [colour], properties: {colour: {enum: [red]}}}
            - {type: object, required: [weight], properties: {weight: {type: number}}}
`

func document(t testing.TB) *openapi.Document {
	t.Helper()
	doc, err := openapi.Parse("orchard.yaml", []byte(orchard))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// exchange is a request with a body, "" for none, that was answered. What came back is JSON, or "".
func exchange(t testing.TB, doc *openapi.Document, operation, query, body string, status int,
	answer string) coverage.Exchange {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	x := coverage.Exchange{Operation: doc.Operation(operation), Status: status, Accepted: status/100 == 2,
		Request: &openapi.Request{Query: values, Header: http.Header{}, Body: []byte(body),
			Path: map[string]string{"treeId": "1"}}}
	for text, into := range map[string]*any{body: &x.Body, answer: &x.Answer} {
		if text == "" {
			continue
		}
		if *into, err = jsonvalue.Parse([]byte(text), jsonvalue.Limits{}); err != nil {
			t.Fatal(err)
		}
	}
	if body != "" {
		x.Request.Header.Set("Content-Type", "application/json")
	}
	return x
}

// hit returns what was exercised, or what was not and could be, in words.
func hit(c *coverage.Coverage, hit bool) (list []string) {
	for _, e := range c.Elements {
		if e.Hit == hit && (hit || e.Beyond == "") {
			list = append(list, e.String())
		}
	}
	return list
}

func TestMeter(t *testing.T) {
	t.Parallel()
	doc := document(t)
	for _, c := range []struct {
		name                   string
		operation, query, body string
		status                 int
		answer                 string
		want                   string // separated by "; "
	}{
		{"valid query", "listTrees", "limit=2&kind=pear", "", 200, `[]`,
			`any request sent-valid; query kind sent-valid; query kind "pear" sent-valid; ` +
				`header note left-out; query limit sent-valid; status 200 seen; answer 200 seen`},
		{"invalid query, and what is valid beside it", "listTrees", "limit=0&kind=pear", "", 400, "",
			"query limit sent-invalid"},
		{"required parameter left out", "listTrees", "kind=pear", "", 400, "", "query limit left-out"},
		{"a valid body of the least", "createTree", "", `{"name": "a"}`, 201,
			`{"id": "1", "name": "a"}`,
			"any request sent-valid; body sent-valid; body /name sent-valid; body /kind left-out; " +
				"body /age left-out; body /branches left-out; body /labels left-out; body /fruit left-out; " +
				"status 201 seen; answer 201 seen; answer 201 /id seen; answer 201 /name seen"},
		{"a valid body of everything", "createTree", "",
			`{"name": "a", "kind": null, "age": 1, "branches": [], "labels": {"x": "y"},
			  "fruit": {"colour": "red"}}`,
			202, "",
			"any request sent-valid; body sent-valid; body /name sent-valid; body /kind sent-valid; " +
				"body /kind null sent-valid; body /age sent-valid; body /branches sent-valid; " +
				"body /labels sent-valid; body /labels/* sent-valid; body /fruit sent-valid; " +
				`body /fruit/colour sent-valid; body /fruit/colour "red" sent-valid; body /fruit/weight left-out; status 202 seen`},
		{"an invalid member", "createTree", "", `{"name": "", "age": 1}`, 400, "",
			"body /name sent-invalid; status 400 seen"},
		{"an invalid member of a map", "createTree", "", `{"name": "a", "labels": {"x": 1}}`, 400, "",
			"body /labels/* sent-invalid; status 400 seen"},
		{"a required member left out", "createTree", "", `{"age": 1}`, 400, "",
			"body /name left-out; status 400 seen"},
		{"no body", "createTree", "", "", 400, "", "body left-out; status 400 seen"},
		{"an invalid body", "createTree", "", `[]`, 400, "", "body sent-invalid; status 400 seen"},
		{"a status that nobody documents", "getTree", "", "", 404, "{}", ""},
		{"what an answer shows", "getTree", "", "", 200,
			`{"name": "a", "ripeness": "ripe", "branches": [{"name": "b"}]}`,
			`any request sent-valid; path treeId sent-valid; status 200 seen; answer 200 seen; ` +
				`answer 200 /name seen; answer 200 /ripeness seen; answer 200 /ripeness "ripe" seen; answer 200 /branches seen`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := coverage.NewMeter(doc, nil)
			m.Exchange(exchange(t, doc, c.operation, c.query, c.body, c.status, c.answer))
			var got []string
			for _, text := range hit(m.Coverage(), true) {
				got = append(got, strings.TrimPrefix(text, c.operation+": "))
			}
			if text := strings.Join(got, "; "); text != c.want {
				t.Errorf("exercised are\n%s\nwant\n%s", text, c.want)
			}
		})
	}
}

// TestElements: what there is to exercise follows from the document, and what no client can bring about
// does not count.
func TestElements(t *testing.T) {
	t.Parallel()
	c := coverage.NewMeter(document(t), nil).Coverage()
	var beyond []string
	for _, e := range c.Elements {
		if e.Position.File != "orchard.yaml" || e.Position.Line == 0 {
			t.Errorf("%s is at %q", e.String(), e.Position)
		}
		if e.Beyond != "" && e.Kind == coverage.Status {
			beyond = append(beyond, e.Operation+" "+e.Name)
		}
	}
	if want := []string{"listTrees 429", "listTrees 500", "createTree 202"}; !slices.Equal(beyond, want) {
		t.Errorf("beyond clients are %q, want %q", beyond, want)
	}
	all := strings.Join(hit(c, false), "\n")
	for _, absent := range []string{"header note sent-invalid", "path treeId left-out", "/branches/*", "body /id",
		`answer 200 /ripeness "ripe"`, "answer 200 /ripeness seen"} {
		if strings.Contains(all, absent) {
			t.Errorf("%s is a hole", absent)
		}
	}
	for _, present := range []string{"createTree: body /fruit/weight sent-invalid", "listTrees: answer 200 /* seen",
		"getTree: answer 200 /kind null seen"} {
		if !strings.Contains(all, present) {
			t.Errorf("%s is no hole, among\n%s", present, all)
		}
	}
	if c.Percent != 0 || c.Of(coverage.Operation).Total != 3 || c.Of("nothing").Percent != 100 {
		t.Errorf("%+v", c.Share)
	}
}

// TestSuccess: of several successes one counts, the one that the target gives.
func TestSuccess(t *testing.T) {
	t.Parallel()
	doc := document(t)
	m := coverage.NewMeter(doc, nil)
	m.Exchange(exchange(t, doc, "createTree", "", `{"name": "a"}`, 202, ""))
	for _, e := range m.Coverage().Elements {
		if e.Operation == "createTree" && e.In == "answer" && (e.Name == "201") != (e.Beyond != "") {
			t.Errorf("%s is beyond clients: %q", e.String(), e.Beyond)
		}
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	doc := document(t)
	all := []coverage.Exchange{
		exchange(t, doc, "listTrees", "limit=2", "", 200, `[{"name": "a"}]`),
		exchange(t, doc, "createTree", "", `{"name": ""}`, 400, ""),
		exchange(t, doc, "createTree", "", `{"name": "a", "age": 2}`, 202, ""),
		exchange(t, doc, "getTree", "", "", 200, `{"name": "a", "kind": "pear"}`),
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		whole := coverage.NewMeter(doc, nil)
		var shards []*coverage.Meter
		for range 3 {
			shards = append(shards, coverage.NewMeter(doc, nil))
		}
		for _, x := range all {
			whole.Exchange(x)
			shards[random.IntN(3)].Exchange(x)
		}
		var parts []*coverage.Coverage
		for _, shard := range shards {
			parts = append(parts, reread(t, shard.Coverage()))
		}
		got, err := coverage.Merge(parts...)
		if err != nil || !reflect.DeepEqual(got, reread(t, whole.Coverage())) {
			t.Fatalf("the merged coverage is %+v, that of the whole %+v, %v", got.Share, whole.Coverage().Share, err)
		}
	}
	one := coverage.NewMeter(doc, nil).Coverage()
	other := coverage.NewMeter(openapi.Agent(), nil).Coverage()
	if _, err := coverage.Merge(one, other); !errors.Is(err, coverage.ErrDiffers) {
		t.Errorf("another document: %v", err)
	}
	if got, err := coverage.Merge(one, nil); got != nil || err != nil {
		t.Errorf("with one that is unknown: %v, %v", got, err)
	}
	if got, err := coverage.Merge(); got != nil || err != nil {
		t.Errorf("of none: %v, %v", got, err)
	}
}

// reread returns a coverage as it comes from a report.
func reread(t *testing.T, c *coverage.Coverage) *coverage.Coverage {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var out coverage.Coverage
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return &out
}

// TestConcurrency has goroutines exercise the same elements; make race looks at it.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	doc := document(t)
	m := coverage.NewMeter(doc, []coverage.DocumentLaw{{Operation: doc.Operation("createTree"), ID: "kept"}})
	x := exchange(t, doc, "createTree", "", `{"name": "a"}`, 201, `{"name": "a"}`)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20 {
				m.Exchange(x)
				m.Law(x.Operation, "kept", "")
				m.Law(nil, "kept", "")
				m.Coverage()
			}
		})
	}
	all.Wait()
	if of := m.Coverage().Of(coverage.Law); of.Hit != 1 || of.Percent != 100 {
		t.Errorf("laws: %+v", of)
	}
}
