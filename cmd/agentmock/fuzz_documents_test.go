package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/randomdoc"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// FuzzDocuments takes random documents through everything: whatever a document says, every part of the
// program comes to an answer, and the mock never fails.
func FuzzDocuments(f *testing.F) {
	if testing.Short() {
		f.Skip("one goroutine at a time does this")
	}
	sound, err := randomdoc.Sound(repository)
	if err != nil {
		f.Fatal(err)
	}
	for i := range 8 {
		f.Add([]byte(fmt.Sprint("seed", i)))
	}
	f.Add([]byte("(apd1"))       // no identity fits both the property and the path
	f.Add([]byte("$ve\x10\xfc")) // what cannot be made is demanded in many places
	f.Add([]byte("sYed0"))       // a form has a list of itself
	f.Add([]byte("\x8eeXd1"))    // a run cannot find its items again, and looks for them
	f.Fuzz(func(t *testing.T, data []byte) {
		comeAlive(t, randomdoc.Random(randomdoc.NewChooser(data), sound))
	})
}

// TestRandomDocuments is a bounded run of the fuzzer, the same each time, with the commands themselves.
func TestRandomDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	sound, err := randomdoc.Sound(repository)
	if err != nil {
		t.Fatal(err)
	}
	count := 120
	if testing.Short() {
		count = 15
	}
	loaded := 0
	for i := range count {
		data := randomdoc.Random(randomdoc.NewChooser([]byte(fmt.Sprint("document", i))), sound)
		if comeAlive(t, data) {
			loaded++
		}
		if i%12 == 0 {
			commands(t, data)
		}
		if t.Failed() {
			t.Fatalf("document %d:\n%s", i, data)
		}
	}
	t.Logf("%d of %d documents are usable", loaded, count)
	if loaded < count/4 {
		t.Error("too few documents are usable to try much")
	}
}

// comeAlive loads, checks, serves, seeds and verifies a document. It reports whether it could be loaded. Time
// that is only waited for, such as for an item that a run cannot find again, passes at once.
func comeAlive(t *testing.T, data []byte) (loaded bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { loaded = comesAlive(t, data) })
	return loaded
}

func comesAlive(t *testing.T, data []byte) bool {
	t.Helper()
	doc, err := openapi.Parse("random.json", data)
	if err != nil {
		if err.Error() == "" {
			t.Error("an error without a word")
		}
		return false
	}
	for _, p := range doc.Check() {
		if p.Message == "" {
			t.Error("a problem without a word")
		}
	}
	var log bytes.Buffer
	server, err := mockserver.New(doc, mockserver.Options{Log: slog.New(slog.NewTextHandler(&log,
		&slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		t.Errorf("not served: %v", err)
		return true
	}
	generator := fixtures.NewGenerator(doc, 7)
	for i := range 3 { // an error is an answer
		_, _ = generator.Agent(i)
		_, _ = generator.CreateBody(i)
		_, _ = generator.UpdateBody(i)
	}
	list := append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
	if step := len(list) / 30; step > 1 { // some of each kind
		var some []*fixtures.Fixture
		for i := 0; i < len(list); i += step {
			some = append(some, list[i])
		}
		list = some
	}
	target := contracttest.Handler(neverFails(t, server))
	report, err := contract.Run(context.Background(), doc, list, target, contract.Options{Level: fixtures.Full,
		Budget: 100})
	if err != nil {
		return true // a run that does not take place says why
	}
	for _, f := range report.Fixtures {
		if strings.Contains(f.Reason, "panic") {
			t.Errorf("%s: %s", f.ID, f.Reason)
		}
	}
	if log.Len() > 0 {
		t.Errorf("the mock failed: %.1500s", log.String())
	}
	return true
}

// neverFails wants a handler to answer nothing with 5xx.
func neverFails(t *testing.T, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		response := httptest.NewRecorder()
		h.ServeHTTP(response, r)
		if response.Code >= http.StatusInternalServerError {
			t.Errorf("%s %s: %d %s", r.Method, r.URL, response.Code, response.Body)
		}
		copyResponse(w, response)
	})
}

// commands runs the commands that read a document.
func commands(t *testing.T, data []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "random.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"spec", "check", file}, {"spec", "check", "--strict", file}, {"fixtures", "list", "--spec", file},
		{"seed", "--spec", file, "--count", "3"},
		{"verify", "--spec", file, "--base-url", "http://127.0.0.1:1", "--dry-run"},
	} {
		code, stdout, stderr := agentmock(t.Context(), args...)
		if code != exitOK && stdout+stderr == "" {
			t.Errorf("agentmock %s: exit code %d without a word", strings.Join(args, " "), code)
		}
	}
}
