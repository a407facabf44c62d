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
	h := w.Header()
	for name, values := range a.header {
		h[name] = append(h[name], values...)
	}
	if a.mediaType != "" {
		h.Set("Content-Type", a.mediaType)
		h.Set("X-Content-Type-Options", "nosniff")
	}
	bodiless := a.status == http.StatusNoContent || a.status == http.StatusNotModified
	if !bodiless {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if !bodiless && r.Method != http.MethodHead {
		_, _ = w.Write(a.body)
	}
}
