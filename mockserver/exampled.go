package mockserver

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// exampled returns the identities of items that the document's examples name: those of paths, which tools fill
// in for who tries an operation, then those that successful answers show. What a creation sends as an
// example stays free, unless a path names it.
func (c *collection) exampled() []string {
	var list, sent []string
	add := func(ids []string) {
		for _, id := range ids {
			value := pathValue(c.Schema.Member(c.Identity), id)
			if id != "" && !slices.Contains(list, id) && c.TakesIdentity(value) {
				list = append(list, id)
			}
		}
	}
	for _, op := range c.Operations {
		for _, p := range op.Parameters {
			if p.In == "path" && p.Name == op.ItemParameter {
				add([]string{identityText(cmp.Or(p.Example, p.Schema.Default))})
			}
		}
		if media := op.Body.JSON(); media != nil && (op.Action == openapi.Create || op.Creates) {
			for _, example := range media.Examples {
				sent = append(sent, c.IdentityText(op.SentItem(example.Value)))
			}
		}
	}
	for _, op := range c.Operations {
		add(slices.DeleteFunc(exampledBy(op), func(id string) bool { return slices.Contains(sent, id) }))
	}
	return list
}

// exampledBy returns the identities that the examples of an operation's successful answers show.
func exampledBy(op *openapi.Operation) (list []string) {
	for _, r := range op.Successes() {
		if r.JSON() == nil || op.Action == openapi.NoAction {
			continue
		}
		for _, example := range r.JSON().Examples {
			shown := op.ShownItem(example.Value)
			items, isList := shown.([]any)
			if !isList {
				items = []any{shown}
			}
			for _, item := range items {
				list = append(list, op.IdentityText(item))
			}
		}
	}
	return list
}

// nameByExamples gives the first of the items that were made the identities of the document's examples, as far
// as no item has them: whoever tries an operation as it is documented finds an item.
func (p *seedPlan) nameByExamples(t *txn, made []*record) {
	names := p.collection.exampled()
	made = slices.DeleteFunc(slices.Clone(made), func(r *record) bool { return slices.Contains(names, r.id) })
	b := p.session.newImporter(p.api, t, p.collection)
	for _, name := range names {
		if len(made) == 0 {
			return
		}
		if !b.isFree(made[0].key, name) {
			continue
		}
		identity := pathValue(b.identitySchema(), name)
		if _, violations := b.edit(made[0], jsonvalue.ObjectOf(p.collection.Identity, identity)); violations == nil {
			made = made[1:]
		}
	}
}

// FirstItem returns the oldest item of the document's default collection, as GET /__mock/state has it, and the
// value of the scope header that shows it. The item is nil where there is none, and the workspace is then the first
// of Options.Workspaces.
func (s *Session) FirstItem() (workspace string, item json.RawMessage) {
	a, snapshot := s.server.api(), s.store.latest()
	workspace = a.options.Workspaces[0]
	c := a.collectionOf(a.doc.DefaultResource())
	if c == nil {
		return workspace, nil
	}
	var oldest *record
	for _, l := range snapshot.listsBelow(collectionKey{path: c.CollectionPath}) {
		if r := snapshot.runOf(l).at(0); oldest == nil || r.sequence < oldest.sequence {
			oldest = r
		}
	}
	if oldest == nil {
		return workspace, nil
	}
	if a.doc.Scope != nil {
		workspace = oldest.key.place[0]
	}
	return workspace, c.export(oldest)
}
