package mockserver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

func asking(s *Server, key, session string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/v1/api/agents", http.NoBody)
	r.Header = http.Header{"X-Api-Key": {key}, "X-Workspace-Id": {"ws-1"}}
	if session != "" {
		r.Header.Set(SessionHeader, session)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// TestRateLimit counts the requests of each key in each session, by the session's clock.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	clock := &Clock{}
	clock.Set(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	s, err := New(openapi.Agent(), Options{Clock: clock, RateLimit: Rate{3, time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a", "b"} {
		for _, session := range []string{"", "other"} {
			for i := range 3 {
				if w := asking(s, key, session); w.Code != 200 || w.Header().Get(FaultHeader) != "" {
					t.Fatalf("%s, %s, %d: %d", key, session, i, w.Code)
				}
			}
		}
	}
	clock.Advance(18*time.Second + time.Millisecond)
	w := asking(s, "a", "")
	const want = `{"error":{"code":"rate_limit_exceeded","message":"Too many requests. Please try again in 42 seconds.",` +
		`"reset_at":"2026-03-04T05:07:07.000Z"}}`
	if w.Code != 429 || w.Header().Get("Retry-After") != "42" || w.Body.String() != want ||
		w.Header().Get(FaultHeader) != rateLimitID {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
	for _, v := range openapi.Agent().Operation("listAgents").ValidateResponse(&openapi.ResponseData{
		Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}) {
		t.Error(v)
	}
	if e := s.Requests(Filter{Status: 429}).Requests; len(e) != 1 || e[0].Fault != "rate-limit: more than 3/m" {
		t.Errorf("%+v", e)
	}
	clock.Advance(42 * time.Second)
	if w := asking(s, "a", ""); w.Code != 200 {
		t.Errorf("after the reset: %d", w.Code)
	}
	if w := asking(s, "a", "other"); w.Code != 429 {
		t.Errorf("in a session whose clock stands still: %d", w.Code)
	}
	clock.Set(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)) // a window that lies ahead counts for nothing
	if w := asking(s, "b", ""); w.Code != 200 {
		t.Errorf("after the clock was set back: %d", w.Code)
	}
}

// TestRateLimitIsExact under load, while the clock runs.
func TestRateLimitIsExact(t *testing.T) {
	t.Parallel()
	s, err := New(openapi.Agent(), Options{RateLimit: Rate{60, time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	var fine atomic.Int64
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			if asking(s, "a", "").Code == 200 {
				fine.Add(1)
			}
		})
	}
	if wg.Wait(); fine.Load() != 60 {
		t.Errorf("%d requests of 200 were answered", fine.Load())
	}
}

// TestRateLimitsOfOtherDocuments: in the form that the document has for it, else in the mock's own.
func TestRateLimitsOfOtherDocuments(t *testing.T) {
	t.Parallel()
	const document = `{openapi: 3.1.0, info: {title: Things, version: "1"}, paths: {/things: {get: {operationId: list, responses: {
		"200": {description: All.}%s}}}}}`
	const own = `, "429": {description: Slow down., headers: {X-RateLimit-Reset: {schema: {type: integer}},
		RateLimit-Remaining: {schema: {type: integer}}}, content: {application/problem+json: {schema: {type: object, properties: {
		title: {type: string}, detail: {type: string}, retryAfter: {type: integer}, reset: {type: integer}},
		required: [title, retryAfter, reset]}}}}`
	for _, tt := range []struct{ name, responses, body string }{
		{"undocumented", "", `{"error":{"code":"too_many_requests","message":"Too many requests. Please try again in 60 seconds."}}`},
		{"problem", own, `,"retryAfter":60,"reset":1772600827,"detail":"Too many requests. Please try again in 60 seconds."}`},
	} {
		doc, err := openapi.Parse("things.yaml", fmt.Appendf(nil, document, tt.responses))
		if err != nil {
			t.Fatal(err)
		}
		clock := &Clock{}
		clock.Set(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
		s, err := New(doc, Options{Clock: clock, RateLimit: Rate{1, time.Minute}})
		if err != nil {
			t.Fatal(err)
		}
		var w *httptest.ResponseRecorder
		for range 2 {
			w = httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest("GET", "/things", http.NoBody))
		}
		if w.Code != 429 || !strings.HasSuffix(w.Body.String(), tt.body) || w.Header().Get("Retry-After") != "60" {
			t.Errorf("%s: %d %v\n%s", tt.name, w.Code, w.Header(), w.Body)
		}
		if tt.responses != "" && (w.Header().Get("X-RateLimit-Reset") != "1772600827" ||
			w.Header().Get("RateLimit-Remaining") != "0") {
			t.Errorf("%s: %v", tt.name, w.Header())
		}
	}
}

// TestManyCredentials take no more memory than some.
func TestManyCredentials(t *testing.T) {
	t.Parallel()
	l, now := newLimiter(Rate{1, time.Minute}), time.Unix(0, 0)
	for i := range 3 * maxCredentials {
		l.allow(fmt.Sprint(i), now)
	}
	if len(l.windows) > maxCredentials+1 {
		t.Errorf("%d windows", len(l.windows))
	}
	if _, ok := l.allow("another", now); ok {
		t.Error("those that are too many do not share one")
	}
	if _, ok := l.allow("another", now.Add(time.Minute)); !ok || len(l.windows) > 1 {
		t.Errorf("%d windows that are over", len(l.windows))
	}
}

func TestRatesAndDelaysAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"60/m": "60/m", "1/s": "1/s", "5/10s": "5/10s", "7/60m": "7/h", "2/90m": "2/1h30m",
		"": "", "60": "", "60/": "", "0/m": "", "-1/m": "", "1.5/s": "", "60/d": "", "1/25h": "",
		"1/0s": "", "2000000/s": "",
	} {
		var r Rate
		if err := r.UnmarshalText([]byte(text)); (err == nil) != (want != "") || err == nil && r.String() != want {
			t.Errorf("%q: %s, %v", text, r, err)
		}
	}
	for text, want := range map[string]string{
		"800ms": "800ms", "0": "0s", "50ms..400ms": "50ms..400ms", "10m": "10m", "1m..1m": "1m", "90s": "1m30s",
		"": "", "5": "", "10m1ms": "", "-1s": "", "2s..1s": "", "..1s": "", "1s..": "", "1s..2s..3s": "", "1s..11m": "",
	} {
		var d Delay
		if err := d.UnmarshalText([]byte(text)); (err == nil) != (want != "") || err == nil && d.String() != want {
			t.Errorf("%q: %s, %v", text, d, err)
		}
	}
}
