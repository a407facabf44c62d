package mockserver

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

func TestOneLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "GET /a?b=c": "GET /a?b=c", "größe 😀": "größe 😀", "a\nb\r\tc": `a\nb\r\tc`,
		"\x1b[31mred\x07": `\x1b[31mred\a`, "a\u202eb\u2066c\u200b": `a\u202eb\u2066c\u200b`, "\x9b2J": `\x9b2J`,
		"\u009b2J": `\u009b2J`, "a\u2028b": `a\u2028b`, "\xff": `\xff`, "\ufffd": "\ufffd", "\x7f": `\x7f`, `a\b"c`: `a\b"c`,
		strings.Repeat("é", 60): strings.Repeat("é", 50) + "…",
	} {
		if got := oneLine(text, 100); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// What a client sends cannot make more of its line in the log than that.
func TestLogLinesAreBounded(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := New(openapi.Agent(), Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	nasty := "\u202e\u2066\u200b\u009b\u2028"
	member := strings.Repeat("\\u001b\\n"+nasty, 2000)
	for _, r := range []*http.Request{
		{Method: http.MethodPut, URL: &url.URL{Path: "/v1/api/agents/" + nasty + strings.Repeat("x", 9000)}},
		{Method: http.MethodGet, URL: &url.URL{Path: "/v1/api/agents", RawQuery: nasty + strings.Repeat("y", 9000)}},
		{Method: "PÜT" + nasty + strings.Repeat("Z", 9000), URL: &url.URL{Path: "/nowhere"}},
		httptest.NewRequest(http.MethodPost, "http://localhost/v1/api/agents", strings.NewReader(`{"name":"a","llmModel":"`+
			member+`","ttsModel":{"provider":"rime"},"gapBetweenEachAttemptForSmartCallback":[{"`+member+`":1}]}`)),
	} {
		r.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"w\x1b" + nasty + strings.Repeat("w", 9000)},
			"Content-Type": {"application/json"}}
		log.Reset()
		s.ServeHTTP(httptest.NewRecorder(), r)
		line := log.String()
		lines := strings.Count(line, "\n")
		if strings.ContainsAny(line, nasty+"\x1b\r") || lines != 1 || len(line) > 4000 || len(line) < 100 {
			t.Errorf("%d bytes, %d lines: %q", len(line), lines, line[:min(len(line), 500)])
		}
	}
}
