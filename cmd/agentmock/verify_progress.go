package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/agentmock/agentmock/contract"
)

// progress draws a bar on a terminal; elsewhere it only says that the run is waiting.
type progress struct {
	env   env
	bar   bool
	mu    sync.Mutex
	drawn time.Time
	width int
}

func newProgress(e env) *progress { return &progress{env: e, bar: e.terminal(e.stderr)} }

const barWidth = 30

// show is told how far the run is.
func (p *progress) show(at contract.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at.Waiting > 0 && !p.bar {
		p.env.say("the target asks for %s without requests (429): waiting", at.Waiting.Round(time.Second))
		return
	}
	now := time.Now()
	if !p.bar || (now.Sub(p.drawn) < 100*time.Millisecond && at.Done < at.Total && at.Waiting == 0) {
		return
	}
	p.drawn = now
	filled := barWidth * at.Done / max(1, at.Total)
	line := fmt.Sprintf("[%s%s] %d/%d fixtures, %d failed, %d requests", strings.Repeat("=", filled),
		strings.Repeat(" ", barWidth-filled),
		at.Done, at.Total, at.Failed, at.Requests)
	if at.Waiting > 0 {
		line += fmt.Sprintf(", waiting %s (429)", at.Waiting.Round(time.Second))
	}
	fmt.Fprintf(p.env.stderr, "\r%-*s", p.width, line)
	p.width = max(p.width, len(line))
}

// done clears the bar.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar && p.width > 0 {
		fmt.Fprintf(p.env.stderr, "\r%s\r", strings.Repeat(" ", p.width))
	}
}
