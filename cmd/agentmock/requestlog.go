package main

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

// prettyHandler is a slog.Handler that writes the mock's log for people: one line per request, and
// the reason under a refused one.
//
//	15:04:05  200  PUT /v1/api/agents/678c6a17c3f1e80b52d49a07  0.3 ms
//	15:04:09  400  PUT /v1/api/agents/678c6a17c3f1e80b52d49a07  0.2 ms
//	               body /llmModel: …
//	15:04:11  200  GET /v1/api/agents  3.1 ms
//	               answer: body /0/llmModel: …
//	15:04:12  503  PUT /v1/api/agents/678c6a17c3f1e80b52d49a07  0.1 ms  fault f1: status 503
type prettyHandler struct {
	out    io.Writer // safe for concurrent use
	level  slog.Level
	colour bool
	more   []slog.Attr
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

// lines are buffers of lines.
var lines = sync.Pool{New: func() any { return new([]byte) }}

func (h *prettyHandler) Handle(_ context.Context, r slog.Record) error {
	buffer := lines.Get().(*[]byte)
	defer lines.Put(buffer)
	line := append(r.Time.Local().AppendFormat((*buffer)[:0], time.TimeOnly), "  "...)
	var q requestEntry
	if r.Level < slog.LevelError {
		r.Attrs(q.add)
	}
	if q.status != 0 || q.fault != "" {
		line = q.append(line, h.colour)
	} else {
		line = append(line, r.Message...)
		between := "  "
		add := func(a slog.Attr) bool {
			line = append(append(append(append(line, between...), a.Key...), '='), a.Value.String()...)
			between = " "
			return true
		}
		for _, a := range h.more {
			add(a)
		}
		r.Attrs(add)
		line = append(line, '\n')
	}
	*buffer = line
	_, err := h.out.Write(line)
	return err
}

// requestEntry is what a line says about a request.
type requestEntry struct {
	method, path, reason, fault string
	answer, unjudged            string // what a proxy says of the answer, and of what it has not judged
	status                      int64  // 0: the record is about no request, or a fault has left it without an answer
	session                     string // "" for the shared one
	durationMs                  float64
}

// add takes an attribute of a record. It returns true.
func (q *requestEntry) add(a slog.Attr) bool {
	switch a.Key {
	case "method":
		q.method = a.Value.String()
	case "path":
		q.path = a.Value.String()
	case "session":
		q.session = a.Value.String()
	case "reason":
		q.reason = a.Value.String()
	case "answer":
		q.answer = a.Value.String()
	case "unjudged":
		q.unjudged = a.Value.String()
	case "fault":
		q.fault = a.Value.String()
	case "status":
		q.status = a.Value.Int64()
	case "durationMs":
		q.durationMs = a.Value.Float64()
	}
	return true
}

func (q *requestEntry) append(line []byte, colour bool) []byte {
	line = appendStatus(line, q.status, colour)
	line = append(append(line, "  "...), q.method...)
	line = append(append(line, ' '), q.path...)
	line = strconv.AppendFloat(append(line, "  "...), q.durationMs, 'f', 1, 64)
	line = append(line, " ms"...)
	if q.session != "" {
		line = append(append(line, "  session "...), q.session...)
	}
	if q.fault != "" {
		line = append(append(line, "  fault "...), q.fault...)
	}
	line = append(line, '\n')
	for _, below := range [...][2]string{{"", q.reason}, {"answer: ", q.answer}, {"not judged: ", q.unjudged}} {
		if below[1] != "" {
			line = append(append(append(append(line, "               "...), below[0]...), below[1]...), '\n')
		}
	}
	return line
}

// appendStatus appends a status in colour: green for success, yellow for a refusal, red for a server
// error.
func appendStatus(line []byte, status int64, colour bool) []byte {
	paint := "\x1b[32m"
	switch {
	case status == 0:
		return append(line, "---"...) // no answer
	case status >= 500:
		paint = "\x1b[31m"
	case status >= 400:
		paint = "\x1b[33m"
	}
	if !colour {
		return strconv.AppendInt(line, status, 10)
	}
	return append(strconv.AppendInt(append(line, paint...), status, 10), "\x1b[0m"...)
}
