package mockserver

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// A panic becomes a 500, is logged with its place and recorded in the journal; the server goes on.
func TestPanicsBecome500(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := New(openapi.Agent(), Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	list := openapi.Agent().Operation("listAgents")
	ask := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/v1/api/agents", nil)
		r.Header = http.Header{"X-Api-Key": {"CLEAR-key"}, "X-Workspace-Id": {"w"}}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	act := s.api().endpoints[list].act
	s.api().endpoints[list].act = func(*exchange) *response { panic("oh no") }
	if w := ask(); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(),
		`"internal_server_error"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if text := log.String(); !strings.Contains(text, "oh no") || !strings.Contains(text, "handler_test.go") ||
		strings.Contains(text, "CLEAR") {
		t.Errorf("log: %s", text)
	}
	if entries := s.Requests(Filter{Status: 500}).Requests; len(entries) != 1 {
		t.Errorf("%d entries in the journal", len(entries))
	}
	s.api().endpoints[list].act = act
	if w := ask(); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d", w.Code)
	}

	s.api().endpoints[list].act = func(*exchange) *response { panic(http.ErrAbortHandler) }
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("http.ErrAbortHandler must reach net/http")
		}
	}()
	ask()
}

// The log has one line for each request, with the reason of a refusal and without secrets.
func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := New(openapi.Agent(), Options{Log: slog.New(slog.NewTextHandler(&log, nil)),
		APIKeys: []string{"CLEAR-key"}})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost/v1/api/agents?x-api-key=CLEAR",
		strings.NewReader(`{"llmModel":"nope","ttsModel":{"elevenLabsApiKey":["CLEAR"]}}`))
	r.Header = http.Header{"X-Api-Key": {"CLEAR-key"}, "X-Workspace-Id": {"CLEAR-key"},
		"Content-Type": {"application/json"}}
	s.ServeHTTP(httptest.NewRecorder(), r)
	for _, want := range []string{"method=POST", "status=400", "operation=createAgent", "/llmModel", "more)"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in %s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "CLEAR") || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("log: %s", log.String())
	}
}

// hookedWriter calls began before the response is sent.
type hookedWriter struct {
	*httptest.ResponseRecorder
	began func()
}

func (w *hookedWriter) WriteHeader(status int) {
	w.began()
	w.ResponseRecorder.WriteHeader(status)
}

// A client that has a response finds its request in the journal.
func TestJournalComesBeforeTheResponse(t *testing.T) {
	t.Parallel()
	s, err := New(openapi.Agent(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept := -1
	w := &hookedWriter{httptest.NewRecorder(), func() { kept = len(s.Requests(Filter{}).Requests) }}
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/v1/api/agents", nil))
	if kept != 1 {
		t.Errorf("%d entries when the response began", kept)
	}
}

var fileName = regexp.MustCompile(`[\w/]+\.go\b`)

// The steps that handler.go lists must name files that exist.
func TestStepsNameFiles(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("handler.go")
	if err != nil {
		t.Fatal(err)
	}
	names := fileName.FindAllString(string(source), -1)
	if len(names) < 10 {
		t.Errorf("handler.go names only %q", names)
	}
	for _, name := range names {
		file := name
		if strings.Contains(name, "/") {
			file = "../" + name
		}
		if _, err := os.Stat(file); err != nil {
			t.Errorf("handler.go names %s: %v", name, err)
		}
	}
}
