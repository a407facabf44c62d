package mockserver

import (
	"log/slog"
	"testing"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	b := &builder{api: &api{options: &Options{}}, txn: newStore(bounds{}).begin()}
	seen := map[string]bool{}
	for range 1000 {
		token := b.token()
		if !isToken(token) || seen[token] {
			t.Fatalf("token %q", token)
		}
		seen[token] = true
	}
	for _, clear := range []any{"sk-123", "enc_", "enc_short", "enc_with blanks in it, and long", nil, 5} {
		if isToken(clear) {
			t.Errorf("%v passes for a token", clear)
		}
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
		s := schemaOf(t, `{"properties":{"id":`+schema+`}}`)
		resource := &openapi.Resource{Schema: s, Identity: "id"}
		c := &collection{Resource: resource, identities: samples.NewIdentities(resource)}
		a := &api{examples: newExamples(slog.New(slog.DiscardHandler)), options: &Options{}}
		b := &builder{api: a, txn: newStore(bounds{}).begin(), collection: c}
		seen := map[string]bool{}
		for range 50 {
			v := b.identity("/a")
			if found := s.Member("id").Validate(v, openapi.ResponseView); len(found) > 0 || seen[identityText(v)] {
				t.Errorf("%s: %v, seen before: %v; %v", schema, v, seen[identityText(v)], found)
				break
			}
			seen[identityText(v)] = true
		}
	}
}
