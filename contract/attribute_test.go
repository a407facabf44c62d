package contract

import (
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func TestAttribute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		operation string
		body      string      // of the request
		item      func(*item) // what has happened to the item; nil: nothing
		workspace workspace
		pointer   string
		got       any
		stale     bool
		want      string
	}{
		{name: "sent and not returned", operation: "updateAgent", body: `{"name":"b"}`, pointer: "/name",
			want: "value-returned"},
		{name: "left out by the update", operation: "updateAgent", body: `{}`, pointer: "/name",
			want: "left-out-keeps"},
		{name: "below a property", operation: "updateAgent", body: `{}`, pointer: "/settings/speed",
			want: "left-out-keeps"},
		{name: "read after nothing", operation: "getAgent", pointer: "/name", want: "steady"},
		{name: "read after a write", operation: "getAgent", pointer: "/name", got: "c",
			item: func(it *item) { it.wrote = object("name", "b") }, want: "value-stored"},
		{name: "as the write had answered it", operation: "getAgent", pointer: "/name", got: "a",
			item: func(it *item) { it.wrote = object("name", "b") }, want: "value-returned"},
		{name: "read after a write of others", operation: "getAgent", pointer: "/name",
			item: func(it *item) { it.wrote = object("llmModel", "b") }, want: "left-out-keeps"},
		{name: "read after a refusal", operation: "getAgent", pointer: "/name",
			item: func(it *item) { it.refused = true }, want: "refusal-changed-state"},
		{name: "read after another item", operation: "getAgent", pointer: "/name",
			item: func(it *item) { it.others, it.refused = true, true }, want: "neighbour-untouched"},
		{name: "identity", operation: "updateAgent", body: `{}`, pointer: "/_id", want: "identity-kept"},
		{name: "time of creation", operation: "updateAgent", body: `{}`, pointer: "/createdAt",
			want: "created-at-kept"},
		{name: "workspace", operation: "updateAgent", body: `{}`, pointer: "/workspaceId", want: "workspace-shown"},
		{name: "not written by clients", operation: "updateAgent", body: `{}`, pointer: "/userId", want: "expectation"},
		{name: "time of an update", operation: "updateAgent", body: `{}`, pointer: "/updatedAt",
			want: "updated-at-moves"},
		{name: "time of an update, by itself", operation: "getAgent", pointer: "/updatedAt", want: "steady"},
		{name: "time of an update, refused", operation: "getAgent", pointer: "/updatedAt",
			item: func(it *item) { it.refused = true }, want: "refusal-changed-state"},
		{name: "time of an update, stale", operation: "getAgent", pointer: "/updatedAt", stale: true,
			item: func(it *item) { it.others = true }, want: "updated-at-moves"},
		{name: "another time, stale", operation: "getAgent", pointer: "/createdAt", stale: true, want: "expectation"},
		{name: "the whole body", operation: "getAgent", pointer: "", want: "expectation"},
		{name: "not in the schema", operation: "getAgent", pointer: "/unheard", want: "steady"},
		{name: "a list", operation: "listAgents", pointer: "/0/name", want: "list-consistent"},
		{name: "a list elsewhere", operation: "listAgents", pointer: "/0/name", workspace: otherWorkspace,
			want: "workspace-isolation"},
		{name: "creation", operation: "createAgent", body: `{"name":"b"}`, pointer: "/name", want: "value-returned"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testSession(t)
			it := agentItem(t, s)
			if c.item != nil {
				c.item(it)
			}
			x := exchanged(t, s, c.operation, c.body, 200, "{}")
			x.sent.workspace = c.workspace
			d := difference{pointer: c.pointer, got: c.got, stale: c.stale, schema: it.resource.Schema.At(c.pointer)}
			if got := attribute(x, s.prior(x), d); got != c.want {
				t.Errorf("attributed to %s, want %s", got, c.want)
			}
		})
	}
}

// Of an item that the session does not know, a read can show nothing that it should have kept.
func TestAttributeUnknownItem(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	x := exchanged(t, s, "getAgent", "", 200, "{}")
	if got := attribute(x, s.prior(x), difference{pointer: "/name"}); got != checkExpectation {
		t.Errorf("attributed to %s", got)
	}
	if got := attribute(x, nil, difference{pointer: "/name"}); got != checkExpectation {
		t.Errorf("without an item: attributed to %s", got)
	}
}

func TestAttributeAcceptanceAndLoss(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	it := agentItem(t, s)
	x := exchanged(t, s, "updateAgent", `{}`, 200, "{}")
	for _, c := range []struct {
		gone      bool
		workspace workspace
		want      string
	}{
		{false, ownWorkspace, checkRefusal}, {false, otherWorkspace, checkIsolation},
		{false, unclearWorkspace, checkRefusal}, {true, otherWorkspace, checkGone},
	} {
		it.gone, x.sent.workspace = c.gone, c.workspace
		if got := attributeAcceptance(x, s.prior(x)); got != c.want {
			t.Errorf("%+v: attributed to %s", c, got)
		}
	}
	if got := attributeLoss(&item{refused: true}) + attributeLoss(&item{}); got != checkRefusalChanged+checkStored {
		t.Errorf("losses are attributed to %s", got)
	}
}

// What was known is not changed by looking at it again.
func TestPriorIsASnapshot(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	it := agentItem(t, s)
	x := exchanged(t, s, "updateAgent", `{"name":"b"}`, 200, `{"_id":"1","name":"b"}`)
	prior := s.prior(x)
	s.track(x)
	if got, _ := prior.item.latest.(*jsonvalue.Object).Get("name"); got != "a" || prior.item.unseen || !it.unseen {
		t.Errorf("the prior item shows %v, unseen %t and %t", got, prior.item.unseen, it.unseen)
	}
}

func object(name string, value any) *jsonvalue.Object {
	o := &jsonvalue.Object{}
	o.Set(name, value)
	return o
}
