package openapi_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestFields: an object is spelled in the style of its query parameter, and not where that is not allowed.
func TestFields(t *testing.T) {
	t.Parallel()
	const schema = "schema: {type: object, required: [kind], properties: {kind: {type: string}, " +
		"ages: {type: array, items: {type: integer}}, at: {type: object}}}"
	plain := jsonvalue.ObjectOf("kind", "oak")
	listed := jsonvalue.ObjectOf("kind", "elm", "ages", []any{json.Number("3"), json.Number("4")})
	for _, c := range []struct {
		parameter, want string
		object          *jsonvalue.Object
	}{
		{"in: query, style: deepObject, ", "map[tree[kind]:[oak]]", plain},
		{"in: query, style: deepObject, ", "map[tree[ages]:[3 4] tree[kind]:[elm]]", listed},
		{"in: query, ", "map[kind:[oak]]", plain},
		{"in: query, explode: false, ", "map[tree:[kind,oak]]", plain},
		{"in: query, explode: false, ", "map[]", listed},
		{"in: query, style: deepObject, ", "map[]", jsonvalue.ObjectOf()},
		{"in: query, style: deepObject, ", "map[]", jsonvalue.ObjectOf("ages", []any{})},
		{"in: query, style: deepObject, ", "map[]", jsonvalue.ObjectOf("kind", "oak", "at", plain)},
		{"in: header, ", "map[]", plain},
	} {
		doc, err := openapi.Parse("api.yaml", []byte(`openapi: 3.0.3
info: {title: Trees, version: "1"}
paths:
  /trees:
    get:
      parameters: [{name: tree, required: true, `+c.parameter+schema+`}]
      responses: {"200": {description: All.}}
`))
		if err != nil {
			t.Fatal(err)
		}
		p := doc.Operations[0].Parameters[0]
		got := p.Fields(c.object)
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s%s: %v, want %s", c.parameter, jsonvalue.Marshal(c.object), got, c.want)
		}
		for key := range got {
			if p.Spells(key) == (key == "tree") {
				t.Errorf("%s: Spells(%q) is %v", c.parameter, key, p.Spells(key))
			}
		}
	}
}
