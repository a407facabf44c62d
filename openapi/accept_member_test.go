package openapi

import (
	"math/rand/v2"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestAcceptsMembers: an object that is accepted, and gets a member that is accepted, is valid.
func TestAcceptsMembers(t *testing.T) {
	t.Parallel()
	accepted, valid := 0, 0
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 0))
		text := schemaMaker{random}.document()
		s, err := CompileSchema(string(text), text)
		if err != nil || s.compiledFor(ResponseView).err != nil {
			continue
		}
		library := s.compiledFor(ResponseView).library
		for range 20 {
			object, isObject := valueMaker{random}.value(4, library).(*jsonvalue.Object)
			other, isOther := valueMaker{random}.value(4, library).(*jsonvalue.Object)
			if !isObject || !isOther || !s.Accepts(scanned(t, object), ResponseView) {
				continue
			}
			for _, m := range other.Members {
				changed := jsonvalue.Clone(object).(*jsonvalue.Object)
				changed.Set(m.Name, m.Value)
				found := s.judge(changed, nil, ResponseView)
				if len(found) == 0 {
					valid++
				}
				if !s.AcceptsMember(m.Name, scanned(t, m.Value), ResponseView) {
					continue
				}
				if accepted++; len(found) > 0 {
					t.Fatalf("%s: %s is accepted, and so is %q: %s", text, jsonvalue.Marshal(object), m.Name, found)
				}
			}
		}
	}
	if t.Logf("%d of %d", accepted, valid); accepted < 1000 || accepted < valid/4 {
		t.Errorf("%d members are accepted, of %d that are valid", accepted, valid)
	}
}

func scanned(t *testing.T, v any) jsonvalue.Node {
	t.Helper()
	text, plain := jsonvalue.Scan(jsonvalue.Marshal(v), jsonvalue.Limits{})
	if !plain {
		t.Fatalf("%s is not plain", jsonvalue.Marshal(v))
	}
	return text.Root()
}

// TestAcceptsMembersOfItems: the items of the built-in document are taken apart.
func TestAcceptsMembersOfItems(t *testing.T) {
	t.Parallel()
	s := Agent().DefaultResource().Schema
	for _, tt := range []struct {
		name string
		v    any
		want bool
	}{
		{"name", "a", true}, {"name", nil, false}, {"other", true, true}, {"createdAt", "yesterday", false},
		{"ttsModel", jsonvalue.ObjectOf("provider", "rime"), true},
		{"ttsModel", jsonvalue.ObjectOf("provider", "rime", "elevenLabsApiKey", "k"), false},
	} {
		if got := s.AcceptsMember(tt.name, scanned(t, tt.v), ResponseView); got != tt.want {
			t.Errorf("%s %s: %t", tt.name, jsonvalue.Marshal(tt.v), got)
		}
	}
}
