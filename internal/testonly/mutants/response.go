package mutants

import (
	"bytes"
	"net/http"
	"strconv"
)

// response is one response on its way back. It may be changed until it is written.
type response struct {
	status int
	header http.Header
	body   []byte

	hangUp bool // close the connection instead of responding
	excess int  // added to the body's true length in Content-Length
}

// errorResponse returns an error response in JSON.
func errorResponse(status int, message string) *response {
	return jsonResponse(status, map[string]any{"error": message})
}

// jsonResponse returns a response in JSON.
func jsonResponse(status int, v any) *response {
	return &response{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: encode(v)}
}

func (resp *response) ok() bool      { return resp.status >= 200 && resp.status < 300 }
func (resp *response) refused() bool { return resp.status >= 400 && resp.status < 500 }

// agent returns the agent in a successful response, or nil.
func (resp *response) agent() map[string]any {
	if !resp.ok() {
		return nil
	}
	o := decodeObject(resp.body)
	if _, ok := o["_id"]; !ok {
		return nil
	}
	return o
}

// agents returns the agents in a successful response, single or in a list.
func (resp *response) agents() []map[string]any {
	if one := resp.agent(); one != nil {
		return []map[string]any{one}
	}
	var found []map[string]any
	items, _ := decode(resp.body).([]any)
	for _, item := range items {
		if o, ok := item.(map[string]any); ok && resp.ok() && o["_id"] != nil {
			found = append(found, o)
		}
	}
	return found
}

// edit applies f to each agent in a response and returns the response.
func (resp *response) edit(f func(agent map[string]any)) *response {
	if one := resp.agent(); one != nil {
		f(one)
		resp.body = encode(one)
		return resp
	}
	agents := resp.agents()
	if len(agents) == 0 {
		return resp
	}
	for _, agent := range agents {
		f(agent)
	}
	resp.body = encode(agents)
	return resp
}

// write sends the response. It always states the length, so that only a defect can state a wrong
// one.
func (resp *response) write(w http.ResponseWriter) {
	if resp.hangUp {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	for name, values := range resp.header {
		h[name] = values
	}
	h.Del("Content-Length")
	if h.Get("Content-Type") == "" {
		h["Content-Type"] = nil // or net/http would guess one
	}
	if resp.status != http.StatusNoContent && resp.status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(resp.body)+resp.excess))
	}
	w.WriteHeader(resp.status)
	w.Write(resp.body[:len(resp.body)+min(resp.excess, 0)]) // net/http sends no more than was stated
}

// recorder records the response of a handler.
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

func (r *recorder) response() *response {
	r.WriteHeader(http.StatusOK)
	return &response{status: r.status, header: r.sent, body: r.body.Bytes()}
}
