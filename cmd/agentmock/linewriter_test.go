package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// writes keeps what each call of Write has written.
type writes struct {
	mu   sync.Mutex
	list []string
}

func (w *writes) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, string(p))
	return len(p), nil
}

// take returns what was written since it was last called.
func (w *writes) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.list
	w.list = nil
	return list
}

func TestLineWriter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got writes
		w := newLineWriter(&got)
		pass := func(d time.Duration) { // on the clock of the bubble
			time.Sleep(d)
			synctest.Wait()
		}
		for _, step := range []struct {
			about string
			do    func()
			want  []string
		}{
			{"the first line", func() { _, _ = io.WriteString(w, "a\n") }, []string{"a\n"}},
			{"those after it", func() { fmt.Fprintln(w, "b"); fmt.Fprintln(w, "c") }, nil},
			{"a moment", func() { pass(gatherFor) }, []string{"b\nc\n"}},
			{"one more", func() { fmt.Fprintln(w, "d") }, nil},
			{"another moment", func() { pass(gatherFor) }, []string{"d\n"}},
			{"a pause", func() { pass(gatherFor) }, nil},
			{"a line after the pause", func() { fmt.Fprintln(w, "e") }, []string{"e\n"}},
			{"the end", func() { fmt.Fprintln(w, "f"); _ = w.Flush(); _ = w.Flush() }, []string{"f\n"}},
		} {
			step.do()
			if got := got.take(); !slices.Equal(got, step.want) {
				t.Errorf("%s: %q written, want %q", step.about, got, step.want)
			}
		}
	})
}

// However many lines come at once, they are all written, whole, and few are kept.
func TestLineWriterKeepsLittle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const lines, line = 2000, "0123456789012345678901234567890123456789\n"
		var got writes
		w := newLineWriter(&got)
		var writers sync.WaitGroup
		for range 4 {
			writers.Go(func() {
				for range lines / 4 {
					_, _ = io.WriteString(w, line)
				}
			})
		}
		writers.Wait()
		written := strings.Join(got.take(), "")
		if kept := lines*len(line) - len(written); kept >= gatherSize {
			t.Errorf("%d bytes are kept", kept)
		}
		_ = w.Flush()
		if written += strings.Join(got.take(), ""); written != strings.Repeat(line, lines) {
			t.Errorf("not all lines were written: %d bytes", len(written))
		}
	})
}
