package ownership

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Registry keeps what a run knows of the items of one resource. It is safe for concurrent use.
type Registry struct {
	// Thrifty spares reads: of an identity that is not short, a complete first listing is evidence
	// enough. It is set before the first use.
	Thrifty bool

	resource *openapi.Resource
	schema   *identitySchema
	key      deal.Key

	mu     sync.Mutex
	given  uint64 // how many fresh identities were asked for
	places map[string]*place
}

// place is what is known of the items at one target.
type place struct {
	asking   sync.Mutex // held while it is asked whether an identity is free
	listing  sync.Once
	before   map[string]bool // identities of the first listing
	complete bool            // and there were no others
	claims   map[string]*claim
}

// list lists what there is, the first time.
func (p *place) list(ctx context.Context, t Target) {
	p.listing.Do(func() {
		ids, complete := t.List(ctx)
		for _, id := range ids {
			p.before[id] = true
		}
		p.complete = complete
	})
}

// state is what is known of one item.
type state int

const (
	reserved state = iota // shown to be free; nothing was made yet
	named                 // an answer named it; a read has to show what was sent
	owned                 // proved to be the run's
	foreign               // somebody else's
)

// claim is one identity that the run has to do with.
type claim struct {
	state  state
	client bool   // the run gave the identity, and it was free
	fresh  bool   // and it is one of Fresh
	reason string // why it is foreign
	sent   sentValues
}

// Nonce returns a number that no other run has.
func Nonce() uint64 {
	var bytes [8]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return binary.BigEndian.Uint64(bytes[:])
}

// New returns the registry of a resource. The same nonce makes the same identities.
func New(resource *openapi.Resource, nonce uint64) *Registry {
	return &Registry{
		resource: resource, schema: newIdentitySchema(resource), places: map[string]*place{},
		key: deal.NewKey(nonce).At(resource.Name),
	}
}

// ClientGiven reports whether the bodies of creations have a place for the identity, Required
// whether they must have it.
func (r *Registry) ClientGiven() bool { return r.schema.body != nil }

// Required reports whether a creation without an identity is invalid.
func (r *Registry) Required() bool { return r.schema.required }

// Value returns an identity as bodies have it.
func (r *Registry) Value(id string) any {
	if number := json.Number(id); json.Valid([]byte(id)) && r.schema.body != nil &&
		len(r.schema.body.Validate(number, openapi.RequestView)) == 0 {
		return number
	}
	return id
}

// Scarce reports whether clients give identities of which the document allows only a few, so that
// several sessions at once would take them from one another.
func (r *Registry) Scarce() bool { return r.schema.scarce() }

// at returns what is known of a target.
func (r *Registry) at(t Target) *place {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.places[t.Name()]
	if p == nil {
		p = &place{before: map[string]bool{}, claims: map[string]*claim{}}
		r.places[t.Name()] = p
	}
	return p
}

// Look lists what a target has, if that has not been done yet. It has to come before the first
// creation whose identity the server gives.
func (r *Registry) Look(ctx context.Context, t Target) { r.at(t).list(ctx, t) }

// maxAsked bounds how many identities are tried until one is free.
const maxAsked = 50

// Fresh returns an identity that no item has and that no other call returns, as a JSON value. The
// error says why there is none.
func (r *Registry) Fresh(ctx context.Context, t Target) (any, error) {
	p := r.at(t)
	p.list(ctx, t)
	r.mu.Lock()
	r.given++
	key := r.key.With(r.given)
	r.mu.Unlock()
	asked := 0
	for value := range r.schema.candidates(key) {
		id := Text(value)
		if asked == maxAsked {
			break
		}
		if r.had(p, id) || !r.reserve(p, id, true) {
			continue
		}
		asked++
		err := r.free(ctx, t, p, id)
		if err == nil {
			return value, nil
		}
		r.drop(p, id)
		if !errors.As(err, new(*takenError)) {
			return nil, err
		}
		r.mu.Lock()
		p.before[id] = true
		r.mu.Unlock()
	}
	return nil, fmt.Errorf("no free %s was found for one of the %s (tried: %d)", r.resource.Identity,
		r.resource.Name, asked)
}

// had reports whether an item was there before the run.
func (r *Registry) had(p *place, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return p.before[id]
}

func (r *Registry) reserve(p *place, id string, fresh bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.claims[id] != nil {
		return false
	}
	p.claims[id] = &claim{client: true, fresh: fresh}
	return true
}

func (r *Registry) drop(p *place, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(p.claims, id)
}

// takenError says that an identity belongs to somebody else's item.
type takenError struct{ reason string }

func (e *takenError) Error() string { return e.reason }

// free shows that no item has an identity, or returns why that is not known.
func (r *Registry) free(ctx context.Context, t Target, p *place, id string) error {
	if r.Thrifty && !guessable(id) {
		if r.elsewhere(id, nil) {
			return nil
		}
		if p.list(ctx, t); p.complete && !r.had(p, id) {
			return nil
		}
	}
	status, item, offered := t.Read(ctx, id)
	if !offered {
		p.list(ctx, t)
	}
	switch {
	case !offered && r.had(p, id):
		return r.taken(id, "the list has it")
	case !offered && (p.complete || !guessable(id)):
		return nil
	case !offered:
		return fmt.Errorf("whether there is one of the %s with the %s %q cannot be seen: the target offers neither a read nor a whole list",
			r.resource.Name, r.resource.Identity, id)
	case status == http.StatusNotFound || status == http.StatusGone:
		return nil
	case status/100 == 2 && r.elsewhere(id, item):
		return nil
	case status/100 == 2:
		return r.taken(id, "a read finds it")
	case r.elsewhere(id, nil) && refused(status):
		return nil
	case (status == http.StatusBadRequest || status == http.StatusUnprocessableEntity) && !r.schema.inPath(id):
		return nil // no item can have it
	case status == 0:
		return fmt.Errorf("whether there is one of the %s with the %s %q cannot be seen: a read was not answered",
			r.resource.Name, r.resource.Identity, id)
	}
	return fmt.Errorf("whether there is one of the %s with the %s %q cannot be seen: a read was answered %d",
		r.resource.Name, r.resource.Identity, id, status)
}

func (r *Registry) taken(id, reason string) error {
	return &takenError{fmt.Sprintf("the %s %q belongs to one of the %s that the run has not made (%s)",
		r.resource.Identity, id, r.resource.Name, reason)}
}

func refused(status int) bool {
	return status/100 == 4 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests
}

// elsewhere reports whether an item is the run's own, made at another target, that shows here. A
// nil item is one that was not shown.
func (r *Registry) elsewhere(id string, item *jsonvalue.Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.places {
		if c := p.claims[id]; c != nil && c.state == owned && (item == nil || c.sent.shownBy(item) >= likely) {
			return true
		}
	}
	return false
}
