package mockserver

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
)

// repetition is a request of the journal as it can be sent again: without its secrets.
type repetition struct {
	api    *api
	kept   *kept
	wrong  []openapi.Violation // what the request was refused for
	target string
	header http.Header
	body   []byte
}

// repeat returns the request of an entry whose body was kept as a whole.
func (a *api) repeat(k *kept, wrong []openapi.Violation) *repetition {
	body, isJSON := k.sent.decoded()
	hide := a.redactor.With(a.secretsOfKept(k, body, isJSON)...)
	return &repetition{api: a, kept: k, wrong: wrong, target: hide.Target(k.target),
		header: hide.Header(k.sent.header()), body: []byte(hide.Text(string(k.sent.body)))}
}

// keyVariable is the shell variable of the credential in commands.
const keyVariable = "AGENTMOCK_API_KEY"

// curl returns the command that sends the request again.
func (r *repetition) curl(origin, session string) string {
	header, secrets := http.Header{}, redact.New(nil, nil)
	for name, values := range r.header {
		if !r.isOfTheClient(name) {
			header[name] = values
		}
	}
	if session != "" {
		header[SessionHeader] = []string{session}
	}
	if op := r.kept.operation; op != nil {
		for _, alternative := range op.Security {
			for _, c := range alternative {
				if value := header.Get(c.Name); c.In == "header" && value != "" {
					secrets = secrets.WithHeader(c.Name, value, c.Prefix, keyVariable)
				} else if c.In == "query" {
					secrets = secrets.Guard(url.QueryEscape(redact.Placeholder), keyVariable).
						Guard(redact.Placeholder, keyVariable)
				}
			}
		}
	}
	return curl.Command(curl.Request{Method: r.kept.method, URL: origin + r.target, Header: header, Body: r.body},
		secrets)
}

// isOfTheClient reports whether a header says what the program was that sent the request, or how it came: to
// repeat it does not take that.
func (r *repetition) isOfTheClient(name string) bool {
	if op := r.kept.operation; op != nil {
		for _, p := range op.Parameters {
			if p.In == "header" && strings.EqualFold(p.Name, name) {
				return false
			}
		}
	}
	switch name {
	case "Accept-Encoding", "Accept-Language", "Cache-Control", "Connection", "Content-Length", "Dnt", "Keep-Alive",
		"Origin", "Pragma", "Priority", "Referer", "User-Agent":
		return true
	}
	return strings.HasPrefix(name, "Sec-") || strings.HasPrefix(name, "Proxy-")
}

// fixture returns a file with a fixture that sends the request again; "" where there can be none.
func (r *repetition) fixture() string {
	op := r.kept.operation
	if op == nil {
		return ""
	}
	path, query, _ := strings.Cut(r.target, "?")
	route, ok := r.api.router.find(op.Method, &url.URL{Path: unescaped(path), RawPath: path})
	if !ok {
		return ""
	}
	values, _ := url.ParseQuery(query)
	wrong := slices.DeleteFunc(slices.Clone(r.wrong), func(v openapi.Violation) bool { // what the state has against it
		return !slices.ContainsFunc(openapi.Rules(), func(rule openapi.Rule) bool { return rule.ID == v.Rule })
	})
	_, file, err := fixtures.Record(r.api.doc, fixtures.Recording{
		ID:      fmt.Sprintf("request-%d", r.kept.sequence),
		Summary: fmt.Sprintf("%s answers %d as it did to request %d.", op.ID, r.kept.status, r.kept.sequence),
		Requests: []fixtures.Recorded{{Operation: op, Path: route.parameters, Query: values, Header: r.header,
			Body: r.body, Status: r.kept.status, Violations: wrong}},
		Hidden: redact.Placeholder,
	})
	if err != nil {
		return ""
	}
	return string(file)
}
