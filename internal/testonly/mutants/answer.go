package mutants

import (
	"bytes"
	"net/http"
	"strconv"
)

// answer is one response on its way back, open to change until it is written.
type answer struct {
	status int
	header http.Header
	body   []byte

	hangUp bool // close the connection instead of answering
	excess int  // added to the body's true length in Content-Length
}

// fail is an answer of a refusing or failing backend.
func fail(status int, message string) *answer {
	return reply(status, map[string]any{"error": message})
}

// reply is an answer in JSON.
func reply(status int, v any) *answer {
	return &answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: encode(v)}
}

func (a *answer) ok() bool      { return a.status >= 200 && a.status < 300 }
func (a *answer) refused() bool { return a.status >= 400 && a.status < 500 }

// agent is the agent that an answer shows, or nil.
func (a *answer) agent() map[string]any {
	if !a.ok() {
		return nil
	}
	o := decodeObject(a.body)
	if _, ok := o["_id"]; !ok {
		return nil
	}
	return o
}

// agents are those that an answer shows, alone or in a list.
func (a *answer) agents() []map[string]any {
	if one := a.agent(); one != nil {
		return []map[string]any{one}
	}
	var found []map[string]any
	items, _ := decode(a.body).([]any)
	for _, item := range items {
		if o, ok := item.(map[string]any); ok && a.ok() && o["_id"] != nil {
			found = append(found, o)
		}
	}
	return found
}

// edit lets f change each agent that an answer shows, and returns the answer.
func (a *answer) edit(f func(agent map[string]any)) *answer {
	if one := a.agent(); one != nil {
		f(one)
		a.body = encode(one)
		return a
	}
	agents := a.agents()
	if len(agents) == 0 {
		return a
	}
	for _, agent := range agents {
		f(agent)
	}
	a.body = encode(agents)
	return a
}

// write sends the answer. It always states the length, so that an answer that
// lies about it does so on purpose.
func (a *answer) write(w http.ResponseWriter) {
	if a.hangUp {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h.Del("Content-Length")
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = nil // or net/http would guess one
	}
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(a.body)+a.excess))
	}
	w.WriteHeader(a.status)
	w.Write(a.body[:len(a.body)+min(a.excess, 0)]) // net/http sends no more than was stated
}

// recorder keeps what a handler answers.
type recorder struct {
	header http.Header
	sent   http.Header // as it was when the status was written
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status, r.sent = status, r.header.Clone()
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) answer() *answer {
	r.WriteHeader(http.StatusOK)
	return &answer{status: r.status, header: r.sent, body: r.body.Bytes()}
}
