package apiclient_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

const vans = `openapi: 3.1.0
info: {title: Vans, version: "1"}
security: [{login: []}]
components:
  securitySchemes:
    login: {type: http, scheme: basic}
paths:
  /vans/{van}:
    parameters:
      - {name: van, in: path, required: true, schema: {type: string}}
    get:
      operationId: readVan
      parameters:
        - {name: x-tenant, in: header, required: true, schema: {type: string, minLength: 3}}
        - {name: x-trace, in: header, schema: {type: string}}
        - {name: since, in: query, required: true, schema: {type: string, format: date}}
        - {name: page, in: query, required: true, schema: {type: integer, minimum: 20}}
        - {name: wheels, in: query, required: true, schema: {type: array, items: {type: integer}}}
        - {name: kind, in: query, required: true, schema: {enum: [small, large]}}
        - {name: owner, in: query, required: true, schema: {type: string}, example: me & you}
        - {name: theme, in: cookie, required: true, schema: {type: string, default: dark side}}
      responses: {'200': {description: it}}
`

// Whatever a document demands without an example is made up, so that the document takes the
// request.
func TestRequest(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("vans.yaml", []byte(vans))
	if err != nil {
		t.Fatal(err)
	}
	op := doc.Operation("readVan")
	r := apiclient.Caller{Key: "me:secret", Header: http.Header{"x-extra": {"1"}}}.Request(doc, op)
	for _, v := range op.ValidateRequest(r) {
		t.Error(v)
	}
	for name, want := range map[string]string{
		"Authorization": "Basic bWU6c2VjcmV0", "X-Tenant": "Elyse Harber", "X-Trace": "", "X-Extra": "1",
		"Cookie": "theme=dark+side",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
	want := url.Values{"since": {"2025-02-16"}, "page": {"20"}, "wheels": {"1"}, "kind": {"small"},
		"owner": {"me & you"}}
	if r.Query.Encode() != want.Encode() {
		t.Errorf("the query is %s, want %s", r.Query.Encode(), want.Encode())
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("vans.yaml", []byte(vans))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"a/b c": "http://h/base/vans/a%2Fb%20c", "..": "http://h/base/vans/%2E%2E",
		".": "http://h/base/vans/%2E", "a.b": "http://h/base/vans/a.b",
	} {
		if got := apiclient.Address("http://h/base", doc.Operation("readVan"),
			&openapi.Request{Path: map[string]string{"van": id}}); got != want {
			t.Errorf("%s is at %s, want %s", id, got, want)
		}
	}
}

// TestRawPath wants a path to be sent as it is written, also where it cannot be decoded.
func TestRawPath(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("vans.yaml", []byte(vans))
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"%zz", "%", "%ff", "%2F", "", "a?b=%zz"} {
		sent := ""
		client := apiclient.New(apiclient.Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			sent = r.URL.Scheme + "://" + r.URL.Host + r.URL.RequestURI()
			return respond(400, nil, "")(r)
		})})
		request := &openapi.Request{Path: map[string]string{"van": raw}, RawPath: map[string]string{"van": raw}}
		address := apiclient.Address("http://h/base", doc.Operation("readVan"), request)
		if _, err := client.Attempt(t.Context(), "GET", address, request); err != nil ||
			sent != "http://h/base/vans/"+raw {
			t.Errorf("%q is sent to %s: %v", raw, sent, err)
		}
		client.Close()
	}
}

func ExampleCaller_Request() {
	doc := openapi.Agent()
	op := doc.Operation("getAgent")
	r := apiclient.Caller{Key: "key-0815", Workspace: "ws-demo"}.Request(doc, op)
	r.Path["agentId"] = "678c6a17c3f1e80b52d49a07"
	fmt.Println(op.Method, apiclient.Address("http://127.0.0.1:4010", op, r))
	fmt.Println(r.Header.Get("x-api-key"), r.Header.Get("x-workspace-id"))
	// Output:
	// GET http://127.0.0.1:4010/v1/api/agents/678c6a17c3f1e80b52d49a07
	// key-0815 ws-demo
}
