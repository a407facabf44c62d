package contract_test

import (
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/openapi"
)

// TestBudgetFindsDefects: a run of about 100 requests instead of 1150 finds more than half of the defects that
// all of them would find. In the order of the list, it would find fewer.
func TestBudgetFindsDefects(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	doc := openapi.Agent()
	list := append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
	list = contract.Selection{Level: fixtures.Standard}.Select(list)
	var missed []string
	planted := 0
	for i, d := range mutants.Catalogue() {
		if i%30 != 0 || d.Flaky {
			continue
		}
		planted++
		target := contracttest.Handler(d.Plant(backend.New(backend.Options{APIKeys: []string{"k"}})))
		target.APIKey, target.WorkspaceID = "k", "ws"
		report, err := contract.Run(t.Context(), doc, list, target,
			contract.Options{Budget: 100, Wait: -1, Timeout: 2 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		if report.Summary.Violations == 0 {
			missed = append(missed, d.ID)
		}
	}
	t.Logf("%d of %d missed: %s", len(missed), planted, strings.Join(missed, ", "))
	if len(missed) > planted/2 {
		t.Errorf("%d of %d defects are missed: %s", len(missed), planted, strings.Join(missed, ", "))
	}
}
