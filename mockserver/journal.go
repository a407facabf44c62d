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

// The bounds of a journal where Options say nothing.
const (
	DefaultJournalEntries = 1000
	DefaultJournalBytes   = 16 << 20
)

// journaledBody bounds in bytes what an entry keeps of a body.
const journaledBody = 64 << 10

// Entry is one request to the API and its answer, as the journal keeps it. Secrets are replaced by
// a placeholder.
type Entry struct {
	Sequence   uint64              `json:"sequence"` // from 1, never given twice
	Time       time.Time           `json:"time"`     // on the server's clock
	Method     string              `json:"method"`
	Path       string              `json:"path"`                // with the query
	Operation  string              `json:"operation,omitempty"` // its id; "" where none was found
	Workspace  string              `json:"workspace,omitempty"` // the value of the scope header
	Status     int                 `json:"status"`
	DurationMs float64             `json:"durationMs"`
	Request    Message             `json:"request"`
	Response   Message             `json:"response"`
	Violations []openapi.Violation `json:"violations,omitempty"` // why it was refused
}

// Message is one half of an exchange.
type Message struct {
	Header http.Header `json:"headers,omitempty"`
	// Body is JSON as it was sent, or a JSON string of whatever else was sent. Nil: nothing was.
	Body json.RawMessage `json:"body,omitempty"`
	// Truncated says that the body was longer than an entry keeps; Body is then a string of its
	// beginning.
	Truncated bool `json:"truncated,omitempty"`
}

// Journal is what a server remembers of its requests.
type Journal struct {
	Requests []Entry `json:"requests"` // oldest first
	// Dropped counts the entries that made room for newer ones.
	Dropped uint64 `json:"dropped"`
}

// Filter selects entries. Zero fields select all.
type Filter struct {
	Operation string // an operation's id
	Method    string
	Workspace string
	Status    int // a status; 4 for all of 4xx
	Limit     int // the newest ones; 0: all
}

func (f *Filter) takes(e *Entry) bool {
	return (f.Operation == "" || f.Operation == e.Operation) &&
		(f.Method == "" || strings.EqualFold(f.Method, e.Method)) &&
		(f.Workspace == "" || f.Workspace == e.Workspace) &&
		(f.Status == 0 || f.Status == e.Status || f.Status == e.Status/100)
}

// journal is bounded by entries and by bytes. It is safe for concurrent use.
type journal struct {
	mu        sync.Mutex
	entries   []kept // a ring: oldest at first
	first     int
	count     int
	bytes     int64
	most      int
	mostBytes int64
	sequence  uint64
	dropped   uint64
}

type kept struct {
	Entry
	size int64
}

func newJournal(entries int, bytes int64) *journal {
	return &journal{most: entries, mostBytes: bytes}
}

// add keeps an entry and gives it its number.
func (j *journal) add(e Entry) {
	size := e.size()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sequence++
	e.Sequence = j.sequence
	if size > j.mostBytes {
		j.dropped++
		return
	}
	for j.count > 0 && (j.count >= j.most || j.bytes+size > j.mostBytes) {
		j.dropOldest()
	}
	if j.count == len(j.entries) {
		j.grow()
	}
	j.entries[(j.first+j.count)%len(j.entries)] = kept{e, size}
	j.count++
	j.bytes += size
}

func (j *journal) dropOldest() {
	j.bytes -= j.entries[j.first].size
	j.entries[j.first] = kept{}
	j.first = (j.first + 1) % len(j.entries)
	j.count--
	j.dropped++
}

// grow makes room in the ring.
func (j *journal) grow() {
	larger := make([]kept, min(j.most, max(64, 2*len(j.entries))))
	for i := range j.count {
		larger[i] = j.entries[(j.first+i)%len(j.entries)]
	}
	j.entries, j.first = larger, 0
}

func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries, j.first, j.count, j.bytes, j.dropped = nil, 0, 0, 0, 0
}

func (j *journal) read(f Filter) Journal {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := Journal{Requests: []Entry{}, Dropped: j.dropped}
	for i := range j.count {
		if e := &j.entries[(j.first+i)%len(j.entries)].Entry; f.takes(e) {
			out.Requests = append(out.Requests, *e)
		}
	}
	if f.Limit > 0 && len(out.Requests) > f.Limit {
		out.Requests = out.Requests[len(out.Requests)-f.Limit:]
	}
	return out
}

// size estimates what an entry takes of memory.
func (e *Entry) size() int64 {
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

// messageOf copies one half of an exchange without its secrets. A body that is known to be JSON is
// not read again.
func messageOf(h http.Header, body []byte, isJSON bool, r *redact.Set) Message {
	m := Message{Header: r.Header(h)}
	if len(body) == 0 {
		return m
	}
	if len(body) > journaledBody {
		m.Truncated, isJSON = true, false
		body = body[:journaledBody]
	}
	sent := string(body)
	text := r.Text(sent)
	switch {
	case m.Truncated:
	case !isJSON:
		_, unreadable := openapi.ReadJSON(body)
		isJSON = unreadable == nil && json.Valid([]byte(text))
	case text != sent: // a number in the stead of a secret text, say
		isJSON = json.Valid([]byte(text))
	}
	if isJSON {
		m.Body = json.RawMessage(text)
	} else {
		m.Body = jsonvalue.Marshal(text)
	}
	return m
}
