package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

const (
	barWidth    = 30 // characters between the brackets
	barInterval = 100 * time.Millisecond
)

// progressBar draws the progress of a run on a terminal. Elsewhere it only says that the run is
// waiting. It is safe for concurrent use.
type progressBar struct {
	env   env
	draws bool
	now   func() time.Time

	mu    sync.Mutex
	drawn time.Time // when it was drawn last
	width int       // of what is drawn now
	until time.Time // the end of the pause that was spoken of
}

func newProgressBar(e env) *progressBar {
	return &progressBar{env: e, draws: e.terminal(e.stderr), now: time.Now}
}

// show draws how many of a total are done, and the text behind these numbers. It draws at most ten
// times a second, and at the end.
func (b *progressBar) show(done, total int, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if !b.draws || now.Sub(b.drawn) < barInterval && done < total {
		return
	}
	b.drawn = now
	filled := barWidth * done / max(1, total)
	line := fmt.Sprintf("[%s%s] %d/%d %s", strings.Repeat("=", filled), strings.Repeat(" ", barWidth-filled),
		done, total, text)
	fmt.Fprintf(b.env.stderr, "\r%-*s", b.width, line)
	b.width = max(b.width, len(line))
}

// wait says that the target wants no requests for a while, once for each pause.
func (b *progressBar) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if now.Before(b.until) {
		return
	}
	b.until = now.Add(d)
	b.erase()
	b.env.say("the target asks for %s without requests (429): waiting", d.Round(time.Second))
}

// onInterrupt says something as soon as ctx ends. It returns what ends that, after which nothing more is
// said.
func (b *progressBar) onInterrupt(ctx context.Context, text string) (end func()) {
	said := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(said)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.erase()
		b.env.say("%s; Ctrl-C again ends it at once", text)
	})
	return func() {
		if !stop() {
			<-said
		}
	}
}

// clear erases the bar.
func (b *progressBar) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.erase()
}

func (b *progressBar) erase() {
	if b.width > 0 {
		fmt.Fprintf(b.env.stderr, "\r%s\r", strings.Repeat(" ", b.width))
		b.width = 0
	}
}
