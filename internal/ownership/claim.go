package ownership

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// MayWrite reports whether a request that names an identity, in its path or in its body, may be
// sent: the item is the run's, or there is none. Otherwise the error says why not, as a *Foreign
// where the response to a creation had named the item as new.
func (r *Registry) MayWrite(ctx context.Context, t Target, id string) error {
	p, c := r.claim(t, id)
	for ; c.state == checking; _, c = r.claim(t, id) {
		select {
		case <-c.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if c.state == unknown {
		p.asking.Lock() // so that concurrent callers ask once
		defer p.asking.Unlock()
		if _, c = r.claim(t, id); c.state == unknown {
			err := r.free(ctx, t, p, id)
			if err == nil {
				r.reserve(p, id, claim{state: reserved})
			}
			return err
		}
	}
	if c.state != named {
		return c.err
	}
	status, item, offered := t.Read(ctx, id)
	switch {
	case !offered:
		r.settle(p, id, owned, nil)
	case status/100 == 2 && item != nil:
		return r.judge(ctx, t, p, id, c, item)
	case !missing(status): // where there is no item nothing can be overwritten
		return fmt.Errorf("whether %q is one of the run's %s cannot be seen: %s", id, r.resource.Name, unread(status))
	}
	return nil
}

// judge decides by what a read shows whether an item that a response named as new is the run's. Where
// that shows nothing to compare, the list decides: what it has now and did not have before is new. The
// error is an *Unproved where that does not tell either, and the claim stays open.
func (r *Registry) judge(ctx context.Context, t Target, p *place, id string, c claim, item *jsonvalue.Object) error {
	shows := c.sent.shownBy(item)
	if shows == likely || (shows == partly || shows == silent) && (p.complete || !guessable(id)) ||
		shows == silent && r.appeared(ctx, t, p, id) {
		r.settle(p, id, owned, nil)
		return nil
	}
	if shows == silent {
		return &Unproved{id, r.resource.Name}
	}
	return r.foreign(p, id)
}

// foreign notes that an item that a response named as new shows other values than were sent.
func (r *Registry) foreign(p *place, id string) error {
	err := &Foreign{id, "and a read of it does not show what was sent"}
	r.settle(p, id, foreign, err)
	return err
}

// appeared reports whether the list has an identity that it did not have before the run.
func (r *Registry) appeared(ctx context.Context, t Target, p *place, id string) bool {
	r.mu.Lock()
	looked := p.listed
	r.mu.Unlock()
	if !looked {
		return false
	}
	ids, _ := t.List(ctx)
	return slices.Contains(ids, id)
}

// Created notes the response to a creation: what was sent, the identity that was given with it, if
// any, and the one that the response names. The error is a *Foreign where that item was there before.
func (r *Registry) Created(t Target, sent *jsonvalue.Object, given, id string) error {
	p, unlock := r.lock(t)
	defer unlock()
	c := p.claims[id]
	switch {
	case c.state == unknown && r.Thrifty && p.complete && !guessable(id):
		c.state = owned
	case c.state == unknown:
		c.state = named
	case c.state == listed:
		err := &Foreign{id, "which was there before the run"}
		p.claims[id] = claim{state: foreign, err: err}
		return err
	case c.state == reserved && given == id:
		c.state = owned
	case c.state == reserved:
		c.state, c.client = named, false
	case c.state == foreign:
		return &Foreign{id, "which is not the run's"}
	case given != id:
		return &Foreign{id, "which the run had made before"}
	}
	c.sent = c.sent.with(sent, r.resource.Identity)
	p.claims[id] = c
	return nil
}

// Wrote notes what a request is about to write to an item.
func (r *Registry) Wrote(t Target, id string, sent *jsonvalue.Object) {
	p, unlock := r.lock(t)
	defer unlock()
	if c, known := p.claims[id]; known {
		c.sent = c.sent.with(sent, r.resource.Identity)
		p.claims[id] = c
	}
}

// Adopt notes that a write has made an item under an identity that was free. It reports whether
// the item is new to the run.
func (r *Registry) Adopt(t Target, id string) bool {
	p, c := r.claim(t, id)
	if c.state == reserved {
		r.settle(p, id, owned, nil)
	}
	return c.state == reserved
}

// Seen notes what a read shows of an item that a response named as new.
func (r *Registry) Seen(t Target, id string, item *jsonvalue.Object) error {
	p, c := r.claim(t, id)
	if c.state != named || item == nil {
		return nil
	}
	switch shows := c.sent.shownBy(item); {
	case shows == likely, shows != different && (p.complete || !guessable(id)):
		r.settle(p, id, owned, nil)
	case shows != silent: // whose it is has to be known where it is written to
		return r.foreign(p, id)
	}
	return nil
}

// Lend notes that the run was told to work on an item.
func (r *Registry) Lend(t Target, id string) {
	p, unlock := r.lock(t)
	defer unlock()
	p.claims[id] = claim{state: owned}
}

// MayRemove reports whether an item may be deleted. Gone is true where it does not exist any more.
func (r *Registry) MayRemove(ctx context.Context, t Target, id string) (gone bool, err error) {
	p, c := r.claim(t, id)
	if c.state == foreign || c.state == owned && (c.client || !guessable(id)) {
		return false, c.err
	}
	status, item, offered := t.Read(ctx, id)
	switch {
	case missing(status):
		return true, nil
	case c.state == unknown || c.state == listed:
		return false, errors.New("nothing shows that the run has made it")
	case !offered:
		return false, nil
	case status/100 != 2 || item == nil:
		return false, &Unseen{unread(status)}
	case c.state == named:
		return false, r.judge(ctx, t, p, id, c, item)
	case c.sent.shownBy(item) == different:
		return false, errors.New("it shows nothing of what the run has sent: somebody else has changed or replaced it")
	}
	return false, nil
}

// Refused notes that nothing was created under an identity, so that another creation may take it if
// it is one of Fresh.
func (r *Registry) Refused(t Target, id string) {
	p, unlock := r.lock(t)
	defer unlock()
	if c := p.claims[id]; c.fresh && c.state == reserved {
		delete(p.claims, id)
	}
}

// Removed notes that an item is gone, so that its identity is free again.
func (r *Registry) Removed(t Target, id string) {
	p, unlock := r.lock(t)
	defer unlock()
	delete(p.claims, id)
}

// Owns reports whether an item has been proved to be the run's.
func (r *Registry) Owns(t Target, id string) bool {
	_, c := r.claim(t, id)
	return c.state == owned
}

// Found notes an item that was found by the mark in its name, which shows that a run has made it.
func (r *Registry) Found(t Target, id string, item *jsonvalue.Object) {
	p, unlock := r.lock(t)
	defer unlock()
	p.claims[id] = claim{state: owned, sent: sentValues{}.with(item, r.resource.Identity)}
}
