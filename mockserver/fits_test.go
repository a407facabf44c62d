package mockserver_test

import (
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestUpdatesThatAllowMore: what a request may say and an answer may not is stored as answers have it, and
// under the name that they have for it.
func TestUpdatesThatAllowMore(t *testing.T) {
	t.Parallel()
	const body = `requestBody: {content: {application/json: {schema: {type: object, additionalProperties: true,
		properties: {code: {}, size: {type: [number, string]}, tags: {type: array, items: {}}, FriendlyName: {type: string}}}}}}`
	const responses = `responses: {"200": {description: One., content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}}`
	doc, err := openapi.Parse("more.yaml", []byte(`{openapi: 3.1.0, info: {title: More, version: "1"}, paths: {
		/things: {post: {operationId: add, `+body+`, `+responses+`}},
		"/things/{id}": {parameters: [{name: id, in: path, required: true, schema: {type: string}}],
			get: {operationId: read, `+responses+`}, patch: {operationId: change, `+body+`, `+responses+`}}},
		components: {schemas: {Thing: {type: object, additionalProperties: true, properties: {id: {type: string, readOnly: true},
			code: {type: string}, size: {type: integer}, tags: {type: array, items: {type: string}}, friendly_name: {type: string}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := mockserver.New(doc, mockserver.Options{State: map[string]any{"things": []any{map[string]any{"id": "a"}}}})
	if err != nil {
		t.Fatal(err)
	}
	for sent, want := range map[string]string{
		`{"code":"x","size":5,"tags":["a"]}`: `{"id":"a","code":"x","size":5,"tags":["a"]}`,
		`{"code":7}`:                         `{"id":"a","code":"7"}`,
		`{"size":"7"}`:                       `{"id":"a","code":"x","size":7}`,
		`{"tags":[1,"b"]}`:                   `{"id":"a","code":"x","tags":["1","b"]}`,
		`{"FriendlyName":"Ada"}`:             `{"id":"a","code":"x","friendly_name":"Ada","FriendlyName":"Ada"}`,
	} {
		s.Reset()
		c := newSender()
		c.send(t, s, "PATCH", "/things/a", `{"code":"x"}`, 200) // from then on, it is known to be as answers have it
		c.send(t, s, "PATCH", "/things/a", sent, 200)
		if got := string(c.answer); got != want {
			t.Errorf("%s makes\n%s, want\n%s", sent, got, want)
		}
	}
}

// TestTimesOfChangeThatMustBeMore: a time of the last change is as answers have it, also where the document
// says more of it than that it is a time.
func TestTimesOfChangeThatMustBeMore(t *testing.T) {
	t.Parallel()
	const changed = `{"id":"a","a":"b","changed":"2026-01-02T03:04:05.002Z"}`
	for rule, want := range map[string]string{"": changed, "maxLength: 30": changed, "maxLength: 20": `{"id":"a","a":"b"}`,
		"pattern: '[01]Z$'": `{"id":"a","a":"b"}`, "enum: ['1999-01-01T00:00:00Z']": `{"id":"a","a":"b"}`} {
		schema := `{type: object, properties: {id: {type: string}, a: {type: string}, changed: {type: string, format: date-time,
			examples: ['1999-01-01T00:00:00Z'], x-mock: updated, ` + rule + `}}}`
		content := `content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}`
		doc, err := openapi.Parse("times.yaml", []byte(`{openapi: 3.1.0, info: {title: Times, version: "1"}, paths: {
			/things: {post: {operationId: add, requestBody: {`+content+`}, responses: {"201": {description: One., `+content+`}}}},
			"/things/{id}": {parameters: [{name: id, in: path, required: true, schema: {type: string}}],
				patch: {operationId: change, requestBody: {`+content+`}, responses: {"200": {description: One., `+content+`}}}}},
			components: {schemas: {Thing: `+schema+`}}}`))
		if err != nil {
			t.Fatal(err)
		}
		clock := &mockserver.Clock{}
		clock.Set(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		s, err := mockserver.New(doc, mockserver.Options{Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		c := newSender()
		c.send(t, s, "POST", "/things", `{"id":"a"}`, 201)
		for range 2 {
			c.send(t, s, "PATCH", "/things/a", `{"a":"b"}`, 200)
		}
		if got := string(c.answer); got != want {
			t.Errorf("%q: %s, want %s", rule, got, want)
		}
	}
}
