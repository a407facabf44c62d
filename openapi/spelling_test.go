package openapi_test

import "testing"

func TestSpelled(t *testing.T) {
	t.Parallel()
	doc := load(t, `{openapi: 3.1.0, info: {title: t, version: '1'}, paths: {/x: {get: {operationId: x, responses: {'200':
  {description: d, content: {application/json: {schema: {properties: {line_name: {}, to: {}, a_b: {}, ab: {}, title: {}}}}}}}}}}}`)
	s := doc.Operation("x").Success().JSON().Schema
	for name, want := range map[string]string{"line_name": "line_name", "LineName": "line_name", "To": "to", "A-B": "",
		"ab": "ab", "track[title]": "title", "tracks[][title]": "title", "track[]": "", "": ""} {
		got := ""
		if p := s.Spelled(name); p != nil {
			got = p.Name
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
