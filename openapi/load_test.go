package openapi_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/randomdoc"
	"github.com/agentmock/agentmock/openapi"
)

// problemsOf are what a document is refused for, one a line.
func problemsOf(t testing.TB, err error) string {
	t.Helper()
	var refused *openapi.LoadError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a LoadError", err)
	}
	return refused.Error()
}

// faultsOf are what is wrong with a document, one a line, whether it is refused for it or not.
func faultsOf(t testing.TB, doc *openapi.Document, err error) string {
	t.Helper()
	if err != nil {
		return problemsOf(t, err)
	}
	return (&openapi.LoadError{Problems: doc.Warnings()}).Error()
}

const head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"

// TestBadDocuments: what cannot be used at all is refused; everything else is used without what is
// faulty, and warned of.
func TestBadDocuments(t *testing.T) {
	t.Parallel()
	refused := []string{"empty", "no object", "bad YAML", "twice", "no version", "2.0", "4", "no paths",
		"paths is a list", "reference to a name"}
	op := func(rest string) string { return head + "paths:\n  /x:\n    get:\n" + rest }
	ok := "      responses: {'204': {description: d}}\n"
	for _, c := range []struct {
		name, text string
		want       []string // parts of lines, in order
	}{
		{"empty", "", []string{"api.yaml:1: the file is empty"}},
		{"no object", "- a\n",
			[]string{"api.yaml:1: a document is an object that starts with `openapi: 3.1.0`, not array"}},
		{"bad YAML", "openapi: 3.1.0\na: [\n", []string{"not YAML"}},
		{"twice", head + "paths: {}\npaths: {}\n",
			[]string{`api.yaml:4: the key "paths" occurs twice; it is first on line 3`}},
		{"no version", "info: {}\n",
			[]string{`api.yaml:1: openapi: missing; a document starts with openapi: 3.0.3 or openapi: 3.1.0`}},
		{"unquoted", "openapi: 3.1\npaths: {}\n", []string{`info: missing`, `api.yaml:1: /openapi: openapi is the number 3.1; quote it`}},
		{"2.0", "swagger: '2.0'\n",
			[]string{"api.yaml:1: /swagger: a Swagger 2.0 document; convert it to OpenAPI 3 first, "}},
		{"3.2", "openapi: 3.2.0\ninfo: {title: T, version: '1'}\npaths: {}\n",
			[]string{`openapi "3.2.0" is read as 3.1: what later versions add is ignored`}},
		{"two parts", "openapi: '3.0'\ninfo: {title: T, version: 2024}\npaths: {}\n",
			[]string{`/openapi: openapi "3.0": write all three parts: "3.0.0"`, "/info/version: version is a text, not the number 2024; quote it"}},
		{"4", "openapi: 4.0.0\n", []string{`openapi "4.0.0"`}},
		{"no paths", head, []string{"paths: missing"}},
		{"paths is a list", head + "paths: []\n", []string{"api.yaml:3: /paths: paths is an object, not array"}},
		{"path without slash", head + "paths:\n  x:\n    get: {}\n",
			[]string{`api.yaml:4: /paths/x: path "x" must start with a slash`}},
		{"path item", head + "paths:\n  /x: 3\n", []string{"api.yaml:4: /paths/~1x: a path is an object, not number"}},
		{"operation", op("      3\n"), []string{"/paths/~1x/get: an operation is an object, not number"}},
		{"status", op("      responses:\n        2xx: {description: d}\n        '600': {description: d}\n"),
			[]string{`:7: /paths/~1x/get/responses/2xx: status "2xx" is no status; write a number such as 200, a class such as 4XX, or default`, `:8:`}},
		{"no responses in 3.0", "openapi: 3.0.0\ninfo: {title: T, version: '1'}\npaths:\n  /x:\n    get: {}\n",
			[]string{"responses: missing"}},
		{"no description", op("      responses: {'200': {}}\n"), []string{"description"}},
		{"operation ids", head + "paths:\n  /x:\n    get:\n      operationId: a\n" + ok +
			"    put:\n      operationId: a\n" + ok,
			[]string{`:9: /paths/~1x/put/operationId: operationId "a" is taken by GET /x`}},
		{"path parameters",
			head + "paths:\n  /x/{a}/{b}:\n    get:\n" +
				"      parameters: [{name: c, in: path, required: true, schema: {}}, {name: a, in: path, schema: " +
				"{}}]\n" + ok,
			[]string{`:5: `, `{b}, but no parameter`, `:6: `, `parameter "c" has ` + "`in: path`", `:6: `,
				"a path parameter has `required: true`"}},
		{"same name twice in a path", head +
			"paths:\n  /x/{a}/{a}:\n    get:\n      parameters: [{name: a, in: path, required: true, schema: {}}]\n" +
			ok, []string{"has {a} twice"}},
		{"parameter",
			op("      parameters: [{in: query}, {name: a, in: body}, 3, {name: b, in: query, style: bent, schema: " +
				"{}}]\n" + ok),
			[]string{"parameters/0: a parameter needs a name",
				`parameters/1: parameter "a": in is "body"; it is one of path, query, header, cookie`,
				"parameters/2: a parameter is an object, not number",
				`style "bent"; in query it is one of form, spaceDelimited`}},
		{"reference to nothing", op("      responses: {'200': {$ref: '#/components/responses/X'}}\n"),
			[]string{`:6: `, `$ref "#/components/responses/X" leads nowhere`}},
		{"reference to a name", op("      responses: {'200': {$ref: 'X'}}\n"),
			[]string{"the document was not read from a folder"}},
		{"schema reference", schemaDocument("3.1.0",
			"    S:\n      properties:\n        a:\n          $ref: '#/components/schemas/None'\n"), []string{`:11: /components/schemas/S/properties/a/$ref: $ref "#/components/schemas/None" leads nowhere`}},
		{"reference to itself", schemaDocument("3.1.0", "    S:\n      $ref: '#/components/schemas/S'\n"),
			[]string{`:9: /components/schemas/S/$ref: its references lead in a circle`}},
		{"circle", schemaDocument("3.0.0",
			"    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}\n"), []string{"circle",
			"circle"}},
		{"circle of allOf", schemaDocument("3.1.0",
			"    A: {allOf: [{$ref: '#/components/schemas/B'}]}\n    B: {allOf: [{$ref: '#/components/schemas/A'}]}\n"),
			[]string{"/components/schemas/B/allOf/0/$ref", "in a circle"}},
		{"network", schemaDocument("3.1.0", "    S: {$ref: 'https://example.com/s.json'}\n"),
			[]string{`$ref "https://example.com/s.json": references are followed only to files in the document's folder; nothing is fetched`}},
		{"file URL", schemaDocument("3.1.0", "    S: {$ref: 'file:///etc/passwd'}\n"), []string{"nothing is fetched"}},
		{"no scheme", schemaDocument("3.1.0", "    S: {$ref: '//example.com/s.json'}\n"),
			[]string{"nothing is fetched"}},
		{"types", schemaDocument("3.1.0", "    S: {type: text}\n    T: {type: [string, 3]}\n"),
			[]string{`:8: /components/schemas/S/type: type "text" is none of array, boolean`,
				`:9: /components/schemas/T/type/1: type 3`}},
		{"schema is a list", schemaDocument("3.1.0", "    S: []\n"),
			[]string{":8: /components/schemas/S: a schema is an object or true or false, not array"}},
		{"schema is true in 3.0", schemaDocument("3.0.0", "    S: true\n"),
			[]string{"a schema that is true or false is of OpenAPI 3.1"}},
		{"keywords of wrong types", schemaDocument("3.1.0",
			"    S: {allOf: {}, oneOf: []}\n    T: {properties: []}\n    U: {required: name}\n"+
				"    V: {minLength: -1}\n"),
			[]string{":8: /components/schemas/S/allOf: allOf is a list", ":8: /components/schemas/S/oneOf",
				":9: /components/schemas/T/properties: properties is an object"}},
		{"what JSON Schema refuses", schemaDocument("3.1.0",
			"    U:\n      required: name\n    V:\n      minLength: -1\n"),
			[]string{`:9: /components/schemas/U/required: required is a list, not string; "name" is read as [name]`,
				":11: /components/schemas/V/minLength: minLength is a whole number from 0, not the number -1"}},
		{"pattern", schemaDocument("3.1.0",
			"    S:\n      properties:\n        a:\n          pattern: '(x'\n"), []string{`:11: /components/schemas/S/properties/a/pattern: pattern "(x" cannot be used: `, "it is not enforced"}},
		{"hints", schemaDocument("3.1.0",
			"    S: {x-mock: objectid}\n    T: {x-mock: {ident: id}}\n    U: {x-mock: 3}\n"+
				"    V: {x-mock: {value: x}}\n"),
			[]string{`x-mock: "objectid" is none of objectId, now, updated, secret; did you mean objectId?`,
				`x-mock has no word "ident" here; it has value, initial, then, after, from, for, default, id, assumed`,
				"not number",
				`x-mock.value: "x"`}},
		{"hints elsewhere",
			"openapi: 3.1.0\ninfo: {title: T, version: '1'}\nx-mock: {scop: 1, scope: {}}\npaths:\n  /x:\n" +
				"    get:\n      x-mock: {update: replace, action: updat, resource: 7, create: true}\n" +
				"      responses: {'204': {description: d, x-mock: assumed}}\n",
			[]string{`did you mean scope?`, "x-mock.scope names a header",
				`x-mock.action: "updat" is none of list, create, read, update, replace, delete, none; did you mean update?`,
				`did you mean creates?`, `x-mock.resource is the name of a collection, such as agents; not 7`,
				`x-mock.update is merge, or left out; not "replace"`,
				"x-mock is an object of assumed here, not string"}},
		{"security", op(ok + "      security: [{key: []}]\n"),
			[]string{`:7: /paths/~1x/get/security/0: security scheme "key" is not among components.securitySchemes`}},
		{"security schemes", op(ok+"      security: [{a: []}, {b: []}]\n") +
			"components: {securitySchemes: {a: {type: apiKey, in: body, name: x}, b: {type: magic}}}\n",
			[]string{"an apiKey scheme has a name", `security scheme type "magic"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			doc, err := openapi.Parse("api.yaml", []byte(c.text))
			got := faultsOf(t, doc, err)
			if (err != nil) != slices.Contains(refused, c.name) {
				t.Errorf("refused: %v", err)
			}
			rest := got
			for _, want := range c.want {
				i := strings.Index(rest, want)
				if i < 0 {
					t.Fatalf("got\n%s\nwant %q", got, want)
				}
				rest = rest[i+len(want):]
			}
			if strings.Contains(got, "document.invalid") || strings.Contains(got, "jsonschema:") {
				t.Errorf("speaks of the library: %s", got)
			}
		})
	}
}

func write(t testing.TB, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLoadSeveralFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder, map[string]string{
		"api.yaml": head + `paths:
  /x:
    $ref: paths/x.yaml
  /y/{id}:
    parameters: [{$ref: 'parts.json#/parameters/Id'}]
    get:
      operationId: readY
      responses:
        '200': {$ref: 'parts.json#/responses/Y'}
components:
  schemas:
    Local: {type: string, examples: [{$ref: not a reference}], default: {$ref: neither.yaml}}
`,
		"paths/x.yaml": `get:
  operationId: readX
  responses:
    '200':
      description: d
      content:
        application/json:
          schema:
            $ref: '../schemas/with%20blank.yaml#/Thing'
          examples:
            one: {$ref: '../parts.json#/examples/One'}
`,
		"schemas/with blank.yaml": `Thing:
  type: object
  required: [name, tree]
  properties:
    name: {$ref: '#/Name'}
    tree: {$ref: 'tree.json'}
    local: {$ref: '../api.yaml#/components/schemas/Local'}
Name:
  minLength: 3
`,
		"schemas/tree.json": "{\n \"type\": \"object\",\n \"properties\": {\n" +
			"  \"up\": {\"$ref\": \"tree.json\"},\n  \"thing\": {\"$ref\": \"with blank.yaml#/Thing\"},\n" +
			"  \"n\": {\n   \"maximum\": 3}}}",
		"parts.json": `{"parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}}, "responses": {"Y": {"description": "y"}}, "examples": {"One": {"value": {"name": "Anna", "tree": {}}}}}`,
	})
	doc, err := openapi.Load(filepath.Join(folder, "api.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	schema := doc.Operation("readX").Success().JSON().Schema
	value, _ := openapi.ReadJSON([]byte(`{"name":"x","tree":{"up":{"n":4},"thing":{"name":"Anna"}},"local":1}`))
	var got []string
	for _, v := range schema.Validate(value, openapi.ResponseView) {
		file, _ := filepath.Rel(folder, v.Document.File)
		got = append(got, fmt.Sprintf("%s %s %s:%d", v.Rule, v.Pointer, filepath.ToSlash(file), v.Document.Line))
	}
	want := "type /local api.yaml:14\nmin-length /name schemas/with blank.yaml:9\n" +
		"required /tree/thing/tree schemas/with blank.yaml:3\nmaximum /tree/up/n schemas/tree.json:7"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if schema.Name != "Thing" || schema.Property("tree").Schema.Name != "tree" ||
		len(doc.Operation("readX").Success().JSON().Examples) != 1 {
		t.Errorf("schema %q, tree %q", schema.Name, schema.Property("tree").Schema.Name)
	}
	for _, published := range [][]byte{doc.JSON("http://127.0.0.1:1"), doc.YAML()} { // which stand on their own
		again, err := openapi.Parse("published.yaml", published)
		if err != nil {
			t.Fatal(err)
		}
		if found := again.Operation("readX").Success().JSON().Schema.Validate(value,
			openapi.ResponseView); len(found) != 4 {
			t.Errorf("%v", found)
		}
	}
}

func TestLoadStaysInItsFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder, map[string]string{"outside.yaml": "type: string\n", "in/here.yaml": "type: string\n",
		"in/broken.yaml": "a: 1\na: 2\n", "in/folder/x.yaml": "{}"})
	if err := os.Symlink(filepath.Join(folder, "outside.yaml"), filepath.Join(folder, "in", "link.yaml")); err != nil {
		t.Skip(err)
	}
	for ref, want := range map[string]string{
		"here.yaml": "", "./here.yaml": "", "folder/../here.yaml": "", "./api.yaml#/components/schemas/T": "",
		"../outside.yaml":           "leads outside the document's folder",
		"folder/../../outside.yaml": "leads outside the document's folder", "..": "leads outside",
		"%2e%2e/outside.yaml":                 "leads outside",
		filepath.Join(folder, "outside.yaml"): "leads outside", "link.yaml": "escapes",
		"none.yaml": "no such file", "folder": "directory", ".": "directory",
		"broken.yaml":     `the key "a" occurs twice`,
		"here.yaml#/none": `$ref "here.yaml#/none" leads nowhere`, "here.yaml#anchor": `"here.yaml#anchor"`,
		"here%zz.yaml": "nothing is fetched", "a\x00b": "$ref",
	} {
		name := filepath.Join(folder, "in", "api.yaml")
		if err := os.WriteFile(name, []byte(schemaDocument("3.1.0",
			fmt.Sprintf("    S:\n      $ref: %q\n    T: {}\n", ref))), 0o600); err != nil {
			t.Fatal(err)
		}
		doc, err := openapi.Load(name)
		found := faultsOf(t, doc, err)
		switch {
		case want == "" && found != "":
			t.Errorf("%s: %v", ref, found)
		case !strings.Contains(found, want) || strings.Contains(want, "outside") && err == nil:
			t.Errorf("%s: %v, want %s", ref, found, want)
		case want != "" && ref != "broken.yaml" && !strings.Contains(found, "api.yaml:9: /components/schemas/S"):
			t.Errorf("%s: the place is missing: %v", ref, found)
		}
	}
}

func TestLoadUnreadable(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{filepath.Join(folder, "none.yaml"), filepath.Join(folder, "none", "api.yaml"),
		folder} {
		var unreadable *fs.PathError
		if _, err := openapi.Load(name); !errors.As(err, &unreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := openapi.CompileSchema("s.json", []byte(`{"type": "strin"}`)); err == nil ||
		!strings.Contains(err.Error(), "s.json:1:2: /type") {
		t.Error(err)
	}
}

func TestAgentDocument(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("agent.yaml", openapi.Agent().Source())
	if err != nil {
		t.Fatal(err)
	}
	if problems := doc.Check(); len(problems) > 0 {
		t.Error(problems)
	}
	var ids []string
	for _, op := range doc.Operations {
		ids = append(ids, op.ID+" "+string(op.Action))
	}
	if got := strings.Join(ids,
		", "); got != "listAgents list, createAgent create, getAgent read, updateAgent update, deleteAgent delete" {
		t.Error(got)
	}
	if r := doc.Resource("agents"); r.Identity != "_id" || r.Schema.Name != "Agent" ||
		r.Write().ID != "updateAgent" || *doc.Scope != (openapi.Scope{Header: "x-workspace-id",
		Property: "workspaceId"}) {
		t.Errorf("%+v %+v", r, doc.Scope)
	}
	for _, published := range [][]byte{doc.JSON("http://127.0.0.1:4010"), doc.YAML("http://127.0.0.1:4010"),
		doc.JSON()} {
		again, err := openapi.Parse("published", published)
		if err != nil || len(again.Check()) > 0 || len(again.Operations) != 5 {
			t.Errorf("published: %v", err)
		}
		if moved := strings.Contains(string(published),
			"http://127.0.0.1:4010"); moved == strings.Contains(string(published), "https://api.trillet.ai") {
			t.Error("servers")
		}
	}
}

// FuzzLoad: whatever the bytes, and whatever is spoilt in a sound document, loading ends, and what loads
// can be asked everything.
func FuzzLoad(f *testing.F) {
	randomdoc.AddTexts(f, "..", ruleDocument, responseDocument, "{\"", schemaDocument("3.1.0", everyKeyword[1:]),
		schemaDocument("3.0.3", "    A: {nullable: true, allOf: [{$ref: '#/components/schemas/B'}]}\n"+
			"    B: {properties: {a: {$ref: '#/components/schemas/A', readOnly: true}}}\n"),
		schemaDocument("3.1.0", "    A: {$ref: '#/components/schemas/A/properties/a', properties: {a: "+
			"{$ref: '#/components/schemas/A'}}}\n"),
		withParameters("{name: n, in: query, style: deepObject, schema: {type: object}}"))
	f.Fuzz(func(t *testing.T, text string, choices []byte) {
		doc, err := openapi.Parse("f.yaml", []byte(randomdoc.SpoiltText(choices, text)))
		if err != nil {
			problemsOf(t, err)
			return
		}
		doc.Check()
		for _, op := range doc.Operations {
			op.ValidateRequest(typed("application/json", `{"a":[null,1]}`))
			op.ValidateResponse(&openapi.ResponseData{Status: 200, Body: []byte(`[{"a":1}]`)})
		}
		for _, s := range doc.Schemas {
			s.Validate([]any{"x", nil}, openapi.RequestView)
		}
		if _, err := openapi.Parse("again.yaml", doc.YAML()); err != nil {
			t.Errorf("published, it does not load: %v", err)
		}
	})
}

// TestPatternBehindReferences: a problem of a schema that operations and other schemas refer to is
// reported once.
func TestPatternBehindReferences(t *testing.T) {
	t.Parallel()
	text := schemaDocument("3.1.0", "    S:\n      properties:\n        a:\n          pattern: '(x'\n"+
		"    T: {$ref: '#/components/schemas/S/properties/a'}\n    U: {$ref: '#/components/schemas/S/properties/a'}\n")
	response := "{operationId: %s, responses: {'200': {description: d, content: {application/json: {schema: " +
		"{$ref: '#/components/schemas/S'}}}}}}"
	text = strings.Replace(text, "    get: {operationId: x, responses: {'204': {description: d}}}\n",
		"    get: "+fmt.Sprintf(response, "x")+"\n    put: "+fmt.Sprintf(response, "y")+"\n", 1)
	doc, err := openapi.Parse("d.yaml", []byte(text))
	got := faultsOf(t, doc, err)
	if !strings.HasPrefix(got,
		`d.yaml:12: /components/schemas/S/properties/a/pattern: pattern "(x" cannot be used`) || strings.Count(got,
		"\n") > 0 {
		t.Errorf("got %s", got)
	}
}
