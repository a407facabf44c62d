package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// undoSeed removes what a ledger records and what still is as it was made, and nothing else. It can
// be interrupted and repeated.
func undoSeed(ctx context.Context, e env, doc *openapi.Document, f *seedFlags) error {
	l, err := readLedger(ctx, f.undo, e.say)
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
	target, err := f.target.resolve(e, doc, resource, l.head.Workspace, l.head.BaseURL)
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

// all removes everything; what a killed run had begun is looked up first.
func (u *undo) all(ctx context.Context) error {
	place := &seedPlace{seedClient: u.seedClient}
	if u.resource.List != nil && (len(u.ledger.open) > 0 || u.resource.Read == nil) {
		var err error
		if place.listed, err = u.list(ctx); err != nil {
			return err
		}
	}
	u.place = place
	if err := u.settle(ctx, place); err != nil {
		return err
	}
	u.left = len(u.ledger.open)
	for _, id := range u.ledger.order {
		entry, ours := u.ledger.created[id]
		if !ours {
			continue
		}
		if err := u.one(ctx, place, entry); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// one removes an item, if it still is what was made.
func (u *undo) one(ctx context.Context, place *seedPlace, entry ledgerLine) error {
	item, err := place.see(ctx, entry.ID)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		u.leave(entry, err.Error())
		return nil
	case item == nil:
		u.gone++
		return u.ledger.add(ledgerLine{Removed: entry.ID})
	}
	switch changed, recognised := entry.Made.Changed(item); {
	case !recognised:
		u.leave(entry, "it shows nothing of what was made")
		return nil
	case len(changed) > 0:
		u.leave(entry, "somebody has changed it since: "+strings.Join(changed, ", "))
		return nil
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

// leave names an item that stays.
func (u *undo) leave(entry ledgerLine, reason string) {
	u.left++
	u.env.say("%s, %q, is left alone: %s", entry.ID, entry.Name, reason)
}
