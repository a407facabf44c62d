package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// prettyHandler is a slog.Handler that writes the mock's log for people: one line per request, and
// the reason under a refused one.
//
//	15:04:05  200  PUT /v1/api/agents/678c6a17c3f1e80b52d49a07  0.3 ms
//	15:04:09  400  PUT /v1/api/agents/678c6a17c3f1e80b52d49a07  0.2 ms
//	               body /llmModel: …
type prettyHandler struct {
	env    env
	level  slog.Level
	colour bool
	mu     *sync.Mutex // guards stderr; shared with the handlers made by WithAttrs
	more   []slog.Attr
}

func newPrettyHandler(e env, level slog.Level) *prettyHandler {
	return &prettyHandler{env: e, level: level, colour: e.colour(e.stderr), mu: new(sync.Mutex)}
}

// Enabled implements slog.Handler, as do the methods below.
func (h *prettyHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

func (h *prettyHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.more = append(h.more[:len(h.more):len(h.more)], attrs...)
	return &with
}

// WithGroup ignores the group, because no program reads these lines.
func (h *prettyHandler) WithGroup(string) slog.Handler { return h }

func (h *prettyHandler) Handle(_ context.Context, r slog.Record) error {
	attributes := map[string]slog.Value{}
	var others []string
	add := func(a slog.Attr) bool {
		attributes[a.Key] = a.Value
		others = append(others, a.Key+"="+a.Value.String())
		return true
	}
	for _, a := range h.more {
		add(a)
	}
	r.Attrs(add)

	at := r.Time.Local().Format(time.TimeOnly)
	line := fmt.Sprintf("%s  %s  %s\n", at, r.Message, strings.Join(others, " "))
	if status, ok := attributes["status"]; ok && r.Level < slog.LevelError {
		line = fmt.Sprintf("%s  %s  %s %s  %.1f ms\n", at, h.painted(status.Int64()), attributes["method"],
			attributes["path"], attributes["durationMs"].Float64())
		if reason, refused := attributes["reason"]; refused {
			line += "               " + reason.String() + "\n"
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.env.stderr.Write([]byte(line))
	return err
}

// painted returns a status in colour: green for success, yellow for a refusal, red for a server
// error.
func (h *prettyHandler) painted(status int64) string {
	colour := 32
	switch {
	case status >= 500:
		colour = 31
	case status >= 400:
		colour = 33
	}
	if !h.colour {
		return fmt.Sprint(status)
	}
	return fmt.Sprintf("\x1b[%dm%d\x1b[0m", colour, status)
}
