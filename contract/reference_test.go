package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/internal/defects"
	"github.com/agentmock/agentmock/openapi"
)

func varied(t *testing.T, id string, h http.Handler) http.Handler {
	t.Helper()
	for _, v := range defects.Variations() {
		if v.ID == id {
			return v.Apply(h)
		}
	}
	t.Fatalf("no variation is called %s", id)
	return nil
}

// Who looks up what a request refers to is no liar: a note says so, and how to have the rest checked.
func TestUnknownReferences(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"phones-looked-up", "elevenlabs-keys-tried"} {
		r := verify(t, picked("*phone*", "secret-*", "values-empty*"), contracttest.Handler(varied(t, id, sound())), contract.Options{})
		var notes []string
		for _, f := range r.Fixtures {
			for _, n := range f.Notes {
				if n.Rule == "unknown-reference" {
					notes = append(notes, n.Message)
				}
			}
		}
		if !r.OK() || len(notes) == 0 || !strings.Contains(notes[0], "--value POINTER=VALUE") {
			t.Errorf("%s: %+v, notes %q\n%s", id, r.Summary, notes, textOf(t, r))
		}
	}
	r := verify(t, picked("*phone*", "values-empty*"), contracttest.Handler(planted(t, "empty-list-refused", sound())), contract.Options{})
	if r.OK() {
		t.Error("who refuses an empty list has no reference to excuse it")
	}
}

// What the target knows is sent in the place of what fixtures make up, and expected back.
func TestValues(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	sent := map[string]int{}
	target := between(contracttest.Handler(varied(t, "phones-looked-up", sound())), func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
		if r.Body != nil {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			mu.Lock()
			for _, id := range []string{"alloy-of-the-target", "mistv2"} {
				sent[id] += strings.Count(string(body), id)
			}
			mu.Unlock()
		}
		return inner.RoundTrip(r)
	})
	r := verify(t, picked("documentation-*", "creation-of-everything", "update-keeps-*"), target, contract.Options{Values: map[string]any{"/ttsModel/voiceId": "alloy-of-the-target"}})
	if sent["alloy-of-the-target"] == 0 || sent["mistv2"] > 0 {
		t.Errorf("sent were %v", sent)
	}
	if r.Summary.Failed > 0 || r.Summary.Errored > 0 {
		t.Errorf("%+v\n%s", r.Summary, textOf(t, r))
	}
	if _, err := contract.Run(t.Context(), openapi.Agent(), picked("lifecycle"), target, contract.Options{Values: map[string]any{"voice": "x"}}); err == nil {
		t.Error("a value without a place is taken")
	}
}
