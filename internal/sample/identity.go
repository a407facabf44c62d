package sample

import (
	"encoding/json"
	"math/big"
	"strconv"
	"sync"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

// The numbers of samples of each schema that are tried: for one identity, and once for a resource, to know
// whether more than one sample is worth a try.
const (
	identityTries = 40
	hopefulTries  = 4 * identityTries
)

// Identities makes identities of a resource's items: values that meet the schema of the property
// that holds them and, as text, those of the path parameters that name an item.
type Identities struct {
	resource  *openapi.Resource
	schemas   []*openapi.Schema
	generator *Generator

	numeric, noText, noNumber bool // of the property
	length                    int  // that all schemas allow for texts, if there is one
	least                     *big.Int
	hopeful                   func() bool // reports whether one of many samples meets all schemas, always the same
}

// NewIdentities returns a maker of identities for a resource.
func NewIdentities(resource *openapi.Resource) *Identities {
	g := &Identities{resource: resource, schemas: resource.IdentitySchemas(),
		generator: New(openapi.ResponseView, Lean)}
	for i, s := range g.schemas {
		number := s.Allows("integer") || s.Allows("number")
		if i == 0 {
			g.noText, g.noNumber = !s.Allows("string"), !number
		}
		g.numeric = g.numeric || !s.Allows("string") && number
	}
	g.length, g.least = g.commonLength(), g.leastNumber()
	g.hopeful = sync.OnceValue(func() bool {
		_, ok := g.sample(deal.NewKey(0), hopefulTries)
		return ok
	})
	return g
}

// Numeric reports whether identities are numbers: a schema allows no texts.
func (g *Identities) Numeric() bool { return g.numeric }

// Value returns an identity: the first of some usual forms that can be one, else the number n, or
// the least that the schemas allow if that is more, else hexadecimal digits, as many as the schemas
// allow, else a sample; these two are selected by the key. Where none
// was found that meets all schemas, because they exclude each other, ok is false and the value meets
// the first of them, that of the property.
func (g *Identities) Value(key deal.Key, n int64, forms ...func() any) (value any, ok bool) {
	if g.numeric {
		forms = nil
	}
	for _, form := range forms {
		if value := g.held(form()); g.resource.TakesIdentity(value) {
			return value, true
		}
	}
	number := big.NewInt(n)
	if g.least.Cmp(number) > 0 {
		number = g.least
	}
	for _, value := range []any{json.Number(number.String()), key.Stream().Letters("0123456789abcdef", g.length)} {
		if value = g.held(value); g.resource.TakesIdentity(value) {
			return value, true
		}
	}
	tries := identityTries
	if !g.hopeful() {
		tries = 1
	}
	if value, ok = g.sample(key, tries); value == nil {
		value = number.String()
	}
	return value, ok
}

// sample returns the first sample that meets all schemas of so many of each; where there is none, ok is
// false and the value is the first sample at all, or nil.
func (g *Identities) sample(key deal.Key, tries int) (value any, ok bool) {
	for i := range uint64(tries * len(g.schemas)) {
		s := g.schemas[i%uint64(len(g.schemas))]
		sampled, err := g.generator.Value(s, g.resource.Identity, key.With(i))
		if err != nil {
			continue
		}
		if sampled = g.held(sampled); g.resource.TakesIdentity(sampled) {
			return sampled, true
		}
		if value == nil {
			value = sampled
		}
	}
	return value, false
}

// held returns a value as the item has it: the digits that a path has may be a number there.
func (g *Identities) held(value any) any {
	switch value := value.(type) {
	case string:
		if !g.noText {
			break
		}
		if _, err := strconv.ParseInt(value, 10, 64); err == nil {
			return json.Number(value)
		}
	case json.Number:
		if g.noNumber {
			return string(value)
		}
	}
	return value
}

// commonLength returns a length that all schemas allow for texts, if there is one.
func (g *Identities) commonLength() int {
	low, high := 24, maxLength
	for _, s := range g.schemas {
		if s.MinLength != nil {
			low = max(low, *s.MinLength)
		}
		if s.MaxLength != nil {
			high = min(high, *s.MaxLength)
		}
	}
	return max(1, min(low, high))
}

// leastNumber returns the least positive number that the bounds of all schemas allow.
func (g *Identities) leastNumber() *big.Int {
	least := big.NewInt(1)
	for _, s := range g.schemas {
		if bound, ok := new(big.Rat).SetString(string(s.Minimum)); ok && ceil(bound).Cmp(least) > 0 {
			least = ceil(bound)
		}
		if bound, ok := new(big.Rat).SetString(string(s.ExclusiveMinimum)); ok {
			if above := ceil(bound.Add(bound, big.NewRat(1, 1))); above.Cmp(least) > 0 { // of 3: 4
				least = above
			}
		}
	}
	return least
}

// ceil returns the least integer that is not less than a number.
func ceil(x *big.Rat) *big.Int {
	quotient, rest := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient
}
