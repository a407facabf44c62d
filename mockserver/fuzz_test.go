package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/randomdoc"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// FuzzHandler sends anything to a server of each document, and bodies that are sound but for a few places:
// no panic, no 5xx, no response that its document does not describe, no secret in state and journal.
func FuzzHandler(f *testing.F) {
	seeds := []struct{ method, target, header, body string }{
		{"POST", agents, "", minimalAgent},
		{"PUT", agents + "/678c6a17c3f1e80b52d49a07", "",
			`{"llmModel":"gpt-5","ttsModel":{"provider":"11labs_byo","elevenLabsApiKey":"MARKED-SECRET"}}`},
		{"PUT", agents + "/678c6a17c3f1e80b52d49a07", "", `{"llmModel":"gpt-5","elevenLabsApiKey":"MARKED-SECRET"`},
		{"PATCH", "/__mock/state/agents/678c6a17c3f1e80b52d49a07", "",
			`{"status":"error","ttsModel":{"provider":"11labs_byo","elevenLabsApiKey":"MARKED-SECRET"}}`},
		{"PATCH", "/__mock/state/agents/678c6a17c3f1e80b52d49a07", "", `{"0":{"elevenLabsApiKey":"MARKED-SECRET"}}`},
		{"PUT", agents + "/678c6a17c3f1e80b52d49a07", "",
			`{"llmModel":"gpt-5","variables":{"crm":{"elevenLabsApiKey":"MARKED-SECRET"}}}`},
		{"PUT", "/__mock/state", "", state(oneAgent)},
		{"PUT", "/__mock/state", "", `{"books":[{"id":1,"title":"a","price":1}],"reviews":[{"bookId":1,"stars":1}]}`},
		{"GET", "/__mock/requests?limit=1&status=4", "", ""},
		{"DELETE", agents + "/%2e%2e%2f", "x-workspace-id: \xff", ""},
		{"POST", "/books", "Content-Type: text/plain", `{"title":"Dune","price":9}`},
		{"PUT", "/books/1", "", `{"title":"Dune","price":1e3}`},
		{"POST", "/books/1/reviews", "", `{"stars":5}`},
		{"POST", "/vans?fleet_key=k", "", `{"plate":"B-7","load":{"crates":1}}`},
		{"OPTIONS", agents, "Origin: http://localhost:1\nAccess-Control-Request-Method: PUT", ""},
		{"POST", "/__mock/reset", "Origin: https://evil.example", ""},
		{"HEAD", "/openapi.json", "", ""},
	}
	for i, s := range seeds {
		f.Add(s.method, s.target, s.header, s.body, []byte(nil))
		f.Add(s.method, s.target, s.header, s.body, fmt.Append(nil, "choices", i))
	}
	docs := []*openapi.Document{openapi.Agent(), loaded(f, "bookshop-3.0.yaml"), loaded(f, "fleet-3.1.yaml")}
	var servers []*mockserver.Server
	for i, doc := range docs {
		seedBodies(f, doc, fmt.Append(nil, "choices", i))
		o := mockserver.Options{JournalEntries: 3}
		if doc == docs[0] {
			o.State = []byte(state(oneAgent))
		}
		s, err := mockserver.New(doc, o)
		if err != nil {
			f.Fatal(err)
		}
		servers = append(servers, s)
	}
	f.Fuzz(func(t *testing.T, method, target, header, body string, choices []byte) {
		if strings.HasPrefix(body, "{") {
			body = randomdoc.SpoiltText(choices, body)
		}
		u, err := url.ParseRequestURI(target)
		if err != nil || !isToken(method) {
			t.Skip()
		}
		for i, s := range servers {
			s.ClearRequests()
			s.Reset()
			r := &http.Request{
				Method: method, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: "localhost",
				RequestURI: target,
				Header: http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-1"},
					"Content-Type": {"application/json"}, "Authorization": {"Bearer t"}},
				Body: http.NoBody, ContentLength: int64(len(body)),
			}
			if body != "" {
				r.Body = readCloser{strings.NewReader(body)}
			}
			for line := range strings.Lines(header) {
				if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
					r.Header[http.CanonicalHeaderKey(name)] = []string{value}
				}
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			validateFuzzed(t, docs[i], r, w)
			if secret := "MARKED-SECRET"; i == 0 && strings.Contains(string(s.State())+string(journalOf(t, s)),
				secret) && !strings.Contains(strings.ReplaceAll(body, `"elevenLabsApiKey":"`+secret, ""),
				secret) && !strings.Contains(target+header, secret) {
				t.Errorf("a secret is shown\n%s\n%s", s.State(), journalOf(t, s))
			}
		}
	})
}

// seedBodies adds what a generator sends to each operation of a document that takes a body.
func seedBodies(f *testing.F, doc *openapi.Document, choices []byte) {
	f.Helper()
	generator := fixtures.NewGenerator(doc, 1)
	for i, op := range doc.Operations {
		if op.Body == nil {
			continue
		}
		body, err := generator.UpdateBody(i)
		if op.Action == openapi.Create || err != nil {
			body, err = generator.CreateBody(i)
		}
		if err != nil {
			continue
		}
		target := op.Path
		for _, p := range op.Parameters {
			target = strings.ReplaceAll(target, "{"+p.Name+"}", "678c6a17c3f1e80b52d49a07")
		}
		f.Add(op.Method, target, "", string(body), []byte(nil))
		f.Add(op.Method, target, "", string(body), choices)
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func isToken(s string) bool {
	return s != "" && strings.IndexFunc(s, func(c rune) bool {
		return c <= ' ' || c >= 0x7f ||
			strings.ContainsRune(`()<>@,;:\"/[]?={}`, c)
	}) < 0
}

func journalOf(t *testing.T, s *mockserver.Server) []byte {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/__mock/requests", nil))
	if w.Code != 200 {
		t.Errorf("the journal cannot be read: %d %s", w.Code, w.Body)
	}
	return w.Body.Bytes()
}

func validateFuzzed(t *testing.T, doc *openapi.Document, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= 500 {
		t.Errorf("%s %s: %d\n%s", r.Method, r.URL, w.Code, w.Body)
	}
	op := operationAt(r, doc, controlDocument())
	if op == nil || op.Response(w.Code) == nil || w.Code >= 400 && doc != openapi.Agent() {
		return
	}
	for _, v := range op.ValidateResponse(&openapi.ResponseData{Status: w.Code, Header: w.Result().Header,
		Body: w.Body.Bytes()}) {
		t.Errorf("%s %s: the response %d is invalid: %s\n%s", r.Method, r.URL, w.Code, v, w.Body)
	}
}
