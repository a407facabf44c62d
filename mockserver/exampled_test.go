package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Whoever tries an operation with the examples of the document, as tools fill them in, succeeds at once, with
// any seed; so does who copies an identity from an example of an answer.
func TestDocumentTried(t *testing.T) {
	t.Parallel()
	doc := openapi.Agent()
	parameter := func(op *openapi.Operation, in, name string) string {
		for _, p := range op.Parameters {
			if p.In == in && p.Name == name {
				return p.Example.(string)
			}
		}
		return ""
	}
	for _, o := range []mockserver.Options{{Agents: 12}, {Agents: 3, Seed: 7}, {Agents: 3, Profile: fixtures.Edge},
		{Agents: 1, Seed: 8, Workspaces: []string{"ws-demo", "ws-other"}}} {
		c := start(t, o).with("x-workspace-id", mockserver.DefaultWorkspace(doc))
		for _, id := range []string{"getAgent", "listAgents", "updateAgent", "createAgent", "deleteAgent"} {
			op := doc.Operation(id)
			path := strings.Replace(op.Path, "{agentId}", parameter(op, "path", "agentId"), 1)
			c := c.with("x-workspace-id", parameter(op, "header", "x-workspace-id"))
			bodies := []string{""}
			if op.Body != nil {
				bodies = nil
				for _, example := range op.Body.JSON().Examples {
					bodies = append(bodies, string(jsonvalue.Marshal(example.Value)))
				}
			}
			for _, body := range bodies {
				if r := c.send(op.Method, path, body); r.status/100 != 2 {
					t.Errorf("%+v: %s %s: %d %s", o, op.Method, path, r.status, r.body)
				}
			}
		}
		c.Reset()
		for _, id := range []string{"67a602bccad44250481b92ca", "66df34f9cad442b079fedaaa",
			"680ffb12cad442ac741b9768"}[:min(3, o.Agents)] {
			if r := c.send("GET", agents+"/"+id, ""); r.status != 200 {
				t.Errorf("%+v: %s is an example of an answer: %d", o, id, r.status)
			}
		}
		for _, workspace := range o.Workspaces {
			list := c.in(workspace).send("GET", agents, "").value.([]any)
			if len(list) != o.Agents {
				t.Errorf("%d agents in %s, want %d", len(list), workspace, o.Agents)
			}
		}
	}
}

// The identities of examples do not change what the generator makes: the same agents, in the same order, of which
// the first have other identities where no agent has them; those of other calls are the generator's own.
func TestExamplesAndSeed(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{Agents: 5, Seed: 7}).in("ws-demo")
	if n, err := c.Seed(mockserver.SeedOptions{Count: 2}); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	g := fixtures.NewGenerator(openapi.Agent(), 7)
	list := c.send("GET", agents, "").value.([]any)
	if len(list) != 7 {
		t.Fatalf("%d agents", len(list))
	}
	others := 0
	for i, got := range list {
		raw, err := g.Agent(i)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := jsonvalue.Parse(raw, jsonvalue.Limits{})
		id, _ := jsonvalue.Lookup(got, "/_id")
		if made, _ := jsonvalue.Lookup(want, "/_id"); id != made {
			others++
		}
		got, want := jsonvalue.Remove(jsonvalue.Clone(got), "/_id"), jsonvalue.Remove(want, "/_id")
		if !jsonvalue.Equal(got, want) {
			t.Errorf("agent %d is\n%s\nand made as\n%s", i, jsonvalue.Marshal(got), jsonvalue.Marshal(want))
		}
	}
	if others != 3 {
		t.Errorf("%d agents with other identities, want those of 3 examples", others)
	}
}

// pens is a document with an identity of some schema, and examples in paths, creations and answers.
func pens(t *testing.T, identity, inPath, created, shown string) *openapi.Document {
	t.Helper()
	example := func(value string) string {
		if value == "" {
			return ""
		}
		return ", example: " + value
	}
	item := `{application/json: {schema: {$ref: '#/components/schemas/Pen'}` + example(shown) + `}}`
	doc, err := openapi.Parse("pens.yaml", []byte(`openapi: 3.1.0
info: {title: Pens, version: '1'}
paths:
  /pens:
    get:
      responses:
        '200':
          description: d
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pen'}}}}
    post:
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/New'}`+example(created)+`}
      responses: {'201': {description: d, content: `+item+`}}
  /pens/{id}:
    parameters: [{name: id, in: path, required: true, schema: `+identity+example(inPath)+`}]
    get: {responses: {'200': {description: d, content: `+item+`}}}
    delete: {responses: {'204': {description: d}}}
components:
  schemas:
    New: {type: object, properties: {id: `+identity+`, ink: {type: string}}}
    Pen: {type: object, required: [id], properties: {id: `+identity+`, ink: {type: string}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Which items have the identities of examples, for documents of other kinds.
func TestExamplesOfOtherDocuments(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		identity, inPath, created, shown string
		options                          mockserver.Options
		want                             string // identities, "*" for one that the generator has made
		next                             string // that of the next creation without one
	}{
		"none":                {"{type: string}", "", "", "", mockserver.Options{Agents: 2}, "* *", ""},
		"in the path":         {"{type: string}", "p-1", "", "", mockserver.Options{Agents: 2}, "p-1 *", ""},
		"in answers":          {"{type: string}", "p-1", "", "{id: p-2}", mockserver.Options{Agents: 2}, "p-1 p-2", ""},
		"more than items":     {"{type: string}", "p-1", "", "{id: p-2}", mockserver.Options{Agents: 1}, "p-1", ""},
		"no items":            {"{type: string}", "p-1", "", "", mockserver.Options{}, "", ""},
		"what creations send": {"{type: string}", "", "{id: p-1}", "{id: p-1}", mockserver.Options{Agents: 1}, "*", ""},
		"the same in a path":  {"{type: string}", "p-1", "{id: p-1}", "", mockserver.Options{Agents: 1}, "p-1", ""},
		"not valid": {"{type: string, pattern: '^p-'}", "q", "", "{id: 5}", mockserver.Options{Agents: 1}, "*",
			""},
		"no scalar":        {"{type: string}", "[p]", "", "{id: {}}", mockserver.Options{Agents: 1}, "*", ""},
		"a number":         {"{type: integer}", "40", "", "", mockserver.Options{Agents: 2}, "40 2", "41"},
		"a number as text": {"{type: integer}", "'40'", "", "", mockserver.Options{Agents: 2}, "40 2", "41"},
		"a number that is made": {"{type: integer}", "2", "", "{id: 3}", mockserver.Options{Agents: 3},
			"1 2 3", "4"},
		"in the schema": {"{type: integer, example: 9}", "", "", "", mockserver.Options{Agents: 1}, "9", "10"},
		"a default":     {"{type: integer, default: 9}", "", "", "", mockserver.Options{Agents: 1}, "9", ""},
		"of a given item": {"{type: string}", "p-1", "", "", mockserver.Options{Agents: 1,
			State: []byte(`{"pens":[{"id":"x"},{"id":"p-1","ink":"blue"}]}`)}, "x p-1 *", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mockserver.RunT(t, pens(t, tt.identity, tt.inPath, tt.created, tt.shown), tt.options)
			var state struct{ Pens []map[string]any }
			read := json.NewDecoder(strings.NewReader(string(s.State())))
			read.UseNumber()
			if err := read.Decode(&state); err != nil {
				t.Fatal(err)
			}
			want := strings.Fields(tt.want)
			if len(state.Pens) != len(want) {
				t.Fatalf("%s, want %s", s.State(), tt.want)
			}
			for i, pen := range state.Pens {
				id := fmt.Sprint(pen["id"])
				isExample := slices.Contains([]string{"p-1", "p-2", "q", "5"}, id)
				if want[i] != id && (want[i] != "*" || isExample) {
					t.Errorf("item %d is %s, want %s", i, id, want[i])
				}
			}
			if tt.next != "" {
				res, err := http.Post(s.URL+"/pens", "application/json", strings.NewReader(`{"ink":"red"}`))
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = res.Body.Close() }()
				if got := res.Header.Get("Location"); got != "/pens/"+tt.next {
					t.Errorf("the next one is %s, want %s", got, tt.next)
				}
			}
		})
	}
}

// Items are where the document's example of the scope header shows them, unless workspaces are named.
func TestExampleOfScope(t *testing.T) {
	t.Parallel()
	doc := changedAgent(t, "      example: ws-demo\n", "      example: acme\n")
	c := startWith(t, doc, mockserver.Options{Agents: 2})
	if got := c.Workspaces(); !slices.Equal(got, []string{"acme"}) {
		t.Errorf("items in %q", got)
	}
	c.in("acme").send("GET", agents+"/67a602bccad44250481b92ca", "").want(200)
	c = startWith(t, doc, mockserver.Options{Agents: 2, Workspaces: []string{"other"}})
	if got := c.Workspaces(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("items in %q", got)
	}
	if got := mockserver.DefaultWorkspace(changedAgent(t, "      example: ws-demo\n", "")); got != "ws-demo" {
		t.Errorf("without an example: %q", got)
	}
}
