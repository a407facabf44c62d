package mockserver

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// Default bounds of the journal, in entries and bytes of memory.
const (
	DefaultJournalEntries = 1000
	DefaultJournalBytes   = 16 << 20
)

// Entry is one request to the API and its response in the journal. A placeholder stands for each
// secret.
type Entry struct {
	Sequence   uint64              `json:"sequence"` // from 1, never reused
	Time       time.Time           `json:"time"`     // on the server's clock
	Method     string              `json:"method"`
	Path       string              `json:"path"`                // with the query
	Operation  string              `json:"operation,omitempty"` // its id; "" for none
	Workspace  string              `json:"workspace,omitempty"` // the value of the scope header
	Session    string              `json:"session,omitempty"`   // "" for the one that has no name
	Status     int                 `json:"status"`              // 0: a fault has closed the connection
	DurationMs float64             `json:"durationMs"`
	Request    Message             `json:"request,omitzero"`
	Response   Message             `json:"response,omitzero"`
	Violations []openapi.Violation `json:"violations,omitempty"` // why it was refused; with Backend, its own
	// ResponseViolations are those of an answer of Options.Backend, and Unjudged is what nobody has judged of the
	// exchange, and why.
	ResponseViolations []openapi.Violation `json:"responseViolations,omitempty"`
	Unjudged           []string            `json:"unjudged,omitempty"`
	// Fault is what went wrong on purpose, such as "f1: status 503"; "" for nothing.
	Fault string `json:"fault,omitempty"`
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
	// Last is the sequence of the newest entry, whether it is among these or not; 0 before the first one. It
	// is what Filter.After takes to go on from here.
	Last uint64 `json:"last"`
}

// Filter selects entries by all of its fields. A zero field selects all entries.
type Filter struct {
	Operation string // operationId
	Method    string // in any case
	Workspace string // value of the scope header
	Status    int    // such as 404, or 4 for all of 4xx
	After     uint64 // only those with a greater sequence
	Limit     int    // only so many, the newest; 0 is all
	Summary   bool   // leaves out what the requests and responses are: their headers and bodies
}

func (f *Filter) matches(k *kept) bool {
	return (f.Operation == "" || k.operation != nil && f.Operation == k.operation.ID) &&
		(f.Method == "" || strings.EqualFold(f.Method, k.method)) &&
		(f.Workspace == "" || f.Workspace == k.workspace) &&
		(f.Status == 0 || f.Status == k.status || f.Status == k.status/100)
}

// journal is a queue of what is kept of exchanges, bounded by their number and size. It is safe for
// concurrent use.
type journal struct {
	mu       sync.Mutex
	entries  []*kept // oldest first
	bytes    int64
	maxCount int
	maxBytes int64
	sequence uint64
	dropped  uint64
	total    *atomic.Int64 // of the bytes of several journals; nil: it is counted by itself
	left     bool          // those journals
	news     chan struct{} // is closed at the next entry, or when the journal ends; nil: nobody waits
}

func newJournal(o Options) *journal {
	return &journal{maxCount: o.JournalEntries, maxBytes: o.JournalBytes}
}

// add numbers an entry and keeps it.
func (j *journal) add(k *kept) {
	k.size = k.memory()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sequence++
	k.sequence = j.sequence
	j.tell()
	if k.size > j.maxBytes {
		j.dropped++
		return
	}
	j.entries = append(j.entries, k)
	j.count(k.size)
	for len(j.entries) > max(0, j.maxCount) || j.bytes > j.maxBytes {
		j.count(-j.entries[0].size)
		j.entries[0] = nil // the array keeps it until it grows
		j.entries = j.entries[1:]
		j.dropped++
	}
}

// count counts bytes more, or less. The lock is held.
func (j *journal) count(bytes int64) {
	j.bytes += bytes
	if j.total != nil && !j.left {
		j.total.Add(bytes)
	}
}

func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.count(-j.bytes)
	j.entries, j.dropped = nil, 0
}

// remove removes the entries for which a predicate holds.
func (j *journal) remove(is func(*kept) bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var rest []*kept
	for _, k := range j.entries {
		if is(k) {
			j.count(-k.size)
		} else {
			rest = append(rest, k)
		}
	}
	j.entries = rest
}

// dropAll makes room for entries of other journals.
func (j *journal) dropAll() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.count(-j.bytes)
	j.dropped += uint64(len(j.entries))
	j.entries = nil
}

// journaledDocuments is how many documents the entries of a journal come from at most. Each entry needs its own to
// be shown, and a document takes far more memory than an entry.
const journaledDocuments = 10

// forget drops the entries from documents that many others have followed, up to the one of a generation.
func (j *journal) forget(generation uint32) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = slices.DeleteFunc(j.entries, func(k *kept) bool {
		old := generation-k.api.generation >= journaledDocuments
		if old {
			j.count(-k.size)
			j.dropped++
		}
		return old
	})
}

// leave ends the journal's part in the total of several, and returns how many bytes it had kept.
func (j *journal) leave() (bytes int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	bytes = j.bytes
	j.count(-j.bytes)
	j.bytes, j.left, j.entries = 0, true, nil
	j.tell()
	return bytes
}

// tell wakes those who wait for news. The lock is held.
func (j *journal) tell() {
	if j.news != nil {
		close(j.news)
		j.news = nil
	}
}

// selection is what a journal has that a filter selects.
type selection struct {
	entries []*kept
	dropped uint64 // so far
	last    uint64 // sequence of the newest entry
	news    <-chan struct{}
	ended   bool // nothing will ever come
}

// read returns the entries that a filter selects. Its news are closed at the next entry.
func (j *journal) read(f Filter) selection {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.news == nil {
		j.news = make(chan struct{})
	}
	found := selection{dropped: j.dropped, last: j.sequence, news: j.news, ended: j.left}
	first, _ := j.search(min(f.After, math.MaxUint64-1) + 1)
	for _, k := range j.entries[first:] {
		if f.matches(k) {
			found.entries = append(found.entries, k)
		}
	}
	if f.Limit > 0 && len(found.entries) > f.Limit {
		found.entries = found.entries[len(found.entries)-f.Limit:]
	}
	return found
}

// find returns the entry of a sequence; nil where the journal does not have it.
func (j *journal) find(sequence uint64) *kept {
	j.mu.Lock()
	defer j.mu.Unlock()
	i, found := j.search(sequence)
	if !found {
		return nil
	}
	return j.entries[i]
}

// search returns the index of the first entry of a sequence or a greater one. The lock is held.
func (j *journal) search(sequence uint64) (i int, found bool) {
	return slices.BinarySearchFunc(j.entries, sequence, func(k *kept, sequence uint64) int {
		return cmp.Compare(k.sequence, sequence)
	})
}
