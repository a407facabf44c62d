package openapi_test

import (
	"net/http"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

const responseDocument = `openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /x:
    get:
      operationId: op
      responses:
        '200':
          description: d
          headers:
            X-Rate: {required: true, schema: {type: integer}}
            Link: {schema: {type: string, pattern: rel}}
            Set-Cookie: {schema: {type: string, pattern: ^a}}
            Content-Type: {schema: {type: integer}}
          content:
            '*/*': {schema: {type: integer}}
            application/*: {schema: {type: boolean}}
            application/json: {schema: {type: array}}
            application/*+json: {schema: {type: object}}
            text/plain; charset=utf-8: {schema: {type: object}}
        '201': {description: d, content: {application/json: {schema: {type: array}}, application/xml: {}}}
        '204': {description: d, content: {application/json: {schema: {type: array}}}}
        '304': {description: d}
        2XX: {description: d}
        4XX: {description: d, content: {application/problem+json: {schema: {type: object, required: [title]}}}}
        default: {description: d, content: {text/plain: {}}}
    head: {operationId: head, responses: {'200': {description: d, content: {application/json: {}}}}}
    put: {operationId: silent}
    post: {operationId: few, responses: {'200': {description: d}, 5XX: {description: d}}}
    patch: {operationId: errors, responses: {'404': {description: d}}}
`

func TestValidateResponse(t *testing.T) {
	t.Parallel()
	doc := load(t, responseDocument)
	for _, c := range []struct {
		name, operation string
		status          int
		contentType     string
		body, want      string
	}{
		{"most specific", "op", 200, "application/json", `[]`, ""},
		{"most specific, wrong", "op", 200, "APPLICATION/JSON; charset=UTF-8", `true`, "type body"},
		{"suffix", "op", 200, "application/problem+json", `{}`, ""},
		{"suffix, wrong", "op", 200, "application/problem+json", `[]`, "type body"},
		{"range, not JSON", "op", 200, "application/xml", `<x/>`, ""},
		{"any", "op", 200, "image/png", "\x00", ""},
		{"no type, and any will do", "op", 200, "", "x", ""},
		{"text", "op", 200, "text/plain; charset=iso-8859-1", "x", ""},
		{"malformed parameter", "op", 200, "application/json; charset", `[]`, ""},
		{"bad charset", "op", 201, "application/json; charset=utf-16", `{}`,
			"media-type header Content-Type, type body"},
		{"other type", "op", 201, "text/html", `<p>`, "media-type header Content-Type, malformed-json body"},
		{"no type", "op", 201, "", `[]`, "media-type header Content-Type"},
		{"no body", "op", 201, "application/json", ``, "missing-body body"},
		{"204 has none, whatever is documented", "op", 204, "", ``, ""},
		{"304 has none", "op", 304, "", ``, ""},
		{"class", "op", 202, "", ``, ""},
		{"class without content", "op", 202, "text/plain", `x`, "unexpected-body body"},
		{"class with content", "op", 404, "application/problem+json", `{"title":"t"}`, ""},
		{"class, wrong", "op", 422, "application/problem+json", `{}`, "required body /title"},
		{"default", "op", 500, "text/plain", `x`, ""},
		{"default for odd statuses", "op", 799, "text/plain", `x`, ""},
		{"HEAD", "head", 200, "", ``, ""},
		{"nothing documented", "silent", 418, "a/b", `x`, ""},
		{"undocumented", "few", 201, "", ``, "undocumented-status status"},
		{"class only", "few", 503, "", ``, ""},
		{"a success where errors alone are documented", "errors", 200, "a/b", `x`, ""},
		{"another error", "errors", 418, "", ``, "undocumented-status status"},
	} {
		header := http.Header{"X-Rate": {"5"}}
		if c.contentType != "" {
			header.Set("Content-Type", c.contentType)
		}
		found := doc.Operation(c.operation).ValidateResponse(&openapi.ResponseData{Status: c.status,
			Header: header, Body: []byte(c.body)})
		if got := rulesOf(found); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestResponseHeaders(t *testing.T) {
	t.Parallel()
	op := load(t, responseDocument).Operation("op")
	for want, header := range map[string]http.Header{
		"": {"X-Rate": {"5"}, "Link": {"<a>; rel=next", "<b>; rel=prev"},
			"Set-Cookie": {"a=1", "b=2"}},
		"missing-header header X-Rate": {},
		"type header X-Rate":           {"X-Rate": {"many"}},
		"pattern header Link":          {"X-Rate": {"5"}, "Link": {"<a>"}},
	} {
		header.Set("Content-Type", "application/json")
		if got := rulesOf(op.ValidateResponse(&openapi.ResponseData{Status: 200, Header: header,
			Body: []byte("[]")})); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	header := http.Header{"X-Rate": {""}, "Content-Type": {"application/json"}}
	if got := rulesOf(op.ValidateResponse(&openapi.ResponseData{Status: 200, Header: header,
		Body: []byte("[]")})); got != "missing-header header X-Rate" {
		t.Error(got)
	}
}

func TestResponses(t *testing.T) {
	t.Parallel()
	op := load(t, responseDocument).Operation("op")
	for status, want := range map[int]string{200: "200", 204: "204", 299: "2XX", 404: "4XX", 100: "default",
		500: "default"} {
		if got := op.Response(status); got == nil || got.Status != want {
			t.Errorf("%d: %v", status, got)
		}
	}
	for status, want := range map[string]int{"200": 200, "4XX": 400, "default": 500} {
		for _, r := range op.Responses {
			if r.Status == status && r.StatusCode() != want {
				t.Errorf("%s: %d", status, r.StatusCode())
			}
		}
	}
	if op.Success().Status != "200" || op.Success().JSON().Type != "application/json" {
		t.Error(op.Success().JSON())
	}
	if doc := load(t, responseDocument); doc.Operation("none") != nil ||
		doc.Operation("silent").Success() != nil || doc.Operation("few").Response(404) != nil {
		t.Error("something from nothing")
	}
}

func TestValidateResponseBody(t *testing.T) {
	t.Parallel()
	doc := load(t, `openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /x:
    post:
      operationId: optional
      requestBody: {content: {application/json: {schema: {type: object}}, application/x-www-form-urlencoded: {schema: {type: object}}, 'image/*': {}}}
      responses: {'204': {description: d}}
    put: {operationId: nothing, responses: {'204': {description: d}}}
    patch: {operationId: merge, requestBody: {required: true, content: {'*/*': {schema: {type: object}}}}, responses: {'204': {description: d}}}
`)
	for _, c := range []struct{ operation, contentType, body, want string }{
		{"optional", "", "", ""}, {"optional", "application/json", "", ""},
		{"optional", "application/json", " ", "malformed-json body"},
		{"optional", "application/json", "{}", ""}, {"optional", "application/json", "[]", "type body"},
		{"optional", "application/x-www-form-urlencoded", "a=1", ""},
		{"optional", "image/png", "x", ""}, {"optional", "imagepng", "x", "media-type header Content-Type"},
		{"optional", "application/jsonx", "{}", "media-type header Content-Type"},
		{"nothing", "", "", ""}, {"nothing", "a/b", "x", ""}, {"merge", "application/merge-patch+json", "[]",
			"type body"}, {"merge", "", "", "missing-body body"},
	} {
		r := typed(c.contentType, c.body)
		if c.contentType == "" {
			r.Header = nil
		}
		if got := rulesOf(doc.Operation(c.operation).ValidateRequest(r)); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	twice := typed("application/json", "{}")
	twice.Header.Add("Content-Type", "image/png")
	if got := rulesOf(doc.Operation("optional").ValidateRequest(twice)); got != "media-type header Content-Type" {
		t.Error(got)
	}
	value, _ := doc.Operation("merge").ValidateBody(typed("application/json", `{"b":1,"a":2.50}`))
	if got := asJSON(t, value.Value()); got != `{"b":1,"a":2.50}` || value.Value() != value.Value() ||
		string(value.Text().Root().Raw()) != got {
		t.Errorf("the value is %s", got)
	}
	value, _ = doc.Operation("merge").ValidateBody(typed("application/json", `{"b":1,"a":1e1000}`))
	if got := asJSON(t, value.Value()); got != `{"b":1,"a":1e1000}` || value.Text() != nil {
		t.Errorf("the value is %s", got)
	}
	if value, _ = doc.Operation("nothing").ValidateBody(typed("", "")); value != nil || value.Value() != nil ||
		value.Text() != nil {
		t.Errorf("the value of no body is %v", value)
	}
}
