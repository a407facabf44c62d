package mutants_test

import (
	"fmt"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/mutants"
)

var kebab = regexp.MustCompile(`^[a-z0-9]+([-.][a-z0-9]+)*$`)

// The number of parts into which the catalogue is divided for the audit, of which a test run looks at one.
const (
	parts      = 8
	shortParts = 100 // with -short, as under the race detector, which has TestManyClients
)

// audited reports whether the audit looks at the entry at an index, with an id: the number of commits
// chooses, and AGENTMOCK_MUTATION, as in TestMutation, for which "all" is everything.
func audited(index int, id string) bool {
	if globs := os.Getenv("AGENTMOCK_MUTATION"); globs != "" {
		return slices.ContainsFunc(strings.Split(globs, ","), func(glob string) bool {
			ok, err := path.Match(glob, id)
			return glob == "all" || ok && err == nil
		})
	}
	of := parts
	if testing.Short() {
		of = shortParts
	}
	return index%of == turn()%of
}

// turn chooses the part.
var turn = sync.OnceValue(func() int {
	n, _ := mutants.CommitTurn()
	return n
})

func asIs(h http.Handler) http.Handler { return h }

func TestSoundBackendPasses(t *testing.T) {
	t.Parallel()
	for _, updateOnly := range []bool{false, true} {
		for _, complaint := range run(t, asIs, updateOnly, 0) {
			t.Errorf("updates only %v: %s", updateOnly, complaint)
		}
	}
}

// TestEveryDefectBreaksARule audits each defect, and again where only updates are possible: the
// catalogue states for each whether it can be seen there.
func TestEveryDefectBreaksARule(t *testing.T) {
	t.Parallel()
	for i, d := range mutants.Catalogue() {
		if !audited(i, d.ID) {
			continue
		}
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			found := run(t, d.Plant, false, 0)
			if len(found) == 0 {
				t.Error("shows nowhere")
			}
			narrow := run(t, d.Plant, true, 0)
			if seen := len(narrow) > 0; seen != d.UpdateOnly {
				t.Errorf("shows in updates alone: %v, the catalogue says %v: %v", seen, d.UpdateOnly, first(narrow))
			}
			t.Logf("found %v; from updates alone %v", first(found), first(narrow))
		})
	}
}

func TestNoVariationBreaksARule(t *testing.T) {
	t.Parallel()
	for i, v := range mutants.Variations() {
		if !audited(i, v.ID) {
			continue
		}
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			if v.Lags {
				return // the audit looks once
			}
			for _, updateOnly := range []bool{false, true} {
				if found := run(t, v.Apply, updateOnly, 5); len(found) > 0 {
					t.Errorf("updates only %v: %d complaints: %q", updateOnly, len(found), found[:min(5, len(found))])
				}
			}
		})
	}
}

func first(found []string) string {
	if len(found) == 0 {
		return "none"
	}
	return fmt.Sprintf("%.200s", found[0])
}

func TestCatalogueIsInOrder(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	families, narrow := map[mutants.Family]int{}, map[mutants.Family]int{}
	for _, d := range mutants.Catalogue() {
		if !kebab.MatchString(d.ID) || seen[d.ID] {
			t.Errorf("id %q is taken or no kebab-case", d.ID)
		}
		seen[d.ID] = true
		if d.Summary == "" || d.Plant == nil {
			t.Errorf("%s: summary or middleware missing", d.ID)
		}
		families[d.Family]++
		if d.UpdateOnly {
			narrow[d.Family]++
		}
	}
	for _, f := range []mutants.Family{mutants.Credentials, mutants.Enum, mutants.Required, mutants.Types,
		mutants.ResponseShape, mutants.State, mutants.Values, mutants.Secrets, mutants.Protocol} {
		t.Logf("%-15s %3d, from updates alone %3d", f, families[f], narrow[f])
		if narrow[f] < 3 {
			t.Errorf("%s: %d defects show from updates alone, want 3", f, narrow[f])
		}
		delete(families, f)
	}
	if len(families) > 0 {
		t.Errorf("families without a name: %v", families)
	}
	if n := len(seen); n < 90 {
		t.Errorf("%d defects, want 90", n)
	}
	for _, v := range mutants.Variations() {
		if !kebab.MatchString(v.ID) || seen[v.ID] || v.Summary == "" || v.Apply == nil {
			t.Errorf("variation %q: id taken or no kebab-case, or summary or middleware missing", v.ID)
		}
		seen[v.ID] = true
	}
	if n := len(mutants.Variations()); n < 22 {
		t.Errorf("%d variations, want 22", n)
	}
}
