package contract

import (
	"errors"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

const wholeAgent = `{"_id":"1","workspaceId":"ws-demo","name":"a","llmModel":"gpt-5",
	"ttsModel":{"provider":"openai","voiceId":"alloy"},"createdAt":"2025-01-20T10:00:00Z",
	"updatedAt":"2025-01-20T10:00:00Z"}`

// What the exchange checks find in an answer to an update, by what is wanted.
func TestCheckExchange(t *testing.T) {
	t.Parallel()
	refused := wanted{wantRefusal, fixtures.Status{fixtures.Refused}}
	either := wanted{wantSuccess, fixtures.Status{"2xx", "4xx"}}
	for _, c := range []struct {
		name   string
		want   wanted
		status int
		answer string
		found  string
	}{
		{"as documented", wanted{}, 200, wholeAgent, ""},
		{"a refusal of a valid request", wanted{}, 422, `{}`, "status"},
		{"a redirect", wanted{}, 302, ``, "status"},
		{"a failure", wanted{}, 500, `<html>`, "server-error"},
		{"a failure of a refusal", refused, 503, ``, "server-error"},
		{"a failure of an open question", wanted{kind: wantAnything}, 500, ``, "server-error"},
		{"an undocumented success", wanted{}, 202, wholeAgent, "status"},
		{"no JSON", wanted{}, 200, `{`, "response-schema"},
		{"a missing member", wanted{}, 200, strings.Replace(wholeAgent, `"_id":"1",`, "", 1), "response-schema /_id"},
		{"a wrong member", wanted{}, 200, strings.Replace(wholeAgent, `"a"`, `1`, 1), "response-schema /name"},
		{"anything, for an open question", wanted{kind: wantAnything}, 200, `{`, ""},
		{"anything, as a refusal that the document only assumes", refused, 400, `<html>`, "response-schema (note)"},
		{"a success where a refusal is wanted", refused, 200, `{`, "response-schema"},
		{"a refusal where either is right", either, 404, `{"error":{"code":"x","message":"m"}}`, ""},
		{"what only our reader refuses", wanted{}, 200, strings.Replace(wholeAgent, `{`,
			`{"type":"voice","type":"voice",`, 1),
			"response-schema /type (note)"},
		{"what only our reader refuses, and more", wanted{}, 200,
			strings.NewReplacer(`{"_id"`, `{"_id":"1","_id"`, `"a"`, `1`).Replace(wholeAgent),
			"response-schema /_id (note), response-schema /name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testSession(t)
			x := exchanged(t, s, "updateAgent", `{}`, 0, "")
			x.wanted = c.want
			x.got.answer = jsonAnswer(c.status, c.answer)
			x.receive()
			if got := told(s.checkExchange(x)); got != c.found {
				t.Errorf("found %q, want %q", got, c.found)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	refused := fixtures.Status{fixtures.Refused}
	for _, c := range []struct {
		want                    wanted
		status                  int
		refused, wrong, allowed bool
	}{
		{wanted{}, 400, true, true, false},
		{wanted{}, 200, false, false, false},
		{wanted{}, 429, false, false, false},
		{wanted{}, 408, false, false, false},
		{wanted{wantRefusal, refused}, 400, true, false, false},
		{wanted{wantAnything, nil}, 400, true, false, false},
		{wanted{wantSuccess, fixtures.Status{"2xx", "404"}}, 404, true, false, true},
		{wanted{wantSuccess, fixtures.Status{"2xx", "404"}}, 400, true, true, false},
		{wanted{}, 0, false, false, false},
	} {
		x := &exchange{wanted: c.want}
		if c.status > 0 {
			x.got.answer = &openapi.ResponseData{Status: c.status}
		}
		if x.refused() != c.refused || x.wronglyRefused() != c.wrong || x.refusedAsAllowed() != c.allowed {
			t.Errorf("%+v: refused %t, wrongly %t, as allowed %t", c, x.refused(), x.wronglyRefused(),
				x.refusedAsAllowed())
		}
	}
}

func TestWantedBy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		open   string
		status fixtures.Status
		want   wantedKind
	}{
		{"", nil, wantSuccess}, {"", fixtures.Status{"2xx", "404"}, wantSuccess},
		{"", fixtures.Status{"404"}, wantRefusal}, {"null-value", fixtures.Status{fixtures.Refused}, wantAnything},
	} {
		got := wantedBy(&fixtures.Fixture{Open: c.open}, &fixtures.Step{Expect: fixtures.Expect{Status: c.status}})
		if got.kind != c.want {
			t.Errorf("%+v: kind %d", c, got.kind)
		}
	}
}

// A status that the document only assumes does not spare the body that it promises; all that it
// assumes of a refusal is a note.
func TestAssumed(t *testing.T) {
	t.Parallel()
	s := sessionOver(t, things(t))
	x := exchanged(t, s, "getThing", "", 203, `{"id":1}`)
	if got := told(x.got.violations); got != "type /id" {
		t.Errorf("an assumed status: found %q", got)
	}
	s = testSession(t)
	x = exchanged(t, s, "updateAgent", `{}`, 400, `[]`)
	if got := told(x.got.violations); got != "type (note)" {
		t.Errorf("an assumed refusal: found %q", got)
	}
}

// Where no success is promised, any success is right, with any body.
func TestAssumedSuccess(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	for _, c := range []struct {
		status int
		answer string
		found  string
	}{
		{204, "", ""}, {200, "", ""}, {202, "", ""},
		{200, `{"message":"gone"}`, "response-schema (note)"},
		{202, `{"message":"going"}`, "response-schema (note)"},
		{207, "", "status (note)"}, {226, `[1]`, "status (note)"},
		{301, "", "status"}, {409, "", "status"},
	} {
		x := exchanged(t, s, "deleteAgent", "", c.status, c.answer)
		if got := told(s.checkExchange(x)); got != c.found {
			t.Errorf("%d %s: found %q, want %q", c.status, c.answer, got, c.found)
		}
	}
	if x := exchanged(t, s, "updateAgent", "{}", 207, wholeAgent); told(s.checkExchange(x)) != "status" {
		t.Errorf("a status that another one is promised for: found %q", told(s.checkExchange(x)))
	}
}

// What is too complex to be judged is a note: it may be right.
func TestTooComplex(t *testing.T) {
	t.Parallel()
	alternative := `{type: [object, string], unevaluatedProperties: {$ref: '#/components/schemas/Deep'}}`
	doc, err := openapi.Parse("deep.yaml", []byte(`openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Deep'}}}}
components:
  schemas:
    Deep: {anyOf: [`+strings.Repeat(alternative+", ", 7)+alternative+`]}
`))
	if err != nil {
		t.Fatal(err)
	}
	s := sessionOver(t, doc)
	for depth, want := range map[int]string{1: "any-of", 12: "too-complex (note)"} {
		body := strings.Repeat(`{"b":1,"a":`, depth) + "1" + strings.Repeat("}", depth)
		if got := told(exchanged(t, s, "getThing", "", 200, body).got.violations); got != want {
			t.Errorf("depth %d: found %q, want %q", depth, got, want)
		}
	}
}

// Documents often leave out what a refusal says: where one is allowed, it may say something.
func TestUnexpectedBody(t *testing.T) {
	t.Parallel()
	s := sessionOver(t, things(t))
	for want, status := range map[string]fixtures.Status{"": {"2xx", "404"}, "status": {"2xx"}} {
		x := exchanged(t, s, "getThing", "", 404, `{"error":"gone"}`)
		x.wanted.status = status
		if got := told(s.checkExchange(x)); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: found %q, want %q", status, got, want)
		}
	}
}

func TestUnexpectedStatus(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	for status, want := range map[int]string{
		429: "even after waiting", 422: "the request is valid", 301: `redirected to "http://elsewhere"`,
	} {
		x := exchanged(t, s, "updateAgent", `{"llmModel":"gpt-5"}`, status, "")
		x.got.answer.Header.Set("Location", "http://elsewhere")
		x.sent.request.Header.Set("Content-Type", "application/json")
		x.sent.mutation = &fixtures.Mutation{What: "null for name", In: "body", Name: "name", Pointer: "/name",
			Document: openapi.Position{File: "agent.yaml", Line: 7}}
		v := x.unexpectedStatus()
		if !strings.HasPrefix(v.Message, "null for name") || !strings.Contains(v.Message, want) ||
			v.Pointer != "/name" ||
			v.Document.Line != 7 {
			t.Errorf("%d: %+v", status, v)
		}
	}
	x := exchanged(t, s, "updateAgent", `{}`, 422, "")
	if v := x.unexpectedStatus(); strings.Contains(v.Message, "valid") {
		t.Errorf("a request that is not valid: %s", v.Message)
	}
}

func TestNoAnswer(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	x := exchanged(t, s, "updateAgent", `{}`, 0, "")
	x.got.err = errors.New("the connection was closed")
	found := s.checkExchange(x)
	if told(found) != "answered" || !strings.Contains(found[0].Message,
		"PUT /v1/api/agents/{agentId}: the connection") ||
		found[0].Status != 0 || found[0].Curl == "" {
		t.Errorf("%+v", found)
	}
}

// How a finding was found goes with it; secrets do not, and notes need no proof.
func TestReport(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	s.secrets = s.secrets.Guard("a-secret-of-the-test", "SECRET")
	x := exchanged(t, s, "updateAgent", `{"name":"a-secret-of-the-test"}`, 200, `{"name":"a-secret-of-the-test"}`)
	violation := func() Finding {
		return Finding{Violation: openapi.Violation{In: "body", Message: "it is a-secret-of-the-test",
			Actual: "a-secret-of-the-test"}}
	}
	note := violation()
	note.note = true
	list := s.report(x, checkSchema, violation(), note)
	for _, f := range list {
		text := f.Message + f.Answer + f.Curl + quote(f.Actual)
		if strings.Contains(text, "a-secret") || f.Rule != checkSchema || f.Check != checkSchema || f.Status != 200 ||
			f.operation != "" {
			t.Errorf("%+v", f)
		}
		if proof := f.Curl != "" && f.Answer != ""; proof == f.note {
			t.Errorf("note %t has a proof: %t", f.note, proof)
		}
	}
	x.sent.byRun = true
	if f := s.report(x, checkSchema, violation()); f[0].operation != "updateAgent" {
		t.Errorf("a finding about a request of the run belongs to %q", f[0].operation)
	}
	if f := s.report(x, checkStored, Finding{Violation: openapi.Violation{In: "state"}}); f[0].operation != "" {
		t.Errorf("a finding about an item belongs to %q", f[0].operation)
	}
}
