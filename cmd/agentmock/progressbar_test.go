package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestProgressBar(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	now := time.Date(2025, 1, 20, 10, 0, 0, 0, time.UTC)
	b := newProgressBar(env{stderr: &out, getenv: func(string) string { return "" }})
	b.now = func() time.Time { return now }
	said := func() string { defer out.Reset(); return out.String() }
	const waiting = "the target asks for 2s without requests (429): waiting\n"

	b.show(1, 3, "agents")
	b.wait(2 * time.Second)
	if got := said(); got != waiting {
		t.Errorf("no terminal, but %q", got)
	}
	b.draws, b.until = true, time.Time{}
	b.show(1, 3, "agents, 1 created")
	b.show(2, 3, "agents, 2 created") // too soon
	if got := said(); got != "\r[==========                    ] 1/3 agents, 1 created" {
		t.Errorf("drawn is %q", got)
	}
	b.show(3, 3, "agents") // the end, and shorter than what was there
	if got := said(); got != "\r[==============================] 3/3 agents           " {
		t.Errorf("drawn is %q", got)
	}
	b.wait(2 * time.Second)
	b.wait(2 * time.Second) // of the same pause
	b.clear()
	if got := said(); got != "\r"+strings.Repeat(" ", 54)+"\r"+waiting {
		t.Errorf("after the end there is %q", got)
	}
}
