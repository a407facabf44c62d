package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// undoSeed removes the items of a ledger that are still as they were made, and nothing else. It can
// be interrupted and repeated.
func undoSeed(ctx context.Context, e env, doc *openapi.Document, f *seedFlags) error {
	l, err := lockLedger(ctx, f.undo, 0, e.say)
	if err != nil {
		return err
	}
	defer l.close()
	if l.head == (ledgerHead{}) {
		e.say("%s records nothing: nothing is removed", f.undo)
		return nil
	}
	resource := doc.Resource(l.head.Collection)
	if resource == nil || resource.Delete == nil {
		return usagef("%s has no operation that deletes %s", doc.Name, l.head.Collection)
	}
	if f.target.baseURL != "" && f.target.baseURL != l.head.BaseURL {
		return usagef("%s records what was made at %s, not at %s", f.undo, l.head.BaseURL, f.target.baseURL)
	}
	target, err := interruptible(ctx, func() (*seedClient, error) {
		return f.target.resolve(e, doc, resource, l.head.Workspace, l.head.BaseURL)
	})
	if err != nil {
		return err
	}
	sayMadeUp(e, target.apiKey)
	target.connect(newProgressBar(e).wait)
	r := &seedRun{seedClient: target, env: e, ledger: l}
	defer r.http.Close()
	u := &undo{seedRun: r}
	err = u.all(ctx)
	left := ""
	if u.left > 0 {
		left = fmt.Sprintf(", %d left alone", u.left)
	}
	e.say("%s removed, %d already gone%s, in %s", count(u.removed, "agent"), u.gone, left, target)
	switch {
	case err != nil:
		return r.explain(err)
	case u.left > 0:
		return &exitError{exitViolations, fmt.Errorf("%s not removed; see above", count(u.left, "agent"))}
	}
	return nil
}

// undo is the removal of what a ledger records.
type undo struct {
	*seedRun
	removed, gone, left int
}

// all removes everything, after it has settled what a killed run had begun.
func (u *undo) all(ctx context.Context) error {
	u.place = &seedPlace{seedClient: u.seedClient}
	if u.resource.List != nil && (len(u.ledger.open) > 0 || u.resource.Read == nil) {
		var err error
		if u.place.listed, err = u.list(ctx); err != nil {
			return err
		}
	}
	if err := u.settle(ctx); err != nil {
		return err
	}
	u.left = len(u.ledger.open)
	for _, id := range u.ledger.order {
		if entry, ours := u.ledger.created[id]; ours {
			if err := u.one(ctx, entry); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// one removes an item, if it is still as it was made.
func (u *undo) one(ctx context.Context, entry ledgerLine) error {
	item, err := u.place.see(ctx, entry.ID)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return u.leave(entry, err.Error())
	case item == nil:
		u.gone++
		return u.ledger.add(ledgerLine{Removed: entry.ID})
	}
	switch changed, recognised := entry.Made.Changed(item); {
	case !recognised:
		return u.leave(entry, "it shows nothing of what was made")
	case len(changed) > 0:
		return u.leave(entry, "somebody has changed it since: "+strings.Join(changed, ", "))
	}
	a, err := u.send(ctx, u.resource.Delete, entry.ID, nil)
	switch {
	case err != nil:
		return err
	case a.Status == http.StatusNotFound || a.Status == http.StatusGone:
		u.gone++
	case succeeded(a):
		u.removed++
	default:
		return u.refusal(fmt.Sprintf("removing %s, %q", entry.ID, entry.Name), a)
	}
	return u.ledger.add(ledgerLine{Removed: entry.ID})
}

// leave counts an item that is not removed, and prints the reason.
func (u *undo) leave(entry ledgerLine, reason string) error {
	u.left++
	u.env.say("%s, %q, is left alone: %s", entry.ID, entry.Name, reason)
	return nil
}
