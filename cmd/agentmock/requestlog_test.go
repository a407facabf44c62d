package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"testing"
	"time"
)

func TestPrettyHandler(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		level      slog.Level
		message    string
		attributes []any
	}{
		{"a success", "15:04:05  200  PUT /a?b=c  0.3 ms\n", slog.LevelInfo, "request", []any{"method", "PUT",
			"path", "/a?b=c", "status", 200, "durationMs", 0.29, "operation", "put", "workspace", "w"}},
		{"a refusal", "15:04:05  400  GET /  12.0 ms\n               no\n", slog.LevelInfo, "request", []any{
			"method", "GET", "path", "/", "status", 400, "durationMs", 12.0, "reason", "no"}},
		{"a session", "15:04:05  200  GET /  0.3 ms  session w1\n", slog.LevelInfo, "request", []any{"method", "GET",
			"path", "/", "status", 200, "durationMs", 0.3, "session", "w1"}},
		{"another record", "15:04:05  slow  after=3s n=1\n", slog.LevelWarn, "slow", []any{"after", "3s", "n", 1}},
		{"no attributes", "15:04:05  slow\n", slog.LevelWarn, "slow", nil},
		{"an error with a status", "15:04:05  odd  status=500\n", slog.LevelError, "odd", []any{"status", 500}},
		{"below the level", "", slog.LevelDebug, "request", []any{"status", 200}},
	} {
		var out bytes.Buffer
		h := &prettyHandler{out: &out, level: slog.LevelInfo}
		r := slog.NewRecord(time.Date(2026, 1, 2, 15, 4, 5, 0, time.Local), c.level, c.message, 0)
		r.Add(c.attributes...)
		if h.Enabled(context.Background(), c.level) {
			if err := h.Handle(context.Background(), r); err != nil {
				t.Fatal(err)
			}
		}
		if out.String() != c.want {
			t.Errorf("%s: %q, want %q", c.name, out.String(), c.want)
		}
	}
	var out bytes.Buffer
	h := &prettyHandler{out: &out, level: slog.LevelInfo}
	h.colour = true
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0)
	r.Add("status", 404, "method", "GET", "path", "/", "durationMs", 1.0)
	_ = h.Handle(context.Background(), r)
	if want := "\x1b[33m404\x1b[0m  GET /  1.0 ms\n"; out.String()[10:] != want {
		t.Errorf("%q, want …%q", out.String(), want)
	}
}

func BenchmarkPrettyHandler(b *testing.B) {
	h := &prettyHandler{out: io.Discard, level: slog.LevelInfo}
	r := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0)
	r.Add("method", "PUT", "path", "/v1/api/agents/678c6a17c3f1e80b52d49a07", "status", 200, "durationMs", 0.1,
		"operation", "updateAgent")
	b.ReportAllocs()
	for b.Loop() {
		_ = h.Handle(context.Background(), r)
	}
}
