package mockserver

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// journaledBody bounds how much of a body the journal keeps, in bytes.
const journaledBody = 64 << 10

// kept is what the journal keeps of an exchange: what came and went as it was. Secrets are hidden,
// and bodies looked at, when somebody reads the entry: most are never read. Nothing in it changes
// once it is in the journal.
type kept struct {
	sequence   uint64
	received   time.Time
	api        *api // what served it, and knows what is secret in it
	method     string
	target     string             // path and query
	operation  *openapi.Operation // nil for none
	workspace  string
	status     int
	took       time.Duration
	sent       message // the request
	answered   message // the response
	violations []openapi.Violation
	// Those of an exchange with Options.Backend have violations of the answer, and parts that nobody has judged.
	passed   bool
	wrong    []openapi.Violation
	unjudged []string
	// secrets are those that came with the request, where its body is cut off, and those of both sides where
	// the exchange has passed; else they are found again when they are needed.
	secrets []string
	fault   string // what was injected
	size    int64  // see memory
}

// message is a request or a response as it was.
type message struct {
	fields []field
	body   []byte
	cutOff bool
}

// field is one value of a header.
type field struct{ name, value string }

// keep returns what the journal keeps of an exchange. The header is the response's.
func (x *exchange) keep(res *response, header http.Header, took time.Duration) *kept {
	k := &kept{
		received: x.received, api: x.api, method: x.http.Method, target: x.http.URL.RequestURI(),
		workspace: x.api.scopeOf(x.http.Header), status: res.status, took: took, violations: res.violations,
		fault: x.injected.text(),
	}
	if x.endpoint != nil {
		k.operation = x.endpoint.operation
	}
	fields := make([]field, 0, len(x.http.Header)+len(header)) // most have one value
	k.sent.fields = appendFields(fields, x.http.Header)
	k.answered.fields = appendFields(k.sent.fields, header)[len(k.sent.fields):]
	k.sent.setBody(x.body.raw)
	k.answered.setBody(res.body)
	if k.sent.cutOff {
		k.secrets = append(x.secrets(), x.suspects()...)
	}
	return k
}

// setBody keeps a body, which must not change any more. Of a long one it copies the beginning, so
// that the rest is not kept in memory.
func (m *message) setBody(body []byte) {
	if m.cutOff = len(body) > journaledBody; m.cutOff {
		body = append([]byte(nil), body[:journaledBody]...)
	}
	m.body = body
}

func appendFields(list []field, h http.Header) []field {
	for name, values := range h {
		for _, v := range values {
			list = append(list, field{name, v})
		}
	}
	return list
}

func (m *message) header() http.Header {
	h := make(http.Header, len(m.fields))
	for _, f := range m.fields {
		h[f.name] = append(h[f.name], f.value)
	}
	return h
}

// mayShowSuspects reports whether the target may have texts that stand under suspicious names.
func (k *kept) mayShowSuspects() bool {
	repeated := func(f field) bool { return f.value != "" && strings.Contains(k.target, f.value) }
	return strings.Contains(k.target, "?") || slices.ContainsFunc(k.sent.fields, repeated)
}

// memory estimates what is kept, in bytes.
func (k *kept) memory() int64 {
	n := 512 + len(k.target) + len(k.fault) + len(k.sent.body) + len(k.answered.body)
	for _, m := range []*message{&k.sent, &k.answered} {
		for _, f := range m.fields {
			n += len(f.name) + len(f.value) + 48
		}
	}
	for _, list := range [][]openapi.Violation{k.violations, k.wrong} {
		for i := range list {
			n += 256 + len(list[i].Message) + len(list[i].Pointer)
		}
	}
	for _, text := range k.unjudged {
		n += len(text) + 16
	}
	for _, secret := range k.secrets {
		n += len(secret) + 16
	}
	return int64(n)
}

// entry returns the journal's entry of what is kept, without secrets, as a filter wants it.
func (a *api) entry(of *kept, f Filter, session string) Entry {
	k := *of
	body, isJSON := k.sent.decoded()
	secrets := a.secretsOfKept(&k, body, isJSON)
	telling := a.options.telling(secrets)
	hide, words := a.redactor.With(telling...), a.known.With(telling...)
	e := Entry{
		Sequence: k.sequence, Time: k.received, Method: k.method, Path: hide.Target(k.target),
		Workspace: hide.Text(k.workspace), Session: hide.Text(session), Status: k.status,
		DurationMs: milliseconds(k.took), Violations: k.violations, ResponseViolations: k.wrong,
		Fault: hide.Text(k.fault),
	}
	for _, text := range k.unjudged {
		e.Unjudged = append(e.Unjudged, words.Text(text))
	}
	if !f.Summary {
		e.Request = k.sent.shown(hide, isJSON)
		e.Response = a.shownAnswer(&k, hide, words)
	}
	if k.operation != nil {
		e.Operation = k.operation.ID
	}
	if len(e.Violations) > 0 {
		e.Violations = a.withoutSecrets(e.Violations, secrets)
	}
	if len(e.ResponseViolations) > 0 {
		e.ResponseViolations = a.withoutSecrets(e.ResponseViolations, secrets)
	}
	return e
}

func (a *api) shownAnswer(k *kept, hide, words *redact.Set) Message {
	body, isJSON := k.answered.decoded()
	if k.passed { // it is no sentence of the server
		return k.answered.shown(hide, isJSON)
	}
	if body, found := a.redactor.WithoutSuspects(body); found {
		k.answered.body = jsonvalue.Marshal(body)
	}
	if k.answered.cutOff { // then it is no sentence of the server, which may mention names
		return k.answered.shown(hide, false)
	}
	return k.answered.shown(words, isJSON)
}

// secretsOfKept finds the secrets of a request again. A body is decoded as the operation says where it
// is no JSON: it may be a form.
func (a *api) secretsOfKept(k *kept, body any, isJSON bool) []string {
	if k.sent.cutOff || k.passed {
		return k.secrets
	}
	_, query, _ := strings.Cut(k.target, "?")
	values, _ := url.ParseQuery(query) // what of it is readable, as when it was served
	r := &openapi.Request{Query: values, Header: k.sent.header(), Body: k.sent.body}
	if k.operation == nil {
		return a.redactor.Suspects(r.Header, r.Query, body)
	}
	if !isJSON {
		value, _ := k.operation.ValidateBody(r)
		body = value.Value()
	}
	return append(a.secretsOf(k.operation, r, body), a.redactor.Suspects(r.Header, r.Query, body)...)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// decoded returns what a body says, and whether it is JSON.
func (m *message) decoded() (value any, isJSON bool) {
	if m.cutOff || len(m.body) == 0 {
		return nil, false
	}
	value, unreadable := openapi.ReadJSON(m.body)
	return value, unreadable == nil
}

// shown returns a message without its secrets.
func (m *message) shown(hide *redact.Set, isJSON bool) Message {
	out := Message{Header: hide.Header(m.header()), Truncated: m.cutOff}
	if len(m.body) == 0 {
		return out
	}
	sent := string(m.body)
	text := hide.Text(sent)
	switch {
	case isJSON && !m.cutOff && (text == sent || json.Valid([]byte(text))): // hiding a number leaves no JSON
		out.Body = json.RawMessage(text)
	default:
		out.Body = jsonvalue.Marshal(text)
	}
	return out
}
