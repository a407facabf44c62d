package mockserver

import (
	"io"
	"net/http"
	"strconv"

	"github.com/agentmock/agentmock/openapi"
)

const applicationJSON = "application/json"

// response is a response before it is written.
type response struct {
	status     int
	mediaType  string // "" where there is no body
	header     http.Header
	body       []byte
	stream     func(io.Writer) error // writes the body in its place, if it is long
	violations []openapi.Violation   // why it is a refusal, for the journal
	message    string                // of a refusal
}

// set sets a header and returns the response.
func (res *response) set(name, value string) *response {
	if res.header == nil {
		res.header = http.Header{}
	}
	res.header.Set(name, value)
	return res
}

// setHeaders adds the headers of the response to those that are set already.
func (res *response) setHeaders(h http.Header) {
	for name, values := range res.header {
		h[name] = append(h[name], values...)
	}
	own := []string{res.mediaType, "nosniff", ""} // one piece of memory for all
	if res.mediaType != "" {
		h["Content-Type"], h["X-Content-Type-Options"] = own[:1:1], own[1:2:2]
	}
	if !res.hasNoBody() && res.stream == nil {
		own[2] = strconv.Itoa(len(res.body))
		h["Content-Length"] = own[2:]
	}
}

// send writes status and body. An error would mean that the client has gone, so it is ignored.
func (res *response) send(w http.ResponseWriter, r *http.Request) {
	body := res.compressed(w.Header(), r)
	w.WriteHeader(res.status)
	switch {
	case res.hasNoBody() || r.Method == http.MethodHead:
	case res.stream != nil:
		_ = res.stream(w)
	default:
		_, _ = w.Write(body)
	}
}

// hasNoBody reports whether the status excludes a body (RFC 9110 §6.4.1).
func (res *response) hasNoBody() bool {
	return res.status == http.StatusNoContent || res.status == http.StatusNotModified
}
