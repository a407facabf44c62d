package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/fixtures/traffic"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/mockserver/proxy"
	"github.com/agentmock/agentmock/openapi"
)

// worker is a client of the agent API that works as a front end does.
type worker struct {
	t                       *testing.T
	handler                 http.Handler
	key, workspace, session string
	calls                   int
}

// call sends a request and returns the answer's JSON, which must have a status.
func (w *worker) call(want int, method, path string, body string) map[string]any {
	w.t.Helper()
	w.calls++
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("X-Api-Key", w.key)
	r.Header.Set("X-Workspace-Id", w.workspace)
	if w.session != "" {
		r.Header.Set(mockserver.SessionHeader, w.session)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	out := httptest.NewRecorder()
	w.handler.ServeHTTP(out, r)
	if out.Code != want {
		w.t.Fatalf("%s %s %s: %d, want %d: %s", method, path, body, out.Code, want, out.Body)
	}
	var value map[string]any
	_ = json.Unmarshal(out.Body.Bytes(), &value) // a list, or nothing
	return value
}

const recordedSecret = "el-9c2b7f61d0e84a5f6078b1c2d3e4f5a6"

// day is a day's work: agents are made, looked at, changed in many ways and removed; some requests are mistakes.
func (w *worker) day() {
	agents := "/v1/api/agents"
	w.call(200, "GET", agents, "")
	var ids []string
	for i, body := range []string{
		`{"name":"Front desk %d","llmModel":"gpt-5","ttsModel":{"provider":"openai","voiceId":"alloy"}}`,
		`{"name":"Zoë 📞 %d","llmModel":"gpt-4.1","ttsModel":{"provider":"rime","voiceId":"mistv2_Brook","name":"Brook",` +
			`"language":"en"},"smartCallback":true,"maxAttemptsForSmartCallback":3,` +
			`"gapBetweenEachAttemptForSmartCallback":[{"days":0,"hours":4},{"days":1,"hours":0}],` +
			`"settings":{"speed":1.1,"volume":0.8},"variables":{"company":"Northwind","opening":{"from":9,"to":17.5}}}`,
		`{"name":"Night %d","llmModel":"gpt-4o-mini","ttsModel":{"provider":"elevenlabs","voiceId":"Rachel",` +
			`"elevenLabsApiKey":"` + recordedSecret + `"}}`,
		`{"name":"Plain %d","llmModel":"gpt-5","ttsModel":{"provider":"openai","voiceId":"onyx"}}`,
	} {
		made := w.call(201, "POST", agents, fmt.Sprintf(body, i))
		id, _ := made["_id"].(string)
		ids = append(ids, id)
		w.call(200, "GET", agents+"/"+id, "")
	}
	w.call(200, "GET", agents, "")
	for _, body := range []string{
		`{"llmModel":"gpt-4.1-mini"}`,
		`{"llmModel":"gpt-5","name":"Renamed"}`,
		`{"llmModel":"gpt-5","smartCallback":true,"maxAttemptsForSmartCallback":2,` +
			`"gapBetweenEachAttemptForSmartCallback":[{"days":0,"hours":1}]}`,
		`{"llmModel":"gpt-5","settings":{"speed":0.9,"volume":1,"temperature":0.4}}`,
		`{"llmModel":"gpt-5","variables":{"stage":{"now":{"list":[1,{"a":2}]}}}}`,
		`{"llmModel":"gpt-5","ttsModel":{"provider":"rime","voiceId":"mistv2_Wildflower"}}`,
		`{"llmModel":"gpt-5","smartCallback":false}`,
		`{"llmModel":"gpt-5","name":"Renamed again"}`,
	} {
		for _, id := range ids[:2] {
			w.call(200, "PUT", agents+"/"+id, body)
			w.call(200, "GET", agents+"/"+id, "")
		}
	}
	for _, body := range []string{
		`{"llmModel":"gpt-99"}`, `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":"three"}`,
		`{"llmModel":"gpt-5","name":7}`, `{"llmModel":`,
	} {
		w.call(400, "PUT", agents+"/"+ids[0], body)
	}
	w.call(400, "POST", agents, `{"name":"no model","ttsModel":{"provider":"openai","voiceId":"alloy"}}`)
	w.call(404, "GET", agents+"/0123456789abcdef01234567", "")
	w.call(200, "GET", agents, "")
	for _, id := range ids[2:] {
		w.call(204, "DELETE", agents+"/"+id, "")
		w.call(404, "GET", agents+"/"+id, "")
		w.call(404, "PUT", agents+"/"+id, `{"llmModel":"gpt-5"}`)
	}
	w.call(200, "GET", agents, "")
}

// dayKey is the key of those who work at the place that is recorded.
const dayKey = "sk-live-0f3b9c71d2e84a5f"

// atMock lets two clients work at the mock, of which one has a session, and returns how many requests that were.
func atMock(t *testing.T, doc *openapi.Document, recorder *traffic.Recorder) (calls int) {
	t.Helper()
	mock, err := mockserver.New(doc, mockserver.Options{APIKeys: []string{dayKey}, Agents: 5,
		Recorded: recorder.Record})
	if err != nil {
		t.Fatal(err)
	}
	for _, session := range []string{"", "second"} {
		if session != "" {
			if _, err := mock.InSession(session); err != nil {
				t.Fatal(err)
			}
		}
		w := &worker{t: t, handler: mock, key: dayKey, workspace: mockserver.DefaultWorkspace(doc), session: session}
		w.day()
		calls += w.calls
	}
	return calls
}

// atProxy lets a client work at a sound backend behind a proxy, over connections as they are.
func atProxy(t *testing.T, doc *openapi.Document, recorder *traffic.Recorder) (calls int) {
	t.Helper()
	upstream := httptest.NewServer(backend.New(backend.Options{APIKeys: []string{dayKey}}))
	defer upstream.Close()
	at, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	between, err := mockserver.New(doc, mockserver.Options{Backend: proxy.New(proxy.Options{Upstream: at}),
		Passed: func(p mockserver.Passed) { recorder.Record(exchangeOf(p)) }})
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{t: t, handler: between, key: dayKey, workspace: "ws-day"}
	w.day()
	calls = w.calls
	w.call(200, "GET", "/__mock/requests?limit=1", "") // waits for the judge
	return calls
}

// recordedDay returns the fixtures of a day's work, which is done somewhere.
func recordedDay(t *testing.T, doc *openapi.Document,
	work func(*testing.T, *openapi.Document, *traffic.Recorder) int) ([]*fixtures.Fixture, traffic.Summary) {
	t.Helper()
	dir := t.TempDir()
	recorder, err := traffic.NewRecorder(doc, dir, traffic.RecorderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	calls := work(t, doc, recorder)
	summary, err := recorder.Close()
	if err != nil || summary.Exchanges != calls {
		t.Fatalf("%d exchanges of %d, %v", summary.Exchanges, calls, err)
	}
	list, err := fixtures.Load(doc, dir)
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	if err := fixtures.WriteYAML(&all, list); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{dayKey, recordedSecret, recordedSecret[:12]} {
		if strings.Contains(all.String(), secret) {
			t.Errorf("the fixtures have the secret %s", secret)
		}
	}
	return list, summary
}

// A day's work of a client that was recorded at the mock, or between it and a backend, is replayed at other
// backends: sound ones pass, and what is wrong with others is found.
func TestRecordedDay(t *testing.T) {
	t.Parallel()
	for name, work := range map[string]func(*testing.T, *openapi.Document, *traffic.Recorder) int{
		"mock": atMock, "proxy": atProxy,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := openapi.Agent()
			list, summary := recordedDay(t, doc, work)
			replayDay(t, doc, list, summary, name == "proxy")
		})
	}
}

// replayDay verifies backends by what was recorded. Of a backend's own it has more than the mock answers: members
// that the document leaves to servers.
func replayDay(t *testing.T, doc *openapi.Document, list []*fixtures.Fixture, summary traffic.Summary, own bool) {
	t.Helper()
	t.Logf("%+v", summary)
	if len(list) < 5 || len(list) > 60 {
		t.Errorf("%d fixtures of %d exchanges", len(list), summary.Exchanges)
	}
	const key = "another-key-of-the-backend"
	sound := func() http.Handler { return backend.New(backend.Options{APIKeys: []string{key}}) }
	verify := func(h http.Handler) *contract.Report {
		target := contracttest.Handler(h)
		target.APIKey, target.WorkspaceID = key, "ws-other"
		report, err := contract.Run(context.Background(), doc, list, target, contract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	mock, err := mockserver.New(doc, mockserver.Options{APIKeys: []string{key}})
	if err != nil {
		t.Fatal(err)
	}
	passing := map[string]http.Handler{"the mock": mock, "the backend": sound()}
	if own {
		delete(passing, "the mock")
	}
	for name, h := range passing {
		for _, f := range verify(h).Fixtures {
			if f.Outcome != contract.Passed {
				t.Errorf("%s is sound, and %s %s: %s", name, f.ID, f.Outcome, firstReason(f))
			}
		}
	}
	planted := map[string]func(http.Handler) http.Handler{
		"a member that no answer has any more": withoutMember("createdAt"),
	}
	for _, d := range mutants.Catalogue() {
		switch d.ID {
		case "update-ignores-variables", "read-after-delete", "voice-language-lost", "text-emoji-lost",
			"create-ignores-settings", "enum-refuses-gpt-5", "enum-not-checked-on-update",
			"variables-deep-dropped", "update-gaps-not-stored":
			planted[d.ID] = d.Plant
		}
	}
	for name, plant := range planted {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if report := verify(plant(sound())); report.Summary.Violations == 0 {
				t.Errorf("no fixture of %d finds it", len(list))
			}
		})
	}
}

func firstReason(f contract.Result) string {
	for _, v := range f.Violations {
		return v.Message
	}
	return cmp.Or(f.Reason, "no reason")
}

// withoutMember takes a member out of all answers.
func withoutMember(name string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			out := httptest.NewRecorder()
			next.ServeHTTP(out, r)
			body, _ := io.ReadAll(out.Body)
			var value map[string]any
			if json.Unmarshal(body, &value) == nil {
				delete(value, name)
				body, _ = json.Marshal(value)
			}
			for key, values := range out.Header() {
				if key != "Content-Length" {
					w.Header()[key] = values
				}
			}
			w.WriteHeader(out.Code)
			_, _ = w.Write(body)
		})
	}
}
