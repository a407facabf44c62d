package known_test

import (
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/known"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/openapi"
)

// TestNewDefectIsNamedAlone writes down three defects of a backend, and plants a fourth: the three do not
// fail a run, at either seed, nor when it is repeated; the fourth does, and the report names nothing else; and
// of one that is repaired it says so. The commit chooses the defects; AGENTMOCK_BASELINES=N tries N choices.
func TestNewDefectIsNamedAlone(t *testing.T) {
	t.Parallel()
	turn, _ := mutants.CommitTurn()
	choices, _ := strconv.Atoi(os.Getenv("AGENTMOCK_BASELINES"))
	for i := range max(1, choices) {
		for _, level := range []fixtures.Level{fixtures.Smoke, fixtures.Standard} {
			if level == fixtures.Standard && testing.Short() {
				continue
			}
			t.Run(strconv.Itoa(turn+i)+"-"+string(level), func(t *testing.T) {
				if choices == 0 {
					t.Parallel()
				}
				testDefects(t, level, choose(uint64(turn+i), level))
			})
		}
	}
}

// unsteady begins the ids of defects that give two members one name, and keep now one value and now the other.
const unsteady = "variables-names-"

// choose returns four defects; a smoke run finds only some.
func choose(seed uint64, level fixtures.Level) []mutants.Defect {
	list := slices.DeleteFunc(mutants.Catalogue(), func(d mutants.Defect) bool {
		shows := level != fixtures.Smoke || slices.Contains([]mutants.Family{mutants.ResponseShape, mutants.State,
			mutants.Protocol, mutants.Secrets}, d.Family)
		slow := strings.Contains(d.ID, "hang") // waits for the target, again and again
		return d.Flaky || slow || !shows || strings.HasPrefix(d.ID, unsteady)
	})
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:4]
}

func testDefects(t *testing.T, level fixtures.Level, defects []mutants.Defect) {
	var names []string
	for _, d := range defects {
		names = append(names, d.ID)
	}
	t.Log(level, strings.Join(names, ", "))
	three := verify(t, level, 1, defects[:3]...)
	b, err := (&known.Baseline{Name: "baseline.yaml"}).Update(three, known.All)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = known.Parse(b.Name, b.Marshal()); err != nil {
		t.Fatal(err)
	}
	for _, seed := range []uint64{1, 2} {
		r := verify(t, level, seed, defects[:3]...)
		b.Apply(r, known.All)
		if fails := failing(r); len(fails) > 0 || r.Summary.Failed > 0 {
			t.Errorf("seed %d: what is known fails: %q", seed, fails)
		}
	}

	alone := verify(t, level, 1, defects[3])
	r := verify(t, level, 1, defects...)
	b.Apply(r, known.All)
	fails := failing(r)
	if shows := alone.Summary.Violations > 0; shows != (len(fails) > 0) && r.Summary.Errored == 0 {
		t.Errorf("%s shows alone: %v; beside what is known: %q", names[3], shows, fails)
	}

	repaired := verify(t, level, 1, defects[1:3]...)
	b.Apply(repaired, known.All)
	if fails := failing(repaired); len(fails) > 0 {
		t.Errorf("without %s, what is known fails: %q", names[0], fails)
	}
	for _, a := range repaired.Vanished {
		again := func(v contract.Finding) bool { return v.Fingerprint == a.Fingerprint }
		if slices.ContainsFunc(repaired.Fixtures, func(f contract.Result) bool {
			return slices.ContainsFunc(f.Violations, again)
		}) {
			t.Errorf("%+v is there and has vanished", a)
		}
	}
	t.Logf("%d are known; %d new ones; %d have vanished", len(b.Known), len(fails), len(repaired.Vanished))
}

// failing returns the violations that fail a run.
func failing(r *contract.Report) []string {
	var list []string
	for _, f := range r.Fixtures {
		for _, v := range f.Violations {
			if !v.Known {
				list = append(list, f.ID+": "+v.Check+" "+v.Message)
			}
		}
	}
	return list
}

func verify(t *testing.T, level fixtures.Level, seed uint64, defects ...mutants.Defect) *contract.Report {
	t.Helper()
	const key = "key-of-the-baseline-test"
	var h http.Handler = backend.New(backend.Options{APIKeys: []string{key}})
	for _, d := range defects {
		h = d.Plant(h)
	}
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	defer srv.Close()
	doc := openapi.Agent()
	list := contract.Selection{Level: level}.Select(append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...))
	// To be quick, and without what chance decides:
	if os.Getenv("AGENTMOCK_BASELINES") == "" && level != fixtures.Smoke {
		list = slices.DeleteFunc(list, func(f *fixtures.Fixture) bool {
			return len(f.ID)%4 > 0 || slices.ContainsFunc(f.Steps, func(s fixtures.Step) bool { return s.Together })
		})
	}
	r, err := contract.Run(t.Context(), doc, list, contract.Target{BaseURL: srv.URL, APIKey: key, WorkspaceID: "ws"},
		contract.Options{Level: level, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
