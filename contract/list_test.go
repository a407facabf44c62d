package contract

import (
	"testing"

	"github.com/agentmock/agentmock/fixtures"
)

func TestTrackList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer string
		gone   bool
		found  string
	}{
		{"as it is", `[{"_id":"1","name":"a"}]`, false, ""},
		{"a summary", `[{"_id":"1"}]`, false, ""},
		{"among others", `[{"_id":"0","name":"z"},{"_id":"1","name":"a"}]`, false, ""},
		{"otherwise", `[{"_id":"1","name":"b"}]`, false, "list-consistent /name"},
		{"missing", `[]`, false, "list-consistent"},
		{"twice", `[{"_id":"1","name":"a"},{"_id":"1","name":"a"}]`, false, "list-consistent"},
		{"deleted", `[{"_id":"1","name":"a"}]`, true, "list-consistent"},
		{"deleted and gone", `[]`, true, ""},
		{"another workspace's", `[{"_id":"1","name":"a"},{"_id":"2","workspaceId":"ws-x"}]`, false,
			"workspace-isolation /workspaceId"},
		{"nameless", `[{"name":"a"}, 1, {"_id":"1","name":"a"}]`, false, ""},
		{"no list", `{"_id":"1"}`, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testSession(t)
			agentItem(t, s).gone = c.gone
			x := exchanged(t, s, "listAgents", "", 200, c.answer)
			if got := told(s.track(x)); got != c.found {
				t.Errorf("found %q, want %q", got, c.found)
			}
		})
	}
}

// What a list shows otherwise is the list's mistake, and no reason to blame the next read.
func TestListTeachesNothing(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	agentItem(t, s)
	s.track(exchanged(t, s, "listAgents", "", 200, `[{"_id":"1","name":"b"}]`))
	if found := s.track(exchanged(t, s, "getAgent", "", 200, `{"_id":"1","name":"a"}`)); told(found) != "" {
		t.Errorf("the read after it: found %q", told(found))
	}
}

func TestPagedList(t *testing.T) {
	t.Parallel()
	s := sessionOver(t, things(t))
	it := newItem(s.run.doc.Operation("getThing").Resource, "1")
	it.latest = parsed(t, `{"id":"1"}`)
	s.know(it)
	x := exchanged(t, s, "listThings", "", 200, `{"data":[{"id":"2"},{"id":"2"}]}`)
	if got := told(s.track(x)); got != "list-consistent" {
		t.Errorf("a page that lacks the item and has another one twice: found %q", got)
	}
	step := &fixtures.Step{Expect: fixtures.Expect{Contains: []any{object("id", "1")}}}
	if found, _ := s.evaluate(x, step, nil, &outcome{}); len(found) > 0 {
		t.Errorf("the item may stand on another page: found %q", told(found))
	}
}

func TestEvaluateList(t *testing.T) {
	t.Parallel()
	list := `[{"_id":"1","name":"a","type":"voice"},{"_id":"2","name":"b","type":"voice"},
		{"_id":"3","name":"b","type":"voice"}]`
	part := func(name string, value any) []any { return []any{object(name, value)} }
	for _, c := range []struct {
		name      string
		expect    fixtures.Expect
		workspace workspace
		found     string
	}{
		{name: "contains", expect: fixtures.Expect{Contains: part("name", "a")}},
		{name: "contains twice", expect: fixtures.Expect{Contains: part("name", "b")}, found: "list-consistent"},
		{name: "contains not", expect: fixtures.Expect{Contains: part("name", "c")}, found: "list-consistent"},
		{name: "excludes", expect: fixtures.Expect{Excludes: part("name", "c")}},
		{name: "excludes not", expect: fixtures.Expect{Excludes: part("name", "a")}, found: "list-consistent"},
		{name: "excludes not, elsewhere", expect: fixtures.Expect{Excludes: part("name", "a")},
			workspace: otherWorkspace,
			found:     "workspace-isolation"},
		{name: "each", expect: fixtures.Expect{Each: object("type", "voice")}},
		{name: "not each", expect: fixtures.Expect{Each: object("name", "b")}, found: "list-consistent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testSession(t)
			x := exchanged(t, s, "listAgents", "", 200, list)
			x.sent.workspace = c.workspace
			found, err := s.evaluate(x, &fixtures.Step{Expect: c.expect}, nil, &outcome{})
			if got := told(found); got != c.found || err != nil {
				t.Errorf("found %q, want %q; fault %v", got, c.found, err)
			}
		})
	}
}
