package mutants_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
)

// This file holds the client of an audit: a hand-written sequence of requests to an implementation,
// which finds the rules of the API that it breaks. It shows that each defect breaks one and that no
// variation does.

const (
	collection = "/v1/api/agents"
	marker     = "xi-4f1e-clear-key-marker-93c2"
	gaps       = "gapBetweenEachAttemptForSmartCallback"
	attempts   = "maxAttemptsForSmartCallback"
)

type object = map[string]any

// audit is one sequence of requests and the faults that it has found.
type audit struct {
	base       string
	client     *http.Client
	updateOnly bool
	id         string // of the one agent, where only updates are possible
	noPhones   bool   // the implementation looks phone numbers up
	noKeys     bool   // the implementation tries ElevenLabs keys
	subjects   int    // how many agents it has worked with
	probe      string
	found      []string
}

// newSound returns a sound implementation whose clock advances each time it is read.
func newSound() http.Handler {
	var mu sync.Mutex
	now := time.Date(2025, 1, 19, 2, 57, 27, 923_000_000, time.UTC)
	ids := 0
	return backend.New(backend.Options{
		Now: func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			now = now.Add(3 * time.Second)
			return now
		},
		NewID: func() string {
			mu.Lock()
			defer mu.Unlock()
			ids++
			return fmt.Sprintf("%016x", ids)
		},
	})
}

// odd applies unusual variations to a sound implementation. A defect around it must not rely on the
// shape of ids, the bodies of refusals or fields that may be absent.
func odd(h http.Handler) http.Handler {
	for _, v := range mutants.Variations() {
		if slices.Contains([]string{"ids-with-colon", "refusals-plain-text", "empties-left-out"}, v.ID) {
			h = v.Apply(h)
		}
	}
	return h
}

// run sends the requests of all probes, until a probe ends with more than enough faults, and
// returns the faults.
func run(t *testing.T, wrap func(http.Handler) http.Handler, updateOnly bool, enough int) []string {
	t.Helper()
	sound := newSound()
	if updateOnly {
		sound = odd(sound)
	}
	a := &audit{updateOnly: updateOnly, client: &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	h := wrap(sound)
	if updateOnly {
		h = mutants.UpdateOnly(h)
		a.id = createDirectly(t, sound)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	defer a.client.CloseIdleConnections()
	a.base = srv.URL
	for _, p := range probes() {
		if updateOnly && p.full {
			continue
		}
		if len(a.found) > enough {
			break
		}
		a.probe = p.name
		p.run(a)
	}
	return a.found
}

// createDirectly creates an agent without the middleware around the handler.
func createDirectly(t *testing.T, h http.Handler) string {
	t.Helper()
	r := httptest.NewRequest("POST", collection, bytes.NewReader(encode(whole("Given"))))
	for name, value := range credentials() {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var made struct {
		ID string `json:"_id"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || made.ID == "" {
		t.Fatalf("agent not made: %s", w.Body)
	}
	return made.ID
}

func credentials() map[string]string {
	return map[string]string{"x-api-key": "k-1", "x-workspace-id": "ws-1", "Content-Type": "application/json"}
}

// wrong records a broken rule.
func (a *audit) wrong(format string, args ...any) {
	a.found = append(a.found, a.probe+": "+fmt.Sprintf(format, args...))
}

// response is a response as it was received.
type response struct {
	status int
	media  string
	raw    []byte
}

// header changes the headers of a request: the value "" removes a header, a single space sends it
// empty.
type header map[string]string

// send sends one request, repeats it after 429, and searches the response for the clear key.
func (a *audit) send(method, id string, body []byte, change header) response {
	path := a.base + collection
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	for range 5 {
		req, _ := http.NewRequest(method, path, bytes.NewReader(body))
		for name, value := range credentials() {
			req.Header.Set(name, value)
		}
		for name, value := range change {
			req.Header.Del(name)
			if value != "" {
				req.Header.Set(name, strings.TrimSpace(value))
			}
		}
		resp, err := a.client.Do(req)
		if err != nil {
			a.wrong("%s: connection: %v", method, err)
			return response{}
		}
		raw, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			a.wrong("%s: body: %v", method, err)
		}
		a.searchKey(resp.Header, raw)
		if slices.Contains([]int{429, 502, 503}, resp.StatusCode) { // says nothing about the request
			continue
		}
		if resp.StatusCode >= 500 {
			a.wrong("%s: status %d", method, resp.StatusCode)
		}
		return response{resp.StatusCode, resp.Header.Get("Content-Type"), raw}
	}
	a.wrong("%s: not taken for ever", method)
	return response{}
}

func (a *audit) searchKey(h http.Header, raw []byte) {
	if strings.Contains(fmt.Sprint(h), marker) {
		a.wrong("clear key in a header")
	}
	spelled := raw
	if bytes.Contains(raw, []byte(`\u`)) {
		spelled = encode(decode(raw))
	}
	if bytes.Contains(raw, []byte(marker)) || bytes.Contains(spelled, []byte(marker)) {
		a.wrong("clear key in a body: %.300s", raw)
	}
	for _, text := range disguises() {
		if bytes.Contains(raw, []byte(text)) || strings.Contains(fmt.Sprint(h), text) {
			a.wrong("the key as %q in a response: %.300s", text, raw)
		}
	}
}

// json returns the JSON of a response, which must have one of the statuses.
func (a *audit) json(what string, r response, statuses ...int) any {
	if !slices.Contains(statuses, r.status) {
		a.wrong("%s: status %d, want %v: %.200s", what, r.status, statuses, r.raw)
		return nil
	}
	if media, _, err := mime.ParseMediaType(r.media); err != nil || media != "application/json" {
		a.wrong("%s: media type %q", what, r.media)
	}
	v := decode(r.raw)
	if v == nil {
		a.wrong("%s: no JSON: %.200s", what, r.raw)
	}
	return v
}

// agent returns the agent of a response, which must be complete.
func (a *audit) agent(what string, r response, statuses ...int) object {
	v := a.json(what, r, statuses...)
	if v == nil {
		return nil
	}
	agent, ok := v.(object)
	if !ok {
		a.wrong("%s: no object: %.200s", what, r.raw)
		return nil
	}
	for _, complaint := range misshapen(agent) {
		a.wrong("%s: %s", what, complaint)
	}
	return agent
}

// refused reports whether a response is a refusal, and records one that is not.
func (a *audit) refused(what string, r response) bool {
	if r.status < 400 || r.status > 499 || r.status == 408 || r.status == 429 {
		a.wrong("%s: status %d, want a refusal", what, r.status)
		return false
	}
	return true
}

// put updates an agent, which must succeed.
func (a *audit) put(id string, body object) object {
	return a.agent(fmt.Sprintf("update %.80s", encode(body)), a.named("PUT", id, body), 200)
}

// named sends a body and, where its name is taken, the same with another name. An answer to that has the
// name that was meant.
func (a *audit) named(method, id string, body object) response {
	r := a.send(method, id, encode(body), nil)
	name, isText := body["name"].(string)
	if r.status != http.StatusConflict || !isText {
		return r
	}
	other := maps.Clone(body)
	a.subjects++
	other["name"] = fmt.Sprintf("another name %d", a.subjects)
	r = a.send(method, id, encode(other), nil)
	r.raw = bytes.ReplaceAll(r.raw, encode(other["name"]), encode(name))
	return r
}

// deleted wants a deletion of what is not there, or not the caller's, to be refused or confirmed.
func (a *audit) deleted(what string, r response) {
	if r.status < 200 || r.status > 299 {
		a.refused(what, r)
	}
}

// view returns an agent: by a read, or by an update that changes nothing.
func (a *audit) view(id string) object {
	if a.updateOnly {
		return a.put(id, object{"llmModel": "gpt-5"})
	}
	return a.agent("read", a.send("GET", id, nil, nil), 200)
}

// create creates an agent and returns it, or nil if that failed.
func (a *audit) create(body object) object {
	return a.agent("create", a.named("POST", "", body), 200, 201)
}

// subject returns the id of an agent to test with: a new one, where that is possible.
func (a *audit) subject() string {
	if a.updateOnly {
		a.put(a.id, a.fit(whole("Subject")))
		return a.id
	}
	a.subjects++
	body := whole(fmt.Sprint("Subject ", a.subjects))
	body["phoneNumberIds"] = []any{fmt.Sprint("pn-subject-", a.subjects)}
	agent := a.create(a.fit(body))
	id, _ := agent["_id"].(string)
	if id == "" {
		a.wrong("no agent to work with")
		return "none"
	}
	return id
}

// list returns the agents of a workspace.
func (a *audit) list(workspace string) []object {
	v := a.json("list", a.send("GET", "", nil, header{"x-workspace-id": workspace}), 200)
	items, ok := v.([]any)
	if !ok {
		a.wrong("list: no list")
	}
	var agents []object
	for _, item := range items {
		agent, _ := item.(object)
		for _, complaint := range misshapen(agent) {
			a.wrong("list: %s", complaint)
		}
		agents = append(agents, agent)
	}
	return agents
}
