package proxy

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// unanswered responds to a request that the upstream has not answered.
func (f *forwarder) unanswered(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil { // the client has left
		panic(http.ErrAbortHandler)
	}
	own, ok := w.(*writer)
	if !ok { // httputil gives back what it was given
		own = &writer{ResponseWriter: w}
	}
	own.refuse(f.explain(own.body, err))
}

// explain returns the status for an error, and the reason in words.
func (f *forwarder) explain(body *sent, err error) (status int, reason string) {
	var timeout net.Error
	var untrusted *tls.CertificateVerificationError
	switch {
	case body != nil && body.broken.Load():
		return http.StatusBadRequest, "the body of the request ended before all of it had arrived"
	case errors.As(err, &timeout) && timeout.Timeout():
		return http.StatusGatewayTimeout, f.name() + " did not answer in time: " + shortened(err)
	case errors.As(err, &untrusted):
		return http.StatusBadGateway, f.name() + " has a certificate that is not trusted: " + shortened(err) +
			"; --ca-file names one to trust, --insecure trusts any"
	}
	return http.StatusBadGateway, f.name() + " did not answer: " + shortened(err)
}

// longestReason bounds an error in messages, in bytes: it may quote what the upstream has sent.
const longestReason = 300

func shortened(err error) string {
	text := err.Error()
	if len(text) > longestReason {
		text = strings.ToValidUTF8(text[:longestReason], "") + "…"
	}
	return text
}

// code returns the code of an error for programs.
func code(status int) string {
	return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
}

// refuse answers in place of the upstream, in the form in which a mock refuses.
func (w *writer) refuse(status int, reason string) {
	if told, ok := w.ResponseWriter.(interface{ Unanswered(reason string) }); ok {
		told.Unanswered(reason)
	}
	type refusal struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	text, err := json.Marshal(map[string]refusal{"error": {code(status), "agentmock proxy: " + reason}})
	if err != nil {
		text = nil // a text is always written
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.ResponseWriter.WriteHeader(status)
	_, _ = w.Write(text) // an error would mean that the client has gone
}
