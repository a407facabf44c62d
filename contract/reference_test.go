package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func varied(t *testing.T, id string, h http.Handler) http.Handler {
	t.Helper()
	for _, v := range mutants.Variations() {
		if v.ID == id {
			return v.Apply(h)
		}
	}
	t.Fatalf("no variation is called %s", id)
	return nil
}

// Who looks up what a request refers to is no liar: a note says so, and how to have the rest
// checked.
func TestUnknownReferences(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"phones-looked-up", "elevenlabs-keys-tried"} {
		r := verify(t, picked("*phone*", "secret-*", "values-empty*"),
			contracttest.Handler(varied(t, id, sound())), contract.Options{})
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
	r := verify(t, picked("*phone*", "values-empty*"), contracttest.Handler(planted(t, "empty-list-refused",
		sound())), contract.Options{})
	if r.OK() {
		t.Error("who refuses an empty list has no reference to excuse it")
	}
}

// Fixtures that share an item which cannot be created were not executed, and have not passed.
func TestUnknownReferenceInSharedItem(t *testing.T) {
	t.Parallel()
	list := picked("update-agent-without-*")
	for i, f := range list {
		c := *f
		c.Given = slices.Clone(f.Given)
		body, _ := c.Given[0].Body.(*jsonvalue.Object)
		body = jsonvalue.Clone(body).(*jsonvalue.Object)
		body.Set("phoneNumberIds", []any{"unknown"})
		c.Given[0].Body = body
		list[i] = &c
	}
	r := verify(t, list, contracttest.Handler(varied(t, "phones-looked-up", sound())), contract.Options{})
	if r.Summary.Skipped != len(list) || !strings.Contains(r.Fixtures[0].Reason,
		"names what the target does not know") {
		t.Errorf("%+v, %q", r.Summary, r.Fixtures[0].Reason)
	}
}

// What the target knows is sent in the place of what fixtures make up, and expected back.
func TestValues(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	sent := map[string]int{}
	target := between(contracttest.Handler(varied(t, "phones-looked-up", sound())),
		func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
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
	r := verify(t, picked("documentation-*", "creation-of-everything", "update-keeps-*"), target,
		contract.Options{Values: map[string]any{"/ttsModel/voiceId": "alloy-of-the-target"}})
	if sent["alloy-of-the-target"] == 0 || sent["mistv2"] > 0 {
		t.Errorf("sent were %v", sent)
	}
	if r.Summary.Failed > 0 || r.Summary.Errored > 0 {
		t.Errorf("%+v\n%s", r.Summary, textOf(t, r))
	}
	if _, err := contract.Run(t.Context(), openapi.Agent(), picked("lifecycle"), target,
		contract.Options{Values: map[string]any{"voice": "x"}}); err == nil {
		t.Error("a value without a place is taken")
	}
}

// A derived request of made-up values may be refused, and what answers it is judged all the same;
// but where nothing succeeds at all, a refusal proves nothing.
func TestMadeUpRequests(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("actions.yaml", []byte(`
openapi: 3.1.0
info: {title: Actions, version: "1"}
paths:
  /status: {get: {operationId: status, responses: {"200": {description: fine}}}}
  /login:
    post:
      operationId: login
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object, required: [user], properties: {user: {type: string}}}}
      responses:
        "200": {description: in, content: {application/json: {schema: {type: object, required: [token]}}}}
        "401": {description: out}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name            string
		status, login   int
		failed, errored bool
		notes           int
	}{
		{"refused", http.StatusOK, http.StatusUnauthorized, false, false, 1},
		{"answered in another form", http.StatusOK, http.StatusOK, true, false, 0},
		{"nothing succeeds", http.StatusNotFound, http.StatusNotFound, true, true, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			target := contracttest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/status" {
					w.WriteHeader(tt.status)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(tt.login)
				_, _ = io.WriteString(w, "{}") // which the document does not say of its 401
			}))
			list := contract.Selection{Level: fixtures.Full,
				Filters: []string{"*-answers"}}.Select(fixtures.Derive(doc))
			r, err := contract.Run(t.Context(), doc, list, target, contract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if (r.Summary.Failed > 0) != tt.failed || (r.Summary.Errored > 0) != tt.errored {
				t.Errorf("%+v\n%s", r.Summary, textOf(t, r))
			}
			notes := 0
			for _, n := range find(t, r, "login-answers").Notes {
				if n.Rule == "unknown-reference" {
					notes++
				}
			}
			if notes != tt.notes {
				t.Errorf("%d notes say that what was sent is made up", notes)
			}
		})
	}
}

// A phone number that is given for all fixtures may leave the agent that had it: the fixtures that send it
// take turns, and nobody is accused.
func TestGivenReferenceThatMoves(t *testing.T) {
	t.Parallel()
	r := verify(t, picked("*phone*", "update-agent-comes-back", "create-agent-comes-back", "list-*"),
		contracttest.Handler(varied(t, "phones-move", sound())),
		contract.Options{Values: map[string]any{"/phoneNumberIds/0": "678c5e02b4a7d90f31c8e6a1"}})
	if !r.OK() {
		t.Errorf("%+v\n%s", r.Summary, textOf(t, r))
	}
}

// A proxy that joins doubled headers makes another workspace of two: what is created there is removed
// there, and nothing suggests that the address is wrong.
func TestDoubledHeadersJoined(t *testing.T) {
	t.Parallel()
	for _, filter := range []string{"create-agent-doubled-*", "*-doubled-*"} {
		h := varied(t, "doubled-headers-joined", sound())
		r := verify(t, picked(filter), contracttest.Handler(h), contract.Options{})
		if s := r.Summary; s.Failed+s.Errored > 0 || len(r.Left)+len(r.Hints) > 0 {
			t.Errorf("%s: %+v, left %q, hints %q\n%s", filter, s, r.Left, r.Hints, textOf(t, r))
		}
	}
}
