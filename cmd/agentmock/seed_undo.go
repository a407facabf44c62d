package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/agentmock/agentmock/openapi"
)

// undoSeed removes what a ledger records, and nothing else. It can be interrupted and repeated.
func undoSeed(ctx context.Context, e env, doc *openapi.Document, f *seedFlags) error {
	l, err := readLedger(f.undo)
	if err != nil {
		return err
	}
	defer l.close()
	resource := doc.Resource(l.head.Collection)
	if resource == nil || resource.Delete == nil {
		return usagef("%s has no operation that deletes %s", doc.Name, l.head.Collection)
	}
	if f.target.baseURL != "" && f.target.baseURL != l.head.BaseURL {
		return usagef("%s records what was made at %s, not at %s", f.undo, l.head.BaseURL, f.target.baseURL)
	}
	target, err := f.target.resolve(e, doc, resource, l.head.Workspace, l.head.BaseURL)
	if err != nil {
		return err
	}
	sayMadeUp(e, target.apiKey)
	options := f.target.options(target)
	options.OnPause = newProgressBar(e).wait
	r := &seedRun{seedClient: newSeedClient(target, options), env: e, ledger: l}
	defer r.http.Close()
	removed, gone, err := r.removeAll(ctx)
	e.say("%s removed, %d already gone, in %s", count(removed, "agent"), gone, target)
	if err != nil {
		return r.explain(err)
	}
	return nil
}

// removeAll removes what the ledger records; what a killed run had begun is looked up first.
func (r *seedRun) removeAll(ctx context.Context) (removed, gone int, err error) {
	if len(r.ledger.open) > 0 && r.resource.List != nil {
		items, err := r.list(ctx)
		if err == nil {
			err = settleLedger(r.ledger, items)
		}
		if err != nil {
			return 0, 0, err
		}
	}
	for _, id := range r.ledger.order {
		name, ours := r.ledger.created[id]
		if !ours {
			continue
		}
		a, err := r.send(ctx, r.resource.Delete, id, nil)
		switch {
		case err != nil:
			return removed, gone, err
		case a.Status == http.StatusNotFound || a.Status == http.StatusGone:
			gone++
		case succeeded(a):
			removed++
		default:
			return removed, gone, r.refusal(fmt.Sprintf("removing %s, %q", id, name), a)
		}
		if err := r.ledger.add(ledgerLine{Removed: id}); err != nil {
			return removed, gone, err
		}
	}
	return removed, gone, errors.Join(ctx.Err())
}
