package mockserver

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"
)

// The way of a request to Options.Backend, which answers in place of the mock:
//
//	host      403   access.go
//	passed          backend.go: to the backend and back, as it is; backend_body.go keeps copies of the bodies
//	queue           backend_queue.go: once the answer is complete, and before its end is sent
//	judged          backend_judge.go: both directions, one exchange after the other
//	journal         kept.go, journal.go; log.go; Options.Passed
//
// The answer never waits for the judge. Whoever has it finds the exchange in the journal all the same, since
// those who read the journal wait for what is in the queue.

// transit is one request to the backend, and its answer.
type transit struct {
	server   *Server
	api      *api
	http     *http.Request // as it came: the backend has its own, which it may change
	received time.Time     // on the server's clock
	began    time.Time
	sent     capture // body of the request
	answered capture // body of the answer

	// The rest is written until the answer is queued, by the goroutine of the request.
	status   int
	header   []field
	fields   []field   // of the request
	expected int64     // length of the body that the answer promises; -1: it does not say
	refused  *response // what the server itself has answered; nil for the backend's answer
	reason   string    // why the answer is not the backend's; "" where it is
	cut      string    // what kept the answer from being complete; "" for nothing
	took     time.Duration

	queued sync.Once
	done   chan struct{} // is closed when the exchange is in the journal
}

// pass lets the backend answer a request.
func (s *Server) pass(w http.ResponseWriter, r *http.Request) {
	s.passing.wait()
	came, at := *r, *r.URL
	came.URL = &at
	p := &transit{
		server: s, api: s.api(), http: &came, received: s.clock.Now(), began: time.Now(), expected: -1,
		fields: appendFields(make([]field, 0, len(r.Header)), r.Header), done: make(chan struct{}),
	}
	p.answered.server = s // there may be no answer
	p.sent.begin(s, r.ContentLength)
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = &passingBody{r.Body, &p.sent, r.ContentLength}
	}
	p.sent.ended = r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 // nobody reads what is empty
	out := &passingWriter{ResponseWriter: w, transit: p}
	defer out.end()
	if p.refused = s.refuseForeignHost(r); p.refused != nil {
		p.refused.setHeaders(w.Header())
		p.refused.send(out, r)
		return
	}
	s.options.Backend.ServeHTTP(out, r)
}

// end queues an exchange whose handler has returned, or panics. The client is gone where it could not be written to.
func (w *passingWriter) end() {
	p, caught := w.transit, recover()
	if p.status == 0 && caught == nil && p.http.Context().Err() == nil { // net/http says so then
		p.answer(http.StatusOK, http.Header{})
	}
	if left := w.failed || p.http.Context().Err() != nil; left {
		p.queue("the client left before the answer was complete")
	} else if caught != nil {
		p.queue("the answer broke off")
	} else {
		p.answered.end()
		p.queue("")
	}
	if caught != nil {
		panic(caught) // net/http closes the connection
	}
}

// answer notes the head of the answer.
func (p *transit) answer(status int, h http.Header) {
	p.status = status
	p.header = appendFields(make([]field, 0, len(h)), h)
	res := response{status: status}
	switch {
	case p.http.Method == http.MethodHead, status < http.StatusOK, res.hasNoBody():
		p.expected = 0
	default:
		p.expected = contentLength(h)
	}
	p.answered.begin(p.server, p.expected)
}

// queue hands the exchange to the judge, once, with what kept it from being complete. Nothing in it changes any more.
func (p *transit) queue(cut string) {
	p.queued.Do(func() {
		p.took, p.cut = time.Since(p.began), cut
		p.sent.close()
		p.answered.close()
		p.server.passing.add(p)
	})
}

// passingWriter notes what the backend answers.
type passingWriter struct {
	http.ResponseWriter
	transit *transit
	failed  bool // the client cannot be written to
}

// Unwrap lets http.ResponseController find the connection.
func (w *passingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Unanswered is told by package proxy that the answer is its own.
func (w *passingWriter) Unanswered(reason string) { w.transit.reason = reason }

func (w *passingWriter) WriteHeader(status int) {
	p := w.transit
	if p.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		p.answer(status, w.Header())
		if p.expected == 0 {
			p.answered.end()
			p.queue("")
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *passingWriter) Write(data []byte) (int, error) {
	p := w.transit
	if p.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if p.answered.take(data) == p.expected && p.expected > 0 {
		p.answered.end()
		p.queue("") // before the client has all of it
	}
	n, err := w.ResponseWriter.Write(data)
	if err != nil {
		w.failed = true
	}
	return n, err
}

// Flush lets handlers find an http.Flusher.
func (w *passingWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Hijack takes the connection over, as a switch of protocols does. What is said from then on is not HTTP.
func (w *passingWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rest, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if p := w.transit; err == nil {
		if p.status == 0 {
			p.answer(http.StatusSwitchingProtocols, http.Header{})
		}
		p.queue("")
	}
	return conn, rest, err
}
