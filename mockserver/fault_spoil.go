package mockserver

import (
	"encoding/json"
	"strconv"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// spoilt returns a body without a member, or with one of another type, and the pointer to that; "" where there is
// no such member. The given pointer may be FirstRequired.
func spoilt(body []byte, schema *openapi.Schema, pointer string, retype bool) ([]byte, string) {
	value, err := jsonvalue.Parse(body, jsonvalue.Limits{Depth: storedDepth})
	if err != nil {
		return nil, ""
	}
	if pointer == FirstRequired {
		if pointer = firstRequired(value, schema, retype, maxDepth); pointer == "" {
			return nil, ""
		}
	}
	old, there := jsonvalue.Lookup(value, pointer)
	if !there {
		return nil, ""
	}
	if !retype {
		return jsonvalue.Marshal(jsonvalue.Remove(value, pointer)), pointer
	}
	value, _ = jsonvalue.Put(value, pointer, ofAnotherType(old, schema.At(pointer))) // it is there
	return jsonvalue.Marshal(value), pointer
}

// firstRequired returns the pointer to the first required member of a value that can be spoilt: the outermost
// of the first; "" for none.
func firstRequired(value any, schema *openapi.Schema, retype bool, depth int) string {
	if depth == 0 {
		return ""
	}
	switch value := value.(type) {
	case []any:
		if len(value) > 0 {
			if below := firstRequired(value[0], schema.Item(0), retype, depth-1); below != "" {
				return "/0" + below
			}
		}
	case *jsonvalue.Object:
		for variant := range schema.Variants() {
			for _, p := range variant.Named() {
				if _, there := value.Get(p.Name); there && p.RequiredIn(openapi.ResponseView) &&
					!(retype && len(p.Schema.Types) == 0) {
					return jsonvalue.Join("", p.Name)
				}
			}
		}
		for i := range value.Members {
			m := &value.Members[i]
			if below := firstRequired(m.Value, schema.Member(m.Name), retype, depth-1); below != "" {
				return jsonvalue.Join("", m.Name) + below
			}
		}
	}
	return ""
}

// ofAnotherType returns a value of another type than an old one, of one that the schema does not allow if there
// is such a type.
func ofAnotherType(old any, schema *openapi.Schema) any {
	candidates := []any{json.Number("12345"), "text", true, []any{}, &jsonvalue.Object{}, nil}
	if n, isNumber := old.(json.Number); isNumber {
		candidates[1] = n.String() // as careless servers write it
	}
	for _, v := range candidates {
		if jsonvalue.TypeOf(v) != jsonvalue.TypeOf(old) && !meets(schema, v) {
			return v
		}
	}
	if _, isText := old.(string); isText {
		return candidates[0]
	}
	return candidates[1]
}

// malformed returns a body that is no JSON: without its last byte, or a text that never ends.
func malformed(body []byte) []byte {
	if len(body) < 2 || strconv.Quote(string(body[:1])) == `"\""` {
		return append([]byte(`{"`), body...)
	}
	return body[:len(body)-1]
}
