package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

	"github.com/agentmock/agentmock/contract"
)

// Exchanges keeps the exchanges of a run in a file, since they may be more than the memory holds. It is
// safe for concurrent use.
type Exchanges struct {
	mu      sync.Mutex
	file    File
	size    int64
	entries []entry
	err     error // why not all are kept
}

// File is where exchanges are kept; an *os.File is one.
type File interface {
	io.WriterAt
	io.ReaderAt
}

// entry is where an exchange stands in the file.
type entry struct {
	fixture string
	number  int64
	at      int64
	size    int
}

// NewExchanges returns an empty collection that is kept in a file, whatever that contains.
func NewExchanges(file File) *Exchanges { return &Exchanges{file: file} }

// Add keeps an exchange; it is what contract.Options.Exchanged calls. That it cannot be kept is known when
// they are read.
func (e *Exchanges) Add(x contract.Exchange) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(x)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err == nil {
		_, err = e.file.WriteAt(line.Bytes(), e.size)
	}
	if err != nil {
		e.err = cmp.Or(e.err, fmt.Errorf("cannot keep the exchanges of the run: %w", err))
		return
	}
	e.entries = append(e.entries, entry{x.Fixture, x.Number, e.size, line.Len()})
	e.size += int64(line.Len())
}

// Of returns the exchanges by the order of a report's fixtures, and by the order in which they ended within
// one; those of no fixture come last. The error, which ends the sequence, is that of the file.
func (e *Exchanges) Of(r *contract.Report) iter.Seq2[contract.Exchange, error] {
	return func(yield func(contract.Exchange, error) bool) {
		e.mu.Lock()
		entries, err := slices.Clone(e.entries), e.err
		e.mu.Unlock()
		rank := make(map[string]int, len(r.Fixtures))
		for i := range r.Fixtures {
			rank[r.Fixtures[i].ID] = i - len(r.Fixtures) // before 0, which the others have
		}
		slices.SortFunc(entries, func(a, b entry) int {
			return cmp.Or(cmp.Compare(rank[a.fixture], rank[b.fixture]), cmp.Compare(a.number, b.number))
		})
		for _, at := range entries {
			x, err := e.read(at)
			if !yield(x, err) || err != nil {
				return
			}
		}
		if err != nil {
			yield(contract.Exchange{}, err)
		}
	}
}

func (e *Exchanges) read(at entry) (x contract.Exchange, err error) {
	line := make([]byte, at.size)
	if _, err = e.file.ReadAt(line, at.at); err == nil {
		err = json.Unmarshal(line, &x)
	}
	if err != nil {
		err = fmt.Errorf("cannot read the exchanges of the run: %w", err)
	}
	return x, err
}
