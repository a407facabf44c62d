package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// seedPlace is the collection at the target, as it was listed. It is an ownership.Target.
type seedPlace struct {
	*seedClient
	listed []listed
}

func (p *seedPlace) Name() string { return p.workspace }

// List returns the ids of the list.
func (p *seedPlace) List(context.Context) (ids []string, complete bool) {
	for _, item := range p.listed {
		ids = append(ids, item.id)
	}
	return ids, p.complete()
}

// complete reports whether the list has everything: one that takes any query parameter may have
// pages.
func (p *seedPlace) complete() bool {
	inQuery := func(p *openapi.Parameter) bool { return p.In == "query" }
	return p.resource.List != nil && !slices.ContainsFunc(p.resource.List.Parameters, inQuery)
}

// Read asks for one item.
func (p *seedPlace) Read(ctx context.Context, id string) (status int, item *jsonvalue.Object, offered bool) {
	if p.resource.Read == nil {
		return 0, nil, false
	}
	a, err := p.send(ctx, p.resource.Read, id, nil)
	if err != nil {
		return 0, nil, true
	}
	offered = a.Status != http.StatusMethodNotAllowed && a.Status != http.StatusNotImplemented
	return a.Status, itemIn(p.resource.Read, a.Body), offered
}

// see returns an item as the target shows it: by a read or, where the document has none, in the
// list. It is nil where the target does not have it. The error says why it cannot be seen.
func (p *seedPlace) see(ctx context.Context, id string) (*jsonvalue.Object, error) {
	status, item, offered := p.Read(ctx, id)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case offered && (status == http.StatusNotFound || status == http.StatusGone):
		return nil, nil
	case offered && status/100 == 2 && item != nil:
		return item, nil
	case offered && status == 0:
		return nil, fmt.Errorf("what %s is now cannot be seen: a read of it was not answered", id)
	case offered:
		return nil, fmt.Errorf("what %s is now cannot be seen: a read of it was answered %d", id, status)
	}
	for _, entry := range p.listed {
		if entry.id == id {
			return entry.item, nil
		}
	}
	if p.complete() {
		return nil, nil
	}
	return nil, fmt.Errorf("what %s is now cannot be seen: the target has no read, and the list may have more "+
		"pages", id)
}

// itemIn returns the item that the body of a successful response shows; nil where it shows none.
func itemIn(op *openapi.Operation, body []byte) *jsonvalue.Object {
	value, err := jsonvalue.Parse(body, jsonvalue.Limits{Lenient: true, Depth: 1000})
	if err != nil {
		return nil
	}
	item, _ := op.ShownItem(value).(*jsonvalue.Object)
	return item
}

// begun looks for an item whose creation was begun and not recorded: under the id that was given
// or, where the target gives ids, the one item of that name that shows what was sent and that
// the run did not know before. It returns "" where there is none.
func (r *seedRun) begun(ctx context.Context, place *seedPlace, begun ledgerLine) (string, error) {
	if begun.ID != "" {
		item, err := place.see(ctx, begun.ID)
		if err != nil || item == nil {
			return "", err
		}
		return begun.ID, nil
	}
	if place.listed == nil && r.resource.List != nil {
		var err error
		if place.listed, err = r.list(ctx); err != nil {
			return "", err
		}
	}
	var found []string
	for _, entry := range place.listed {
		_, recorded := r.ledger.created[entry.id]
		if entry.name != begun.Name || recorded || r.known[entry.id] && place != r.place {
			continue
		}
		if changed, recognised := begun.Made.Changed(entry.item); recognised && !slices.Contains(changed, seedName) {
			found = append(found, entry.id)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return "", nil
}

// settle closes the entries that a killed run left open: it records an agent that was created, and
// drops one that was not (an agent is only begun where none of its name exists). It names those whose
// outcome cannot be known.
func (r *seedRun) settle(ctx context.Context) error {
	for _, key := range slices.Sorted(maps.Keys(r.ledger.open)) {
		begun := r.ledger.open[key]
		id, err := r.begun(ctx, r.place, begun)
		switch {
		case err != nil:
			return err
		case id != "":
			r.env.say("an earlier run was cut off while it created %q: that is %s now, and recorded", begun.Name, id)
			err = r.ledger.add(ledgerLine{Created: key, ID: id, Name: begun.Name, Made: begun.Made})
		case begun.ID != "" || r.place.complete() && !slices.ContainsFunc(r.place.listed,
			func(entry listed) bool { return entry.name == begun.Name }):
			err = r.ledger.add(ledgerLine{Dropped: key}) // it is not there
		default:
			r.env.say("unsure: an earlier run was cut off while it created %q, and what came of it cannot be told",
				begun.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
