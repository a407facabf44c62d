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
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/fixtures/traffic"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/mockserver"
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

// recordedDay returns the fixtures of a day's work of two clients at the mock, of which one has a session.
func recordedDay(t *testing.T, doc *openapi.Document) ([]*fixtures.Fixture, traffic.Summary) {
	t.Helper()
	dir := t.TempDir()
	const key = "sk-live-0f3b9c71d2e84a5f"
	recorder, err := traffic.NewRecorder(doc, dir, traffic.RecorderOptions{Secrets: []string{key}})
	if err != nil {
		t.Fatal(err)
	}
	mock, err := mockserver.New(doc, mockserver.Options{APIKeys: []string{key}, Agents: 5, Recorded: recorder.Record})
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, session := range []string{"", "second"} {
		if session != "" {
			if _, err := mock.InSession(session); err != nil {
				t.Fatal(err)
			}
		}
		w := &worker{t: t, handler: mock, key: key, workspace: mockserver.DefaultWorkspace(doc), session: session}
		w.day()
		calls += w.calls
	}
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
	for _, secret := range []string{key, recordedSecret, recordedSecret[:12]} {
		if strings.Contains(all.String(), secret) {
			t.Errorf("the fixtures have the secret %s", secret)
		}
	}
	return list, summary
}

// A day's work of a client that was recorded at the mock is replayed at other backends: sound ones pass, and
// what is wrong with others is found.
func TestRecordedDay(t *testing.T) {
	t.Parallel()
	doc := openapi.Agent()
	list, summary := recordedDay(t, doc)
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
	for name, h := range map[string]http.Handler{"the mock": mock, "the backend": sound()} {
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
