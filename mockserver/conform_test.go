package mockserver

import (
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// schemaOf compiles a schema, given as JSON.
func schemaOf(t testing.TB, text string) *openapi.Schema {
	t.Helper()
	doc, err := openapi.Parse("schema.json",
		fmt.Appendf(nil,
			`{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{},"components":{"schemas":{"S":%s}}}`, text))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Schema("S")
}

// TestConform has a row for each way to make a value valid, and for those that have none.
func TestConform(t *testing.T) {
	t.Parallel()
	const keyed = `{"type":"object","properties":{"kind":{"type":"string"},"key":{"type":"string","x-mock":"secret"},"note":{}},
		"if":{"required":["kind"],"properties":{"kind":{"const":"own"}}},"else":{"not":{"required":["key"]}}}`
	for _, tt := range []struct{ schema, in, want string }{
		{keyed, `{"kind":"own","key":"k","note":1}`, `{"kind":"own","key":"k","note":1}`},
		{keyed, `{"kind":"other","key":"k","note":1}`, `{"kind":"other","note":1}`},
		{keyed, `{"key":"k"}`, `{}`},
		{`{"type":"object","properties":{"a":` + keyed + `,"l":{"type":"array","items":` + keyed + `}}}`,
			`{"a":{"key":"k","x":1},"l":[{"kind":"own","key":"k"},{"key":"k"}]}`,
			`{"a":{"x":1},"l":[{"kind":"own","key":"k"},{}]}`},
		{`{"type":"object","additionalProperties":false,"properties":{"a":{}}}`, `{"a":1,"b":2,"c":3}`, `{"a":1}`},
		{`{"type":"object","not":{"required":["a","b"]},"properties":{"a":{},"b":{}}}`, `{"a":1,"b":2}`, `{"b":2}`},
		{`{"type":"object","required":["a"],"properties":{"a":{"type":"string"}},"not":{"required":["a"]}}`,
			`{"a":"x"}`, `{"a":"x"}`},
		{`{"type":"object","properties":{"a":{"type":"string"}}}`, `{"a":5,"b":1}`, `{"a":"5","b":1}`},
		{`{"type":"object","properties":{"a":{"type":"integer"}}}`, `{"a":"05","c":1}`, `{"c":1}`},
		{`{"type":"object","required":["a"],"properties":{"a":{"enum":["x","y"]}}}`, `{"a":"z"}`, `{"a":"x"}`},
		{`{"type":"object","properties":{"lens":{"type":"object","required":["label","value"],"properties":
			{"label":{"type":"string","example":"wide"},"value":{"type":"integer"}}}}}`, `{"lens":3}`,
			`{"lens":{"value":3,"label":"wide"}}`},
		{`{"type":"object","properties":{"lens":{"type":"integer"}}}`, `{"lens":{"label":"wide","value":3}}`, `{"lens":3}`},
		{`{"type":"object","properties":{"l":{"type":"array","items":{"type":"object","required":["id"],
			"properties":{"id":{"type":"string"},"n":{"type":"integer"}}}}}}`, `{"l":["p","q"]}`,
			`{"l":[{"id":"p"},{"id":"q"}]}`},
		{`{"type":"object","properties":{"l":{"type":"array","items":{"type":"string"}}}}`, `{"l":"one"}`, `{"l":["one"]}`},
		{`{"type":"object","properties":{"note":{"type":"string"}}}`, `{"note":null,"n":1}`, `{"n":1}`},
		{`{"type":"object","oneOf":[{"required":["kind","w"],"properties":{"kind":{"const":"box"},"w":{"type":"integer"}}},
			{"required":["kind","r"],"properties":{"kind":{"const":"disc"},"r":{"type":"integer","example":4}}}]}`,
			`{"kind":"disc"}`, `{"kind":"disc","r":4}`},
		{`{"type":"object","required":["a","b"],"properties":{"a":{"type":"string","example":"abc","minLength":3},
			"b":{"type":"boolean"}},"not":{"required":["c"]}}`, `{"a":"x","c":1,"b":false}`, `{"a":"abc","b":false}`},
	} {
		v, err := jsonvalue.Parse([]byte(tt.in), jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(jsonvalue.Marshal(conform(v, schemaOf(t, tt.schema), exampleMaker()))); got != tt.want {
			t.Errorf("%s\n%s\ngot  %s\nwant %s", tt.schema, tt.in, got, tt.want)
		}
		if again := string(jsonvalue.Marshal(v)); again != tt.in {
			t.Errorf("the object that was given became %s", again)
		}
	}
}
