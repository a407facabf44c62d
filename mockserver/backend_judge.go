package mockserver

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// Passed is an exchange with Options.Backend, as it was seen and judged. Secrets are in it. Nothing in it
// changes any more, and nothing of it must be changed.
type Passed struct {
	Sequence  uint64             // of the journal's entry
	Operation *openapi.Operation // nil for none
	StartedAt time.Time
	Method    string
	Target    string // path and query
	// The bodies have no Content-Encoding any more, and the headers say so.
	RequestHeader  http.Header
	RequestBody    []byte
	Status         int // 0: there was no answer
	ResponseHeader http.Header
	ResponseBody   []byte
	// Violations are those of the request, ResponseViolations those of the answer.
	Violations, ResponseViolations []openapi.Violation
	// Unjudged is what was not judged, and why; Truncated where a body is not the whole one.
	Unjudged  []string
	Truncated bool
	// Own is true for an answer that is not the backend's.
	Own bool
}

// verdict is an exchange while it is judged.
type verdict struct {
	*transit
	Passed
	route   match
	secrets []string
}

// log writes one record of the exchange.
func (v *verdict) log(k *kept, ended time.Time) {
	ctx := context.Background() // that of the request has ended
	if v.server.options.Log.Enabled(ctx, slog.LevelInfo) {
		v.api.log(ctx, k, "", v.secrets, ended)
	}
}

// settle judges an exchange, and files it.
func (p *transit) settle() {
	defer close(p.done)
	defer p.sent.free()
	defer p.answered.free()
	defer func() {
		if caught := recover(); caught != nil {
			p.server.options.Log.Error("panic", "method", oneLine(p.http.Method, 50), "panic",
				oneLine(fmt.Sprint(caught), 500), "stack", string(debug.Stack()))
		}
	}()
	v := p.judge()
	k := v.keep()
	p.server.record(k)
	v.Sequence = k.sequence
	v.log(k, time.Now())
	if hook := p.server.options.Passed; hook != nil && p.refused == nil {
		hook(v.Passed)
	}
}

// judge judges both directions of an exchange.
func (p *transit) judge() *verdict {
	sent := message{fields: p.fields}
	p.http.Header = sent.header()
	v := &verdict{transit: p, Passed: Passed{
		StartedAt: p.received, Method: p.http.Method, Target: targetOf(p.http), RequestHeader: p.http.Header,
		Status: p.status, Own: p.refused != nil || p.reason != "",
	}}
	answered := message{fields: p.header}
	v.ResponseHeader = answered.header()
	var why string
	v.RequestBody, why = p.sent.copied(v.RequestHeader)
	v.RequestHeader = v.unpackedHeader(v.RequestHeader, why)
	request := v.findOperation()
	if p.refused != nil {
		v.Violations = p.refused.violations
	} else {
		v.judgeRequest(request, why)
	}
	v.ResponseBody, why = p.answered.copied(v.ResponseHeader)
	v.ResponseHeader = v.unpackedHeader(v.ResponseHeader, why)
	v.judgeAnswer(why)
	v.findSecrets(request)
	return v
}

// targetOf returns path and query of a request as they came.
func targetOf(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// unpackedHeader returns the header of a body that is without its encoding; one whose body cannot be judged stays
// as it is.
func (v *verdict) unpackedHeader(h http.Header, why string) http.Header {
	if v.Truncated = v.Truncated || why != ""; why != "" || h["Content-Encoding"] == nil {
		return h
	}
	h = h.Clone()
	h.Del("Content-Encoding")
	h.Del("Content-Length")
	return h
}

// findOperation finds the operation of the request, and returns the request as it is validated; nil where there is
// none.
func (v *verdict) findOperation() *openapi.Request {
	route, ok := v.api.router.find(v.http.Method, v.http.URL)
	if !ok {
		return nil
	}
	var query url.Values
	if v.http.URL.RawQuery != "" {
		query = v.http.URL.Query()
	}
	v.route = route.selected(query, v.http.Header)
	v.Operation = v.route.operation
	return &openapi.Request{Path: v.route.parameters, Query: query, Header: v.RequestHeader, Body: v.RequestBody}
}

// judgeRequest lists the violations of the request, of which the body may be none that can be judged.
func (v *verdict) judgeRequest(r *openapi.Request, why string) {
	switch {
	case r == nil && isPreflight(v.http): // which browsers send, and no document describes
		return
	case r == nil:
		v.Violations = v.api.router.unmatched(v.http, v.api.known).violations
		return
	case why == "":
		v.Violations = v.Operation.ValidateRequest(r)
		return
	}
	headOnly := *r
	headOnly.Body = []byte("{}") // any body will do
	v.Violations = slices.DeleteFunc(v.Operation.ValidateRequest(&headOnly), isAboutBody)
	v.unjudged("the body of the request", why)
}

func (v *verdict) unjudged(what, why string) { v.Unjudged = append(v.Unjudged, what+": "+why) }

func isAboutBody(v openapi.Violation) bool { return v.In == "body" && v.Rule != ruleMediaType }

// judgeAnswer lists the violations of the answer.
func (v *verdict) judgeAnswer(why string) {
	switch {
	case v.reason != "":
		v.unjudged("the answer", "it is the proxy's own; "+v.reason)
		return
	case v.refused != nil:
		v.unjudged("the answer", "it is the proxy's own")
		return
	case v.status == 0:
		v.unjudged("the answer", "there was none; "+v.cut)
		return
	case v.cut != "":
		why = v.cut
	case v.status == http.StatusPartialContent:
		why = "it is a part of one (206)"
	case v.status == http.StatusSwitchingProtocols:
		v.unjudged("the answer", "what follows it is another protocol (101)")
		return
	}
	if why != "" {
		v.unjudged("the body of the answer", why)
	}
	if v.Operation == nil {
		return
	}
	answer := &openapi.ResponseData{Status: v.status, Header: v.ResponseHeader, Body: v.ResponseBody}
	noBody := v.http.Method == http.MethodHead || v.status == http.StatusNotModified
	if why == "" && !noBody {
		v.ResponseViolations = v.Operation.ValidateResponse(answer)
		return
	}
	answer.Body = []byte("{}") // any body will do
	if v.status == http.StatusNotModified {
		answer.Body = nil
	}
	v.ResponseViolations = slices.DeleteFunc(v.Operation.ValidateResponse(answer), isAboutBody)
}

// findSecrets finds the texts that are secret in the exchange, wherever they stand.
func (v *verdict) findSecrets(r *openapi.Request) {
	query := v.http.URL.Query()
	sent, wasRead := openapi.ReadJSON(v.RequestBody)
	if r != nil {
		if wasRead != nil { // it may be a form
			value, _ := v.Operation.ValidateBody(r)
			sent = value.Value()
		}
		v.secrets = append(v.secrets, v.api.secretsOf(v.Operation, r, sent)...)
	} else {
		v.secrets = append(v.secrets, v.api.redactor.Secrets(sent)...)
	}
	answered, _ := openapi.ReadJSON(v.ResponseBody)
	v.secrets = append(v.secrets, v.api.redactor.Secrets(answered)...)
	v.secrets = append(v.secrets, v.api.redactor.Suspects(v.RequestHeader, query, sent)...)
	v.secrets = append(v.secrets, v.api.redactor.Suspects(v.ResponseHeader, nil, answered)...)
	v.secrets = append(v.secrets, ticketsIn(v.RequestHeader, v.ResponseHeader)...)
}

// ticketsIn returns what headers carry that lets people in by definition (RFC 9110 §11, RFC 6265), without what
// stands around it.
func ticketsIn(headers ...http.Header) (list []string) {
	add := func(text string) {
		if text = strings.TrimSpace(text); len(text) >= redact.ShortestSecret {
			list = append(list, text)
		}
	}
	for _, h := range headers {
		for _, name := range []string{"Authorization", "Proxy-Authorization"} {
			for _, value := range h[name] {
				_, ticket, _ := strings.Cut(value, " ")
				add(ticket)
			}
		}
		for _, line := range h["Cookie"] {
			for pair := range strings.SplitSeq(line, ";") {
				_, value, _ := strings.Cut(pair, "=")
				add(value)
			}
		}
		for _, line := range h["Set-Cookie"] {
			pair, _, _ := strings.Cut(line, ";")
			_, value, _ := strings.Cut(pair, "=")
			add(value)
		}
	}
	return list
}

// keep returns what the journal keeps of the exchange.
func (v *verdict) keep() *kept {
	k := &kept{
		received: v.received, api: v.api, method: v.Method, target: v.Target, workspace: v.api.scopeOf(v.http.Header),
		operation: v.Operation, status: v.status, took: v.took, violations: v.Violations, wrong: v.ResponseViolations,
		unjudged: v.Unjudged, passed: true, secrets: v.secrets,
	}
	k.sent.fields, k.answered.fields = v.fields, v.header
	k.sent.setBody(v.RequestBody)
	k.answered.setBody(v.ResponseBody)
	k.sent.cutOff = k.sent.cutOff || v.sent.why != ""
	k.answered.cutOff = k.answered.cutOff || v.answered.why != ""
	return k
}
