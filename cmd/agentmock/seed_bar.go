package main

import (
	"fmt"
	"strings"
	"time"
)

// seedBar draws how far a run is, on a terminal; elsewhere it only says that the run is waiting.
type seedBar struct {
	env   env
	draws bool
	total int
	drawn time.Time
	width int
}

func newSeedBar(e env, total int) *seedBar {
	return &seedBar{env: e, draws: e.terminal(e.stderr), total: total}
}

// show is told how far the run is. It draws at most ten times a second.
func (b *seedBar) show(done, created, there int) {
	now := time.Now()
	if !b.draws || now.Sub(b.drawn) < 100*time.Millisecond && done < b.total {
		return
	}
	b.drawn = now
	filled := barWidth * done / max(1, b.total)
	line := fmt.Sprintf("[%s%s] %d/%d agents, %d created, %d already there", strings.Repeat("=", filled),
		strings.Repeat(" ", barWidth-filled),
		done, b.total, created, there)
	fmt.Fprintf(b.env.stderr, "\r%-*s", b.width, line)
	b.width = max(b.width, len(line))
}

// wait says that the target wants no requests for a while.
func (b *seedBar) wait(d time.Duration) {
	b.clear()
	b.env.say("the target asks for %s without requests (429): waiting", d.Round(time.Second))
}

// clear takes the bar away.
func (b *seedBar) clear() {
	if b.draws && b.width > 0 {
		fmt.Fprintf(b.env.stderr, "\r%s\r", strings.Repeat(" ", b.width))
		b.width = 0
	}
}
