package soak_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/load/soak"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// drive drives the mock, through a handler that plants a defect in it, for three phases and one more.
func drive(t *testing.T, steps int, plant func(http.Handler) http.Handler) (soak.Report, error) {
	t.Helper()
	mock, err := mockserver.New(openapi.Agent(), mockserver.Options{Agents: 3})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(plant(mock))
	defer server.Close()
	return soak.Run(t.Context(), soak.Options{URL: server.URL, Seed: 1, Steps: steps,
		Next: func(phase int) bool { return phase < 4 }})
}

func TestMock(t *testing.T) {
	t.Parallel()
	steps := 50
	if testing.Short() {
		steps = 15
	}
	report, err := drive(t, steps, func(sound http.Handler) http.Handler { return sound })
	if want := (soak.Report{Phases: 4, Requests: 4 * 8 * steps, Resets: 1, Restored: 1}); err != nil || report != want {
		t.Errorf("%+v; want %+v: %v", report, want, err)
	}
}

// TestDefects shows that the model sees each kind of defect.
func TestDefects(t *testing.T) {
	t.Parallel()
	planted := map[string]func(http.Handler) http.Handler{
		"update lost among others": lostUpdate,
		"reset forgotten":          unless(http.MethodPost, "/__mock/reset", http.StatusNoContent, ""),
		"state not put back":       unless(http.MethodPut, "/__mock/state", http.StatusNoContent, ""),
		"journal empty":            unless(http.MethodGet, "/__mock/requests", http.StatusOK, `{"requests":[]}`),
		"journal with a secret": unless(http.MethodGet, "/__mock/requests", http.StatusOK,
			`{"requests":[{"body":"sk-soak-1"}]}`),
		"state empty":     unless(http.MethodGet, "/__mock/state", http.StatusOK, `{"agents":[]}`),
		"state of before": staleState,
	}
	for _, d := range mutants.Catalogue() {
		switch d.ID {
		case "every-fifth-update-lost", "read-stale-once", "key-sometimes-clear", "refused-update-half-applied",
			"list-stale", "create-same-id", "refused-create-stored", "foreign-read-accepted", "updated-at-goes-back",
			"delete-not-done", "numbers-rounded", "update-ignores-gaps", "enum-sometimes-not-checked",
			"update-creates", "text-emoji-lost":
			planted[d.ID] = d.Plant
		}
	}
	names := slices.Sorted(maps.Keys(planted))
	if testing.Short() {
		names = names[:3]
	}
	for _, name := range names {
		plant := planted[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if report, err := drive(t, 50, plant); err == nil {
				t.Errorf("not seen: %+v", report)
			} else {
				t.Log(err)
			}
		})
	}
}

// unless answers one call itself, and passes all others on.
func unless(method, path string, status int, body string) func(http.Handler) http.Handler {
	return func(sound http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == method && r.URL.Path == path {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
				return
			}
			sound.ServeHTTP(w, r)
		})
	}
}

// lostUpdate sometimes writes the update before once more after an update, as a backend does that
// reads an item, changes it and writes it back, and lets another one do so in between.
func lostUpdate(sound http.Handler) http.Handler {
	var mu sync.Mutex
	var n int
	var before []byte
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPut || !strings.HasSuffix(r.Header.Get("X-Workspace-Id"), "shared") {
			sound.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		sound.ServeHTTP(w, r)
		if n++; n%5 == 0 && before != nil {
			again := r.Clone(r.Context())
			again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(before)), int64(len(before))
			sound.ServeHTTP(httptest.NewRecorder(), again)
			return
		}
		if n%5 == 1 {
			before = body
		}
	})
}

// staleState answers the state as it was at the last time but one that somebody asked for it.
func staleState(sound http.Handler) http.Handler {
	var mu sync.Mutex
	var states []*httptest.ResponseRecorder
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/__mock/state" {
			sound.ServeHTTP(w, r)
			return
		}
		now := httptest.NewRecorder()
		sound.ServeHTTP(now, r)
		mu.Lock()
		defer mu.Unlock()
		states = append(states, now)
		_, _ = w.Write(states[max(0, len(states)-2)].Body.Bytes())
	})
}
