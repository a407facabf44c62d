package mockserver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

func TestPreferencesAreRead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fields []string
		want   string
	}{
		{[]string{"code=429"}, "code=429"},
		{[]string{"respond-async, code = 429 ; x=1,delay=5"}, "respond-async|code=429|delay=5"},
		{[]string{"Code=1", `example="a, b;\"c\\"`}, `code=1|example="a, b;\"c\\"`},
		{[]string{"", ",,;", "=5", "a b=1", "foo"}, "foo"},
		{[]string{`code="429"`, `example="`}, `code=429|example="\""`},
		{[]string{`example=""`, "delay="}, "example|delay"},
	} {
		var list []string
		for _, p := range preferencesIn(tt.fields) {
			list = append(list, p.String())
		}
		if got := strings.Join(list, "|"); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.fields, got, tt.want)
		}
	}
}

func FuzzPreferences(f *testing.F) {
	f.Add(`code=429, example="a\"b", delay=1;x="y,z"`)
	f.Add(`",=;\`)
	f.Fuzz(func(t *testing.T, field string) {
		for _, p := range preferencesIn([]string{field}) {
			again := preferencesIn([]string{p.String()})
			if len(again) != 1 || again[0] != p {
				t.Errorf("%q has %+v, which is read as %+v", field, p, again)
			}
		}
	})
}

// preferring sends a request with preferences.
func preferring(s *Server, method, path string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, http.NoBody)
	r.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-1"}, "Prefer": fields}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestPreferencesAreHonoured(t *testing.T) {
	t.Parallel()
	s, err := New(openapi.Agent(), Options{Faults: []Fault{{Status: 503}}, RateLimit: Rate{1, time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path, prefer string
		status               int
		words, applied       string
	}{
		{"GET", "/v1/api/agents/x", "code=429", 429, `"reset_at"`, "code=429"},
		{"GET", "/v1/api/agents/x", "code=200, foo, example=inACall", 200, `"activeSessions"`, "code=200, example=inACall"},
		{"GET", "/v1/api/agents/x", `example="inACall"`, 200, `"activeSessions"`, "example=inACall"},
		{"GET", "/v1/api/agents/x", "example=exceeded", 429, "rate_limit_exceeded", "example=exceeded"},
		{"DELETE", "/v1/api/agents/x", "code=204", 204, "", "code=204"},
		{"DELETE", "/v1/api/agents/x", "CODE=204, code=401", 204, "", "code=204"},
		{"GET", "/v1/api/agents/x", "code=418", 400, "getAgent documents 200, 400, 401, 404, 429", ""},
		{"GET", "/v1/api/agents/x", "code=4xx", 400, "getAgent documents", ""},
		{"GET", "/v1/api/agents/x", "code", 400, "getAgent documents", ""},
		{"GET", "/v1/api/agents/x", "code=429, example=nope", 400, "of 429 there is exceeded", ""},
		{"GET", "/v1/api/agents/x", "example=nope", 400, "there is ownKey, inACall", ""},
		{"GET", "/v1/api/agents/x", "example", 400, "it has no name", ""},
		{"GET", "/v1/api/agents/x", "delay=-1", 400, "from 0 to 600000", ""},
		{"GET", "/v1/api/agents/x", "delay=600001", 400, "from 0 to 600000", ""},
		{"GET", "/v1/api/agents/x", "delay=1s", 400, "from 0 to 600000", ""},
		{"GET", "/v1/api/agents/x", "code=200,delay=0", 200, `"_id"`, "code=200, delay=0"},
		{"GET", "/v1/api/agents", "delay=0", 503, "", "delay=0"}, // a fault is met all the same
		{"GET", "/v1/api/agents", "respond-async", 429, "Too many requests", ""},
	} {
		w := preferring(s, tt.method, tt.path, tt.prefer)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.words) ||
			w.Header().Get("Preference-Applied") != tt.applied {
			t.Errorf("%s: %d %q\n%s", tt.prefer, w.Code, w.Header(), w.Body)
		}
		marked := strings.HasPrefix(w.Header().Get(FaultHeader), "prefer")
		if marked != (tt.applied != "") {
			t.Errorf("%s: %s", tt.prefer, w.Header().Get(FaultHeader))
		}
		found := openapi.Agent().Operation("getAgent").ValidateResponse(&openapi.ResponseData{Status: w.Code,
			Header: w.Header(), Body: w.Body.Bytes()})
		if tt.path != "/v1/api/agents" && tt.status != 204 && len(found) > 0 {
			t.Errorf("%s: %v", tt.prefer, found)
		}
	}
	if e := s.Requests(Filter{}).Requests[1]; e.Fault != "prefer: code=200, example=inACall" {
		t.Errorf("the journal says %q", e.Fault)
	}
}

// TestEveryDocumentedAnswerCanBePreferred: each status and each named example of each operation, of this document
// and of one that is not about agents.
func TestEveryDocumentedAnswerCanBePreferred(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, name := range []string{"../openapi/agent.yaml", "../testdata/fleet-3.1.yaml",
		"../testdata/bookshop-3.0.yaml"} {
		doc, err := openapi.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(doc, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range doc.Operations {
			path := templateVariable.ReplaceAllString(op.Path, "1")
			for _, r := range op.Responses {
				if documentedResponse(op, r.StatusCode()) == nil {
					continue // the default of successes
				}
				try := []string{fmt.Sprintf("code=%d", r.StatusCode())}
				for _, m := range r.Content {
					for _, e := range m.Examples {
						if e.Name != "" {
							try = append(try, fmt.Sprintf("code=%d, example=%q", r.StatusCode(), e.Name))
						}
					}
				}
				for _, prefer := range try {
					w := preferring(s, op.Method, path, prefer)
					found := op.ValidateResponse(&openapi.ResponseData{Status: w.Code, Header: w.Header(),
						Body: w.Body.Bytes()})
					if tried++; w.Code != r.StatusCode() || len(found) > 0 {
						t.Errorf("%s: %s: %s: %d %v\n%s", name, op.ID, prefer, w.Code, found, w.Body)
					}
				}
			}
		}
	}
	if tried < 40 {
		t.Errorf("only %d were tried", tried)
	}
}

// TestDelaysAreSpread waits for nothing: the time of a bubble goes by when all wait.
func TestDelaysAreSpread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		delays := func() (list []time.Duration) {
			s, err := New(openapi.Agent(), Options{Latency: Delay{50 * time.Millisecond, 400 * time.Millisecond}})
			if err != nil {
				t.Fatal(err)
			}
			for range 20 {
				began := time.Now()
				w := preferring(s, "GET", "/v1/api/agents")
				list = append(list, time.Since(began))
				if w.Code != 200 || w.Header().Get(FaultHeader) != latencyID {
					t.Errorf("%d %v", w.Code, w.Header())
				}
			}
			began := time.Now()
			preferring(s, "GET", "/v1/api/agents", "delay=800")
			if took := time.Since(began); took != 800*time.Millisecond {
				t.Errorf("a preferred delay took %s", took)
			}
			return list
		}
		first := delays()
		if fmt.Sprint(first) != fmt.Sprint(delays()) {
			t.Error("two servers delay in two ways")
		}
		least, most := first[0], first[0]
		for _, d := range first {
			least, most = min(least, d), max(most, d)
		}
		if least < 50*time.Millisecond || most > 400*time.Millisecond || most-least < 100*time.Millisecond {
			t.Errorf("%v", first)
		}
	})
}
