package openapi_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

func loadFile(t testing.TB, name string) *openapi.Document {
	t.Helper()
	doc, err := openapi.Load(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if problems := doc.Check(); len(problems) > 0 {
		t.Errorf("%s: %v", name, problems)
	}
	return doc
}

// described is a resource in one line.
func described(r *openapi.Resource) string {
	line := fmt.Sprintf("%s %s %s id=%s", r.Name, r.CollectionPath, r.ItemPath, r.Identity)
	if r.List != nil && r.List.Wrapper != "" {
		line += " in=" + strings.TrimPrefix(r.List.Wrapper, "/")
	}
	if len(r.Parents) > 0 {
		line += " of=" + strings.Join(r.Parents, ",")
	}
	for _, op := range []*openapi.Operation{r.List, r.Create, r.Read, r.Update, r.Replace, r.Delete} {
		if op != nil {
			line += " " + string(op.Action)
			if op.Resource != r {
				line += "?"
			}
		}
	}
	return line
}

func resources(doc *openapi.Document) string {
	var lines []string
	for _, r := range doc.Resources {
		lines = append(lines, described(r))
	}
	return strings.Join(lines, "\n")
}

func TestShop(t *testing.T) {
	t.Parallel()
	doc := loadFile(t, "shop.yaml")
	want := "products /products /products/{productId} id=id in=data list create read update replace delete\n" +
		"reviews /products/{productId}/reviews /products/{productId}/reviews/{id} id=id of=productId create read"
	if got := resources(doc); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	const id = `"id":"123e4567-e89b-12d3-a456-426614174000","createdAt":"2025-01-19T02:57:27Z",`
	for _, c := range []struct{ operation, body, want string }{
		{"createProduct",
			`{"kind":"Hat","name":"Bowler","price":30.01,"size":58,"supplierKey":"s","category":null,"discount":null,"attributes":{"a":["b"]}}`, ""},
		{"createProduct",
			`{"kind":"Hat","name":"","price":0,"size":3000000000,"category":{"name":"a","parent":{"name":1},"children":[{}]}}`,
			"type body, required body"},
		{"createProduct", `{"kind":"book","name":"n","price":1,"isbn":"9780000000000","language":null}`, ""},
		{"createProduct", `{"kind":"book","name":"n","price":1.001,"isbn":"x","language":"fr"}`,
			"pattern body, enum body, multiple-of body"},
		{"createProduct", `{"kind":"Boat"}`, "enum body"},
		{"changeProduct", `{"anything":[1]}`, ""},
		{"addReview", `{"stars":6,"txt":"x"}`, "maximum body, additional-property body"},
		{"addReview", `{"stars":5,"text":null,"id":"ignored"}`, ""},
		{"login", `{"user":"u","password":"short"}`, "min-length body"},
	} {
		op := doc.Operation(c.operation)
		contentType := op.Body.Content[0].Type
		r := typed(contentType, c.body)
		r.Header.Set("Authorization", "Bearer t")
		r.Path = map[string]string{"productId": "123e4567-e89b-12d3-a456-426614174000"}
		found := op.ValidateRequest(r)
		var rules []string
		for _, v := range found {
			rules = append(rules, v.Rule+" "+v.In)
		}
		for _, rule := range strings.Split(c.want, ", ") {
			if !strings.Contains(strings.Join(rules, ", "), rule) || c.want == "" && len(rules) > 0 {
				t.Errorf("%s %s: %v, want %q", c.operation, c.body, found, c.want)
			}
		}
	}
	for _, c := range []struct {
		operation   string
		status      int
		contentType string
		body, want  string
	}{
		{"createProduct", 201, "application/json", `{` + id + `"kind":"Hat","name":"n","price":1,"size":5}`, ""},
		{"createProduct", 201, "application/json",
			`{"kind":"Hat","name":"n","price":1,"size":5,"supplierKey":"s"}`,
			"required body /createdAt, required body /id"},
		{"createProduct", 409, "application/problem+json", `{"title":1}`, "type body /title"},
		{"getProduct", 200, "application/json", `[]`, "one-of body"},
		{"deleteProduct", 204, "", ``, ""},
		{"listProducts", 500, "application/problem+json; charset=utf-8", `{}`, ""},
		{"listProducts", 200, "application/json", `{"data":[],"page":{"next":null}}`, "missing-header header X-Total"},
	} {
		header := http.Header{}
		if c.contentType != "" {
			header.Set("Content-Type", c.contentType)
		}
		if got := rulesOf(doc.Operation(c.operation).ValidateResponse(&openapi.ResponseData{Status: c.status,
			Header: header, Body: []byte(c.body)})); got != c.want {
			t.Errorf("%s %d %s: %q, want %q", c.operation, c.status, c.body, got, c.want)
		}
	}
	if got := rulesOf(doc.Operation("getProduct").ValidateCredentials(&openapi.Request{})); got != "" {
		t.Errorf("optional credentials: %s", got)
	}
}

func TestTasks(t *testing.T) {
	t.Parallel()
	doc := loadFile(t, "tasks.json")
	if got, want := resources(doc), "tasks /tasks/ /tasks/{task_id}/ id=id list create read delete"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	op := doc.Operation("create_task_tasks__post")
	for body, want := range map[string]string{
		`{"title":"t","kind":"task"}`: "",
		`{"title":"t","kind":"task","due":null,"state":"done","parent":{"title":"p","kind":"task","parent":null},"meta":{"x-a":"b"},"position":[1,2],"icon":"!","any":[]}`: "",
		`{"title":"t","kind":"task","more":1}`:               "additional-property body /more",
		`{"title":"t","kind":"task","state":"closed"}`:       "enum body /state",
		`{"title":"t","kind":"task","due":"2025-02-29"}`:     "format body /due",
		`{"title":"t","kind":"task","parent":{"title":"p"}}`: "required body /parent/kind",
		`{"title":"t","kind":"task","position":[1,"a",3]}`:   "type body /position/1, schema body /position/2",
		`{"title":"t","kind":"task","meta":{"x-a":1}}`:       "type body /meta/x-a",
		`{"title":"t","kind":"story","meta":"` + "x" +
			`","a":1}`: "additional-property body /a, const body /kind, type body /meta",
	} {
		if got := rulesOf(op.ValidateRequest(typed("application/json", body))); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	if health := doc.Operation("health"); health.Path != "/health" || health.Action != openapi.NoAction {
		t.Errorf("%+v", health)
	}
}

// TestLawfulDocuments lists what documents may do and few do.
func TestLawfulDocuments(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"webhooks only": head +
			"webhooks: {a: {post: {requestBody: {content: {application/json: {}}}, responses: {'200': " +
			"{description: d}}}}}\n",
		"components only": head + "components: {schemas: {A: {type: [string, 'null']}}}\n",
		"empty paths":     head + "paths: {}\n",
		"extensions everywhere": head +
			"x-a: 1\npaths:\n  x-b: 2\n" +
			"  /x: {x-c: 3, get: {x-d: 4, responses: {x-e: 5, '200': {description: d, x-f: 6, content: {a/b: " +
			"{x-g: 7, schema: {x-h: 8}}}}}}}\ncomponents: {x-i: 9}\n",
		"no responses in 3.1": head + "paths: {/x: {get: {operationId: a}}}\n",
		"siblings of $ref": head +
			"paths: {/x: {get: {responses: {'200': {$ref: '#/components/responses/R', description: other}}}}}\n" +
			"components: {responses: {R: {description: d}}}\n",
		"examples": head +
			"paths: {/x: {get: {responses: {'200': {description: d, content: {application/json: {schema: " +
			"{examples: [1], example: 2}, examples: {a: {externalValue: 'https://x.invalid'}, b: {value: " +
			"null}}}}}}}}}\n",
		"same shape, two verbs": head +
			"paths: {'/x/{a}': {get: {parameters: [{name: a, in: path, required: true, schema: {}}], responses: " +
			"{'200': {description: d}}}}}\n",
		"mutualTLS": head +
			"security: [{t: []}]\npaths: {/x: {get: {responses: {'200': {description: d}}}}}\n" +
			"components: {securitySchemes: {t: {type: mutualTLS}}}\n",
		"exclusive bounds": schemaDocument("3.1.0",
			"    A: {exclusiveMinimum: 1, exclusiveMaximum: 2.5, const: 2}\n"),
		"boolean schemas": schemaDocument("3.1.0",
			"    A: true\n    B: {additionalProperties: false, items: true, not: false}\n"),
		"definitions": schemaDocument("3.1.0",
			"    A: {$defs: {x: {type: string}}, $ref: '#/components/schemas/A/$defs/x', $comment: c, minLength: 1}\n"),
		"dependencies": schemaDocument("3.1.0",
			"    A: {dependentRequired: {a: [b]}, dependentSchemas: {a: {minProperties: 2}}, minContains: 0, "+
				"contains: {}}\n"),
		"content": schemaDocument("3.1.0",
			"    A: {contentEncoding: base64, contentMediaType: application/json, contentSchema: {type: object}}\n"),
		"3.0 oddities": schemaDocument("3.0.4",
			"    A: {type: string, example: 5, xml: {name: a}, externalDocs: {url: 'https://x.invalid'}, "+
				"deprecated: true, default: a, format: unheard-of}\n    B: {type: array, items: {}}\n    C: {}\n"+
				"    D: {description: d, enum: [a, 1, null]}\n"),
		"escaped names": schemaDocument("3.0.3",
			"    a.b-c_D: {type: string}\n"+
				"    R: {properties: {'a/b~c d%': {$ref: '#/components/schemas/a.b-c_D'}}}\n"+
				"    S: {$ref: '#/components/schemas/R/properties/a~1b~0c%20d%25'}\n"),
		"patterns": schemaDocument("3.1.0",
			`    A: {pattern: '^\d{3}-\w+\/[\-_.]\s?$'}`+"\n    B: {patternProperties: {'^[a-z]': {}}}\n"),
		"head and options": head +
			"paths: {/x: {head: {responses: {'200': {description: d}}}, options: {responses: {'204': " +
			"{description: d}}}, trace: {responses: {default: {description: d}}}}}\n",
		"byte order mark": "\ufeff" + head + "paths: {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := openapi.Parse("api.yaml", []byte(text)); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}
