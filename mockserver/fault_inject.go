package mockserver

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// FaultHeader is the header of an answer that names what was injected: ids of faults, "prefer", "latency" or
// "rate-limit".
const FaultHeader = "X-Mock-Fault"

// injection is what goes wrong with one exchange on purpose.
type injection struct {
	fault   *fault   // the one that spoils the answer; nil for none
	marks   []string // of FaultHeader
	said    []string // for the journal and the log
	applied []string // of Preference-Applied
	headers []map[string]string
	dropped bool // the connection is closed without an answer
	whole   int  // length of the body that is broken off; 0 where it is not
}

// mayMeet reports whether an exchange may meet a fault or has preferences. It has to be quick.
func (x *exchange) mayMeet() bool {
	return x.session.faults.active.Load() != nil || x.http.Header["Prefer"] != nil
}

// inject lets an exchange meet its faults. It waits, and returns the answer that stands in place of what the
// operation does; nil where that is to be done.
func (x *exchange) inject() *response {
	p, refusal := x.preferred()
	if refusal != nil {
		x.endpoint.describeError(refusal, x.http.Header)
		return refusal
	}
	m := x.session.faults.meet(x, func(f *fault) bool {
		alone := f.delaysAlone()
		return !(alone && p.delayed) && (alone || !p.choose()) && x.selectedBy(f)
	})
	i := &injection{fault: m.fault, applied: p.applied}
	if len(p.applied) > 0 {
		i.marks = append(i.marks, "prefer")
		i.said = append(i.said, "prefer: "+strings.Join(p.applied, ", "))
	}
	for _, f := range m.delays {
		i.add(f)
	}
	if m.fault != nil {
		i.add(m.fault) // at last: see forget
	}
	if len(i.marks) == 0 {
		return nil
	}
	x.injected = i
	x.wait(m.wait + p.delay)
	switch f := m.fault; {
	case p.choose():
		return x.documented(p.status, p.example)
	case f == nil:
		return nil
	case f.limiter != nil:
		return x.tooMany(f.RateLimit, m.until)
	case f.Status != 0:
		return x.documented(f.Status, f.Example)
	case f.Drop == dropRequest:
		i.dropped = true
		return &response{}
	}
	return nil
}

// selectedBy reports whether a fault is for the exchange.
func (x *exchange) selectedBy(f *fault) bool {
	op := x.endpoint.operation
	switch {
	case f.Operation != "" && f.Operation != op.ID,
		f.Workspace != "" && f.Workspace != x.api.scopeOf(x.http.Header),
		f.Item != "" && (op.ItemParameter == "" || f.Item != x.request.Path[op.ItemParameter]):
		return false
	case f.Status != 0:
		return answers(op, f.Status)
	case f.Body != "" || f.Omit != "" || f.Retype != "":
		return x.endpoint.success.mediaType != "" && x.http.Method != http.MethodHead
	}
	return true
}

// add notes that a fault is met.
func (i *injection) add(f *fault) {
	i.marks = append(i.marks, f.ID)
	i.said = append(i.said, f.ID+": "+f.what())
	if len(f.Headers) > 0 {
		i.headers = append(i.headers, f.Headers)
	}
}

// what says in a few words what a fault is.
func (f *Fault) what() string {
	var what string
	switch {
	case f.Status != 0:
		what = fmt.Sprintf("status %d", f.Status)
	case f.Drop == dropRequest:
		what = "connection closed before anything was done"
	case f.Drop != "":
		what = "connection closed in place of the answer"
	case f.Body != "":
		what = "body " + f.Body
	case f.Omit != "":
		what = "omit " + f.Omit
	case f.Retype != "":
		what = "retype " + f.Retype
	case f.RateLimit != (Rate{}):
		what = "more than " + f.RateLimit.String()
	}
	switch {
	case f.Delay == (Delay{}):
		return what
	case what == "":
		return "delay " + f.Delay.String()
	}
	return what + ", delay " + f.Delay.String()
}

// wait delays an exchange. It ends early when the client goes or the server stops; no lock is held.
func (x *exchange) wait(d time.Duration) {
	if d <= 0 {
		return
	}
	// The bounds of the connection are for slow clients, not for a slow server. A writer that has no deadlines
	// needs none.
	connection := http.NewResponseController(x.writer)
	_ = connection.SetReadDeadline(time.Time{})
	_ = connection.SetWriteDeadline(time.Now().Add(d + writeTimeout(x.server.options)))
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.http.Context().Done():
	}
}

// spoil spoils an answer. Where the fault does not apply to the answer, it is as if it had not been met.
func (x *exchange) spoil(res *response) *response {
	i := x.injected
	if i.fault == nil {
		return res
	}
	f, applies := i.fault, true
	switch {
	case f.Drop == dropResponse:
		i.dropped, res = true, &response{}
	case f.Body == bodyTruncated:
		if applies = len(res.body) > 0 && !res.hasNoBody(); applies {
			i.whole, res.body = len(res.body), res.body[:len(res.body)/2]
		}
	case f.Body == bodyMalformed:
		if applies = len(res.body) > 0 && !res.hasNoBody(); applies {
			res.body = malformed(res.body)
		}
	case f.Omit != "":
		applies = x.spoilMember(res, f.Omit, false)
	case f.Retype != "":
		applies = x.spoilMember(res, f.Retype, true)
	}
	if !applies {
		x.session.faults.release(f)
		i.forget()
	}
	return res
}

// spoilMember spoils a member of a successful answer, and reports whether it has that.
func (x *exchange) spoilMember(res *response, pointer string, retype bool) bool {
	success := x.endpoint.success
	if res.status == x.endpoint.created.status {
		success = x.endpoint.created
	}
	if res.status/100 != 2 || success.schema == nil || success.write != nil {
		return false
	}
	body, at := spoilt(res.body, success.schema, pointer, retype)
	if at == "" {
		return false
	}
	res.body = body
	if pointer == FirstRequired {
		x.injected.said[len(x.injected.said)-1] += ", which is " + at
	}
	return true
}

// forget takes back what add has noted last, which is the fault that spoils the answer.
func (i *injection) forget() {
	last := len(i.marks) - 1
	i.marks, i.said = i.marks[:last], i.said[:last]
	if len(i.fault.Headers) > 0 {
		i.headers = i.headers[:len(i.headers)-1]
	}
	i.fault = nil
}

// mark sets the headers of an answer that tell what was injected.
func (i *injection) mark(h http.Header) {
	if i.dropped {
		clear(h)
		return
	}
	for _, headers := range i.headers {
		for name, value := range headers {
			h.Set(name, value)
		}
	}
	if len(i.marks) > 0 {
		h.Set(FaultHeader, strings.Join(i.marks, ", "))
	}
	if len(i.applied) > 0 {
		h.Set("Preference-Applied", strings.Join(i.applied, ", "))
	}
	if i.whole > 0 {
		h.Set("Content-Length", strconv.Itoa(i.whole))
	}
}

// text returns what the journal and the log say.
func (i *injection) text() string {
	if i == nil {
		return ""
	}
	return strings.Join(i.said, "; ")
}

// breaksOff reports whether the connection is closed before the answer is complete.
func (i *injection) breaksOff() bool { return i != nil && (i.dropped || i.whole > 0) }

// breakOff sends what there is of an answer and closes the connection; a stream of HTTP/2 alone.
func (i *injection) breakOff(w http.ResponseWriter, res *response) {
	if !i.dropped {
		w.WriteHeader(res.status)
		_, _ = w.Write(res.body)
		_ = http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler) // which net/http wants of a handler that gives up
}
