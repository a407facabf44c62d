package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/openapi"
)

// TestShardsMakeTheWhole runs the fixtures as a whole and in three shards, against a backend with several
// defects: each fixture is in one shard, and the merged report says what that of the whole run says.
func TestShardsMakeTheWhole(t *testing.T) {
	t.Parallel()
	doc := openapi.Agent()
	list := slices.DeleteFunc(append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...), func(f *fixtures.Fixture) bool {
		return !fixtures.Standard.Includes(f.Level) || len(f.ID)%3 > 0 // to be quick
	})
	at := defective(t, "model-missing", "text-trimmed", "list-brief", "variables-dollar-dropped",
		"update-resets-voice")
	whole := shardRun(t, list, at, 0, 0)
	var shards []*contract.Report
	seen := map[string]int{}
	for i := range 3 {
		r := shardRun(t, list, at, i+1, 3)
		for _, f := range r.Fixtures {
			if f.Source != contract.SourceRun {
				seen[f.ID]++
			}
		}
		shards = append(shards, asRead(t, r))
	}
	for _, f := range list {
		if seen[f.ID] != 1 {
			t.Errorf("%s ran %d times", f.ID, seen[f.ID])
		}
	}
	if _, err := contract.Merge(asRead(t, shards[0]), asRead(t, shards[2])); err == nil ||
		!strings.Contains(err.Error(), "the shard 2/3 is missing") {
		t.Errorf("without a shard: %v", err)
	}
	if _, err := contract.Merge(asRead(t, shards[0]), asRead(t, shards[0]), asRead(t, shards[2])); err == nil ||
		!strings.Contains(err.Error(), "the shard 1/3 is there twice") {
		t.Errorf("with a shard twice: %v", err)
	}
	if _, err := contract.Merge(asRead(t, whole)); err == nil {
		t.Error("a whole run is merged")
	}
	merged, err := contract.Merge(shards[2], shards[0], shards[1])
	if err != nil {
		t.Fatal(err)
	}
	want, got := gist(t, asRead(t, whole)), gist(t, merged)
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("only the whole run has %.600s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("only the merged one has %.600s", line)
		}
	}
	if !t.Failed() && !slices.Equal(want, got) {
		t.Error("the order differs")
	}
	if whole.Summary.Failed == 0 {
		t.Error("no defect shows")
	}
}

func defective(t *testing.T, ids ...string) string {
	t.Helper()
	var h http.Handler = backend.New(backend.Options{})
	for _, d := range mutants.Catalogue() {
		if slices.Contains(ids, d.ID) {
			h = d.Plant(h)
		}
	}
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL
}

func shardRun(t *testing.T, list []*fixtures.Fixture, at string, shard, shards int) *contract.Report {
	t.Helper()
	r, err := contract.Run(t.Context(), openapi.Agent(), list, contract.Target{BaseURL: at, APIKey: "any-key"},
		contract.Options{Shard: shard, Shards: shards, Jobs: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// asRead returns a report as it is read from its file.
func asRead(t *testing.T, r *contract.Report) *contract.Report {
	t.Helper()
	var file bytes.Buffer
	if err := report.JSON(&file, &report.Run{Report: r}); err != nil {
		t.Fatal(err)
	}
	out, err := contract.ReadReport(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// gist returns what a report says, but for times, numbers of requests, and identities and names made up.
func gist(t *testing.T, r *contract.Report) []string {
	t.Helper()
	covered, err := json.Marshal(r.Coverage)
	if err != nil {
		t.Fatal(err)
	}
	summary := r.Summary
	summary.Requests = 0
	lines := []string{fmt.Sprintf("%+v %+v %v %v %s", summary, r.Document, r.Hints, r.Shard, covered)}
	for _, q := range r.Questions {
		lines = append(lines, q.Question+" "+q.Pointer+" "+q.Answer+" "+q.Evidence.Fixture)
	}
	for _, f := range r.Fixtures {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s", f.ID, f.Outcome, f.Reason, f.Repeat, f.Summary))
		for _, v := range slices.Concat(f.Violations, f.Notes) {
			lines = append(lines, fmt.Sprintf("  %s %s %s %s %s %v %v %v", v.Fingerprint, v.Check, v.Place(),
				v.Request, v.Cause, v.Consequence, v.Follows, v.Trace))
		}
	}
	return lines
}
