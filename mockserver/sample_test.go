package mockserver

import (
	"log/slog"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func TestSamplesConform(t *testing.T) {
	t.Parallel()
	for _, schema := range []string{
		`{"type":"string"}`, `{"type":"string","minLength":3}`,
		`{"type":"string","minLength":2000,"maxLength":2000}`, `{"type":"string","maxLength":0}`,
		`{"type":"string","enum":["b","a"]}`, `{"const":5}`, `{"type":"string","example":"x","minLength":2}`,
		`{"type":"string","pattern":"^[A-Z]+$"}`, `{"type":"string","pattern":"^[A-Z]{1,3}-[0-9]{1,4}$"}`,
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
		v := exampleMaker()(s, "")
		if found := s.Validate(v, openapi.ResponseView); len(found) > 0 {
			t.Errorf("%s\nsample %s: %s", schema, truncate(string(jsonvalue.Marshal(v)), 100), found[0])
		}
		if b := newExamples(slog.New(slog.DiscardHandler)).blank(s); len(s.Validate(b, openapi.ResponseView)) > 0 {
			t.Errorf("%s\nblank %s", schema, truncate(string(jsonvalue.Marshal(b)), 100))
		}
	}
}

func exampleMaker() maker { return newExamples(slog.New(slog.DiscardHandler)).value }

func TestEachFormatHasASample(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"date-time", "date", "time", "duration", "email", "uuid", "uri",
		"uri-reference", "hostname", "ipv4", "ipv6", "json-pointer", "byte", "idn-email", "iri", "idn-hostname",
		"iri-reference"} {
		s := schemaOf(t, `{"type":"string","format":"`+format+`"}`)
		if v := exampleMaker()(s, ""); v == "" || len(s.Validate(v, openapi.ResponseView)) > 0 {
			t.Errorf("%s: %v", format, v)
		}
	}
}

// A recursive schema has a finite sample.
func TestSampleOfAnEndlessSchema(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, `{"type":"object","required":["next"],"properties":{"next":{"$ref":"#/components/schemas/S"}}}`)
	if text := string(jsonvalue.Marshal(exampleMaker()(s, ""))); len(text) > 1000 {
		t.Errorf("%d bytes", len(text))
	}
}
