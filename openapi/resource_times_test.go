package openapi_test

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestInferredTimes: which properties are times that the server makes, by their names.
func TestInferredTimes(t *testing.T) {
	t.Parallel()
	item := `{type: object, properties: {
      id: {type: string},
      created_at: {type: string}, createdAt: {type: string, format: date-time}, dateCreated: {type: string, format: date},
      created: {type: integer}, created_at_unix_secs: {type: integer}, creationTime: {type: integer, format: int64}, inserted_at: {type: string, example: "2024-01-31"},
      updated_at: {type: integer}, modifiedOn: {type: string, format: date-time}, last_modified: {type: string, format: date-time},
      firstEditing: {type: string, format: date-time, readOnly: true}, "on": {type: string, format: date-time},
      created_by: {type: string}, creator: {type: string}, createdText: {type: string}, updated: {type: boolean},
      create: {type: integer}, update_interval_time: {type: integer}, created_on: {type: string, example: "Tuesday"},
      created_ts: {type: string, maxLength: 8}, updateTime: {type: string}, sentCreatedAt: {type: string, format: date-time},
      said: {type: string, format: date-time, x-mock: updated},
      inner: {type: object, properties: {createdAt: {type: string, format: date-time}}}}}`
	s := load(t, head+`paths:
  /items:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {
        updateTime: {type: string}, createdAt: {type: string, readOnly: true}}}}}}
      responses: {'201': {description: x, content: {application/json: {schema: `+item+`}}}}
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: x, content: {application/json: {schema: `+item+`}}}}}
`).Resources[0].Schema
	want := map[string]string{}
	for word, names := range map[string][]string{
		openapi.MockNow: {"created_at", "createdAt", "dateCreated", "created", "creationTime", "inserted_at",
			"created_at_unix_secs"},
		openapi.MockUpdated: {"updated_at", "modifiedOn", "last_modified", "firstEditing", "said"},
	} {
		for _, name := range names {
			want[name] = word
		}
	}
	for _, p := range s.Properties {
		mock := p.Schema.Mock
		if mock.Value != want[p.Name] || mock.Inferred != (mock.Value != "" && p.Name != "said") {
			t.Errorf("%s: %+v, want %q", p.Name, mock, want[p.Name])
		}
	}
	if got := s.At("/inner/createdAt").Mock.Value; got != openapi.MockNow {
		t.Errorf("inside of the item: %q", got)
	}
}
