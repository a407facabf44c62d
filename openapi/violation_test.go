package openapi_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestViolationObject: the object of a violation is what encoding/json makes of it, whichever fields it has.
func TestViolationObject(t *testing.T) {
	t.Parallel()
	full := openapi.Violation{
		Rule: "enum", In: "body", Name: "n", Pointer: "/a", Message: "<m> & \u2028", Expected: []string{"<a>", "b"},
		Actual: json.Number("1.50"), Suggestion: "s", Document: openapi.Position{File: "f", Line: 1, Column: 2},
	}
	list := []openapi.Violation{{}, full}
	for i := range reflect.TypeOf(full).NumField() {
		v := full
		reflect.ValueOf(&v).Elem().Field(i).SetZero()
		list = append(list, v)
	}
	for _, position := range []openapi.Position{{File: "f"}, {Line: 3}, {Column: 4}} {
		list = append(list, openapi.Violation{Document: position})
	}
	for _, value := range []any{5, int64(1) << 60, true, "", "\xff", []any{}, map[string]any{"b": 1, "a": nil},
		jsonvalue.ObjectOf("z", []any{nil}), json.RawMessage(`{"x":[1.0]}`)} {
		list = append(list, openapi.Violation{Expected: value, Actual: value})
	}
	for _, v := range list {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		want, err := jsonvalue.Parse(text, jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := jsonvalue.Marshal(v.Object()); string(got) != string(jsonvalue.Marshal(want)) {
			t.Errorf("got\n%s, want\n%s", got, jsonvalue.Marshal(want))
		}
	}
}
