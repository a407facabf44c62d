package mockserver

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestRules checks that every rule that this package names is listed, here or by openapi.
func TestRules(t *testing.T) {
	t.Parallel()
	rules := Rules()
	byID := func(a, b openapi.Rule) int { return strings.Compare(a.ID, b.ID) }
	if !slices.IsSortedFunc(rules, byID) {
		t.Error("the rules are not sorted")
	}
	source, err := os.ReadFile("refusal.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\trule\w+ += "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(named) < len(rules) {
		t.Fatalf("%d rules are named, and %d are listed", len(named), len(rules))
	}
	for _, m := range named {
		has := func(r openapi.Rule) bool { return r.ID == m[1] }
		if slices.ContainsFunc(rules, has) == slices.ContainsFunc(openapi.Rules(), has) {
			t.Errorf("%s is in neither list, or in both", m[1])
		}
	}
}
