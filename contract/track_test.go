package contract

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// Each transcript is a number of exchanges about one agent, with what the state checks find in each.
func TestTrackedState(t *testing.T) {
	t.Parallel()
	type step struct {
		operation, body string
		status          int
		answer          string
		want            string
	}
	const sent, seen = `{"name":"b"}`, `{"_id":"1","name":"b","type":"voice"}`
	for name, steps := range map[string][]step{
		"an update is returned and stored": {
			{"updateAgent", sent, 200, seen, ""},
			{"getAgent", "", 200, seen, ""}},
		"an update is not returned": {
			{"updateAgent", sent, 200, `{"_id":"1","name":"a"}`, "value-returned /name"}},
		"an update is returned and not stored": {
			{"updateAgent", sent, 200, seen, ""},
			{"getAgent", "", 200, `{"_id":"1","name":"a"}`, "value-stored /name"}},
		"an update without a body is not stored": {
			{"updateAgent", sent, 204, "", ""},
			{"getAgent", "", 200, `{"_id":"1","name":"a"}`, "value-stored /name"}},
		"what was left out changes": {
			{"updateAgent", `{"llmModel":"gpt-5"}`, 200, `{"_id":"1","name":"","llmModel":"gpt-5"}`,
				"left-out-keeps /name"}},
		"what was left out changes later": {
			{"updateAgent", `{"llmModel":"gpt-5"}`, 200, `{"_id":"1","name":"a","llmModel":"gpt-5"}`, ""},
			{"getAgent", "", 200, `{"_id":"1","name":"z","llmModel":"gpt-5"}`, "left-out-keeps /name"}},
		"a refused update changes something": {
			{"updateAgent", sent, 422, "{}", ""},
			{"getAgent", "", 200, seen, "refusal-changed-state /name"}},
		"a refused read explains nothing": {
			{"getAgent", "", 401, "{}", ""},
			{"getAgent", "", 200, seen, "steady /name"}},
		"a failed update explains nothing": {
			{"updateAgent", sent, 500, "{}", ""},
			{"getAgent", "", 200, seen, "steady /name"}},
		"a refusal explains what is seen next, and no more": {
			{"updateAgent", sent, 422, "{}", ""},
			{"getAgent", "", 200, `{"_id":"1","name":"a"}`, ""},
			{"getAgent", "", 200, seen, "steady /name"}},
		"what was empty is filled": {
			{"getAgent", "", 200, `{"_id":"1","name":"a","variables":{}}`, ""},
			{"getAgent", "", 200, `{"_id":"1","name":"a","variables":{"x":1}}`, "steady /variables"}},
		"the time of an update is not shown for a while": {
			{"getAgent", "", 200, `{"_id":"1","name":"a","updatedAt":"2025-01-20T10:00:00Z"}`, ""},
			{"updateAgent", sent, 204, "", ""},
			{"getAgent", "", 200, seen, ""},
			{"getAgent", "", 200, `{"_id":"1","name":"b","updatedAt":"2025-01-20T10:00:01Z"}`, ""}},
		"a difference is reported once": {
			{"getAgent", "", 200, seen, "steady /name"},
			{"getAgent", "", 200, seen, ""}},
		"the identity changes": {
			{"getAgent", "", 200, `{"_id":"2","name":"a"}`, "identity-kept /_id"}},
		"another workspace is shown": {
			{"getAgent", "", 200, `{"_id":"1","name":"a","workspaceId":"ws-x"}`, "workspace-shown /workspaceId"}},
		"the time of creation changes": {
			{"getAgent", "", 200, `{"_id":"1","name":"a","createdAt":"2025-01-20T10:00:00Z"}`, ""},
			{"getAgent", "", 200, `{"_id":"1","name":"a","createdAt":"2025-01-20T10:00:01Z"}`,
				"created-at-kept /createdAt"}},
		"the time of an update moves by itself": {
			{"getAgent", "", 200, `{"_id":"1","name":"a","updatedAt":"2025-01-20T10:00:00Z"}`, ""},
			{"getAgent", "", 200, `{"_id":"1","name":"a","updatedAt":"2025-01-20T10:00:01Z"}`, "steady /updatedAt"}},
		"the time of an update moves with one": {
			{"updateAgent", sent, 200, `{"_id":"1","name":"b","updatedAt":"2025-01-20T10:00:01Z"}`, ""},
			{"getAgent", "", 200, `{"_id":"1","name":"b","updatedAt":"2025-01-20T10:00:01Z"}`, ""}},
		"an update is before the creation": {
			{"getAgent", "", 200, `{"_id":"1","name":"a","createdAt":"2025-01-20T10:00:00Z",` +
				`"updatedAt":"2025-01-20T09:59:58Z"}`, "updated-at-moves /updatedAt"}},
		"an update is before the creation by less than clocks tell": {
			{"getAgent", "", 200, `{"_id":"1","name":"a","createdAt":"2025-01-20T10:00:00.9Z",` +
				`"updatedAt":"2025-01-20T10:00:00Z"}`, ""}},
		"creating another leaves it alone": {
			{"createAgent", `{"name":"n"}`, 201, `{"_id":"2","name":"n"}`, ""},
			{"getAgent", "", 200, seen, "neighbour-untouched /name"}},
		"a default is not filled in": {
			{"createAgent", `{"name":"n"}`, 201, `{"_id":"2","name":"n","maxAttemptsForSmartCallback":9}`,
				"default-filled /maxAttemptsForSmartCallback"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testSession(t)
			agentItem(t, s)
			for i, step := range steps {
				x := exchanged(t, s, step.operation, step.body, step.status, step.answer)
				_, _ = s.settle(t.Context(), x)
				var states []Finding
				for _, f := range s.track(x) {
					if f.In == "state" && !f.note {
						states = append(states, f)
					}
				}
				if got := told(states); got != step.want {
					t.Errorf("step %d, %s: found %q, want %q", i+1, step.operation, got, step.want)
				}
			}
		})
	}
}

// What comes of an open question, or of a request that had to be refused, is taken as it is.
func TestTrackForgets(t *testing.T) {
	t.Parallel()
	for _, kind := range []wantedKind{wantAnything, wantRefusal} {
		s := testSession(t)
		it := agentItem(t, s)
		x := exchanged(t, s, "updateAgent", `{"name":"b"}`, 200, `{"_id":"1","name":"c"}`)
		x.wanted.kind = kind
		if found := s.track(x); len(found) > 0 || len(it.known) > 0 || it.unseen != (kind == wantRefusal) {
			t.Errorf("kind %d: found %q, known %v, unseen %t", kind, told(found), it.known, it.unseen)
		}
		if found := s.track(exchanged(t, s, "getAgent", "", 200, `{"_id":"1","name":"c"}`)); told(found) != "" {
			t.Errorf("kind %d: afterwards found %q", kind, told(found))
		}
	}
}

func TestTrackDeleted(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	it := agentItem(t, s)
	s.track(exchanged(t, s, "deleteAgent", "", 204, ""))
	if !it.gone || it.goneSeen {
		t.Errorf("gone %t, seen %t", it.gone, it.goneSeen)
	}
}

// Something that was created and cannot be named is named in the report as far as it can be.
func TestTrackUnnamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer    string
		workspace workspace
		left      int
		owned     int
	}{
		{`{"name":"n"}`, ownWorkspace, 1, 0}, {`{"name":"n"}`, otherWorkspace, 1, 0},
		{`{"_id":"2"}`, ownWorkspace, 0, 1}, {`{"_id":"2"}`, otherWorkspace, 0, 1},
	} {
		s := testSession(t)
		x := exchanged(t, s, "createAgent", `{"name":"n"}`, 201, c.answer)
		x.sent.workspace = c.workspace
		_, _ = s.settle(t.Context(), x)
		s.track(x)
		open := 0 // creations whose item may be left
		for _, list := range s.run.creations {
			for _, made := range list {
				if made.open != "" {
					open++
				}
			}
		}
		if open != c.left || len(s.owned) != c.owned {
			t.Errorf("%s: %d may be left, %d to remove", c.answer, open, len(s.owned))
		}
	}
}

func TestTracked(t *testing.T) {
	t.Parallel()
	it := newItem(openapi.Agent().Operation("getAgent").Resource, "1")
	for name, want := range map[string]bool{"name": true, "settings": true, "_id": false, "createdAt": false,
		"workspaceId": false, "userId": false} {
		if it.tracks[name] != want {
			t.Errorf("%s is tracked: %t", name, !want)
		}
	}
}

func TestUndocumented(t *testing.T) {
	t.Parallel()
	s := sessionOver(t, things(t))
	s.know(newItem(s.run.doc.Operation("getThing").Resource, "1"))
	x := exchanged(t, s, "getThing", "", 200, `{"id":"1","colour":"green","state":"lost","size":3}`)
	var got []string
	for _, f := range s.track(x) {
		got = append(got, fmt.Sprint(f.Rule, f.Pointer, f.note, f.operation, f.Curl))
	}
	want := "value-beside-examples/statetruegetThing undocumented-field/sizetruegetThing"
	if strings.Join(got, " ") != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

// What an action makes of an item that its path names is taken as it is.
func TestActionOnItem(t *testing.T) {
	t.Parallel()
	s := sessionOver(t, things(t))
	s.know(newItem(s.run.doc.Operation("getThing").Resource, "1"))
	for _, answer := range []struct{ operation, shown, want string }{
		{"getThing", `{"id":"1","colour":"red"}`, ""},
		{"paintThing", "", ""},
		{"getThing", `{"id":"1","colour":"blue"}`, ""},
		{"getThing", `{"id":"1","colour":"green"}`, "steady /colour"},
	} {
		x := exchanged(t, s, answer.operation, "", 200, answer.shown)
		x.sent.request.Path["id"] = "1"
		if got := told(withoutNotes(s.track(x))); got != answer.want {
			t.Errorf("%s: found %q, want %q", answer.operation, got, answer.want)
		}
	}
}

func withoutNotes(list []Finding) []Finding {
	return slices.DeleteFunc(list, func(f Finding) bool { return f.note })
}
