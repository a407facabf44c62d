package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
)

// scene is an implementation to plant defects in, as a whole or with updates only.
type scene struct {
	target     subject
	updateOnly bool
}

func (s scene) String() string {
	if s.updateOnly {
		return s.target.name + ", update only"
	}
	return s.target.name
}

// mutant is a planted defect or a lawful variation in a scene.
type mutant struct {
	scene  scene
	family mutants.Family
	id     string
	wrap   func(http.Handler) http.Handler
	level  string
	args   []string // further ones of the run
}

// trial is the result of a contract run against a mutant.
type trial struct {
	mutant
	code    int
	checks  []string // those that found something, sorted
	counts  contract.Summary
	details string // the first violations, one a line
	stderr  string
}

func (s *trial) caught() bool { return s.code == exitViolations && s.counts.Violations > 0 }

// TestMutation plants defects into sound implementations, one at a time. verify, run as a user would
// run it, must catch each of them, and must report no lawful variation.
func TestMutation(t *testing.T) {
	t.Parallel()
	sample, of := newMutantSample(), samples
	if testing.Short() {
		of = shortSamples
	}
	t.Log(sample)
	var mu sync.Mutex
	var found, alarms []trial
	t.Run("scene", func(t *testing.T) {
		for i, s := range scenes() {
			if testing.Short() && i > 0 {
				return
			}
			t.Run(strings.ReplaceAll(s.String(), " ", "-"), func(t *testing.T) {
				t.Parallel()
				planted, lawful := mutantsOf(t, sample, i, s, of)
				f, a := tryAll(t, planted), tryAll(t, lawful)
				mu.Lock()
				defer mu.Unlock()
				found, alarms = append(found, f...), append(alarms, a...)
			})
		}
	})
	t.Log("\n" + mutationTable(found, alarms) + checkTable(found))
}

// mutantsOf returns the mutants of a scene, the i-th one, that are in a sample, one of so many.
func mutantsOf(t *testing.T, sample mutantSample, i int, s scene, of int) (planted, lawful []mutant) {
	t.Helper()
	level := mutationLevel()
	for j, d := range mutants.Catalogue() {
		if (d.UpdateOnly || !s.updateOnly) && sample.takes(d.ID, i+j, of) {
			planted = append(planted, mutant{scene: s, family: d.Family, id: d.ID, wrap: d.Plant, level: level})
		}
	}
	for j, m := range extraDefects(t) {
		if !s.updateOnly && sample.takes(m.id, i+j, of) {
			m.scene, m.level = s, level
			planted = append(planted, m)
		}
	}
	for j, v := range mutants.Variations() {
		if sample.takes(v.ID, i+j, of) {
			m := mutant{scene: s, id: v.ID, wrap: v.Apply, level: level}
			if v.Lags {
				m.args = []string{"--settle", "5s"}
			}
			lawful = append(lawful, m)
		}
	}
	return planted, lawful
}

// check reports a defect that was not caught, or a false alarm. A run at level smoke may miss defects.
func (s *trial) check(t *testing.T) {
	t.Helper()
	switch {
	case s.family == "" && s.code != exitOK:
		t.Errorf("%s: false alarm about %s: exit code %d\n%s%s", s.scene, s.id, s.code, s.details, s.stderr)
	case s.family != "" && s.level != "smoke" && !s.caught():
		t.Errorf("%s: the defect %s of the family %s is not caught: exit code %d, %d requests\n%s", s.scene,
			s.id, s.family, s.code, s.counts.Requests, s.stderr)
	}
}

// TestMutationSmoke wants runs of fewer than 60 requests to catch a defect of each family.
func TestMutationSmoke(t *testing.T) {
	t.Parallel()
	all := slices.Contains(newMutantSample().globs, "all")
	var planted []mutant
	s := scenes()[0]
	seen := map[mutants.Family]bool{}
	for i, d := range mutants.Catalogue() {
		if all && i%3 == 0 || !seen[d.Family] && (all || !testing.Short()) {
			planted = append(planted, mutant{scene: s, family: d.Family, id: d.ID, wrap: d.Plant, level: "smoke"})
		}
		seen[d.Family] = true
	}
	found := tryAll(t, planted)
	caught, tried := map[mutants.Family]int{}, map[mutants.Family]int{}
	for i := range found {
		tried[found[i].family]++
		if found[i].caught() {
			caught[found[i].family]++
		}
	}
	var table strings.Builder
	for _, family := range slices.Sorted(maps.Keys(tried)) {
		fmt.Fprintf(&table, "%s %d of %d\n", family, caught[family], tried[family])
		if caught[family] == 0 {
			t.Errorf("at level smoke, no defect of the family %s is caught", family)
		}
	}
	t.Logf("caught at level smoke:\n%s", &table)
	sound := tryAll(t, []mutant{{scene: s, id: "sound", wrap: func(h http.Handler) http.Handler { return h },
		level: "smoke"}})[0]
	if sound.code != exitOK || sound.counts.Requests >= 60 {
		t.Errorf("at level smoke, a sound target gives exit code %d after %d requests; want 0 and fewer than 60\n%s",
			sound.code, sound.counts.Requests, sound.details)
	}
}

// workersPerScene is the number of simultaneous runs in a scene. Much of a run is waiting.
const workersPerScene = 6

// tryAll runs verify against all mutants, several at a time.
func tryAll(t *testing.T, list []mutant) []trial {
	t.Helper()
	out := make([]trial, len(list))
	next := make(chan int)
	var workers sync.WaitGroup
	for range workersPerScene {
		workers.Go(func() {
			for i := range next {
				out[i] = try(t, list[i])
				out[i].check(t)
			}
		})
	}
	for i := range list {
		next <- i
	}
	close(next)
	workers.Wait()
	return out
}

const (
	mutationKey       = "key-of-the-mutation-run-71c2"
	mutationWorkspace = "ws-mutation"
)

// try runs verify against one mutant.
func try(t *testing.T, m mutant) trial {
	t.Helper()
	sound := m.scene.target.open(mutationKey)
	handler := m.wrap(sound)
	args := []string{"verify", "--api-key", mutationKey, "--workspace-id", mutationWorkspace, "--level",
		m.level, "--report", "json", "--timeout", "10s"}
	args = append(args, m.args...)
	if m.scene.updateOnly {
		handler = mutants.UpdateOnly(handler)
		args = append(args, "--agent-id", createAgent(t, sound))
	}
	srv := httptest.NewUnstartedServer(handler)
	srv.Config.ErrorLog = quietLog()
	srv.Start()
	defer srv.Close()
	var stdout, stderr bytes.Buffer
	s := trial{mutant: m}
	s.code = run(t.Context(), append(args, "--base-url", srv.URL), strings.NewReader(""), &stdout, &stderr)
	s.stderr = stderr.String()
	var report contract.Report
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		s.stderr += err.Error()
	}
	s.counts, s.details = report.Summary, complaints(&report)
	for _, f := range report.Fixtures {
		for _, v := range f.Violations {
			s.checks = append(s.checks, v.Check)
		}
	}
	slices.Sort(s.checks)
	s.checks = slices.Compact(s.checks)
	return s
}

// createAgent creates the agent for --agent-id and returns its id.
func createAgent(t *testing.T, h http.Handler) string {
	t.Helper()
	body := `{"name": "Mine", "llmModel": "gpt-4o-mini", "ttsModel": {"provider": "openai", "voiceId": "alloy"}}`
	r := httptest.NewRequest(http.MethodPost, "/v1/api/agents", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Api-Key", mutationKey)
	r.Header.Set("X-Workspace-Id", mutationWorkspace)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var agent struct {
		ID string `json:"_id"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &agent); err != nil || agent.ID == "" {
		t.Errorf("an agent was not created: %d %s", w.Code, w.Body)
	}
	return agent.ID
}

// complaints returns the first violations of a report, one a line.
func complaints(r *contract.Report) string {
	var out strings.Builder
	for _, f := range r.Fixtures {
		for _, v := range f.Violations {
			fmt.Fprintf(&out, "  %s: %s: %s\n", f.ID, v.Check, v.Message)
		}
		if f.Outcome == contract.Errored {
			fmt.Fprintf(&out, "  %s: errored: %s\n", f.ID, f.Reason)
		}
		if out.Len() > 4000 {
			break
		}
	}
	return out.String()
}

// mutationTable returns a table of the caught defects by family and scene, and of the false alarms.
func mutationTable(found, alarms []trial) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "caught of planted")
	for _, s := range scenes() {
		fmt.Fprintf(w, "\t%s", s)
	}
	fmt.Fprintln(w)
	var families []mutants.Family
	for _, d := range mutants.Catalogue() {
		if !slices.Contains(families, d.Family) {
			families = append(families, d.Family)
		}
	}
	for _, family := range append(families, "total") {
		fmt.Fprint(w, family)
		for _, s := range scenes() {
			fmt.Fprintf(w, "\t%s", tally(found, s, family))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "false alarms of variations")
	for _, s := range scenes() {
		n, of := 0, 0
		for i := range alarms {
			if alarms[i].scene.String() == s.String() {
				of++
				if alarms[i].code != exitOK {
					n++
				}
			}
		}
		fmt.Fprintf(w, "\t%d of %d", n, of)
	}
	fmt.Fprintln(w)
	w.Flush()
	return out.String()
}

// tally returns how many defects of a family are caught in a scene.
func tally(found []trial, s scene, family mutants.Family) string {
	n, of := 0, 0
	for i := range found {
		if found[i].scene.String() == s.String() && (found[i].family == family || family == "total") {
			of++
			if found[i].caught() {
				n++
			}
		}
	}
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d", n, of)
}

// checkTable returns a table of the checks: how many defects each one caught, and which ones it alone
// caught.
func checkTable(found []trial) string {
	saw, alone := map[string]int{}, map[string][]string{}
	for i := range found {
		s := &found[i]
		for _, check := range s.checks {
			saw[check]++
		}
		if len(s.checks) == 1 && !slices.Contains(alone[s.checks[0]], s.id) {
			alone[s.checks[0]] = append(alone[s.checks[0]], s.id)
		}
	}
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\ncheck\tcaught\talone")
	checks := contract.Checks()
	slices.SortStableFunc(checks, func(a, b contract.Check) int { return cmp.Compare(saw[b.ID], saw[a.ID]) })
	for _, c := range checks {
		names := alone[c.ID]
		text := strings.Join(names[:min(len(names), 3)], ", ")
		if len(names) > 3 {
			text += fmt.Sprintf(" and %d more", len(names)-3)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", c.ID, saw[c.ID], text)
	}
	w.Flush()
	return out.String()
}
