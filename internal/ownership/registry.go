package ownership

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

// Registry keeps what a run knows of the items of one resource. It is safe for concurrent use.
type Registry struct {
	// Thrifty spares reads: of an identity that is not short, a complete first listing is evidence
	// enough. It is set before the first use.
	Thrifty bool

	resource *openapi.Resource
	*identitySchema
	key deal.Key

	mu     sync.Mutex
	given  uint64 // how many fresh identities were asked for
	places map[string]*place
}

// place is what is known of the items at one target.
type place struct {
	asking   sync.Mutex // held while it is asked whether an identity is free
	listing  sync.Once
	listed   bool // the first listing showed what there is, if not all
	complete bool // the first listing had all items
	claims   map[string]claim
}

// state says whose an item is.
type state int

const (
	unknown  state = iota
	checking       // Fresh is about to find out whether it is free
	reserved       // shown to be free; nothing was made yet
	named          // a response named it; a read has to show what was sent
	owned          // proved to be the run's
	listed         // there before the run
	foreign        // not the run's, though a response named it
)

// claim is what is known of one identity.
type claim struct {
	state  state
	client bool  // the run gave the identity, and it was free
	fresh  bool  // and it is one of Fresh
	err    error // why it must not be written to
	sent   sentValues
	done   chan struct{} // closed when the state is no longer checking
}

// Nonce returns a number that no other run has.
func Nonce() uint64 { return rand.Uint64() }

// New returns the registry of a resource. The same nonce makes the same identities.
func New(resource *openapi.Resource, nonce uint64) *Registry {
	return &Registry{resource: resource, identitySchema: newIdentitySchema(resource), places: map[string]*place{},
		key: deal.NewKey(nonce).At(resource.Name)}
}

// lock returns what is known of a target, for use until unlock.
func (r *Registry) lock(t Target) (p *place, unlock func()) {
	r.mu.Lock()
	p = r.places[t.Name()]
	if p == nil {
		p = &place{claims: map[string]claim{}}
		r.places[t.Name()] = p
	}
	return p, r.mu.Unlock
}

// claim returns what is known of an identity.
func (r *Registry) claim(t Target, id string) (*place, claim) {
	p, unlock := r.lock(t)
	defer unlock()
	return p, p.claims[id]
}

// settle notes what an identity that is known turned out to be.
func (r *Registry) settle(p *place, id string, to state, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c, known := p.claims[id]; known {
		c.state, c.err = to, err
		p.claims[id] = c
	}
}

// reserve claims an identity unless something is known of it, which it reports.
func (r *Registry) reserve(p *place, id string, c claim) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := p.claims[id]
	if !known {
		c.client = true
		p.claims[id] = c
	}
	return !known
}

// Look lists what a target has, if that has not been done yet. It has to come before the first
// creation whose identity the server gives.
func (r *Registry) Look(ctx context.Context, t Target) {
	p, _ := r.claim(t, "")
	r.list(ctx, t, p)
}

func (r *Registry) list(ctx context.Context, t Target, p *place) {
	p.listing.Do(func() {
		ids, complete := t.List(ctx)
		r.mu.Lock()
		defer r.mu.Unlock()
		p.complete, p.listed = complete, ids != nil
		for _, id := range ids {
			if _, known := p.claims[id]; !known && r.elsewhere(id).state != owned {
				p.claims[id] = claim{state: listed, err: r.taken(id, "the list has it")}
			}
		}
	})
}

// Restarted notes that the target may have started anew, with other items: what was listed before says
// nothing any more, and is listed again before the next creation.
func (r *Registry) Restarted() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.places {
		p.listing, p.listed, p.complete = sync.Once{}, false, false
		for id, c := range p.claims {
			if c.state == listed {
				delete(p.claims, id)
			}
		}
	}
}

// maxAsked bounds how many identities are tried until one is free.
const maxAsked = 50

// Fresh returns an identity that no item has and that no other call returns, as a JSON value. The
// error says why there is none.
func (r *Registry) Fresh(ctx context.Context, t Target) (any, error) {
	r.Look(ctx, t)
	p, unlock := r.lock(t)
	r.given++
	key := r.key.With(r.given)
	unlock()
	asked := 0
	for value := range r.candidates(key) {
		id := Text(value)
		if asked == maxAsked {
			break
		}
		done := make(chan struct{})
		if !r.reserve(p, id, claim{state: checking, fresh: true, done: done}) {
			continue
		}
		asked++
		err := r.free(ctx, t, p, id)
		switch {
		case err == nil:
			r.settle(p, id, reserved, nil)
		case errors.As(err, new(*takenError)):
			r.settle(p, id, listed, err)
		default:
			r.Removed(t, id)
		}
		close(done)
		if err == nil {
			return value, nil
		}
		if !errors.As(err, new(*takenError)) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("no free %s was found for one of the %s (tried: %d)", r.resource.Identity,
		r.resource.Name, asked)
}

// takenError is the error for an identity of an item that the run has not made.
type takenError struct{ reason string }

func (e *takenError) Error() string { return e.reason }

func (r *Registry) taken(id, reason string) error {
	return &takenError{fmt.Sprintf("the %s %q belongs to one of the %s that the run has not made (%s)",
		r.resource.Identity, id, r.resource.Name, reason)}
}

// free shows that no item has an identity, or returns why that is not known.
func (r *Registry) free(ctx context.Context, t Target, p *place, id string) error {
	r.mu.Lock()
	own := r.elsewhere(id)
	r.mu.Unlock()
	if r.Thrifty && !guessable(id) {
		if own.state == owned {
			return nil
		}
		if r.list(ctx, t, p); p.complete {
			_, c := r.claim(t, id)
			return c.err
		}
	}
	status, item, offered := t.Read(ctx, id)
	unsure, ours := unread(status), own.state == owned
	switch {
	case !offered:
		r.list(ctx, t, p)
		if _, c := r.claim(t, id); c.err != nil || p.complete || !guessable(id) {
			return c.err
		}
		unsure = "the target offers neither a read nor a whole list"
	case r.noItem(status, id), ours && refused(status):
		return nil
	case status/100 == 2 && ours && (item == nil || own.sent.shownBy(item) == likely):
		return nil
	case status/100 == 2:
		return r.taken(id, "a read finds it")
	}
	return fmt.Errorf("whether there is one of the %s with the %s %q cannot be seen: %s", r.resource.Name,
		r.resource.Identity, id, unsure)
}

// elsewhere returns what is known of an item of the run's that was made at another target, which
// may show here, too. The caller holds the lock.
func (r *Registry) elsewhere(id string) claim {
	for _, p := range r.places {
		if c := p.claims[id]; c.state == owned {
			return c
		}
	}
	return claim{}
}

// noItem reports whether the response to a read means that no item has an identity: there is none,
// or the document forbids the identity in a path, and so does the target.
func (r *Registry) noItem(status int, id string) bool {
	invalid := status == http.StatusBadRequest || status == http.StatusUnprocessableEntity
	return missing(status) || invalid && !r.inPath(id)
}

// missing reports whether the response to a read means that there is no item.
func missing(status int) bool { return status == http.StatusNotFound || status == http.StatusGone }

func refused(status int) bool {
	return status/100 == 4 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests
}

// unread describes the outcome of a read that shows nothing.
func unread(status int) string {
	if status == 0 {
		return "a read was not answered"
	}
	return fmt.Sprintf("a read was answered %d", status)
}
