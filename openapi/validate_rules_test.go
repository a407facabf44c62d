package openapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// load parses a document that a test wrote.
func load(t testing.TB, text string) *openapi.Document {
	t.Helper()
	doc, err := openapi.Parse("api.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// schemaDocument is a document with components/schemas as given and one operation, so that it is
// whole.
func schemaDocument(version, schemas string) string {
	return "openapi: " + version +
		"\ninfo: {title: T, version: '1'}\npaths:\n  /x:\n" +
		"    get: {operationId: x, responses: {'204': {description: d}}}\n" +
		"components:\n  schemas:\n" + schemas
}

const everyKeyword = `
    Pet:
      type: object
      required:
        - name
        - kind
      properties:
        name: {type: string}
        kind:
          enum: [cat, dog, goldfish]
        legs:
          minimum: 2
          maximum: 8
          multipleOf: 2
        tags:
          minItems: 1
          maxItems: 3
          uniqueItems: true
          items: {type: string}
        nick:
          minLength: 2
          maxLength: 4
          pattern: ^[a-z]*$
        fixed:
          const: 7
        born:
          format: date
          type: string
        chip:
          dependentRequired:
            number: [maker]
        numbers:
          contains: {minimum: 10}
          maxContains: 2
        toys:
          minProperties: 1
          maxProperties: 2
          propertyNames:
            pattern: ^[a-z]+$
        gone: false
        closed:
          type: object
          properties: {a: {}, colour: {}}
          patternProperties: {^x-: {}}
          additionalProperties: false
        sealed:
          allOf: [{properties: {a: {}}}]
          unevaluatedProperties: false
        either:
          oneOf:
            - {type: object, required: [a]}
            - {type: object, required: [b, c]}
        any:
          anyOf:
            - {type: integer}
            - {type: boolean}
        odd:
          not: {type: string}
        quiet:
          not:
            required: [loud]
        small:
          exclusiveMinimum: 0
          exclusiveMaximum: 10
        pair:
          prefixItems: [{type: string}]
          items: false
        deep:
          anyOf:
            - &deep {type: object, unevaluatedProperties: {$ref: '#/components/schemas/Pet/properties/deep'}}
            - *deep
            - *deep
            - *deep
            - *deep
            - *deep
`

func TestSchemaRules(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", everyKeyword[1:]))
	lines := strings.Split(string(doc.Source()), "\n")
	for _, c := range []struct{ property, value, rule, pointer, message, expected, actual, suggestion, line string }{
		{"name", `3`, "type", "/name", `3 where a string is expected`, `"string"`, `3`, "", "name: {type"},
		{"name", `null`, "type", "/name", `null where a string is expected`, `"string"`, `null`, "", "name: {type"},
		{"name", ``, "required", "/name", `missing; it is required`, `"a value"`, `null`, "", "required:"},
		{"kind", `"Cat "`, "enum", "/kind",
			`"Cat " is not one of "cat", "dog", "goldfish"; did you mean "cat"?`, `["cat","dog","goldfish"]`,
			`"Cat "`, "cat", "enum: [cat"},
		{"kind", `"elephant"`, "enum", "/kind", `"elephant" is not one of "cat", "dog", "goldfish"`,
			`["cat","dog","goldfish"]`, `"elephant"`, "", "enum: [cat"},
		{"legs", `0`, "minimum", "/legs", `0 must be at least 2`, `2`, `0`, "", "minimum: 2"},
		{"legs", `10.0`, "maximum", "/legs", `10.0 must be at most 8`, `8`, `10.0`, "", "maximum: 8"},
		{"legs", `3`, "multiple-of", "/legs", `3 must be a multiple of 2`, `2`, `3`, "", "multipleOf: 2"},
		{"small", `0`, "minimum", "/small", `0 must be more than 0`, `0`, `0`, "", "exclusiveMinimum: 0"},
		{"small", `10`, "maximum", "/small", `10 must be less than 10`, `10`, `10`, "", "exclusiveMaximum: 10"},
		{"tags", `[]`, "min-items", "/tags", `a list must have at least 1 item`, `1`, `[]`, "", "minItems: 1"},
		{"tags", `["a","b","c","d"]`, "max-items", "/tags", `a list must have at most 3 items`, `3`,
			`["a","b","c","d"]`, "", "maxItems: 3"},
		{"tags", `["a","a"]`, "unique-items", "/tags",
			`items at index 0 and 1 are equal; each item may occur once`, `null`, `["a","a"]`, "", "uniqueItems: true"},
		{"deep", strings.Repeat(`{"b":1,"a":`, 12) + "1" + strings.Repeat("}", 12), "too-complex", "/deep",
			`the alternatives of the schema have too many combinations here to tell whether the value is valid; a ` +
				`discriminator, or a member with another constant in each alternative, would tell them apart`,
			`null`, `null`, "", "deep:"},
		{"tags", `["a",2]`, "type", "/tags/1", `2 where a string is expected`, `"string"`, `2`, "",
			"items: {type: string}"},
		{"nick", `"x"`, "min-length", "/nick", `"x" must have at least 2 characters`, `2`, `"x"`, "", "minLength: 2"},
		{"nick", `"xyzzy"`, "max-length", "/nick", `"xyzzy" must have at most 4 characters`, `4`, `"xyzzy"`, "",
			"maxLength: 4"},
		{"nick", `"XY"`, "pattern", "/nick", `"XY" must match the pattern "^[a-z]*$"`, `"^[a-z]*$"`, `"XY"`, "",
			"pattern: ^[a-z]*$"},
		{"fixed", `8`, "const", "/fixed", `8 must be 7`, `7`, `8`, "", "const: 7"},
		{"born", `"2025-02-30"`, "format", "/born", `"2025-02-30" is no date`, `"date"`, `"2025-02-30"`, "",
			"format: date"},
		{"chip", `{"number":1}`, "dependent-required", "/chip/maker",
			`missing; it is required where number is there`, `"a value"`, `null`, "", "number: [maker]"},
		{"numbers", `[1,2]`, "contains", "/numbers", `must have at least 1 item that fit {"minimum":10}`,
			`{"minimum":10}`, `[1,2]`, "", "contains:"},
		{"numbers", `[10,20,30]`, "contains", "/numbers", `must have at most 2 items that fit {"minimum":10}`,
			`{"minimum":10}`, `[10,20,30]`, "", "maxContains: 2"},
		{"toys", `{}`, "min-properties", "/toys", `an object must have at least 1 member`, `1`, `{}`, "",
			"minProperties: 1"},
		{"toys", `{"a":1,"b":2,"c":3}`, "max-properties", "/toys", `an object must have at most 2 members`, `2`,
			`{"a":1,"b":2,"c":3}`, "", "maxProperties: 2"},
		{"toys", `{"A":1}`, "property-name", "/toys/A", `the name does not fit: pattern "^[a-z]+$"`,
			`"^[a-z]+$"`, `null`, "", "pattern: ^[a-z]+$"},
		{"gone", `1`, "forbidden-property", "/gone", `must be absent here`, `"absent"`, `1`, "", "gone: false"},
		{"closed", `{"x-a":1,"color":2}`, "additional-property", "/closed/color",
			`not among the allowed members a, colour; did you mean "colour"?`, `["a","colour"]`, `2`, "colour",
			"additionalProperties: false"},
		{"sealed", `{"a":1,"b":{"c":1}}`, "additional-property", "/sealed/b", `no such member is allowed`,
			`null`, `{"c":1}`, "", "unevaluatedProperties: false"},
		{"sealed", `{"b":1}`, "additional-property", "/sealed/b", `no such member is allowed`, `null`, `1`, "",
			"unevaluatedProperties: false"},
		{"either", `{}`, "one-of", "/either",
			`fits none of 2 alternatives; the nearest asks: body /either/a: missing; it is required`,
			`"a value"`, `{}`, "", "oneOf:"},
		{"either", `{"a":1,"b":1,"c":1}`, "one-of", "/either",
			`fits more than one of the alternatives, and must fit exactly one`, `null`, `{"a":1,"b":1,"c":1}`,
			"", "oneOf:"},
		{"any", `"x"`, "any-of", "/any",
			`fits none of 2 alternatives; the nearest asks: body /any: "x" where an integer is expected`,
			`"integer"`, `"x"`, "", "anyOf:"},
		{"odd", `"x"`, "not", "/odd", `"x" is excluded by {"type":"string"}`, `{"type":"string"}`, `"x"`, "",
			"not: {type: string}"},
		{"quiet", `{"loud":1}`, "forbidden-property", "/quiet/loud", `must be absent here`, `"absent"`, `1`, "",
			"not:"},
		{"pair", `["a",2]`, "schema", "/pair/1", `no value is allowed here`, `"absent"`, `2`, "", "items: false"},
	} {
		t.Run(c.property+" "+c.rule, func(t *testing.T) {
			t.Parallel()
			pet := map[string]any{"name": "Rex", "kind": "dog", c.property: json.RawMessage(c.value)}
			if c.value == "" {
				delete(pet, c.property)
			}
			body, _ := json.Marshal(pet)
			value, bad := openapi.ReadJSON(body)
			if bad != nil {
				t.Fatal(bad)
			}
			found := doc.Schema("Pet").Validate(value, openapi.RequestView)
			if len(found) != 1 {
				t.Fatalf("got %v, want one", found)
			}
			v := found[0]
			want := fmt.Sprintf("%s body %s|body %s: %s|%s|%s|%s", c.rule, c.pointer, c.pointer, c.message,
				c.expected, c.actual, c.suggestion)
			got := fmt.Sprintf("%s %s %s|%s|%s|%s|%s", v.Rule, v.In, v.Pointer, v.Message,
				asJSON(t, v.Expected), asJSON(t, v.Actual), v.Suggestion)
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if v.Document.File != "api.yaml" || !strings.Contains(lines[v.Document.Line-1], c.line) {
				t.Errorf("line %d is %q, want %q", v.Document.Line, lines[v.Document.Line-1], c.line)
			}
		})
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b))
}

// everyRule has one way to break each rule that schemas do not have.
var everyRule = []struct {
	rule, message string
	document      string // a part of the line
	request       *openapi.Request
	response      *openapi.ResponseData
}{
	{rule: "missing-credential", message: "header x-key: missing; the request needs x-key", document: "key:",
		request: &openapi.Request{}},
	{rule: "missing-credential", message: "header x-key: empty; the request needs a value in x-key",
		document: "key:", request: &openapi.Request{Header: http.Header{"X-Key": {" "}}}},
	{rule: "conflicting-credential", message: "header x-key: sent 2 times with different values; send it once",
		document: "key:", request: &openapi.Request{Header: http.Header{"X-Key": {"a", "b"}}}},
	{rule: "missing-parameter", message: "header x-world: missing; it is required", document: "name: x-world",
		request: &openapi.Request{}},
	{rule: "missing-parameter", message: "header x-world: empty; it is required and needs a value",
		document: "name: x-world", request: &openapi.Request{Header: http.Header{"X-World": {""}}}},
	{rule: "conflicting-parameter", message: "header x-world: sent 2 times with different values; send it once",
		document: "name: x-world", request: &openapi.Request{Header: http.Header{"X-World": {"a", "b"}}}},
	{rule: "maximum", message: "query limit: 11 must be at most 10", document: "maximum: 10",
		request: &openapi.Request{Query: url.Values{"limit": {"11"}}}},
	{rule: "missing-body", message: "body: missing; the request needs one of the type application/json",
		document: "requestBody:", request: &openapi.Request{}},
	{rule: "media-type", message: "header Content-Type: missing; the body is to be application/json",
		document: "requestBody:", request: &openapi.Request{Body: []byte("{}")}},
	{rule: "media-type",
		message:  `header Content-Type: "text/plain" is not offered; the body is to be application/json`,
		document: "requestBody:", request: typed("text/plain", "{}")},
	{rule: "media-type", message: `header Content-Type: "/" is no media type; the body is to be application/json`,
		document: "requestBody:", request: typed("/", "{}")},
	{rule: "media-type", message: `header Content-Type: charset "latin1"; JSON is UTF-8`,
		document: "requestBody:", request: typed("application/json; charset=latin1", "{}")},
	{rule: "malformed-json", message: "body: line 1, column 2: the text ends in the middle of a value",
		document: "application/json:", request: typed("application/json", "{")},
	{rule: "duplicate-name", message: `body /a: line 1, column 9: the name "a" occurs twice in one object`,
		document: "application/json:", request: typed("application/json", `{"a":1, "a":1}`)},
	{rule: "invalid-text", message: "body: line 1, column 2: an escape of half a surrogate pair",
		document: "application/json:", request: typed("application/json", `"\ud800"`)},
	{rule: "too-deep", message: "body " + strings.Repeat("/0", 64) +
		": line 1, column 65: nested deeper than 64 levels", document: "application/json:",
		request: typed("application/json", strings.Repeat("[", 100000))},
	{rule: "number-too-long",
		message:  "body: line 1, column 1: a number with the exponent 10000000; at most ±1000 is taken",
		document: "application/json:", request: typed("application/json", `1e10000000`)},
	{rule: "and-more", message: "and 1 more", request: typed("application/json",
		"["+strings.Repeat("1,", openapi.MaxViolations)+"1]")},
	{rule: "undocumented-status", message: "status: 418 is not documented for make; documented are 200, 204",
		document: "post:", response: &openapi.ResponseData{Status: 418}},
	{rule: "missing-header", message: "header X-Page: missing; it is required", document: "X-Page:",
		response: &openapi.ResponseData{Status: 200}},
	{rule: "type", message: `header X-Page: "one" where an integer is expected`, document: "type: integer",
		response: &openapi.ResponseData{Status: 200, Header: http.Header{"X-Page": {"one"}}}},
	{rule: "missing-body", message: "body: missing; the document has application/json for status 200",
		document: "'200':", response: &openapi.ResponseData{Status: 200}},
	{rule: "unexpected-body", message: "body: 2 bytes where the document has no body for status 204",
		document: "'204':", response: &openapi.ResponseData{Status: 204, Body: []byte("{}")}},
}

func typed(contentType, body string) *openapi.Request {
	return &openapi.Request{Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
}

const ruleDocument = `openapi: 3.1.0
info: {title: T, version: '1'}
security: [{key: []}]
paths:
  /x:
    post:
      operationId: make
      parameters:
        - name: x-world
          in: header
          required: true
          schema: {type: string}
        - name: limit
          in: query
          schema:
            type: integer
            maximum: 10
      requestBody:
        required: true
        content:
          application/json:
            schema:
              items:
                type: string
      responses:
        '200':
          description: d
          headers:
            X-Page:
              required: true
              schema:
                type: integer
          content:
            application/json: {}
        '204':
          description: d
components:
  securitySchemes:
    key:
      {type: apiKey, in: header, name: x-key}
`

func TestRequestAndResponseRules(t *testing.T) {
	t.Parallel()
	doc := load(t, ruleDocument)
	lines := strings.Split(ruleDocument, "\n")
	for _, c := range everyRule {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			var found []openapi.Violation
			if c.request != nil {
				found = doc.Operation("make").ValidateRequest(c.request)
			} else {
				found = doc.Operation("make").ValidateResponse(c.response)
			}
			i := slices.IndexFunc(found, func(v openapi.Violation) bool {
				return v.Rule == c.rule &&
					v.Message == c.message
			})
			if i < 0 {
				t.Fatalf("got %v\nwant %s: %s", found, c.rule, c.message)
			}
			if line := found[i].Document.Line; c.document == "" && line != 0 || c.document != "" &&
				!strings.Contains(lines[line-1], c.document) {
				t.Errorf("line %d, want %q", line, c.document)
			}
		})
	}
}

// TestRulesAreListed keeps the list, the code and the tables above together.
func TestRulesAreListed(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, r := range openapi.Rules() {
		ids = append(ids, r.ID)
		if r.Summary == "" || r.ID != strings.ToLower(r.ID) {
			t.Errorf("rule %+v", r)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("not sorted, or not unique: %v", ids)
	}
	tests, err := os.ReadFile("validate_rules_test.go")
	if err != nil {
		t.Fatal(err)
	}
	ofForms, err := os.ReadFile("form_test.go")
	if err != nil {
		t.Fatal(err)
	}
	tests = append(tests, ofForms...)
	for _, id := range ids {
		// only servers, which know the credentials, report that one
		if id != "unknown-credential" && !strings.Contains(string(tests), `"`+id+`",`) {
			t.Errorf("no test breaks %s", id)
		}
	}
	used := regexp.MustCompile(`(?:Rule: |Rule = |Rule, v\.[^=\n]+= |Kind = |Of": |:\s+\{)"([a-z]+(?:-[a-z]+)*)"(?:, "must)?`)
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(sources, "jsonvalue/parse.go") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(source), -1) {
			if demand := strings.Contains(m[0], "{"); demand != strings.Contains(m[0], "must") {
				continue
			}
			if !slices.Contains(ids, m[1]) {
				t.Errorf("%s uses the rule %q, which is not listed", name, m[1])
			}
		}
	}
}
