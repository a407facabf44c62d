package contract

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// seenAs returns a violation with traits.
func seenAs(check, pointer, request string, t trait) Finding {
	t.member = pointer
	return Finding{Check: check, Request: request, trait: t,
		Violation: openapi.Violation{Rule: check, In: "state", Pointer: pointer, Message: check + " at " + pointer}}
}

const (
	putItem = "PUT /items/{id}"
	getItem = "GET /items/{id}"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	moves := func(n int64) Finding {
		return seenAs(checkCreatedAt, "/createdAt", putItem,
			trait{answers: []int64{n}, session: n, kind: kindValue, event: eventLeftOut, value: uint64(n), wanted: 9})
	}
	at := func(check, pointer string, n int64, kind string, after event) Finding {
		return seenAs(check, pointer, getItem,
			trait{answers: []int64{n}, session: n, kind: kind, event: after, value: uint64(1000 + n),
				wanted: uint64(2000 + n)})
	}
	accepted := func(n int64) Finding {
		f := seenAs(checkRefusal, "/model", putItem, trait{answers: []int64{n}, session: n})
		f.In, f.Status = "body", 200
		return f
	}
	by := func(f Finding, n int64, refused bool) Finding {
		f.trait.by, f.trait.refused = n, refused
		return f
	}
	schema := func(pointer string, n int64) Finding {
		f := seenAs(checkSchema, pointer, getItem, trait{answers: []int64{n}, session: n, kind: kindMissing})
		f.In, f.Rule = "body", "required"
		return f
	}
	for name, c := range map[string]struct {
		fixtures [][]Finding
		// causes by fixture and violation, in the order of the fixtures: numbers of causes, negative in
		// consequences.
		want [][]int
	}{
		"a member that an update moves explains what is compared after updates": {
			[][]Finding{{moves(1)}, {at(checkKept, "/createdAt", 2, kindValue, eventLeftOut)}}, [][]int{{1}, {-1}}},
		"but not that a refused request has moved it": {
			[][]Finding{{moves(1)}, {moves(3)}, {at(checkRefusalChanged, "/createdAt", 2, kindValue, eventRefusal)}},
			[][]int{{1}, {1}, {2}}},
		"one that moves by itself explains both": {
			[][]Finding{{at(checkRefusalChanged, "/createdAt", 2, kindValue, eventRefusal)},
				{at(checkSteady, "/createdAt", 1, kindValue, eventNothing)}}, [][]int{{-1}, {1}}},
		"another place is another cause": {
			[][]Finding{{moves(1), at(checkKept, "/name", 1, kindValue, eventLeftOut)}, {moves(2)}, {moves(3)}},
			[][]int{{1, 2}, {1}, {1}}},
		"and so is another kind of difference": {
			[][]Finding{{moves(1)}, {moves(2)}, {at(checkKept, "/createdAt", 3, kindMissing, eventLeftOut)}},
			[][]int{{1}, {1}, {2}}},
		"an answer that breaks its schema at a place": {
			[][]Finding{{schema("/name", 1), at(checkKept, "/name", 1, kindMissing, eventLeftOut),
				at(checkKept, "/notes", 1, kindValue, eventLeftOut)}}, [][]int{{1, 2, -1}}},
		"does not explain what another answer shows": {
			[][]Finding{{schema("/name", 1)}, {schema("/name", 3)},
				{at(checkKept, "/name", 2, kindValue, eventLeftOut)}},
			[][]int{{1}, {1}, {2}}},
		"what was accepted is there": {
			[][]Finding{{by(at(checkSteady, "/name", 2, kindValue, eventNothing), 1, false), accepted(1)}},
			[][]int{{1, -1}}},
		"what was refused may be done all the same, which is another cause": {
			[][]Finding{{accepted(1)}, {accepted(4)},
				{by(at(checkStored, "/name", 2, kindValue, eventWritten), 3, true)}},
			[][]int{{1}, {1}, {2}}},
		"members that are missing from the same answers": {
			[][]Finding{{schema("/a", 1), schema("/b", 1)}, {schema("/a", 2), schema("/b", 2)}, {schema("/a", 3)}},
			[][]int{{1, -1}, {1, -1}, {1}}},
		"one that is missing without the other": {
			[][]Finding{{schema("/a", 1), schema("/b", 1)}, {schema("/a", 2)}, {schema("/b", 3)}},
			[][]int{{1, 2}, {1}, {2}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var results []Result
			for _, list := range c.fixtures {
				results = append(results, Result{Violations: list})
			}
			explain(results)
			for i, r := range results {
				for j, f := range r.Violations {
					got := f.Cause
					want := c.want[i][j]
					if consequence := want < 0; got != causeName(max(want, -want)) || f.Consequence != consequence {
						t.Errorf("fixture %d: %s is of %s, consequence %t; want %d", i, f.Message, got, f.Consequence,
							want)
					}
				}
			}
		})
	}
}

// TestExplainLag wants one cause of items that are shown as before, and not where only one member is.
func TestExplainLag(t *testing.T) {
	t.Parallel()
	old := func(pointer string, n int64, whole bool) Finding {
		return seenAs(checkStored, pointer, getItem, trait{answers: []int64{n}, session: n, kind: kindValue,
			event: eventWritten, old: whole, value: uint64(100 + n), wanted: uint64(200 + n)})
	}
	results := []Result{{Violations: []Finding{old("/a", 1, true), old("/b", 1, true)}},
		{Violations: []Finding{old("/c", 2, true)}}}
	explain(results)
	for _, f := range []Finding{results[0].Violations[0], results[0].Violations[1], results[1].Violations[0]} {
		if f.Cause != "cause-1" || f.Message[:len(shownAsBefore)] != shownAsBefore {
			t.Errorf("%s is of %s: %s", f.Pointer, f.Cause, f.Message)
		}
	}
	results = []Result{{Violations: []Finding{old("/a", 1, true)}}, {Violations: []Finding{old("/a", 2, false)}}}
	explain(results)
	for _, r := range results {
		if f := r.Violations[0]; f.Cause != "cause-1" || f.Message != "value-stored at /a" {
			t.Errorf("one member that is never stored is of %s: %s", f.Cause, f.Message)
		}
	}
}

func TestAlteration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ want, got, kind string }{
		{"  a b ", "a b", ", blanks"}, {"a b", "a  b", ", blanks"}, {"a<b", "a&lt;b", ", markup"},
		{`say "no"`, `say \"no\"`, ", quotes"}, {"Zoë", "Zoe", ", letters"}, {"ok 😀", "ok ", ", symbols"},
		{"Rime", "rime", ", letter case"}, {"abcdef", "abc", ", cut off"}, {"100%", "100", ", percent signs"},
		{"one", "two", ""}, {"agentmock-1x", "agentmock-2y", ""}, {"x", "", ", cut off"},
	} {
		if got := alteration(c.want, c.got); got != c.kind {
			t.Errorf("%q to %q: %q, want %q", c.want, c.got, got, c.kind)
		}
	}
}

func TestMember(t *testing.T) {
	t.Parallel()
	schema := openapi.Agent().Operation("getAgent").ShownSchema()
	for pointer, want := range map[string]string{
		"/name": "/name", "/settings/speed/0": "/settings", "/ttsModel/voiceId": "/ttsModel/voiceId",
		"/other/x": "/other",
		"/gapBetweenEachAttemptForSmartCallback/3/days": "/gapBetweenEachAttemptForSmartCallback/*/days",
	} {
		if got := member(schema, jsonvalue.Tokens(pointer)); got != want {
			t.Errorf("%s is %s, want %s", pointer, got, want)
		}
	}
}
