package openapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// withParameters is a document whose one operation, op, has these parameters (in flow style, one a
// line).
func withParameters(parameters ...string) string {
	return `openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /x:
    get:
      operationId: op
      parameters:
        - ` + strings.Join(parameters, "\n        - ") + `
      responses: {'204': {description: d}}
`
}

func rulesOf(found []openapi.Violation) string {
	var parts []string
	for _, v := range found {
		part := v.Rule + " " + v.Where()
		if v.Name != "" && v.Pointer != "" {
			part += " " + v.Pointer
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func TestParameters(t *testing.T) {
	t.Parallel()
	const (
		integer = "{name: n, in: query, schema: {type: integer, minimum: 0}}"
		boolean = "{name: n, in: query, required: true, schema: {type: boolean}}"
		list    = "{name: n, in: query, schema: {type: array, items: {type: integer}, maxItems: 3}}"
		commas  = "{name: n, in: query, explode: false, schema: {type: array, items: {type: integer}}}"
		pipes   = "{name: n, in: query, style: pipeDelimited, schema: {type: array, items: {type: string, enum: " +
			"[a, b]}}}"
		spaces = "{name: n, in: query, style: spaceDelimited, schema: {type: array, items: {type: integer}}}"
		deep   = "{name: n, in: query, required: true, style: deepObject, schema: {type: object, required: " +
			"[a], properties: {a: {type: integer}, b: {type: array, items: {type: boolean}}}}}"
		exploded = "{name: n, in: query, schema: {type: object, required: [a], properties: {a: {type: integer}, " +
			"b: {type: string}}}}"
		flat      = "{name: n, in: query, explode: false, schema: {type: object, properties: {a: {type: integer}}}}"
		optional  = "{name: n, in: query, schema: {anyOf: [{type: integer}, {type: 'null'}]}}"
		optionals = "{name: n, in: query, schema: {anyOf: [{type: array, items: {type: string}}, {type: 'null'}]}}"
		either    = "{name: n, in: query, schema: {type: [integer, string], maxLength: 3}}"
		numbers   = "{name: n, in: query, schema: {enum: [1, 2]}}"
		flag      = "{name: n, in: query, required: true, allowEmptyValue: true, schema: {type: boolean}}"
		anything  = "{name: n, in: query, schema: {}}"
		asContent = "{name: n, in: query, content: {application/json: {schema: {type: object, required: [a]}}}}"
	)
	for _, c := range []struct{ parameter, query, want string }{
		{integer, "", ""}, {integer, "n=3", ""}, {integer, "n=-1", "minimum query n"},
		{integer, "n=x", "type query n"}, {integer, "n=", "type query n"},
		{integer, "n=03", "type query n"}, {integer, "n=1.0", ""}, {integer, "n=1.5", "type query n"},
		{integer, "n=+3", "type query n"},
		{integer, "n=3&n=3", ""}, {integer, "n=3&n=4", "conflicting-parameter query n"},
		{integer, "n=1e10000000", ""}, {integer, "n=1e-10000000", "type query n"},
		{integer, "N=x", ""},
		{boolean, "n=true", ""}, {boolean, "n=True", "type query n"}, {boolean, "n=1", "type query n"},
		{boolean, "", "missing-parameter query n"}, {boolean, "n=", "type query n"},
		{flag, "n", ""}, {flag, "n=", ""}, {flag, "n=true", ""}, {flag, "n=1", "type query n"},
		{flag, "", "missing-parameter query n"},
		{list, "n=1&n=2", ""}, {list, "n=1&n=x", "type query n /1"}, {list, "n=1,2", "type query n /0"},
		{list, "n=1&n=2&n=3&n=4", "max-items query n"},
		{commas, "n=1,2", ""}, {commas, "n=1,x,3", "type query n /1"}, {pipes, "n=a|b", ""},
		{pipes, "n=a|c", "enum query n /1"}, {spaces, "n=1%202", ""},
		{deep, "n[a]=1&n[b]=true&n[b]=false", ""}, {deep, "n[a]=x", "type query n /a"},
		{deep, "n[b]=true", "required query n /a"}, {deep, "", "missing-parameter query n"},
		{exploded, "a=1&b=x", ""}, {exploded, "b=x", "required query n /a"}, {exploded, "", ""},
		{exploded, "n=1", ""}, {exploded, "a=x", "type query n /a"},
		{flat, "n=a,1", ""}, {flat, "n=a,x", "type query n /a"}, {flat, "n=a", "type query n"},
		{optional, "n=3", ""}, {optional, "n=x", "type query n"}, {optional, "n=", ""}, {optional, "n=null", ""},
		{optionals, "n=a&n=b", ""}, {optionals, "n=a", ""}, {optionals, "", ""},
		{either, "n=12345", ""}, {either, "n=abc", ""}, {either, "n=abcd", "max-length query n"},
		{numbers, "n=1", ""}, {numbers, "n=3", "enum query n"}, {anything, "n=1&n=2", ""},
		{asContent, `n={"a":1}`, ""}, {asContent, `n={}`, "required query n /a"}, {asContent, `n=x`, "type query n"},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		found := load(t, withParameters(c.parameter)).Operation("op").ValidateRequest(&openapi.Request{Query: query})
		if got := rulesOf(found); got != c.want {
			t.Errorf("%s\n%q: %q, want %q", c.parameter, c.query, got, c.want)
		}
		for _, v := range found {
			if v.Document.Line == 0 || !strings.HasPrefix(v.Message, "query n") {
				t.Errorf("%q: %s", c.query, v)
			}
		}
	}
}

func TestHeadersCookiesAndPaths(t *testing.T) {
	t.Parallel()
	doc := load(t, `openapi: 3.0.0
info: {title: T, version: '1'}
paths:
  /x/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: X-Mode, in: header, schema: {type: string, enum: [a]}}
    get:
      operationId: op
      parameters:
        - {name: x-mode, in: header, required: true, schema: {type: string, enum: [b]}}
        - {name: X-List, in: header, schema: {type: array, items: {type: integer}}}
        - {name: X-Object, in: header, explode: true, schema: {type: object, properties: {a: {type: integer}}}}
        - {name: X-Secret, in: header, schema: {type: string, format: password, maxLength: 3}}
        - {name: Accept, in: header, required: true, schema: {type: integer}}
        - {name: session, in: cookie, required: true, schema: {type: string, minLength: 2}}
      responses: {'204': {description: d}}
`)
	good := func() *openapi.Request {
		return &openapi.Request{Path: map[string]string{"id": "5"}, Header: http.Header{"X-Mode": {"b"},
			"Cookie": {"a=b; session=abc"}}}
	}
	for _, c := range []struct {
		name   string
		change func(*openapi.Request)
		want   string
	}{
		{"good", func(*openapi.Request) {}, ""},
		{"the operation's parameter replaces the path's", func(r *openapi.Request) {
			r.Header.Set("x-MODE",
				"a")
		}, "enum header x-mode"},
		{"path of another type", func(r *openapi.Request) { r.Path["id"] = "x" }, "type path id"},
		{"no path", func(r *openapi.Request) { r.Path = nil }, "missing-parameter path id"},
		{"list", func(r *openapi.Request) { r.Header["X-List"] = []string{"1, 2", "3"} }, ""},
		{"bad list", func(r *openapi.Request) { r.Header["X-List"] = []string{"1, 2", "y"} }, "type header X-List /2"},
		{"object", func(r *openapi.Request) { r.Header["X-Object"] = []string{"a=1,b=2"} }, ""},
		{"bad object", func(r *openapi.Request) { r.Header["X-Object"] = []string{"a=x"} }, "type header X-Object /a"},
		{"secret", func(r *openapi.Request) { r.Header["X-Secret"] = []string{"hunter22"} },
			"max-length header X-Secret"},
		{"no cookie", func(r *openapi.Request) { r.Header.Del("Cookie") }, "missing-parameter cookie session"},
		{"short cookie", func(r *openapi.Request) { r.Header.Set("Cookie", "session=x") }, "min-length cookie session"},
		{"all at once, in order", func(r *openapi.Request) { r.Header, r.Path["id"] = nil, "x" },
			"type path id, missing-parameter header x-mode, missing-parameter cookie session"},
	} {
		r := good()
		c.change(r)
		found := doc.Operation("op").ValidateRequest(r)
		if got := rulesOf(found); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		for _, v := range found {
			if strings.Contains(asJSON(t, v), "hunter22") {
				t.Errorf("shows a secret: %+v", v)
			}
		}
	}
	if p := doc.Operation("op").Parameters; len(p) != 6 || p[0].Name != "id" {
		t.Errorf("%d parameters", len(p))
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	doc := load(t, `openapi: 3.1.0
info: {title: T, version: '1'}
security: [{key: []}]
paths:
  /x:
    get: {operationId: default, responses: {'204': {description: d}}}
    put: {operationId: none, security: [], responses: {'204': {description: d}}}
    post: {operationId: optional, security: [{key: []}, {}], responses: {'204': {description: d}}}
    delete: {operationId: both, security: [{key: [], token: []}], responses: {'204': {description: d}}}
    patch: {operationId: either, security: [{key: []}, {token: []}, {basic: []}], responses: {'204': {description: d}}}
    head: {operationId: query, security: [{inQuery: []}], responses: {'204': {description: d}}}
    options: {operationId: cookie, security: [{inCookie: []}], responses: {'204': {description: d}}}
    trace: {operationId: oauth, security: [{oauth: [read]}, {tls: [], key: []}], responses: {'204': {description: d}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
    basic: {type: http, scheme: Basic}
    inQuery: {type: apiKey, in: query, name: k}
    inCookie: {type: apiKey, in: cookie, name: k}
    oauth: {type: oauth2, flows: {implicit: {authorizationUrl: https://x.invalid, scopes: {read: r}}}}
    tls: {type: mutualTLS}
`)
	h := func(pairs ...string) http.Header {
		header := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			header.Add(pairs[i], pairs[i+1])
		}
		return header
	}
	for _, c := range []struct {
		operation string
		header    http.Header
		query     string
		want      string
	}{
		{"default", h("x-key", "a"), "", ""},
		{"default", nil, "", "missing-credential header X-Key"},
		{"default", h("x-key", ""), "", "missing-credential header X-Key"},
		{"default", h("x-key", "a", "x-key", "a"), "", ""},
		{"default", h("x-key", "a", "x-key", "b"), "", "conflicting-credential header X-Key"},
		{"default", h("x-key", "", "x-key", "b"), "", "conflicting-credential header X-Key"},
		{"default", nil, "X-Key=a", "missing-credential header X-Key"},
		{"none", nil, "", ""},
		{"optional", nil, "", ""},
		{"both", h("x-key", "a", "authorization", "bearer t"), "", ""},
		{"both", h("x-key", "a"), "", "missing-credential header Authorization"},
		{"both", nil, "", "missing-credential header Authorization, missing-credential header X-Key"},
		{"either", h("authorization", "BEARER t"), "", ""},
		{"either", h("authorization", "basic dTpw"), "", ""},
		{"either", h("authorization", "Digest x"), "", "missing-credential header Authorization"},
		{"either", h("authorization", "Bearer "), "", "missing-credential header Authorization"},
		{"either", h("authorization", "Bearer"), "", "missing-credential header Authorization"},
		{"either", nil, "", "missing-credential header X-Key"},
		{"query", nil, "k=a", ""}, {"query", nil, "", "missing-credential query k"},
		{"query", nil, "k=a&k=b", "conflicting-credential query k"},
		{"cookie", h("cookie", "k=a"), "", ""}, {"cookie", h("cookie", "k=a; k=b"), "",
			"conflicting-credential cookie k"}, {"cookie", h("cookie", "j=a"), "", "missing-credential cookie k"},
		{"oauth", h("authorization", "Bearer t"), "", ""}, {"oauth", h("x-key", "k"), "", ""},
		{"oauth", nil, "", "missing-credential header Authorization"},
	} {
		query, _ := url.ParseQuery(c.query)
		op := doc.Operation(c.operation)
		found := op.ValidateCredentials(&openapi.Request{Header: c.header, Query: query})
		if got := rulesOf(found); got != c.want {
			t.Errorf("%s %v %s: %q, want %q", c.operation, c.header, c.query, got, c.want)
		}
		for _, v := range found {
			if !openapi.IsCredentialRule(v.Rule) || v.Document.Line == 0 {
				t.Errorf("%+v", v)
			}
		}
	}
	for _, op := range doc.Operations { // what Set writes is what is demanded, also the second time
		for _, alternative := range op.Security {
			r := &openapi.Request{}
			for _, c := range alternative {
				c.Set(r, "first")
				c.Set(r, "second")
				if got := strings.Join(c.Secrets(r), ","); got != "second" {
					t.Errorf("%s %s: %s", op.ID, c.Scheme, got)
				}
			}
			if found := op.ValidateRequest(r); len(found) > 0 {
				t.Errorf("%s: %v", op.ID, found)
			}
		}
	}
}
