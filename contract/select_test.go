package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
)

func TestSelection(t *testing.T) {
	t.Parallel()
	list := []*fixtures.Fixture{
		{ID: "update-name", Level: fixtures.Smoke, Tags: []string{"update"}, Source: fixtures.FromSuite},
		{ID: "update-name-null", Tags: []string{"update", "null"}, Source: fixtures.FromDocument},
		{ID: "create-name-null", Level: fixtures.Full, Tags: []string{"create", "null"}, Source: fixtures.FromDocument},
		{ID: "ours", Source: fixtures.FromFile},
	}
	for _, c := range []struct {
		selection contract.Selection
		want      string
	}{
		{contract.Selection{}, "update-name update-name-null ours"},
		{contract.Selection{Level: fixtures.Smoke}, "update-name"},
		{contract.Selection{Level: fixtures.Full}, "update-name update-name-null create-name-null ours"},
		{contract.Selection{Filters: []string{"update-*"}}, "update-name update-name-null"},
		{contract.Selection{Filters: []string{"/null$/", "ours"}, Level: fixtures.Full},
			"update-name-null create-name-null ours"},
		{contract.Selection{Filters: []string{"name"}}, ""},
		{contract.Selection{Tags: []string{"null", "other"}}, "update-name-null"},
		{contract.Selection{Sources: []fixtures.Source{fixtures.FromFile}}, "ours"},
		{contract.Selection{Filters: []string{"/(/"}}, ""},
	} {
		var ids []string
		for _, f := range c.selection.Select(list) {
			ids = append(ids, f.ID)
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%+v picks %q, want %q", c.selection, got, c.want)
		}
	}
}

func TestSelectionCheck(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]contract.Selection{
		`level "deep" is not one of smoke, standard, full`: {Level: "deep"},
		"filter /(/: error parsing regexp":                 {Filters: []string{"update-*", "/(/"}},
		`filter "[": a bracket is not closed`:              {Filters: []string{"["}},
	} {
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
	}
	if err := (contract.Selection{Level: fixtures.Full, Filters: []string{"a*", "/b/"}}).Check(); err != nil {
		t.Error(err)
	}
}

func TestChecksAreSorted(t *testing.T) {
	t.Parallel()
	checks := contract.Checks()
	if len(checks) < 20 || !slices.IsSortedFunc(checks,
		func(a, b contract.Check) int { return strings.Compare(a.ID, b.ID) }) {
		t.Errorf("%d checks: %v", len(checks), checks)
	}
}
