package mockserver

import (
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// schemaOf compiles a schema, given as JSON.
func schemaOf(t *testing.T, text string) *openapi.Schema {
	t.Helper()
	doc, err := openapi.Parse("schema.json",
		fmt.Appendf(nil,
			`{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{},"components":{"schemas":{"S":%s}}}`, text))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Schema("S")
}

func TestSamplesConform(t *testing.T) {
	t.Parallel()
	for _, schema := range []string{
		`{"type":"string"}`, `{"type":"string","minLength":3}`,
		`{"type":"string","minLength":2000,"maxLength":2000}`, `{"type":"string","maxLength":0}`,
		`{"type":"string","enum":["b","a"]}`, `{"const":5}`, `{"type":"string","example":"x","minLength":2}`,
		`{"type":"string","pattern":"^[A-Z]+$"}`,
		`{"type":"string","pattern":"^[0-9]+\\.[0-9]+\\.[0-9]+$"}`,
		`{"type":"integer"}`, `{"type":"integer","minimum":7}`,
		`{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}`, `{"type":"integer","exclusiveMaximum":-3}`,
		`{"type":"integer","multipleOf":7,"minimum":1}`, `{"type":"number","maximum":-1.5}`,
		`{"type":"boolean"}`, `{"type":"null"}`, `{"type":["null","string"]}`, `{"type":["integer","string"]}`,
		`{"type":"array","items":{"type":"string"}}`,
		`{"type":"array","minItems":3,"items":{"type":"integer"}}`,
		`{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}]}`,
		`{"type":"object"}`,
		`{"type":"object","required":["a","b"],"properties":{"a":{"type":"string","format":"date-time"},"b":{"type":"object","required":["c"],"properties":{"c":{"type":"boolean"}}}}}`,
		`{"type":"object","required":["next"],"properties":{"next":{"type":["null","object"],"properties":{"next":{"$ref":"#/components/schemas/S"}}}}}`,
		`{"oneOf":[{"type":"object","required":["a"],"properties":{"a":{"const":1}}},{"type":"object","required":["b"],"properties":{"b":{"const":2}}}]}`,
		`{"type":"object","required":["kind"],"properties":{"kind":{"enum":["x","y"]}},"anyOf":[{"required":["v"],"properties":{"v":{"type":"integer"}}}]}`,
		`{"type":"object","properties":{"secret":{"type":"string","writeOnly":true,"example":"s"},"shown":{"type":"string","example":"s"}}}`,
		`{"type":"string","default":"d","maxLength":1}`, `{}`, `true`,
	} {
		s := schemaOf(t, schema)
		v := sample(s)
		if found := s.Validate(v, openapi.ResponseView); len(found) > 0 {
			t.Errorf("%s\nsample %s: %s", schema, clip(string(jsonvalue.Marshal(v)), 100), found[0])
		}
		if b := blank(s); len(s.Validate(b, openapi.ResponseView)) > 0 {
			t.Errorf("%s\nblank %s", schema, clip(string(jsonvalue.Marshal(b)), 100))
		}
	}
}

func TestEachFormatHasASample(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"date-time", "date", "time", "duration", "email", "uuid", "uri",
		"uri-reference", "hostname", "ipv4", "ipv6", "json-pointer", "byte", "idn-email", "iri", "idn-hostname",
		"iri-reference"} {
		s := schemaOf(t, `{"type":"string","format":"`+format+`"}`)
		if v := sample(s); v == "" || len(s.Validate(v, openapi.ResponseView)) > 0 {
			t.Errorf("%s: %v", format, v)
		}
	}
}

// An endless schema has an end.
func TestSampleOfAnEndlessSchema(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `{"type":"object","required":["next"],"properties":{"next":{"$ref":"#/components/schemas/S"}}}`)
	if text := string(jsonvalue.Marshal(sample(s))); len(text) > 1000 {
		t.Errorf("%d bytes", len(text))
	}
}

func TestIdentitiesMeetTheirSchema(t *testing.T) {
	t.Parallel()
	for _, schema := range []string{
		`{"type":"string"}`, `{"type":"string","format":"uuid"}`, `{"type":"integer"}`,
		`{"type":"string","pattern":"^[0-9]+$"}`,
		`{"type":"string","pattern":"^b-[0-9]{4}$","example":"b-0007"}`, `{"type":"string","minLength":30}`,
		`{"type":"number"}`, `{"type":["integer","null"]}`,
	} {
		s := schemaOf(t, schema)
		c := newWorld().change()
		m := &maker{seed: 1, change: c}
		seen := map[string]bool{}
		for range 50 {
			v := m.identity("/a", s)
			if found := s.Validate(v, openapi.ResponseView); len(found) > 0 || seen[identityText(v)] {
				t.Errorf("%s: %v, seen before: %v; %v", schema, v, seen[identityText(v)], found)
				break
			}
			seen[identityText(v)] = true
		}
	}
}

// Whatever a schema forbids in an answer must not be stored, and nothing else may be lost.
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
		{`{"type":"object","properties":{"a":{"type":"string"}}}`, `{"a":5,"b":1}`, `{"a":5,"b":1}`},
	} {
		v, err := jsonvalue.Parse([]byte(tt.in), jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(jsonvalue.Marshal(conform(v.(*jsonvalue.Object), schemaOf(t, tt.schema)))); got != tt.want {
			t.Errorf("%s\n%s\ngot  %s\nwant %s", tt.schema, tt.in, got, tt.want)
		}
		if again := string(jsonvalue.Marshal(v)); again != tt.in {
			t.Errorf("the object that was given became %s", again)
		}
	}
}
