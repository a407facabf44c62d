package ownership

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

// The ranges of random integers: those that a double keeps exactly, and those of 32 bits. Both
// begin above what counters reach.
const (
	wideLow, wideHigh     = 1 << 40, 1 << 53
	narrowLow, narrowHigh = 1 << 30, 1 << 31
)

// sampled is the number of values of a schema that are tried besides the random forms.
const sampled = 200

// scarceBelow is the number of identities below which concurrent sessions would run out of them.
const scarceBelow = 64

// identitySchema holds the schemas of an identity, as a member of a body and as a part of a path.
type identitySchema struct {
	name     string
	body     *openapi.Schema // nil: the server gives it
	required bool
	paths    []*openapi.Schema
	samples  *sample.Generator
}

func newIdentitySchema(resource *openapi.Resource) *identitySchema {
	s := &identitySchema{name: resource.Identity, samples: sample.New(openapi.RequestView, sample.Lean)}
	if sent := resource.Creator().SentSchema(); sent != nil {
		if p := sent.Property(resource.Identity); p != nil && !p.Schema.ReadOnly {
			s.body, s.required = p.Schema, p.RequiredIn(openapi.RequestView)
		}
	}
	for _, op := range resource.Operations {
		for _, p := range op.Parameters {
			if p.In == "path" && p.Name == op.ItemParameter {
				s.paths = append(s.paths, p.Schema)
			}
		}
	}
	return s
}

// ClientGiven reports whether the bodies of creations have a place for the identity.
func (s *identitySchema) ClientGiven() bool { return s.body != nil }

// Required reports whether a creation without an identity is invalid.
func (s *identitySchema) Required() bool { return s.required }

// Value returns an identity as bodies have it.
func (s *identitySchema) Value(id string) any {
	if json.Valid([]byte(id)) && s.body != nil && s.body.IsValid(json.Number(id), openapi.RequestView) {
		return json.Number(id)
	}
	return id
}

// allows reports whether a value can be the identity of a new item.
func (s *identitySchema) allows(value any) bool {
	text := Text(value)
	return text != "" && (s.body == nil || s.body.IsValid(value, openapi.RequestView)) && s.inPath(text)
}

// inPath reports whether an identity can stand in a path.
func (s *identitySchema) inPath(id string) bool {
	for _, schema := range s.paths {
		var value any = id
		if !schema.Allows("string") {
			if !json.Valid([]byte(id)) || strings.ContainsAny(id, "eE") {
				return false
			}
			value = json.Number(id)
		}
		if !schema.IsValid(value, openapi.RequestView) {
			return false
		}
	}
	return true
}

// texts reports whether identities are texts only, so that no reader takes one for a number.
func (s *identitySchema) texts() bool {
	numeric := func(schema *openapi.Schema) bool { return schema.Allows("integer") || schema.Allows("number") }
	return len(s.paths) > 0 && !slices.ContainsFunc(s.paths, numeric) && (s.body == nil || !numeric(s.body))
}

// candidates yields identities that the document allows, the least likely to be taken first. The
// same key yields the same ones.
func (s *identitySchema) candidates(key deal.Key) iter.Seq[any] {
	return func(yield func(any) bool) {
		values := s.random(key.Stream())
		if s.body != nil {
			values = append(values, s.body.Enum...)
		}
		for _, value := range values {
			if s.allows(value) && !yield(value) {
				return
			}
		}
		schema := s.body
		if schema == nil && len(s.paths) > 0 {
			schema = s.paths[0]
		}
		for i := range uint64(sampled) {
			if schema == nil {
				return
			}
			value, err := s.samples.Value(schema, s.name, key.With(i))
			if err == nil && s.allows(value) && !yield(value) {
				return
			}
		}
	}
}

// random returns identities of the common forms.
func (s *identitySchema) random(stream *deal.Stream) []any {
	wide := wideLow + stream.Uint64()%(wideHigh-wideLow)
	narrow := narrowLow + stream.Uint64()%(narrowHigh-narrowLow)
	word := stream.Letters("0123456789abcdef", 12)
	list := []any{mark + word, word}
	if s.body != nil && s.body.MaxLength != nil && *s.body.MaxLength < len(word) {
		list = append(list, word[:max(0, *s.body.MaxLength)])
	}
	wideText, narrowText := fmt.Sprint(wide), fmt.Sprint(narrow)
	return append(list, json.Number(wideText), json.Number(narrowText), wideText, narrowText)
}

// Scarce reports whether clients give identities of which the document allows only a few, so that
// several sessions at once would take them from one another.
func (s *identitySchema) Scarce() bool {
	key := deal.NewKey(0)
	if s.body == nil || slices.ContainsFunc(s.random(key.Stream()), func(value any) bool {
		return !guessable(Text(value)) && s.allows(value)
	}) {
		return false
	}
	seen := map[string]bool{}
	for value := range s.candidates(key) {
		seen[Text(value)] = true
	}
	return len(seen) < scarceBelow
}
