package main

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
)

// TestCauses wants one defect to be one finding, or few, however many fixtures meet it, the first of which
// names it; and each violation to be there still.
func TestCauses(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		defect, check, at string
		causes            int // at most
	}{
		{"update-moves-created-at", "created-at-kept", "/createdAt", 1},
		{"refusals-said-with-200", "refusal-accepted", "", 1},
		{"update-answers-old-agent", "value-returned", "", 4},
		{"created-at-moves-when-read", "created-at-kept", "/createdAt", 1},
		{"reads-behind-for-ever", "value-stored", "", 3},
		{"list-brief", "response-schema", "", 2},
		{"model-missing", "response-schema", "/llmModel", 1},
		{"read-wrapped", "response-schema", "", 4},
		{"update-cut-off", "response-schema", "", 2},
		{"update-ignores-variables", "value-returned", "/variables", 3},
		{"workspace-not-checked", "refusal-accepted", "", 2},
		{"text-trimmed", "value-returned", "", 2},
		{"update-replaces-all", "value-stored", "", 4},
		{"update-resets-voice", "value-stored", "/ttsModel", 2},
		{"delete-not-done", "delete-gone", "", 2},
	} {
		if testing.Short() && i > 1 {
			break
		}
		t.Run(c.defect, func(t *testing.T) {
			t.Parallel()
			r := reportAbout(t, c.defect)
			if len(r.Causes) == 0 || len(r.Causes) > c.causes {
				t.Errorf("%d causes, want 1 to %d", len(r.Causes), c.causes)
			}
			counted := 0
			for i, cause := range r.Causes {
				counted += cause.Violations
				t.Logf("%s, %d violations: %s", cause.ID, cause.Violations, cause.Message)
				if i == 0 && (cause.Check != c.check || !strings.Contains(cause.Where, c.at)) {
					t.Errorf("the first finding is of %s at %q, want %s at %s", cause.Check, cause.Where, c.check, c.at)
				}
			}
			if counted != r.Summary.Violations {
				t.Errorf("the causes have %d violations, and the report has %d", counted, r.Summary.Violations)
			}
			for _, f := range r.Fixtures {
				if !slices.IsSortedFunc(f.Violations, func(a, b contract.Finding) int {
					return strings.Compare(consequence(a), consequence(b))
				}) {
					t.Errorf("%s has a consequence before a cause", f.ID)
				}
			}
		})
	}
}

func consequence(f contract.Finding) string {
	if f.Consequence {
		return "consequence"
	}
	return "cause"
}

// causesReport is a JSON report with the causes after its members.
type causesReport struct {
	contract.Report
	Causes []struct {
		ID, Check, Where, Message string
		Violations                int
	}
}

// reportAbout returns the report on the mock with a defect.
func reportAbout(t *testing.T, defect string) causesReport {
	t.Helper()
	list := mutants.Catalogue()
	i := slices.IndexFunc(list, func(d mutants.Defect) bool { return d.ID == defect })
	if i < 0 {
		t.Fatalf("no defect %s", defect)
	}
	srv := httptest.NewUnstartedServer(list[i].Plant(subjects()[0].open(mutationKey)))
	srv.Config.ErrorLog = quietLog()
	srv.Start()
	defer srv.Close()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"verify", "--api-key", mutationKey, "--workspace-id", mutationWorkspace,
		"--report", "json", "--base-url", srv.URL}, strings.NewReader(""), &stdout, &stderr)
	var r causesReport
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil || code != exitViolations {
		t.Fatalf("exit code %d, %v\n%s", code, err, &stderr)
	}
	return r
}
