package contract

import (
	"slices"

	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/openapi"
)

// Finding is a violation or a note with how it was found.
type Finding struct {
	openapi.Violation
	// Check is the id of the check that found it; see Checks.
	Check string `json:"check"`
	// Request is the method and path; Status is the response's, 0 where there was none.
	Request string `json:"request,omitempty"`
	Status  int    `json:"status,omitempty"`
	// Answer is the beginning of the response body, Curl the request as a shell command; secrets
	// are removed from both. Empty for notes.
	Answer string `json:"answer,omitempty"`
	Curl   string `json:"curl,omitempty"`

	note bool // it does not break the contract
	// operation is the one that it tells about in general: it belongs to the run, which keeps it
	// once. Empty: it belongs to the fixture.
	operation string
}

// root is what findings with the same cause have in common.
func (f *Finding) root() string {
	return f.Check + "\x00" + f.Rule + "\x00" + f.Where() + "\x00" + f.Request + "\x00" + f.Document.String()
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
		f.Check = check
		if f.Rule == "" {
			f.Rule = check
		}
		f.Violation = s.redact(f.Violation)
		f.Request = x.method()
		if x.got.answer != nil {
			f.Status = x.got.answer.status
		}
		if x.sent.owner == byRun && f.In != "state" {
			f.operation = x.sent.op.ID
		}
		if f.note {
			continue
		}
		f.Curl = s.curl(x)
		if x.got.answer != nil {
			f.Answer = s.secrets.redactor.Text(truncate(string(x.got.answer.body), maxValue))
		}
	}
	return list
}

// redact removes the secrets from a violation.
func (s *session) redact(v openapi.Violation) openapi.Violation {
	r := s.secrets.redactor
	v.Message, v.Suggestion = s.secrets.sentence(v.Message), s.secrets.sentence(v.Suggestion)
	v.Expected, v.Actual = r.Value(v.Expected), r.Value(v.Actual)
	return v
}

// credentialSentinel stands for a credential, however short, until curl puts a variable in its
// place.
const credentialSentinel = "agentmock-credential-sentinel"

// curl returns the request as a shell command.
func (s *session) curl(x *exchange) string {
	header := x.sent.request.Header.Clone()
	known := s.secrets.curl()
	for _, alternative := range x.sent.op.Security {
		for _, c := range alternative {
			values := header.Values(c.Name)
			for i, value := range values {
				if c.In == "header" && s.run.target.APIKey != "" && value == s.run.target.credential(c) {
					values[i] = c.Prefix + credentialSentinel
					known = append(known, curl.Secret{Value: credentialSentinel, Variable: apiKeyVariable})
				}
			}
		}
	}
	for name, own := range s.run.target.Header {
		stand, secrets := curl.Stand(name, own)
		for i, value := range header.Values(name) {
			if at := slices.Index(own, value); at >= 0 {
				header.Values(name)[i] = stand[at]
			}
		}
		known = append(known, secrets...)
	}
	return curl.Command(curl.Request{
		Method: x.sent.op.Method, URL: x.sent.url, Header: header, Body: x.sent.request.Body,
		Insecure: s.run.target.Insecure, CAFile: s.run.target.CAFile,
	}, known...)
}
