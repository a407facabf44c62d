package openapi

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestAcceptsMembers: an object that is accepted, and gets a member that is accepted, is valid.
func TestAcceptsMembers(t *testing.T) {
	if testing.Short() {
		t.Skip("compares many schemas in one goroutine")
	}
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

// TestAcceptsMembersOfOthers: what is valid as a member by one schema is valid by another one that is found
// to say the same or less, in objects that it has accepted.
func TestAcceptsMembersOfOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("compares many schemas in one goroutine")
	}
	t.Parallel()
	implied, tried := 0, 0
	for seed := range uint64(800) {
		random := rand.New(rand.NewPCG(seed, 1))
		from, to := compiledPair(schemaMaker{random})
		if from == nil || to == nil {
			continue
		}
		for range 8 {
			sent, isSent := valueMaker{random}.value(4, from.compiledFor(RequestView).library).(*jsonvalue.Object)
			stored, isStored := valueMaker{random}.value(4, to.compiledFor(ResponseView).library).(*jsonvalue.Object)
			if !isSent || !isStored || len(from.Validate(sent, RequestView)) > 0 ||
				!to.Accepts(scanned(t, stored), ResponseView) {
				continue
			}
			for _, m := range sent.Members {
				tried++
				if !to.AcceptsMemberOf(from, RequestView, m.Name, ResponseView) {
					continue
				}
				implied++
				changed := jsonvalue.Clone(stored).(*jsonvalue.Object)
				changed.Set(m.Name, m.Value)
				if found := to.judge(changed, nil, ResponseView); len(found) > 0 {
					t.Fatalf("%s: %q of %s goes into %s: %v", to.doc.Name, m.Name, jsonvalue.Marshal(sent),
						jsonvalue.Marshal(stored), found)
				}
			}
		}
	}
	if t.Logf("%d of %d", implied, tried); implied < 200 || implied > tried*9/10 {
		t.Errorf("%d of %d members are accepted", implied, tried)
	}
}

// compiledPair returns two schemas of one document that name the same members; nil where they do not compile.
func compiledPair(m schemaMaker) (from, to *Schema) {
	sides := make([]any, 2)
	for i := range sides {
		o := jsonvalue.ObjectOf("type", "object")
		members := &jsonvalue.Object{}
		for _, name := range someNames[:3] {
			members.Set(name, jsonvalue.ObjectOf("$ref", "#/$defs/"+pick(m.Rand, []string{"a", "b", "c", "d"})))
		}
		o.Set("properties", members)
		if m.IntN(4) == 0 {
			m.keyword(o, 1)
		}
		sides[i] = o
	}
	text := jsonvalue.Marshal(jsonvalue.ObjectOf("properties", jsonvalue.ObjectOf("from", sides[0], "to", sides[1]),
		"$defs", jsonvalue.ObjectOf("a", m.schema(1), "b", m.schema(2), "c", m.plain(3), "d", m.plain(2))))
	s, err := CompileSchema(string(text), text)
	if err != nil {
		return nil, nil
	}
	from, to = s.Member("from"), s.Member("to")
	if from.compiledFor(RequestView).err != nil || to.compiledFor(ResponseView).err != nil {
		return nil, nil
	}
	return from, to
}

// plain returns a schema of types, members and items.
func (m schemaMaker) plain(depth int) any {
	o := jsonvalue.ObjectOf("type", pick(m.Rand, []string{"object", "object", "array", "integer", "number"}))
	if depth > 0 && m.IntN(2) == 0 {
		o.Set("items", m.plain(depth-1))
	}
	if depth > 0 && m.IntN(2) == 0 {
		o.Set("properties", jsonvalue.ObjectOf(someNames[0], m.plain(depth-1)))
	}
	if m.IntN(2) == 0 {
		return jsonvalue.ObjectOf("type", "string", "format", pick(m.Rand, []string{"date", "none"}),
			"maxLength", pick(m.Rand, []json.Number{"1", "20"}))
	}
	if m.IntN(2) == 0 {
		o.Set("required", []any{pick(m.Rand, someNames[:2])})
	}
	return o
}
