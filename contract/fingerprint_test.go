package contract

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestFingerprint wants fingerprints to be of the defect: of nothing that varies between runs, and of all
// that tells two defects apart.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	finding := func(change func(*Finding)) Finding {
		f := Finding{Check: checkStored, Request: "GET /agents/{id}", Status: 200, Member: "/tools/*/name",
			Violation: openapi.Violation{Rule: checkStored, In: "state", Pointer: "/tools/3/name", Message: "it was A",
				Expected: "A", Actual: "B", Document: openapi.Position{File: "agent.yaml", Line: 7}},
			trait: trait{kind: kindValue, member: "/tools/*/name"}}
		change(&f)
		return f
	}
	derived := &Result{ID: "one", Source: "document"}
	base := finding(func(*Finding) {})
	want := base.mark(derived)
	if len(want) != 20 {
		t.Errorf("%q is not of 20 digits", want)
	}
	for name, change := range map[string]func(*Finding){
		"message":  func(f *Finding) { f.Message = "it was C" },
		"values":   func(f *Finding) { f.Expected, f.Actual = 1, 2 },
		"line":     func(f *Finding) { f.Document = openapi.Position{File: "x.yaml", Line: 9} },
		"position": func(f *Finding) { f.Pointer = "/tools/0/name" }, "status": func(f *Finding) { f.Status = 201 },
		"request": func(f *Finding) { f.Curl, f.Answer = "curl http://other", "{}" },
	} {
		if f := finding(change); f.mark(derived) != want {
			t.Errorf("%s makes another one", name)
		}
	}
	if base.mark(&Result{ID: "two", Source: "document"}) != want {
		t.Error("another fixture makes another one")
	}
	seen := map[string]string{want: "base"}
	for name, change := range map[string]func(*Finding){
		"check": func(f *Finding) { f.Check = checkReturned }, "rule": func(f *Finding) { f.Rule = "type" },
		"operation": func(f *Finding) { f.Request = "PUT /agents/{id}" }, "in": func(f *Finding) { f.In = "body" },
		"name": func(f *Finding) { f.Name = "x-tag" }, "kind": func(f *Finding) { f.trait.kind = kindMissing },
		"member": func(f *Finding) { f.trait.member = "/tools" }, "class": func(f *Finding) { f.Status = 404 },
	} {
		f := finding(change)
		got := f.mark(derived)
		if seen[got] != "" {
			t.Errorf("%s and %s have the same", name, seen[got])
		}
		seen[got] = name
	}
	own := finding(func(f *Finding) { f.trait.expected = true })
	if own.mark(&Result{ID: "one", Source: "file"}) == own.mark(&Result{ID: "two", Source: "file"}) {
		t.Error("what two fixtures of a user's own expect has the same")
	}
}
