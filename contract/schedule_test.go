package contract

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
)

func TestResolveNeeds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		needs   []string
		success map[string]bool
		want    string
		skipped string
	}{
		{[]string{"updateAgent"}, map[string]bool{"updateAgent": true}, "", ""},
		{[]string{"updateAgent"}, map[string]bool{"getAgent": true, "updateAgent": false},
			"no valid request to updateAgent succeeded", ""},
		{[]string{"updateAgent"}, map[string]bool{"getAgent": true}, "",
			"nothing to send a valid request to updateAgent about"},
		{[]string{anyOperation}, map[string]bool{"getAgent": true}, "", ""},
		{[]string{anyOperation}, map[string]bool{"getAgent": false}, "no valid request succeeded", ""},
		{[]string{anyOperation}, nil, "no valid request succeeded", ""},
		{nil, nil, "", ""},
	} {
		s := testSession(t)
		maps.Copy(s.run.success, c.success)
		o := &outcome{fixture: s.fixture, needs: c.needs}
		s.run.resolveNeeds(map[*fixtures.Fixture]*outcome{s.fixture: o})
		if (o.errored == "") != (c.want == "") || !strings.Contains(o.errored, c.want) {
			t.Errorf("%q with %v: %q, want %q", c.needs, c.success, o.errored, c.want)
		}
		if (o.skipped == "") != (c.skipped == "") || !strings.Contains(o.skipped, c.skipped) {
			t.Errorf("%q with %v: skipped %q, want %q", c.needs, c.success, o.skipped, c.skipped)
		}
	}
}

func TestWorkspaceOf(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	op := s.run.doc.Operation("getAgent")
	for _, c := range []struct {
		values []string
		want   workspace
	}{
		{[]string{"ws-demo"}, ownWorkspace}, {[]string{"ws-demo", "ws-demo"}, ownWorkspace},
		{[]string{"ws-x"}, otherWorkspace},
		{nil, unclearWorkspace}, {[]string{""}, unclearWorkspace}, {[]string{"ws-x", "ws-y"}, unclearWorkspace},
	} {
		request := s.run.target.base(s.run.doc, op)
		request.Header["X-Workspace-Id"] = c.values
		if got := s.run.workspaceOf(request); got != c.want {
			t.Errorf("%q: %d, want %d", c.values, got, c.want)
		}
	}
}

func TestOptionsDefaults(t *testing.T) {
	t.Parallel()
	o := Options{}.normal()
	if o.Jobs != DefaultJobs || o.Retries != DefaultRetries || o.Timeout != DefaultTimeout || o.Seed != DefaultSeed ||
		o.Level != fixtures.Standard || o.Version != "dev" || o.Progress == nil || o.Warn == nil {
		t.Errorf("%+v", o)
	}
	given := Options{Jobs: 3, Retries: -1, Timeout: 5, Seed: 7, Level: fixtures.Full, Version: "v1"}.normal()
	if given.Jobs != 3 || given.Retries != 0 || given.Timeout != 5 || given.Seed != 7 || given.Level != fixtures.Full ||
		given.Version != "v1" {
		t.Errorf("%+v", given)
	}
}

// A run whose context ends says so of what it did not get to, and of what failed for that reason.
func TestMarkEnded(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errBail)
	failed := &outcome{errored: "no answer", findings: []Finding{finding("status", false, "a")}}
	errored, passed := &outcome{errored: "no answer"}, &outcome{}
	for _, o := range []*outcome{failed, errored, passed} {
		s.run.markEnded(ctx, o)
	}
	if failed.errored == "" || errored.errored != "" || errored.skipped != errBail.Error() || passed.skipped != "" {
		t.Errorf("%+v, %+v, %+v", failed, errored, passed)
	}
	if !slices.Equal([]string{s.run.ended(errLost), s.run.ended(errors.New("x"))},
		[]string{errLost.Error(), "interrupted"}) {
		t.Error("the causes are not told apart")
	}
}
