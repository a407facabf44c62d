package contract

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/fixtures"
)

// What an evaluation finds in the answer to a read of an agent that was known to be called "a".
func TestEvaluate(t *testing.T) {
	t.Parallel()
	const answer = `{"_id":"1","name":"a","settings":{"speed":1,"volume":2},"updatedAt":"2025-01-20T10:00:00Z"}`
	at := func(pointer string, value any) map[string]any { return map[string]any{pointer: value} }
	for _, c := range []struct {
		name   string
		expect fixtures.Expect
		found  string
		fault  string // why something could not be evaluated
	}{
		{name: "nothing"},
		{name: "part of the body", expect: fixtures.Expect{Body: at("settings", at("speed", 1))}},
		{name: "another body", expect: fixtures.Expect{Body: at("name", "b")}, found: "steady /name"},
		{name: "no such value", expect: fixtures.Expect{Body: "{{nobody}}"}, fault: "cannot be computed"},
		{name: "exactly a part", expect: fixtures.Expect{Exact: at("/settings", at("speed", 1))},
			found: "steady /settings"},
		{name: "exactly the whole", expect: fixtures.Expect{Exact: at("/settings",
			map[string]any{"speed": 1, "volume": 2})}},
		{name: "exactly nothing", expect: fixtures.Expect{Exact: at("/variables", nil)}},
		{name: "exactly something", expect: fixtures.Expect{Exact: at("/variables", "x")}, found: "steady /variables"},
		{name: "the same instant", expect: fixtures.Expect{Exact: at("/updatedAt", "2025-01-20T11:00:00+01:00")}},
		{name: "exactly no such value", expect: fixtures.Expect{Exact: at("/name", "{{nobody}}")},
			fault: "cannot be computed: exact /name"},
		{name: "differs", expect: fixtures.Expect{Differs: at("/name", "b")}},
		{name: "differs not", expect: fixtures.Expect{Differs: at("/name", "a")}, found: "steady /name"},
		{name: "differs from what is not there", expect: fixtures.Expect{Differs: at("/variables", "a")}},
		{name: "absent", expect: fixtures.Expect{Absent: []string{"/variables"}}},
		{name: "present", expect: fixtures.Expect{Absent: []string{"/name"}}, found: "expectation /name"},
		{name: "unchanged", expect: fixtures.Expect{Unchanged: []string{"/name", "/variables"}}},
		{name: "appeared", expect: fixtures.Expect{Unchanged: []string{"/settings"}}, found: "steady /settings"},
		{name: "filled since", expect: fixtures.Expect{Unchanged: []string{"/settings"}, Since: "earlier"},
			found: "steady /settings"},
		{name: "changed since", expect: fixtures.Expect{Unchanged: []string{"/name"}, Since: "earlier"},
			found: "steady /name"},
		{name: "since nothing", expect: fixtures.Expect{Unchanged: []string{"/name"}, Since: "never"},
			fault: "no earlier answer"},
		{name: "later", expect: fixtures.Expect{Later: map[string]string{"/updatedAt": "2025-01-20T09:59:59Z"}}},
		{name: "earlier", expect: fixtures.Expect{Later: map[string]string{"/updatedAt": "2025-01-20T10:00:01Z"}},
			found: "updated-at-moves /updatedAt"},
		{name: "no time", expect: fixtures.Expect{Later: map[string]string{"/name": "2025-01-20T10:00:01Z"}},
			found: "expectation /name"},
		{name: "later than no time", expect: fixtures.Expect{Later: map[string]string{"/updatedAt": "noon"}},
			fault: "no timestamp"},
		{name: "no list", expect: fixtures.Expect{Each: at("name", "a")}, found: "expectation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testSession(t)
			agentItem(t, s)
			s.values = s.values.With("earlier", parsed(t, `{"name":"z","settings":{}}`))
			x := exchanged(t, s, "getAgent", "", 200, answer)
			found, err := s.evaluate(x, &fixtures.Step{Expect: expected(t, c.expect)}, s.prior(x), &outcome{})
			if got := told(found); got != c.found {
				t.Errorf("found %q, want %q", got, c.found)
			}
			if (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
				t.Errorf("fault %v, want %q", err, c.fault)
			}
		})
	}
}

// expected is an expectation as a run would have it: with the values of documents in the place of Go's.
func expected(t *testing.T, e fixtures.Expect) fixtures.Expect {
	t.Helper()
	s := testSession(t)
	list, err := fixtures.Bind(s.run.doc, &fixtures.Fixture{ID: "bound", Operation: "getAgent",
		Steps: []fixtures.Step{{Request: fixtures.Request{Operation: "getAgent"}, Expect: e}}})
	if err != nil {
		t.Fatal(err)
	}
	return list[0].Steps[0].Expect
}

// What a check has found by itself is not found again by the fixture's expectation.
func TestEvaluateFindsNothingTwice(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	agentItem(t, s)
	x := exchanged(t, s, "getAgent", "", 200, `{"_id":"1","name":"b"}`)
	prior, o := s.prior(x), &outcome{fixture: s.fixture}
	s.run.record(o, s.track(x))
	step := &fixtures.Step{Expect: expected(t, fixtures.Expect{Body: map[string]any{"name": "a"},
		Exact: map[string]any{"/name": "a"}})}
	if found, _ := s.evaluate(x, step, prior, o); len(found) > 0 || len(o.findings) != 1 {
		t.Errorf("found %q after %q", told(found), told(o.findings))
	}
	if found, _ := s.evaluate(x, step, prior, &outcome{}); told(found) != "steady /name" {
		t.Errorf("on its own, the expectation finds %q", told(found))
	}
}

// Two equal times are a violation only where they had the time to differ.
func TestEvaluateLaterTooSoon(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	for gap, want := range map[time.Duration]string{
		time.Second:             "updated-at-moves /updatedAt (note)",
		1100 * time.Millisecond: "updated-at-moves /updatedAt",
	} {
		x := exchanged(t, s, "getAgent", "", 200, `{"updatedAt":"2025-01-20T10:00:00.000Z"}`)
		x.sent.gap = gap
		step := &fixtures.Step{Expect: fixtures.Expect{Later: map[string]string{"/updatedAt": "2025-01-20T10:00:00Z"}}}
		if found, _ := s.evaluate(x, step, nil, &outcome{}); told(found) != want {
			t.Errorf("after %s: found %q, want %q", gap, told(found), want)
		}
	}
}

func TestEvaluateRefusal(t *testing.T) {
	t.Parallel()
	refused := fixtures.Status{fixtures.Refused}
	for _, c := range []struct {
		name      string
		status    fixtures.Status
		got       int
		workspace workspace
		gone      bool
		found     string
		fault     bool
	}{
		{name: "refused", status: refused, got: 400},
		{name: "refused in another way", status: fixtures.Status{"401"}, got: 400, found: "expectation"},
		{name: "refused as undocumented", status: refused, got: 418, found: "status (note)"},
		{name: "accepted", status: refused, got: 200, found: "refusal-accepted /name"},
		{name: "accepted elsewhere", status: refused, got: 200, workspace: otherWorkspace,
			found: "workspace-isolation /name"},
		{name: "accepted after its deletion", status: refused, got: 200, gone: true, found: "delete-gone"},
		{name: "failed", status: refused, got: 500},
		{name: "too many", status: refused, got: http.StatusTooManyRequests, fault: true},
		{name: "too slow", status: refused, got: http.StatusRequestTimeout, fault: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testSession(t)
			it := agentItem(t, s)
			it.gone = c.gone
			x := exchanged(t, s, "updateAgent", `{"name":null}`, c.got, `{}`)
			x.wanted, x.sent.workspace = wanted{wantRefusal, c.status}, c.workspace
			step := &fixtures.Step{Mutation: &fixtures.Mutation{In: "body", Pointer: "/name", Rule: "type"}}
			found, err := s.evaluate(x, step, s.prior(x), &outcome{})
			if got := told(found); got != c.found || (err != nil) != c.fault || it.goneSeen != c.gone {
				t.Errorf("found %q, want %q; fault %v; seen to be gone %t", got, c.found, err, it.goneSeen)
			}
			if strings.HasPrefix(c.found, "refusal-accepted") && found[0].Rule != "type" {
				t.Errorf("the rule is %s", found[0].Rule)
			}
		})
	}
}
