package contract

import (
	"time"

	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/openapi"
)

// SchemaVersion is the version of a Report as JSON. It grows with every change that can break a
// reader.
const SchemaVersion = 1

// Report is the result of a run. Its JSON form is a stable interface; members may be added. It is
// plain data: safe for concurrent reads.
type Report struct {
	SchemaVersion int          `json:"schemaVersion"`
	Tool          Tool         `json:"tool"`
	Document      DocumentInfo `json:"document"`
	Target        TargetInfo   `json:"target"`
	Seed          uint64       `json:"seed"`
	Level         string       `json:"level"`
	// Repeat is how often each fixture was executed, where that is more than once.
	Repeat     int       `json:"repeat,omitempty"`
	StartedAt  time.Time `json:"startedAt"`
	DurationMS int64     `json:"durationMs"`
	// Interrupted is set if the run was cancelled. Unreachable is why the target was given up, as
	// the end of a sentence about it: "could not be reached: …", "was lost after 105 answers: …".
	// Either way, the report covers what ran before that.
	Interrupted bool   `json:"interrupted,omitempty"`
	Unreachable string `json:"unreachable,omitempty"`
	// LastRequests are those that were under way when the target was given up.
	LastRequests []LastRequest `json:"lastRequests,omitempty"`
	Summary      Summary       `json:"summary"`
	// Hints are likely causes that the results as a whole suggest: a wrong key, a wrong base path.
	Hints []string `json:"hints,omitempty"`
	// LeftOut are the fixtures that the run had no requests left for; nil where it executed all.
	LeftOut *LeftOut `json:"leftOut,omitempty"`
	// Left names what the run changed and could not put back or remove. That is an error, with a Result
	// of its own, unless there is no way to do so: the document has no operation for it, or no answer
	// shows what was there.
	Left []string `json:"left,omitempty"`
	// Questions are the answers that the run has seen to what the document leaves open; see the
	// function Questions.
	Questions []Answer `json:"questions,omitempty"`
	// Vanished are accepted violations that the run looked for and did not meet: they can be struck from the
	// list of those that are accepted.
	Vanished []Accepted `json:"vanished,omitempty"`
	// Shard is the part of the fixtures that the run executed; nil: all of them.
	Shard *Shard `json:"shard,omitempty"`
	// Coverage is what of the document the run has exercised, with its own requests and those of
	// fixtures that failed; nil where it is unknown.
	Coverage *coverage.Coverage `json:"coverage,omitempty"`
	Fixtures []Result           `json:"fixtures"`
}

// Tool is the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// DocumentInfo identifies the OpenAPI document of a run. SHA256 is in hexadecimal.
type DocumentInfo struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	// BuiltIn is set if it is the document that comes with the program, so that Name is no file.
	BuiltIn bool `json:"builtIn,omitempty"`
}

// TargetInfo identifies the target of a run.
type TargetInfo struct {
	BaseURL     string `json:"baseUrl"`
	WorkspaceID string `json:"workspaceId,omitempty"`
	AgentID     string `json:"agentId,omitempty"`
	// Sandbox is set if the run worked on the one existing item that AgentID names.
	Sandbox bool `json:"sandbox,omitempty"`
}

// Summary counts fixtures by outcome, findings and requests.
type Summary struct {
	Fixtures   int `json:"fixtures"`
	Passed     int `json:"passed"`
	Failed     int `json:"failed"`
	Errored    int `json:"errored"`
	Skipped    int `json:"skipped"`
	Violations int `json:"violations"`
	// Known are violations that were accepted before: they are no Violations, and a fixture that has no others
	// has passed.
	Known    int `json:"known,omitempty"`
	Notes    int `json:"notes"`
	Requests int `json:"requests"`
}

// Accepted is a violation that is known and accepted, so that it does not fail a run.
type Accepted struct {
	Fingerprint string `json:"fingerprint"`
	Reason      string `json:"reason"`
	// Expires is the last day, such as 2026-12-31, on which it is accepted; empty: it is for good.
	Expires string `json:"expires,omitempty"`
	// What it is, for people.
	Check     string `json:"check,omitempty"`
	Operation string `json:"operation,omitempty"` // method and path
	Place     string `json:"place,omitempty"`
	Message   string `json:"message,omitempty"`
	// Fixtures are some of those that show it. Where they pass without, it has vanished.
	Fixtures []string `json:"fixtures,omitempty"`
	// Own is set if all of them are a user's own, which a run looks at only if they are given to it.
	Own bool `json:"own,omitempty"`
	// Position is where it was accepted.
	Position openapi.Position `json:"position,omitzero"`
}

// Outcome is the outcome of a fixture.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"  // the contract is broken
	Errored Outcome = "errored" // no verdict: no answer, no item, no valid twin that succeeds
	Skipped Outcome = "skipped" // it does not apply, for the reason that is given
)

// Result is the result of one fixture. Violations and Notes are never nil.
type Result struct {
	ID        string  `json:"id"`
	Summary   string  `json:"summary,omitempty"`
	Operation string  `json:"operation"`
	Source    string  `json:"source,omitempty"`
	Outcome   Outcome `json:"outcome"`
	// Reason is why the fixture errored or was skipped.
	Reason string `json:"reason,omitempty"`
	// Skipped is set if the fixture errored because it was skipped: it is of a user's own and does not say
	// that it may be.
	Skipped bool `json:"skipped,omitempty"`
	// Flaky is set if the fixture failed, or had no verdict, and passed when it was repeated.
	Flaky bool `json:"flaky,omitempty"`
	// Failures is in how many rounds of a repeated run the fixture failed, or had no verdict.
	Failures   int       `json:"failures,omitempty"`
	Violations []Finding `json:"violations"`
	Notes      []Finding `json:"notes"`
	// Curl is the request of the first violation as a shell command, with variables in the place of
	// secrets; empty where there is none.
	Curl       string `json:"curl,omitempty"`
	DurationMS int64  `json:"durationMs"`
	// Repeat is the id of the fixture that reproduces the result: its own id, except where the
	// result is about the run's own requests.
	Repeat   string           `json:"repeat,omitempty"`
	Position openapi.Position `json:"position,omitzero"`

	// Firm and Needs are for Merge: the fixture failed again when it was repeated; the operations without whose
	// success it has no verdict.
	Firm  bool     `json:"firm,omitempty"`
	Needs []string `json:"needs,omitempty"`

	firm bool // it failed again when it was repeated
}

// OK reports whether all that ran conforms: nothing failed, nothing errored, and the run reached
// its end.
func (r *Report) OK() bool {
	return r.Summary.Failed == 0 && r.Summary.Errored == 0 && !r.Interrupted && r.Unreachable == ""
}

// SourceRun is the source of results about the run's own requests.
const SourceRun = "run"

// Count sets the Summary, but for the number of requests, to what the fixtures say.
func (r *Report) Count() {
	s := &r.Summary
	*s = Summary{Requests: s.Requests}
	outcomes := map[Outcome]*int{Passed: &s.Passed, Failed: &s.Failed, Errored: &s.Errored, Skipped: &s.Skipped}
	for i := range r.Fixtures {
		f := &r.Fixtures[i]
		for j := range f.Violations {
			if f.Violations[j].Known {
				s.Known++
			} else {
				s.Violations++
			}
		}
		s.Notes += len(f.Notes)
		if f.Source == SourceRun && f.Outcome == Passed {
			continue // it only carries notes, and is no fixture
		}
		s.Fixtures++
		*outcomes[f.Outcome]++
	}
}
