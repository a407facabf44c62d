package contract

import (
	"cmp"
	"fmt"

	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/openapi"
)

// Finding is a violation or a note with how it was found.
type Finding struct {
	openapi.Violation
	// Check is the id of the check that found it; see Checks.
	Check string `json:"check"`
	// Operation is the id of the operation whose answer it is about, Request its method and path; Status is the
	// response's, 0 where there was none.
	Operation string `json:"operation,omitempty"`
	Request   string `json:"request,omitempty"`
	Status    int    `json:"status,omitempty"`
	// Answer is the beginning of the response body, Curl the request as a shell command; secrets
	// are removed from both. Empty for notes.
	Answer string `json:"answer,omitempty"`
	Curl   string `json:"curl,omitempty"`

	// Fingerprint names the defect, in hexadecimal: it is the same in each run, whatever the seed, the base URL,
	// the fixtures beside it and the lines of the document.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Follows are the fingerprints of the violations that explain this one for sure, because one answer, one
	// item or one sequence of requests shows both; the nearest first.
	Follows []string `json:"follows,omitempty"`
	// Known is set in a violation that was accepted, for the Reason: it does not fail the run. Expired is the
	// date, such as 2026-12-31, until which one was accepted that fails again.
	Known   bool   `json:"known,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Expired string `json:"expired,omitempty"`

	// Member is the place as the document names it, where that is not the Pointer: * for any position in a
	// list, and no further than the document names members.
	Member string `json:"member,omitempty"`
	// Flaky is set in what was found once, and not when it was looked for again.
	Flaky bool `json:"flaky,omitempty"`
	// Cause is the same text in all violations of a report that have one cause; "" in a note. Consequence
	// is set unless the violation says best what the cause is, or says the same of another fixture.
	Cause       string `json:"cause,omitempty"`
	Consequence bool   `json:"consequence,omitempty"`

	// Trace is set in the report of a shard; see Merge.
	Trace *Trace `json:"trace,omitempty"`

	trait trait
	note  bool // it does not break the contract
	// operation is the one that it tells about in general: it belongs to the run, which keeps it
	// once. Empty: it belongs to the fixture.
	operation string
}

// Place returns the place of the finding as the document names it, in a few words: body /ttsModel/voiceId.
func (f *Finding) Place() string {
	v := f.Violation
	v.Pointer = cmp.Or(f.Member, v.Pointer)
	return v.Where()
}

// root is what findings with the same cause have in common.
func (f *Finding) root() string {
	return f.Check + "\x00" + f.Rule + "\x00" + f.Where() + "\x00" + f.Request + "\x00" + f.Document.String()
}

// statusFinding returns a finding about the status of an answer. The position is where the document
// says what is right.
func (x *exchange) statusFinding(in string, want any, at openapi.Position, format string, args ...any) Finding {
	return Finding{Violation: openapi.Violation{
		In: in, Expected: want, Actual: x.got.answer.Status, Document: at, Message: fmt.Sprintf(format, args...),
	}}
}

// note returns a note that an answer gives rise to.
func (x *exchange) note(rule, format string, args ...any) Finding {
	return Finding{note: true, Violation: openapi.Violation{
		Rule: rule, In: "state", Document: x.position(), Message: fmt.Sprintf(format, args...),
	}}
}

// violationOf returns a violation that is about no place in particular.
func violationOf(rule, message string) openapi.Violation {
	return openapi.Violation{Rule: rule, In: "state", Message: message}
}

func findingsOf(violations []openapi.Violation, note bool) []Finding {
	list := make([]Finding, len(violations))
	for i, v := range violations {
		list[i] = Finding{Violation: v, note: note}
	}
	return list
}

// report completes the findings of a check about an exchange: how they were found, with the secrets
// removed. The rule is the check's id unless a finding has one of its own.
func (s *session) report(x *exchange, check string, list ...Finding) []Finding {
	if check == s.run.options.without {
		return nil
	}
	for i := range list {
		f := &list[i]
		f.Check, f.Rule, f.Operation, f.Request = check, cmp.Or(f.Rule, check), x.sent.op.ID, x.method()
		f.Message, f.Suggestion = s.secrets.Sentence(f.Message), s.secrets.Sentence(f.Suggestion)
		f.Expected, f.Actual = s.secrets.Value(f.Expected), s.secrets.Value(f.Actual)
		if x.got.answer != nil {
			f.Status = x.got.answer.Status
		}
		if x.sent.byRun && f.In != "state" {
			f.operation = x.sent.op.ID
		}
		if f.Pointer != "" && !isSyntax(f.Violation) {
			f.trait.member = x.memberOf(f)
		}
		if f.note {
			continue
		}
		s.traits(x, f)
		f.Curl = s.curl(x)
		if x.got.answer != nil && !x.sent.together { // reports of equal runs are equal
			f.Answer = s.secrets.Text(truncate(string(x.got.answer.Body), maxValue))
		}
	}
	return list
}

// curl returns the request as a shell command.
func (s *session) curl(x *exchange) string {
	return curl.Command(curl.Request{
		Method: x.sent.op.Method, URL: x.sent.url, Header: x.sent.request.Header, Body: x.sent.request.Body,
		Insecure: s.run.target.Insecure, CAFile: s.run.target.CAFile,
	}, s.secrets)
}
