package mockserver

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Default bounds of the journal, in entries and bytes of memory.
const (
	DefaultJournalEntries = 1000
	DefaultJournalBytes   = 16 << 20
)

// journaledBody bounds how much of a body an entry keeps, in bytes.
const journaledBody = 64 << 10

// Entry is one request to the API and its response in the journal. A placeholder stands for each
// secret.
type Entry struct {
	Sequence   uint64              `json:"sequence"` // from 1, never reused
	Time       time.Time           `json:"time"`     // on the server's clock
	Method     string              `json:"method"`
	Path       string              `json:"path"`                // with the query
	Operation  string              `json:"operation,omitempty"` // its id; "" for none
	Workspace  string              `json:"workspace,omitempty"` // the value of the scope header
	Status     int                 `json:"status"`
	DurationMs float64             `json:"durationMs"`
	Request    Message             `json:"request"`
	Response   Message             `json:"response"`
	Violations []openapi.Violation `json:"violations,omitempty"` // why it was refused

	size int64 // see memory
}

// Message is a request or a response in the journal.
type Message struct {
	Header http.Header `json:"headers,omitempty"`
	// Body is the JSON that was sent, or a JSON string of any other body. Nil is no body.
	Body json.RawMessage `json:"body,omitempty"`
	// Truncated is set for a body that is longer than an entry keeps. Body is then a string of its
	// beginning.
	Truncated bool `json:"truncated,omitempty"`
}

// Journal is a copy of the entries that a server has kept.
type Journal struct {
	Requests []Entry `json:"requests"` // oldest first
	// Dropped is the number of entries removed to make room for newer ones.
	Dropped uint64 `json:"dropped"`
}

// Filter selects entries by all of its fields. A zero field selects all entries.
type Filter struct {
	Operation string // operationId
	Method    string // in any case
	Workspace string // value of the scope header
	Status    int    // such as 404, or 4 for all of 4xx
	Limit     int    // only so many, the newest; 0 is all
}

func (f *Filter) matches(e *Entry) bool {
	return (f.Operation == "" || f.Operation == e.Operation) &&
		(f.Method == "" || strings.EqualFold(f.Method, e.Method)) &&
		(f.Workspace == "" || f.Workspace == e.Workspace) &&
		(f.Status == 0 || f.Status == e.Status || f.Status == e.Status/100)
}

// journal is a queue of entries, bounded by their number and size. It is safe for concurrent use.
type journal struct {
	mu       sync.Mutex
	entries  []Entry // oldest first
	bytes    int64
	maxCount int
	maxBytes int64
	sequence uint64
	dropped  uint64
}

// add numbers an entry and keeps it.
func (j *journal) add(e Entry) {
	e.size = e.memory()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sequence++
	e.Sequence = j.sequence
	if e.size > j.maxBytes {
		j.dropped++
		return
	}
	j.entries = append(j.entries, e)
	j.bytes += e.size
	for len(j.entries) > max(0, j.maxCount) || j.bytes > j.maxBytes {
		j.bytes -= j.entries[0].size
		j.entries[0] = Entry{} // the array keeps it until it grows
		j.entries = j.entries[1:]
		j.dropped++
	}
}

func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries, j.bytes, j.dropped = nil, 0, 0
}

func (j *journal) read(f Filter) Journal {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := Journal{Requests: []Entry{}, Dropped: j.dropped}
	for i := range j.entries {
		if f.matches(&j.entries[i]) {
			out.Requests = append(out.Requests, j.entries[i])
		}
	}
	if f.Limit > 0 && len(out.Requests) > f.Limit {
		out.Requests = out.Requests[len(out.Requests)-f.Limit:]
	}
	return out
}

// entry returns the journal's entry of an exchange. The header is the response's.
func (x *exchange) entry(res *response, header http.Header, took time.Duration) Entry {
	hide := x.server.redactor.With(x.secrets...)
	e := Entry{
		Time: x.received, Method: x.http.Method, Path: hide.Target(x.http.URL.RequestURI()),
		Workspace: hide.Text(x.server.scopeOf(x.http.Header)), Status: res.status,
		DurationMs: float64(took.Microseconds()) / 1000, Violations: res.violations,
		Request: messageOf(x.http.Header, x.body.raw, x.value.Value() != nil, hide),
		Response: messageOf(header, res.body, strings.HasSuffix(res.mediaType, "json"),
			x.server.known.With(x.secrets...)),
	}
	if x.endpoint != nil {
		e.Operation = x.endpoint.operation.ID
	}
	return e
}

// memory estimates what an entry occupies, in bytes.
func (e *Entry) memory() int64 {
	n := 512 + len(e.Path) + len(e.Request.Body) + len(e.Response.Body)
	for _, h := range []http.Header{e.Request.Header, e.Response.Header} {
		for name, values := range h {
			n += len(name) + 32
			for _, v := range values {
				n += len(v) + 16
			}
		}
	}
	for _, v := range e.Violations {
		n += 256 + len(v.Message) + len(v.Pointer)
	}
	return int64(n)
}

// messageOf copies a request or response without its secrets. isJSON saves validating a body that
// is known to be JSON.
func messageOf(h http.Header, body []byte, isJSON bool, r *redact.Set) Message {
	m := Message{Header: r.Header(h)}
	if len(body) == 0 {
		return m
	}
	if m.Truncated = len(body) > journaledBody; m.Truncated {
		body = body[:journaledBody]
	}
	sent := string(body)
	text := r.Text(sent)
	switch {
	case m.Truncated:
		isJSON = false
	case !isJSON:
		_, unreadable := openapi.ReadJSON(body)
		isJSON = unreadable == nil && json.Valid([]byte(text))
	case text != sent: // hiding a number leaves no JSON
		isJSON = json.Valid([]byte(text))
	}
	if isJSON {
		m.Body = json.RawMessage(text)
	} else {
		m.Body = jsonvalue.Marshal(text)
	}
	return m
}
