package mockserver

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi"
)

// log writes one record of an exchange that has ended, without secrets. Records have no place in the source: it would
// be this one.
func (x *exchange) log(k *kept, ended time.Time) {
	handler, ctx := x.server.options.Log.Handler(), x.http.Context()
	if !handler.Enabled(ctx, slog.LevelInfo) {
		return
	}
	secrets := x.secrets()
	if len(k.violations) > 0 || k.mayShowSuspects() {
		secrets = append(secrets, x.suspects()...)
	}
	x.api.log(ctx, k, x.session.name, secrets, ended)
}

// log writes the record of what is kept of an exchange.
func (a *api) log(ctx context.Context, k *kept, session string, secrets []string, ended time.Time) {
	hide := a.redactor.With(a.options.telling(secrets)...)
	operation := ""
	if k.operation != nil {
		operation = k.operation.ID
	}
	record := slog.NewRecord(ended, slog.LevelInfo, "request", 0)
	record.AddAttrs(slog.String("method", oneLine(k.method, 50)),
		slog.String("path", oneLine(hide.Target(k.target), 500)),
		slog.Int("status", k.status), slog.Float64("durationMs", milliseconds(k.took)),
		slog.String("operation", operation))
	if k.workspace != "" {
		record.AddAttrs(slog.String("workspace", oneLine(hide.Text(k.workspace), 200)))
	}
	if session != "" {
		record.AddAttrs(slog.String("session", oneLine(hide.Text(session), 100)))
	}
	if k.fault != "" {
		record.AddAttrs(slog.String("fault", oneLine(hide.Text(k.fault), 500)))
	}
	if len(k.violations) > 0 {
		record.AddAttrs(slog.String("reason", a.inOneLine(k.violations, secrets)))
	}
	if len(k.wrong) > 0 {
		record.AddAttrs(slog.String("answer", a.inOneLine(k.wrong, secrets)))
	}
	if len(k.unjudged) > 0 {
		record.AddAttrs(slog.String("unjudged", oneLine(hide.Text(strings.Join(k.unjudged, "; ")), 1000)))
	}
	_ = a.options.Log.Handler().Handle(ctx, record) // there is nowhere else to report an error
}

// inOneLine returns the first of some violations, and how many others there are.
func (a *api) inOneLine(list []openapi.Violation, secrets []string) string {
	first := a.withoutSecrets(list[:1], secrets)[0]
	return oneLine(first.String(), 1000) + andMore(list[1:])
}

// oneLine returns the first n bytes of a text as a log may show it: as one line, without characters
// that do something to a terminal, or to what stands beside them. Escapes as in Go are in their place.
func oneLine(text string, n int) string {
	text = truncate(text, n)
	plain := 0
	for plain < len(text) && text[plain] >= ' ' && text[plain] <= '~' {
		plain++
	}
	if plain == len(text) { // as most are
		return text
	}
	out := append(make([]byte, 0, 2*len(text)), text[:plain]...)
	for i, c := range text[plain:] {
		switch _, size := utf8.DecodeRuneInString(text[plain+i:]); {
		case strconv.IsPrint(c) && !(c == utf8.RuneError && size == 1):
			out = utf8.AppendRune(out, c)
		default: // without the quotes
			quoted := strconv.Quote(text[plain+i : plain+i+size])
			out = append(out, quoted[1:len(quoted)-1]...)
		}
	}
	return string(out)
}
