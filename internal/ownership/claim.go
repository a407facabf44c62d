package ownership

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// MayWrite reports whether a request that names an identity, in its path or in its body, may be
// sent: the item is the run's, or there is none. Otherwise the error says why not, as a *Foreign
// where an answer to a creation had named the item as new.
func (r *Registry) MayWrite(ctx context.Context, t Target, id string) error {
	p := r.at(t)
	c, known := r.claimed(p, id)
	if c == nil {
		p.asking.Lock() // so that each is asked for once, whoever comes first
		defer p.asking.Unlock()
		c, known = r.claimed(p, id)
	}
	switch {
	case c == nil:
		err := r.free(ctx, t, p, id)
		if err == nil {
			r.reserve(p, id, false)
		}
		return err
	case known.state == foreign:
		return &takenError{known.reason}
	case known.state == named:
		return r.prove(ctx, t, p, c, id)
	}
	return nil
}

// claimed returns the claim on an identity, nil where there is none, and a copy to read.
func (r *Registry) claimed(p *place, id string) (*claim, claim) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := p.claims[id]; c != nil {
		return c, *c
	}
	return nil, claim{}
}

// prove reads an item that an answer named as new, before anything else is written to it. Where
// there is no item nothing can be overwritten.
func (r *Registry) prove(ctx context.Context, t Target, p *place, c *claim, id string) error {
	status, item, offered := t.Read(ctx, id)
	switch {
	case !offered:
		r.set(c, owned, "")
		return nil
	case status/100 == 2 && item != nil:
		return r.judge(p, c, id, item)
	case status == http.StatusNotFound || status == http.StatusGone:
		return nil
	}
	return fmt.Errorf("whether %q is one of the run's %s cannot be seen: a read was answered %d", id, r.resource.Name,
		status)
}

// judge decides by what a read shows whether an item that an answer named as new is.
func (r *Registry) judge(p *place, c *claim, id string, item *jsonvalue.Object) error {
	r.mu.Lock()
	shows := c.sent.shownBy(item)
	r.mu.Unlock()
	if shows >= likely || shows == partly && p.complete {
		r.set(c, owned, "")
		return nil
	}
	err := &Foreign{id, "and a read of it does not show what was sent"}
	r.set(c, foreign, err.Error())
	return err
}

func (r *Registry) set(c *claim, to state, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.state, c.reason = to, reason
}

// Created notes an answer to a creation: what was sent, the identity that was given with it, if any,
// and the one that the answer names. The error is a *Foreign where that item was there before.
func (r *Registry) Created(t Target, sent *jsonvalue.Object, given, id string) error {
	p := r.at(t)
	r.mu.Lock()
	defer r.mu.Unlock()
	c := p.claims[id]
	switch {
	case c == nil && p.before[id]:
		err := &Foreign{id, "which was there before the run"}
		p.claims[id] = &claim{state: foreign, reason: err.Error()}
		return err
	case c == nil:
		c = &claim{state: named}
		if r.Thrifty && p.complete && !guessable(id) {
			c.state = owned
		}
		p.claims[id] = c
	case c.state == reserved && given == id:
		c.state = owned
	case c.state == reserved:
		c.state, c.client = named, false
	case c.state == foreign:
		return &Foreign{id, "which is not the run's"}
	case given != id:
		return &Foreign{id, "which the run had made before"}
	}
	c.sent.add(sent, r.resource.Identity)
	return nil
}

// Wrote notes what a request is about to write to an item.
func (r *Registry) Wrote(t Target, id string, sent *jsonvalue.Object) {
	p := r.at(t)
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := p.claims[id]; c != nil {
		c.sent.add(sent, r.resource.Identity)
	}
}

// Adopt notes that a write has made an item under an identity that was free. It reports whether
// the item is new to the run.
func (r *Registry) Adopt(t Target, id string) bool {
	p := r.at(t)
	r.mu.Lock()
	defer r.mu.Unlock()
	c := p.claims[id]
	if c == nil || c.state != reserved {
		return false
	}
	c.state = owned
	return true
}

// Seen notes what a read shows of an item that an answer named as new.
func (r *Registry) Seen(t Target, id string, item *jsonvalue.Object) error {
	p := r.at(t)
	r.mu.Lock()
	c := p.claims[id]
	pending := c != nil && c.state == named
	r.mu.Unlock()
	if !pending || item == nil {
		return nil
	}
	return r.judge(p, c, id, item)
}

// Lend notes that the run was told to work on an item.
func (r *Registry) Lend(t Target, id string) {
	p := r.at(t)
	r.mu.Lock()
	defer r.mu.Unlock()
	p.claims[id] = &claim{state: owned}
}

// MayRemove reports whether an item may be deleted. Gone is true where it is not there any more.
func (r *Registry) MayRemove(ctx context.Context, t Target, id string) (gone bool, err error) {
	p := r.at(t)
	c, known := r.claimed(p, id)
	switch {
	case known.state == foreign:
		return false, &takenError{known.reason}
	case c != nil && known.state == owned && (known.client || !guessable(id)):
		return false, nil
	}
	status, item, offered := t.Read(ctx, id)
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		return true, nil
	case c == nil:
		return false, errors.New("nothing shows that the run has made it")
	case !offered:
		return false, nil
	case status/100 != 2 || item == nil:
		return false, fmt.Errorf("what it is now cannot be seen: a read was answered %d", status)
	case known.state == named:
		return false, r.judge(p, c, id, item)
	case r.shows(c, item) == different:
		return false, errors.New("it shows nothing of what the run has sent: somebody else has changed or replaced it")
	}
	return false, nil
}

func (r *Registry) shows(c *claim, item *jsonvalue.Object) likeness {
	r.mu.Lock()
	defer r.mu.Unlock()
	return c.sent.shownBy(item)
}

// Refused notes that nothing was created under an identity, so that another creation may take it if
// it is one of Fresh.
func (r *Registry) Refused(t Target, id string) {
	p := r.at(t)
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := p.claims[id]; c != nil && c.fresh && c.state == reserved {
		delete(p.claims, id)
	}
}

// Removed notes that an item is gone, so that its identity is free again.
func (r *Registry) Removed(t Target, id string) { r.drop(r.at(t), id) }

// Owns reports whether an item has been proved to be the run's.
func (r *Registry) Owns(t Target, id string) bool {
	c, known := r.claimed(r.at(t), id)
	return c != nil && known.state == owned
}
