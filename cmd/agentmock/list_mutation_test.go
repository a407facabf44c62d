package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// pagedLists are lists of documents in testdata/shapes.
var pagedLists = map[string]mutants.PagedList{
	"list-cursor": {Path: "/sightings", Size: "limit", Start: "cursor", Filter: "ship", Items: "sightings",
		More: "has_more"},
	"list-pages": {Path: "/wheels", Size: "per_page", Start: "page", Counted: true, Sort: "sort"},
	"list-offset": {Path: "/instruments", Size: "limit", Start: "offset", Filter: "maker_name", Sort: "order_by",
		Items: "data"},
}

// TestListMutation plants defects into lists that come in pages. A run of the list's fixtures must
// catch each of them, and must report no lawful variation.
func TestListMutation(t *testing.T) {
	t.Parallel()
	for name, list := range pagedLists {
		if testing.Short() && name != "list-pages" {
			continue
		}
		doc, err := openapi.Load(filepath.Join(repository, "testdata", "shapes", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		run := func(t *testing.T, wrap func(http.Handler) http.Handler) *contract.Report {
			t.Helper()
			server, err := mockserver.New(doc, mockserver.Options{Agents: 7, Seed: 3})
			if err != nil {
				t.Fatal(err)
			}
			target := httptest.NewServer(wrap(server))
			t.Cleanup(target.Close)
			var chosen []*fixtures.Fixture
			for _, f := range fixtures.Derive(doc) {
				if op := doc.Operation(f.Operation); op.Action == openapi.List && !f.Refusal() {
					chosen = append(chosen, f)
				}
			}
			to := contract.Target{BaseURL: target.URL}
			report, err := contract.Run(t.Context(), doc, chosen, to, contract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
		for i, d := range list.Defects() {
			if testing.Short() && i > 0 {
				break
			}
			t.Run(name+"/"+d.ID, func(t *testing.T) {
				t.Parallel()
				if report := run(t, d.Plant); report.Summary.Violations == 0 {
					t.Errorf("the defect is not caught: %+v", report.Summary)
				}
			})
		}
		for i, v := range list.Variations() {
			if testing.Short() && i > 0 {
				break
			}
			t.Run(name+"/"+v.ID, func(t *testing.T) {
				t.Parallel()
				report := run(t, v.Apply)
				if s := report.Summary; s.Violations+s.Errored > 0 {
					t.Errorf("false alarm: %+v\n%s", s, complaints(report))
				}
			})
		}
	}
}
