// Package ownership decides which items at a target a run may change or remove. Contract runs and
// seeding ask it before every request that writes, so that neither overwrites or deletes what was
// there before.
//
//	r := ownership.New(resource, ownership.Nonce())
//	id, err := r.Fresh(ctx, target)                 // an identity shown to be free
//	…                                               // the creation
//	err = r.Created(target, body, given, answered) // a *Foreign names an item that was there before
//	err = r.MayWrite(ctx, target, ownership.Text(id))
//	gone, err := r.MayRemove(ctx, target, ownership.Text(id))
//
// The rules:
//
//   - An identity that the client gives is random. It is used only after the list does not have it
//     and the response to a read of it was 404 or 410.
//   - An identity that the server gives belongs to the run if the first listing did not have it
//     and, before anything else is written to it, a read shows what was sent. Where a read shows
//     only some of that, the list has to be complete, or the identity too long to be given twice.
//     Where it shows nothing that can be compared, a list that has it now and had it not will do, too.
//   - Any other identity that a request names, in its path or in its body, has to be free. That
//     includes what a lenient reader makes of a wrong value: 3 of 3.5, 1 of true.
//   - Before an item is removed whose identity the server may give twice (a short number, a short
//     text), it is read once more and has to show what was sent.
//   - A response to a creation that names an item which was there before is a fault of the target.
//     That item is never written to again.
//
// For a target without a read the list decides; without either, the identity alone does: random
// ones do not collide. What cannot be proved is left alone, and the error says why.
//
// The package sends nothing itself: a Target does.
package ownership

import (
	"context"
	"fmt"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Target is one collection as one caller sees it.
type Target interface {
	// Name tells targets apart. Those with the same name have the same items.
	Name() string
	// List returns the identities that the collection has, nil where the target does not say. Complete
	// is false where there may be more of them.
	List(ctx context.Context) (ids []string, complete bool)
	// Read asks for one item. The status is 0 where there is no response, the item nil where
	// the response shows none. Offered is false where the target has no such operation.
	Read(ctx context.Context, id string) (status int, item *jsonvalue.Object, offered bool)
}

// Foreign is the error for a creation whose response names an item that the run has not made.
type Foreign struct {
	ID     string
	Reason string // how that is known: "which was there before the run"
}

func (e *Foreign) Error() string {
	return fmt.Sprintf("the answer to the creation names %q, %s", e.ID, e.Reason)
}

// Unproved is the error for an item that the response to a creation names as new, where nothing shows that
// the run has made it, and nothing contradicts it.
type Unproved struct {
	ID       string
	Resource string
}

func (e *Unproved) Error() string {
	return fmt.Sprintf("whether %q is one of the run's %s cannot be seen: a read of it shows none of the members that "+
		"were sent, and no list shows that it is new", e.ID, e.Resource)
}

// Unseen is the error for an item that may not be removed because no read has shown what it is now.
type Unseen struct{ Reason string }

func (e *Unseen) Error() string { return "what it is now cannot be seen: " + e.Reason }
