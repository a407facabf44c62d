package known

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/openapi"
)

func violation(mark string, follows ...string) contract.Finding {
	return contract.Finding{Fingerprint: mark, Follows: follows, Check: "value-stored", Request: "GET /things/{id}",
		Member: "/name", Violation: openapi.Violation{Rule: "value-stored", In: "state", Message: "of " + mark},
		Curl: "curl " + mark}
}

func result(id string, list ...contract.Finding) contract.Result {
	f := contract.Result{ID: id, Repeat: id, Outcome: contract.Passed, Violations: list}
	if len(list) > 0 {
		f.Outcome, f.Curl = contract.Failed, list[0].Curl
	}
	return f
}

func reportOf(list ...contract.Result) *contract.Report {
	r := &contract.Report{Level: "standard", StartedAt: time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC), Fixtures: list}
	r.Count()
	return r
}

func mark(n string) string { return strings.Repeat(n, 20) }

func marksOf(list []contract.Accepted) string {
	var out []string
	for _, a := range list {
		out = append(out, a.Fingerprint[:1])
	}
	return strings.Join(out, "")
}

// written returns the baseline of a report as it is read again.
func written(t *testing.T, b *Baseline, r *contract.Report, s Scope) *Baseline {
	t.Helper()
	b, err := b.Update(r, s)
	if err != nil {
		t.Fatal(err)
	}
	first := b.Marshal()
	if b, err = Parse(cmp.Or(b.Name, "baseline.yaml"), first); err != nil {
		t.Fatalf("%v\n%s", err, first)
	}
	if again := b.Marshal(); string(again) != string(first) {
		t.Errorf("written as\n%s\nand then as\n%s", first, again)
	}
	return b
}

func TestKnownDoesNotFail(t *testing.T) {
	t.Parallel()
	run := func() *contract.Report {
		return reportOf(result("one", violation(mark("a")), violation(mark("b"))), result("two"), result("three",
			violation(mark("a"))))
	}
	b := written(t, &Baseline{}, run(), All)
	if got := marksOf(b.Known); got != "ab" || b.Known[0].Reason != Unfilled || b.Level != "standard" ||
		!slices.Equal(b.Known[0].Fixtures, []string{"one", "three"}) || b.Known[0].Operation != "GET /things/{id}" {
		t.Errorf("%+v", b)
	}
	r := run()
	b.Apply(r, All)
	if s := r.Summary; s.Failed != 0 || s.Passed != 3 || s.Known != 3 || s.Violations != 0 || !r.OK() ||
		r.Fixtures[0].Violations[0].Reason != Unfilled || r.Fixtures[0].Curl != "" {
		t.Errorf("%+v", r)
	}

	r = run()
	r.Fixtures[0].Violations = append(r.Fixtures[0].Violations, violation(mark("c")))
	r.Fixtures[1] = result("two", violation(mark("d"), mark("e"), mark("b")))
	b.Apply(r, All)
	one, two := r.Fixtures[0], r.Fixtures[1]
	if s := r.Summary; s.Failed != 1 || s.Known != 4 || s.Violations != 1 ||
		one.Violations[0].Fingerprint != mark("c") || one.Curl != one.Violations[0].Curl || !two.Violations[0].Known {
		t.Errorf("the new one fails, and what follows from a known one does not: %+v", r)
	}
	(&Baseline{}).Apply(r, All)
	if s := r.Summary; s.Failed != 3 || s.Known != 0 {
		t.Errorf("without a baseline %+v", s)
	}
}

func TestVanished(t *testing.T) {
	t.Parallel()
	whole := reportOf(result("one", violation(mark("a")), violation(mark("b"))), result("two", violation(mark("b"))),
		result("three", violation(mark("c"))))
	b := written(t, &Baseline{}, whole, All)
	errored, skipped := result("two"), result("two")
	errored.Outcome, skipped.Outcome = contract.Errored, contract.Skipped
	for _, c := range []struct {
		name  string
		r     *contract.Report
		scope Scope
		want  string
	}{
		{"all there", whole, All, ""},
		{"all fixed", reportOf(result("one"), result("two"), result("three")), All, "abc"},
		{"some fixed", reportOf(result("one", violation(mark("a"))), result("two"), result("three")), All, "bc"},
		{"filtered", reportOf(result("one"), result("three")), Selected, "ac"},
		{"a fixture is no more", reportOf(result("one"), result("three")), All, "abc"},
		{"errored", reportOf(result("one"), errored, result("three")), All, "ac"},
		{"skipped", reportOf(result("one"), skipped, result("three")), All, "ac"},
		{"fails otherwise", reportOf(result("one", violation(mark("d"))), result("two"), result("three")), All, "c"},
	} {
		b.Apply(c.r, c.scope)
		if got := marksOf(c.r.Vanished); got != c.want {
			t.Errorf("%s: %q has vanished, want %q", c.name, got, c.want)
		}
	}
	for name, change := range map[string]func(*contract.Report){
		"interrupted": func(r *contract.Report) { r.Interrupted = true },
		"unreachable": func(r *contract.Report) { r.Unreachable = "could not be reached" },
	} {
		r := reportOf(result("one"), result("two"), result("three"))
		change(r)
		if b.Apply(r, All); len(r.Vanished) > 0 {
			t.Errorf("%s: %v has vanished", name, r.Vanished)
		}
		if _, err := b.Update(r, All); err == nil {
			t.Errorf("%s: there is a baseline of it", name)
		}
	}
	for name, change := range map[string]func(*contract.Report){
		"shard": func(r *contract.Report) { r.Shard = &contract.Shard{Index: 1, Of: 2} },
		"cut":   func(r *contract.Report) { r.LeftOut = &contract.LeftOut{} },
		"smoke": func(r *contract.Report) { r.Level = "smoke" },
	} {
		r := reportOf(result("one"))
		change(r)
		if b.Apply(r, All); marksOf(r.Vanished) != "a" {
			t.Errorf("%s: %v has vanished", name, r.Vanished)
		}
	}
}

// A run without the fixtures of a user's own has not looked for what only they show.
func TestOwnFixturesThatAreNotThere(t *testing.T) {
	t.Parallel()
	mine := result("mine", violation(mark("a")), violation(mark("b")))
	mine.Source = "file"
	b := written(t, &Baseline{}, reportOf(result("one", violation(mark("b")), violation(mark("c"))), mine), All)
	without := reportOf(result("one"))
	if b.Apply(without, All); marksOf(without.Vanished) != "bc" {
		t.Errorf("without them %q has vanished", marksOf(without.Vanished))
	}
	fixed := result("mine")
	fixed.Source = "file"
	with := reportOf(result("one"), fixed)
	if b.Apply(with, All); marksOf(with.Vanished) != "abc" {
		t.Errorf("with them %q has vanished", marksOf(with.Vanished))
	}
	if left := written(t, b, reportOf(result("one")), All); marksOf(left.Known) != "a" {
		t.Errorf("the baseline is left with %q", marksOf(left.Known))
	}
}

func TestUpdateKeepsWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	b, err := Parse("baseline.json", []byte(`{"known": [
		{"fingerprint": "`+mark("a")+`", "reason": "ticket 7", "expires": "2027-01-31", "fixtures": ["one"]},
		{"fingerprint": "`+mark("b")+`", "reason": "gone by now", "fixtures": ["one"]},
		{"fingerprint": "`+mark("c")+`", "reason": "not looked for", "fixtures": ["nowhere"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r := reportOf(result("one", violation(mark("a")), violation(mark("d"))))
	b = written(t, b, r, Selected)
	if got := marksOf(b.Known); got != "abcd" { // one still fails, so that b may be there
		t.Errorf("%q", got)
	}
	r = reportOf(result("one", violation(mark("a"))), result("two", violation(mark("d"))))
	b = written(t, b, r, Selected)
	i := slices.IndexFunc(b.Known, func(a contract.Accepted) bool { return a.Fingerprint == mark("a") })
	if got := marksOf(b.Known); got != "acd" || b.Known[i].Reason != "ticket 7" || b.Known[i].Expires != "2027-01-31" {
		t.Errorf("%q, %+v", got, b.Known)
	}
}

func TestExpired(t *testing.T) {
	t.Parallel()
	for day, fails := range map[string]bool{"2026-11-30": true, "2026-12-01": false, "2027-01-01": false} {
		text := "known:\n- {fingerprint: " + mark("a") + ", reason: ticket 7, expires: " + day + "}\n"
		b, err := Parse("b.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r := reportOf(result("one", violation(mark("a"))))
		b.Apply(r, All)
		v := r.Fixtures[0].Violations[0]
		if r.Summary.Failed == 1 != fails || v.Known == fails || fails && (v.Expired != day || v.Reason != "ticket 7") {
			t.Errorf("until %s: %+v", day, v)
		}
		if b.Accepts(mark("a"), r.StartedAt) == fails {
			t.Errorf("until %s, it is accepted: %v", day, !fails)
		}
	}
}

// TestReadmeExample reads the baseline that the README of contract shows.
func TestReadmeExample(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/baseline.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := Parse("baseline.yaml", data); err != nil || len(b.Known) != 1 || b.Known[0].Expires != "2027-03-31" {
		t.Errorf("%+v, %v", b, err)
	}
}

// TestParseRefuses wants each mistake named with its line.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	entry := "known:\n- {fingerprint: " + mark("a") + ", reason: r}\n"
	for text, want := range map[string]string{
		"known: {}":                    "b.yaml:1: /known",
		"{}":                           "b.yaml:1: ",
		"":                             "b.yaml",
		"[1":                           "b.yaml:",
		entry + "- {fingerprint: abc}": "b.yaml:3: ",
		entry + "- {reason: r}":        "b.yaml:3: ",
		entry + "  expiry: 2026-01-01": "b.yaml:",
		strings.Replace(entry, "reason: r", "reason: ' '", 1):              "b.yaml:2: /known/0/reason",
		strings.Replace(entry, "reason: r", "reason: r, expires: soon", 1): "b.yaml:2: /known/0/expires",
		strings.Replace(entry, "reason: r", "reason: r, reasons: [a]", 1):  `did you mean "reason"`,
		strings.Replace(entry, "r}", "r, expires: 2026-02-30}", 1):         "there is no day 2026-02-30",
		entry + "- {fingerprint: " + mark("a") + ", reason: other}":        "b.yaml:3: /known/1/fingerprint",
	} {
		b, err := Parse("b.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v; want %q", text, b, err, want)
		}
	}
	if _, err := openapi.CompileSchema("baseline.schema.json", Schema()); err != nil {
		t.Error(err)
	}
}
