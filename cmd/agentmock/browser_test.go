package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

//go:embed testdata/browser.html
var browserPage []byte

// TestBrowserCORS has a real browser load a page of another origin that calls the mock, as a front
// end under development does. The browser is $AGENTMOCK_BROWSER or the Chromium in the PATH;
// without one the test is skipped.
func TestBrowserCORS(t *testing.T) {
	t.Parallel()
	browser := findBrowser()
	if browser == "" {
		t.Skip("SKIPPED: no Chromium in the PATH and AGENTMOCK_BROWSER is not set, so CORS was not tried in a browser")
	}
	site := newSite(t)
	defer site.server.Close()
	port := site.server.URL[strings.LastIndexByte(site.server.URL, ':'):]
	const foreign = "http://app.example.com" // a name that the browser is told to look for on this machine

	plain := startServe(t)
	open := startServe(t, "--cors-origin", foreign+port)
	const unreadable = "unreadable"
	for name, row := range map[string]struct {
		origin string
		mock   *served
		want   map[string]string
	}{
		"another port of localhost": {"http://localhost", plain, map[string]string{
			"update": "200 Renamed in a browser", "refusal": "400 allowed values listed", "delete": "404",
			"missing key": "401", "control": "200",
		}},
		"a foreign site": {foreign, plain, map[string]string{
			"update": unreadable, "refusal": unreadable, "delete": unreadable, "missing key": unreadable,
			"control": unreadable,
		}},
		"a foreign site that is allowed": {foreign, open, map[string]string{
			"update": "200 Renamed in a browser", "refusal": "400 allowed values listed", "delete": "404",
			"missing key": "401", "control": "200",
		}},
	} {
		got := site.visit(t, browser, row.origin+port, row.mock)
		if !maps.Equal(got, row.want) {
			t.Errorf("%s: the page got %q, not %q", name, got, row.want)
		}
	}
	// What the foreign page could not read, it could not do either.
	if _, agent := firstAgent(t, plain.url); strings.Contains(agent, "by a foreign site") {
		t.Errorf("a foreign site changed the agent: %s", agent)
	}
}

// site serves the page and receives its results.
type site struct {
	server  *httptest.Server
	mu      sync.Mutex
	results map[string]chan map[string]string // by visit
}

func newSite(t *testing.T) *site {
	s := &site{results: map[string]chan map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(browserPage)
	})
	mux.HandleFunc("POST /result", func(_ http.ResponseWriter, r *http.Request) {
		var result map[string]string
		if err := json.NewDecoder(r.Body).Decode(&result); err != nil {
			t.Errorf("the page reported nonsense: %v", err)
		}
		s.result(r.URL.Query().Get("visit")) <- result
	})
	s.server = httptest.NewServer(mux)
	return s
}

func (s *site) result(visit string) chan map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.results[visit] == nil {
		s.results[visit] = make(chan map[string]string, 1)
	}
	return s.results[visit]
}

// visit has the browser load the page under an origin, and returns what the page reports about a
// mock.
func (s *site) visit(t *testing.T, browser, origin string, mock *served) map[string]string {
	t.Helper()
	id, _ := firstAgent(t, mock.url)
	query := url.Values{"mock": {mock.url}, "agent": {id}, "visit": {origin + " " + mock.url}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+t.TempDir(),
		"--host-resolver-rules=MAP app.example.com 127.0.0.1, MAP localhost 127.0.0.1", "--remote-debugging-port=0",
		origin+"/?"+query.Encode())
	// With a port for debugging, the browser stays until it is told to go, and does not end as soon
	// as the page has been loaded.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	var talk lockedBuffer
	cmd.Stderr = &talk
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel()
		_ = cmd.Wait()
	}()
	select {
	case result := <-s.result(query.Get("visit")):
		return result
	case <-ctx.Done():
		t.Fatalf("the page did not report; %s said:\n%s", browser, talk.String())
		return nil
	}
}

func findBrowser() string {
	if browser := os.Getenv("AGENTMOCK_BROWSER"); browser != "" {
		return browser
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// firstAgent returns the id of a mock's first agent, and the agent.
func firstAgent(t *testing.T, mock string) (id, agent string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, mock+"/v1/api/agents", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"demo-key"}, "X-Workspace-Id": {"ws-demo"}}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var agents []json.RawMessage
	var first struct {
		ID string `json:"_id"`
	}
	if err := json.Unmarshal(body, &agents); err != nil || len(agents) == 0 {
		t.Fatalf("no agents at start: %v\n%s", err, body)
	}
	if err := json.Unmarshal(agents[0], &first); err != nil {
		t.Fatal(err)
	}
	return first.ID, string(agents[0])
}
