package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// gatedMock is a mock with a gate before it that tests close.
type gatedMock struct {
	URL   string
	mock  http.Handler
	mu    sync.Mutex
	posts int
	// gate is asked before each creation, counted from 1. It answers itself and returns false, or
	// lets the request pass.
	gate func(n int, w http.ResponseWriter, r *http.Request) bool
}

func newGatedMock(t *testing.T) *gatedMock {
	t.Helper()
	mock, err := mockserver.New(openapi.Agent(), mockserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := &gatedMock{mock: mock, gate: func(int, http.ResponseWriter, *http.Request) bool { return true }}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	g.URL = server.URL
	return g
}

func (g *gatedMock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		g.mu.Lock()
		g.posts++
		n := g.posts
		g.mu.Unlock()
		if !g.gate(n, w, r) {
			return
		}
	}
	g.mock.ServeHTTP(w, r)
}

// names lists the agents of the workspace.
func (g *gatedMock) names(t *testing.T) []string {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/v1/api/agents", nil)
	r.Header.Set("x-api-key", "k")
	r.Header.Set("x-workspace-id", "ws-demo")
	g.mock.ServeHTTP(w, r)
	var agents []struct{ Name string }
	if err := json.Unmarshal(w.Body.Bytes(), &agents); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	var names []string
	for _, a := range agents {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	return names
}

// agentmock runs the program in process.
func agentmock(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, talk bytes.Buffer
	code = run(ctx, args, strings.NewReader(""), &out, &talk)
	return code, out.String(), talk.String()
}

func (g *gatedMock) seed(ctx context.Context, t *testing.T, ledger string, more ...string) (code int, stdout,
	stderr string) {
	t.Helper()
	return agentmock(ctx, append([]string{"seed", "--base-url", g.URL, "--workspace", "ws-demo", "--seed", "7",
		"--ledger", ledger, "--api-key", "k-7f3a9d21"}, more...)...)
}

func (g *gatedMock) undo(t *testing.T, ledger string) {
	t.Helper()
	if code, _, stderr := agentmock(t.Context(), "seed", "--undo", ledger, "--api-key", "k"); code != exitOK {
		t.Fatalf("undo: exit code %d: %s", code, stderr)
	}
}

// expect wants the target to have each of count agents once.
func (g *gatedMock) expect(t *testing.T, count int) {
	t.Helper()
	names := g.names(t)
	if unique := slices.Compact(slices.Clone(names)); len(names) != count || len(unique) != count {
		t.Fatalf("the target has %d agents with %d names, want %d", len(names), len(unique), count)
	}
}

func TestSeedFiveHundred(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	g, ledger := newGatedMock(t), filepath.Join(t.TempDir(), "ledger")
	code, stdout, stderr := g.seed(t.Context(), t, ledger, "--count", "500")
	if code != exitOK || strings.Count(stdout, "\n") != 500 {
		t.Fatalf("exit code %d, %d lines: %s", code, strings.Count(stdout, "\n"), stderr)
	}
	g.expect(t, 500)
	g.undo(t, ledger)
	g.expect(t, 0)
}

// A run that is interrupted stops after the request that it has sent, lists what exists, and is
// continued by running it again.
func TestSeedInterrupted(t *testing.T) {
	t.Parallel()
	g, ledger := newGatedMock(t), filepath.Join(t.TempDir(), "ledger")
	ctx, cancel := context.WithCancel(t.Context())
	g.gate = func(n int, _ http.ResponseWriter, _ *http.Request) bool {
		if n == 25 {
			cancel()
		}
		return true
	}
	code, stdout, stderr := g.seed(ctx, t, ledger, "--count", "60")
	if code != exitInterrupted || strings.Count(stdout, "\n") != 25 || !strings.Contains(stderr, "25 agents created") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	g.expect(t, 25)
	if code, _, stderr := g.seed(t.Context(), t, ledger, "--count", "60"); code != exitOK ||
		!strings.Contains(stderr, "35 agents created, 25 already there") {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	g.expect(t, 60)
	g.undo(t, ledger)
	g.expect(t, 0)
}

// A run that is killed leaves a ledger whose end is missing, at any byte. Whatever is missing,
// another run completes what there is, and undo finds all of it.
func TestSeedKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	g := newGatedMock(t)
	if code, _, stderr := g.seed(t.Context(), t, whole, "--count", "4"); code != exitOK {
		t.Fatal(stderr)
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	lastBegin := bytes.LastIndex(data, []byte(`{"begin"`))
	lastCreated := bytes.LastIndex(data, []byte(`{"created"`))
	ledger := filepath.Join(dir, "ledger")
	for cut := lastBegin + 1; cut <= len(data); cut += 7 {
		if cut > lastBegin && cut <= lastCreated-1 { // killed before the request: the agent is not there
			continue
		}
		if err := os.WriteFile(ledger, data[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, stderr := g.seed(t.Context(), t, ledger, "--count", "6"); code != exitOK {
			t.Fatalf("cut at %d: exit code %d: %s", cut, code, stderr)
		}
		g.expect(t, 6)
		if l, err := lockLedger(t.Context(), ledger, 0, t.Logf); err != nil || len(l.created) != 6 || len(l.open) != 0 {
			t.Fatalf("cut at %d: the ledger is not whole: %v", cut, err)
		} else {
			l.close()
		}
		g.undo(t, ledger)
		g.expect(t, 0)
		// as it was
		if code, _, stderr := g.seed(t.Context(), t, filepath.Join(dir, fmt.Sprint(cut)), "--count",
			"4"); code != exitOK {
			t.Fatal(stderr)
		}
		if data, err = os.ReadFile(filepath.Join(dir, fmt.Sprint(cut))); err != nil {
			t.Fatal(err)
		}
	}
}

// An undo right after a kill looks up what came of the agent that was being created.
func TestSeedKilledAndUndone(t *testing.T) {
	t.Parallel()
	g, ledger := newGatedMock(t), filepath.Join(t.TempDir(), "ledger")
	if code, _, stderr := g.seed(t.Context(), t, ledger, "--count", "4"); code != exitOK {
		t.Fatal(stderr)
	}
	data, err := os.ReadFile(ledger)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ledger, data[:bytes.LastIndex(data, []byte(`{"created"`))+12], 0o600); err != nil {
		t.Fatal(err)
	}
	g.undo(t, ledger)
	g.expect(t, 0)
}

// Where a connection breaks, nobody knows whether the agent was created: the list tells.
func TestSeedOverABadConnection(t *testing.T) {
	t.Parallel()
	g, ledger := newGatedMock(t), filepath.Join(t.TempDir(), "ledger")
	g.gate = func(n int, w http.ResponseWriter, r *http.Request) bool {
		switch {
		case n%7 == 3: // created, and nobody is told
			g.mock.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case n%7 == 5: // not created
			panic(http.ErrAbortHandler)
		case n%7 == 6:
			w.WriteHeader(http.StatusServiceUnavailable)
			return false
		}
		return true
	}
	if code, _, stderr := g.seed(t.Context(), t, ledger, "--count", "12", "--retries", "3"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	g.expect(t, 12)
	g.undo(t, ledger)
	g.expect(t, 0)
}

func TestSeedRefused(t *testing.T) {
	t.Parallel()
	g, ledger := newGatedMock(t), filepath.Join(t.TempDir(), "ledger")
	g.gate = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n < 3 {
			return true
		}
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"error": {"code": "quota", "message": "two agents are enough for k-7f3a9d21"}}`)
		return false
	}
	code, stdout, stderr := g.seed(t.Context(), t, ledger, "--count", "5")
	if code != exitViolations || strings.Count(stdout, "\n") != 2 || !strings.Contains(stderr,
		"403 Forbidden: two agents are enough for [redacted]\n") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	// What was refused is not ours when somebody else makes it.
	g.gate = func(int, http.ResponseWriter, *http.Request) bool { return true }
	if code, _, stderr := g.seed(t.Context(), t, filepath.Join(t.TempDir(), "another"), "--count",
		"3"); code != exitOK {
		t.Fatal(stderr)
	}
	g.undo(t, ledger)
	const want = "Billing Questions – Abernathy Moving & Storage"
	if names := g.names(t); len(names) != 1 || names[0] != want {
		t.Errorf("left are %q", names)
	}
}

// Agents of the same name are told apart by their number: as many as there should be are there.
func TestSeedEdgeAgents(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	g, ledger := newGatedMock(t), filepath.Join(t.TempDir(), "ledger")
	g.gate = func(n int, _ http.ResponseWriter, _ *http.Request) bool {
		if n%5 == 0 { // and whether they arrived is not always known
			panic(http.ErrAbortHandler)
		}
		return true
	}
	for _, count := range []int{60, 90, 90} {
		if code, _, stderr := g.seed(t.Context(), t, ledger, "--count", fmt.Sprint(count), "--profile",
			"edge"); code != exitOK {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		if names := g.names(t); len(names) != count {
			t.Fatalf("the target has %d agents, want %d", len(names), count)
		}
	}
	g.undo(t, ledger)
	g.expect(t, 0)
}

// seedClientOf returns a client whose waits take no time.
func seedClientOf(t *testing.T, url string) *seedClient {
	t.Helper()
	f := seedTargetFlags{targetFlags: targetFlags{baseURL: url, timeout: time.Minute}}
	doc := openapi.Agent()
	target, err := f.resolve(env{stderr: new(bytes.Buffer), getenv: func(string) string { return "" }},
		doc, doc.Resource("agents"), "ws-demo", "")
	if err != nil {
		t.Fatal(err)
	}
	target.options.Sleep = func(context.Context, time.Duration) error { return nil }
	target.connect(nil)
	return target
}

func TestSeedListsThatAreNone(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"agents": []}`: "is object, not a list", `<html>`: "is not JSON", ``: "is not JSON",
		`[1, {"_id": 5, "name": null}]`: "",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter,
			_ *http.Request) {
			fmt.Fprint(w, body)
		}))
		c := seedClientOf(t, server.URL)
		items, err := c.list(t.Context())
		server.Close()
		if want == "" && (err != nil || len(items) != 2 || items[1].id != "5") || want != "" &&
			(err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, %v", body, items, err)
		}
	}
}

// A document that demands more than agents do, without examples, and takes bodies in a media type
// of its own.
func TestSeedAnotherDocument(t *testing.T) {
	t.Parallel()
	source := strings.NewReplacer(
		"    get:\n",
		"    get:\n      parameters: [{name: page, in: query, required: true, schema: {type: integer}}]\n",
		"application/json", "application/vnd.boats+json").Replace(boats)
	doc, err := openapi.Parse("boats.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	mock := mockserver.RunT(t, doc, mockserver.Options{})
	dir := t.TempDir()
	spec, ledger := filepath.Join(dir, "boats.yaml"), filepath.Join(dir, "ledger")
	if err := os.WriteFile(spec, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := agentmock(t.Context(), "seed", "--spec", spec, "--base-url", mock.URL, "--count",
		"3", "--ledger", ledger)
	if code != exitOK || strings.Count(stdout, "\n") != 3 {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := agentmock(t.Context(), "seed", "--spec", spec, "--undo", ledger); code != exitOK ||
		!strings.Contains(stderr, "3 boats removed") && !strings.Contains(stderr, "3 agents removed") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

const boats = `openapi: 3.1.0
info: {title: Boats, version: "1"}
components:
  parameters:
    tenant: {name: x-tenant, in: header, required: true, schema: {type: string}}
  schemas:
    Boat:
      type: object
      required: [name]
      properties:
        id: {type: string, readOnly: true}
        name: {type: string}
paths:
  /boats:
    parameters: [{$ref: "#/components/parameters/tenant"}]
    get:
      operationId: listBoats
      responses: {'200': {description: all,
        content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Boat"}}}}}}
    post:
      operationId: createBoat
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Boat"}}}}
      responses: {'201': {description: one,
        content: {application/json: {schema: {$ref: "#/components/schemas/Boat"}}}}}
  /boats/{id}:
    parameters:
      - {$ref: "#/components/parameters/tenant"}
      - {name: id, in: path, required: true, schema: {type: string}}
    delete: {operationId: deleteBoat, responses: {'204': {description: gone}}}
`
