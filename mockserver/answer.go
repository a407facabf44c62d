package mockserver

import (
	"net/http"
	"strconv"

	"github.com/agentmock/agentmock/openapi"
)

const applicationJSON = "application/json"

// answer is a response before it is written, with what the journal wants to know about it.
type answer struct {
	status     int
	mediaType  string // "" where there is no body
	header     http.Header
	body       []byte
	violations []openapi.Violation // why it is a refusal
}

// set adds a header.
func (a *answer) set(name, value string) *answer {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set(name, value)
	return a
}

// write sends the answer. An error means that the client has gone, about which nothing can be done.
func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	a.describe(w.Header())
	a.send(w, r)
}

// describe sets the headers of the answer.
func (a *answer) describe(h http.Header) {
	for name, values := range a.header {
		h[name] = append(h[name], values...)
	}
	if a.mediaType != "" {
		h.Set("Content-Type", a.mediaType)
		h.Set("X-Content-Type-Options", "nosniff")
	}
	if !a.bodiless() {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
}

// send sends what describe has announced.
func (a *answer) send(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(a.status)
	if !a.bodiless() && r.Method != http.MethodHead {
		_, _ = w.Write(a.body)
	}
}

func (a *answer) bodiless() bool {
	return a.status == http.StatusNoContent || a.status == http.StatusNotModified
}
