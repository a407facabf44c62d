package main

import (
	"io"
	"sync"
	"time"
)

// Bounds of what a lineWriter gathers: for how long, and how many bytes.
const (
	gatherFor  = 10 * time.Millisecond // nobody sees that
	gatherSize = 32 << 10
)

// lineWriter writes the lines of a log, which come one with each Write. One that comes after a pause is
// written at once; those that follow it closely are gathered, since to write each by itself would take
// longer than to make it. It is safe for concurrent use.
type lineWriter struct {
	to io.Writer

	mu       sync.Mutex
	gathered []byte
	timer    *time.Timer // ends the gathering
	gathers  bool
}

func newLineWriter(to io.Writer) *lineWriter { return &lineWriter{to: to} }

// Write writes a line, or gathers it. Its error may be about earlier lines.
func (w *lineWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.gathers {
		w.gather()
		return w.to.Write(line)
	}
	w.gathered = append(w.gathered, line...)
	if len(w.gathered) < gatherSize {
		return len(line), nil
	}
	return len(line), w.write()
}

// gather starts to gather lines.
func (w *lineWriter) gather() {
	w.gathers = true
	if w.timer == nil {
		w.timer = time.AfterFunc(gatherFor, w.tick)
	} else {
		w.timer.Reset(gatherFor)
	}
}

// tick writes what was gathered and goes on; where there is nothing, that was a pause.
func (w *lineWriter) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gathers = len(w.gathered) > 0; w.gathers {
		_ = w.write() // there is nowhere else to report an error
		w.gather()
	}
}

func (w *lineWriter) write() error {
	_, err := w.to.Write(w.gathered)
	w.gathered = w.gathered[:0]
	return err
}

// Flush writes what was gathered.
func (w *lineWriter) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.gathered) == 0 {
		return nil
	}
	return w.write()
}
