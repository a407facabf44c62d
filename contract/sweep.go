package contract

import (
	"context"
	"fmt"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Swept is what Sweep has found.
type Swept struct {
	// Items are the items that earlier runs have left, in the order of the lists.
	Items []SweptItem
	// Unseen names the lists that could not be read to their end, with the reason.
	Unseen []string
	// Interrupted is set if the context ended. Unreachable is why the target was given up, as in Report.
	Interrupted bool
	Unreachable string
}

// SweptItem is an item that an earlier run has left.
type SweptItem struct {
	Collection, Workspace, ID, Name string
	// Removed is set if it is gone; else Reason says why it is not. With both empty, it was only listed.
	Removed bool
	Reason  string
}

// OK reports whether all was seen, and all that was to be removed is gone.
func (s *Swept) OK() bool {
	for _, item := range s.Items {
		if item.Reason != "" {
			return false
		}
	}
	return len(s.Unseen) == 0 && !s.Interrupted && s.Unreachable == ""
}

// Sweep removes what earlier runs have left in the workspaces of a target; with dry, it only lists it.
// An item is a run's if its name is "agentmock-" with a mark that only runs make: whatever people have
// named so stays. A run that is under way in the workspace would lose its items.
//
// The error means that nothing was looked at: a target that is no URL, a document without lists.
func Sweep(ctx context.Context, doc *openapi.Document, t Target, o Options, dry bool) (*Swept, error) {
	target, err := t.normal()
	if err != nil {
		return nil, err
	}
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := newRunner(doc, target, o.normal())
	r.cancel = cancel
	defer r.client.Close()
	w := &sweeper{runner: r, dry: dry, swept: &Swept{}}
	lists := 0
	for _, resource := range doc.Resources {
		if resource.List == nil || resource.Delete == nil || len(resource.Parents) > 0 ||
			r.registries[resource] == nil {
			continue
		}
		lists++
		for _, workspace := range r.workspaces() {
			w.sweep(inner, resource, workspace)
		}
	}
	if lists == 0 {
		return nil, fmt.Errorf("%s has no items that can be listed and deleted: nothing can be swept", doc.Name)
	}
	w.swept.Interrupted, w.swept.Unreachable = ctx.Err() != nil, r.lost
	return w.swept, nil
}

// workspaces returns those in which a run creates; "" where the document knows of none.
func (r *runner) workspaces() []string {
	if r.doc.Scope == nil {
		return []string{""}
	}
	return []string{r.target.WorkspaceID, r.target.OtherWorkspaceID}
}

// sweeper is one call of Sweep.
type sweeper struct {
	*runner
	dry   bool
	swept *Swept
}

// sweep looks through the items of a workspace.
func (w *sweeper) sweep(ctx context.Context, resource *openapi.Resource, workspace string) {
	like := w.target.base(w.doc, resource.List)
	if workspace != "" {
		like.Header.Set(w.doc.Scope.Header, workspace)
	}
	at := &collection{run: w.runner, resource: resource, like: like}
	entries, whole := w.listAll(ctx, at)
	if !whole && w.lost == "" && ctx.Err() == nil {
		w.swept.Unseen = append(w.swept.Unseen, fmt.Sprintf("the list of %s in %s could not be read to its end",
			resource.Name, at.Name()))
	}
	for _, entry := range entries {
		object, _ := entry.(*jsonvalue.Object)
		mark, name := ownership.MarkOf(object)
		id := resource.List.IdentityText(entry)
		if mark == "" || id == "" || ctx.Err() != nil {
			continue
		}
		item := SweptItem{Collection: resource.Name, Workspace: workspace, ID: id, Name: name}
		if !w.dry {
			item.Reason = w.remove(ctx, at, id, object)
			item.Removed = item.Reason == ""
		}
		w.swept.Items = append(w.swept.Items, item)
	}
}

// remove removes an item if it still is what the list showed, and returns why it is still there.
func (w *sweeper) remove(ctx context.Context, at *collection, id string, listed *jsonvalue.Object) string {
	mark, _ := ownership.MarkOf(listed)
	status, item, offered := at.Read(ctx, id)
	switch {
	case status == 404 || status == 410:
		return ""
	case offered && (status/100 != 2 || item == nil):
		return fmt.Sprintf("what it is now cannot be seen: a read was answered %d", status)
	case offered:
		if now, _ := ownership.MarkOf(item); now != mark {
			return "its name has changed since it was listed"
		}
	}
	w.registries[at.resource].Found(at, id, listed)
	it := newItem(at.resource, id)
	it.creation = &exchange{sent: sent{op: at.resource.List, request: at.like}}
	s := w.newSession(&fixtures.Fixture{ID: "sweep", Operation: at.resource.Delete.ID})
	request, why := s.deletion(it)
	if why != "" {
		return why
	}
	return s.removal(ctx, it, request)
}
