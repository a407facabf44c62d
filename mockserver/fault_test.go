package mockserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// plain is a client as anybody's: it knows nothing of the mock, and does not try again.
type plain struct {
	t   testing.TB
	url string
	*http.Client
	header http.Header
}

func newPlain(t testing.TB, url string) *plain {
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &plain{t, url, &http.Client{Transport: transport}, http.Header{
		"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-1"}, "Content-Type": {"application/json"}}}
}

// felt is what a client sees of an answer. The error is that of reading the body, or of getting no answer.
type felt struct {
	status int
	header http.Header
	body   string
	err    error
}

func (c *plain) send(method, path, body string, header ...string) felt {
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		return felt{err: err}
	}
	r.Header = c.header.Clone()
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	res, err := c.Do(r)
	if err != nil {
		return felt{err: err}
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return felt{res.StatusCode, res.Header, string(text), err}
}

const oneItem = agents + "/678c6a17c3f1e80b52d49a07"

const rename = `{"llmModel":"gpt-5","name":"B"}`

// TestFaultsAreFelt lets a plain client meet each kind of fault once, and looks at what was done and noted.
func TestFaultsAreFelt(t *testing.T) {
	t.Parallel()
	broken := func(f felt) bool { return f.err != nil && f.status == 0 }
	for _, tt := range []struct {
		name  string
		fault mockserver.Fault
		as    func(felt) bool
		done  bool // the update was
		said  string
	}{
		{"documented status", mockserver.Fault{Status: 429}, func(f felt) bool {
			return f.status == 429 && strings.Contains(f.body, `"reset_at":"2024-01-22T15:30:00Z"`) &&
				f.header.Get("Retry-After") == "60"
		}, false, "f1: status 429"},
		{"chosen example", mockserver.Fault{Status: 400, Example: "header", Headers: map[string]string{"x-a": "b"}},
			func(f felt) bool {
				return f.status == 400 && strings.Contains(f.body, "x-workspace-id") && f.header.Get("X-A") == "b"
			},
			false, "f1: status 400"},
		{"undocumented status", mockserver.Fault{Status: 503}, func(f felt) bool {
			return f.status == 503 && f.body == `{"error":{"code":"service_unavailable","message":"Service Unavailable"}}`
		}, false, "f1: status 503"},
		{"documented success", mockserver.Fault{Status: 200}, func(f felt) bool { return f.status == 200 },
			false, "f1: status 200"},
		{"dropped request", mockserver.Fault{Drop: "request"}, broken, false, "f1: connection closed before anything"},
		{"dropped response", mockserver.Fault{Drop: "response"}, broken, true, "f1: connection closed in place"},
		{"truncated", mockserver.Fault{Body: "truncated"}, func(f felt) bool {
			return f.status == 200 && errors.Is(f.err, io.ErrUnexpectedEOF) && f.body != "" &&
				!json.Valid([]byte(f.body)) &&
				f.header.Get("Content-Length") != fmt.Sprint(len(f.body))
		}, true, "f1: body truncated"},
		{"malformed", mockserver.Fault{Body: "malformed"}, func(f felt) bool {
			return f.status == 200 && f.err == nil && f.body != "" && !json.Valid([]byte(f.body))
		}, true, "f1: body malformed"},
		{"without the first required", mockserver.Fault{Omit: mockserver.FirstRequired}, func(f felt) bool {
			return brokenRule(t, f, "required /_id")
		}, true, "f1: omit required, which is /_id"},
		{"without a member", mockserver.Fault{Omit: "/ttsModel"}, func(f felt) bool {
			return brokenRule(t, f, "required /ttsModel")
		}, true, "f1: omit /ttsModel"},
		{"first required of another type", mockserver.Fault{Retype: mockserver.FirstRequired}, func(f felt) bool {
			return brokenRule(t, f, "type /_id")
		}, true, "f1: retype required, which is /_id"},
		{"nested member of another type", mockserver.Fault{Retype: "/ttsModel/provider"}, func(f felt) bool {
			return f.status == 200 && strings.Contains(f.body, `"provider":12345`)
		}, true, "f1: retype /ttsModel/provider"},
		{"delay", mockserver.Fault{Delay: mockserver.Delay{Min: time.Millisecond}}, func(f felt) bool {
			return f.status == 200 && f.err == nil
		}, true, "f1: delay 1ms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: []byte(state(oneAgent))})
			c := newPlain(t, m.URL)
			tt.fault.Times, tt.fault.Operation = 1, "updateAgent"
			added, err := m.AddFault(tt.fault)
			if err != nil || added.ID != "f1" || added.Left != 1 {
				t.Fatalf("%+v, %v", added, err)
			}
			f := c.send("PUT", oneItem, rename)
			if !tt.as(f) {
				t.Errorf("%+v", f)
			}
			if f.status != 0 && f.header.Get("X-Mock-Fault") != "f1" {
				t.Errorf("the answer does not say what was injected: %v", f.header)
			}
			if done := strings.Contains(string(m.State()), `"name":"B"`); done != tt.done {
				t.Errorf("done: %v", done)
			}
			e := m.Requests(mockserver.Filter{}).Requests[0]
			if !strings.HasPrefix(e.Fault, tt.said) || e.Status != f.status {
				t.Errorf("the journal says %d, %q", e.Status, e.Fault)
			}
			f = c.send("PUT", oneItem, rename)
			if f.status != 200 || f.err != nil || f.header.Get("X-Mock-Fault") != "" {
				t.Errorf("the fault is met twice: %+v", f)
			}
			if now := m.Faults(); len(now) != 1 || now[0].Left != 0 || now[0].Count != 1 {
				t.Errorf("%+v", now)
			}
		})
	}
}

// brokenRule reports whether a body breaks the document in one place.
func brokenRule(t *testing.T, f felt, want string) bool {
	t.Helper()
	found := openapi.Agent().Operation("updateAgent").ValidateResponse(&openapi.ResponseData{Status: f.status,
		Header: f.header, Body: []byte(f.body)})
	if len(found) != 1 {
		t.Errorf("%v", found)
		return false
	}
	return found[0].Rule+" "+found[0].Pointer == want && f.err == nil
}

// TestFaultsAreMetExactly has hundreds of requests meet counted faults at once.
func TestFaultsAreMetExactly(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: []byte(state(oneAgent))})
	for _, f := range []mockserver.Fault{
		{Operation: "updateAgent", Status: 503, Times: 70}, {Operation: "updateAgent", Body: "malformed", Times: 50},
		{Operation: "updateAgent", Drop: "response", Times: 30},
		{Operation: "updateAgent", Body: "truncated", Times: 20},
		{Operation: "updateAgent", Drop: "request", Times: 10}, {Operation: "deleteAgent", Status: 500, Times: 1},
		{Delay: mockserver.Delay{Min: time.Microsecond, Max: time.Millisecond}, Times: 100},
	} {
		if _, err := m.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	c := newPlain(t, m.URL)
	var refused, malformed, dropped, cut, delayed, fine atomic.Int64
	var wg sync.WaitGroup
	for range 300 {
		wg.Go(func() {
			f := c.send("PUT", oneItem, rename)
			if strings.Contains(f.header.Get("X-Mock-Fault"), "f7") {
				delayed.Add(1)
			}
			switch {
			case f.status == 503:
				refused.Add(1)
			case f.err != nil && f.status == 0:
				dropped.Add(1)
			case f.err != nil:
				cut.Add(1)
			case !json.Valid([]byte(f.body)):
				malformed.Add(1)
			case f.status == 200:
				fine.Add(1)
			}
		})
	}
	wg.Wait()
	got := fmt.Sprint(refused.Load(), malformed.Load(), dropped.Load(), cut.Load(), fine.Load())
	if got != "70 50 40 20 120" {
		t.Errorf("refused, malformed, dropped, cut off, fine: %s", got)
	}
	journaled := len(m.Requests(mockserver.Filter{}).Requests)
	for _, f := range m.Faults() {
		if wantLeft := 0; f.Operation != "deleteAgent" && (f.Left != wantLeft || f.Count != f.Times) {
			t.Errorf("%+v", f)
		}
	}
	if journaled != 300 || delayed.Load() > 100 {
		t.Errorf("%d in the journal, %d delayed", journaled, delayed.Load())
	}
	if f := c.send("PUT", oneItem, rename); f.status != 200 || f.header.Get("X-Mock-Fault") != "" {
		t.Errorf("afterwards: %+v", f)
	}
}

// TestFaultsThatDoNotApply are met by later requests: those that are refused have no member to be dropped.
func TestFaultsThatDoNotApply(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: []byte(state(oneAgent))})
	c := newPlain(t, m.URL)
	for _, f := range []mockserver.Fault{{Omit: "/name", Times: 1, Headers: map[string]string{"X-A": "b"}},
		{Body: "malformed", Operation: "deleteAgent"}} {
		if _, err := m.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []felt{c.send("PUT", oneItem, `{}`), c.send("GET", agents+"/nope", ""), c.send("GET", agents, ""),
		c.send("HEAD", oneItem, "")} {
		if f.err != nil || f.header.Get("X-Mock-Fault")+f.header.Get("X-A") != "" {
			t.Errorf("%+v", f)
		}
	}
	if e := m.Requests(mockserver.Filter{}).Requests[0]; e.Fault != "" {
		t.Errorf("the journal says %q", e.Fault)
	}
	if f := c.send("GET", oneItem, ""); f.header.Get("X-Mock-Fault") != "f1" || strings.Contains(f.body, `"name":"A"`) {
		t.Errorf("%+v", f)
	}
	if list := m.Faults(); list[0].Count != 1 || list[0].Left != 0 || list[1].Count != 0 {
		t.Errorf("%+v", list)
	}
	if f := c.send("DELETE", oneItem, ""); f.status != 204 || f.header.Get("X-Mock-Fault") != "" {
		t.Errorf("%+v", f)
	}
}

// TestFaultsAreSelective compares faults to the operation, item, workspace and session of requests.
func TestFaultsAreSelective(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: []byte(state(oneAgent)),
		Faults: []mockserver.Fault{{Status: 418, Times: 1}}})
	other, err := m.InSession("other")
	if err != nil {
		t.Fatal(err)
	}
	c := newPlain(t, m.URL)
	status := func(method, path, workspace, session string) int {
		r := newPlain(t, m.URL)
		r.header.Set("X-Workspace-Id", workspace)
		r.header.Set("X-Mock-Session", session)
		return r.send(method, path, "").status
	}
	for _, session := range []string{"", "", "other", "other"} { // each has its own count of those of Options
		c.header.Set("X-Mock-Session", session)
		c.send("GET", agents, "")
	}
	if own := m.Faults(); len(own) != 1 || own[0].Count != 1 {
		t.Errorf("%+v", own)
	}
	if own := other.Faults(); len(own) != 1 || own[0].Count != 1 {
		t.Errorf("%+v", own)
	}
	m.ClearFaults()
	for _, f := range []mockserver.Fault{{Operation: "getAgent", Item: "678c6a17c3f1e80b52d49a07", Status: 500},
		{Workspace: "ws-2", Status: 501}} {
		if _, err := m.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		method, path, workspace, session string
		want                             int
	}{
		{"GET", oneItem, "ws-1", "", 500}, {"GET", oneItem, "ws-1", "other", 200},
		{"GET", agents + "/x", "ws-1", "", 404},
		{"DELETE", agents + "/x", "ws-1", "", 404}, {"GET", agents, "ws-1", "", 200}, {"GET", agents, "ws-2", "", 501},
		{"GET", agents, "ws-2", "other", 200}, {"GET", oneItem, "ws-2", "", 501}, {"HEAD", oneItem, "ws-1", "", 500},
	} {
		if got := status(tt.method, tt.path, tt.workspace, tt.session); got != tt.want {
			t.Errorf("%+v: %d", tt, got)
		}
	}
}

// TestFaultsTakeTurns: counted ones come first in their order, then the newest of the others.
func TestFaultsTakeTurns(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: []byte(state(oneAgent))})
	c := newPlain(t, m.URL)
	list := []mockserver.Fault{{Status: 500}, {Status: 501}, {Status: 502, Times: 2}, {Status: 503, Times: 1}}
	for _, f := range list {
		if _, err := m.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	got := func() (list []int) {
		for range 4 {
			list = append(list, c.send("GET", oneItem, "").status)
		}
		return list
	}
	if list := fmt.Sprint(got()); list != "[502 502 503 501]" {
		t.Error(list)
	}
	if !m.RemoveFault("f2") || m.RemoveFault("f2") {
		t.Error("a fault is removed once")
	}
	if list := fmt.Sprint(got()); list != "[500 500 500 500]" {
		t.Error(list)
	}
	m.ClearFaults()
	if list := fmt.Sprint(got()); list != "[200 200 200 200]" || len(m.Faults()) > 0 {
		t.Error(list)
	}
}

// TestFaultsAreBounded: those that are used up give way to new ones.
func TestFaultsAreBounded(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{})
	for i := range mockserver.MaxFaults {
		if _, err := m.AddFault(mockserver.Fault{Operation: "listAgents", Status: 500, Times: 1}); err != nil {
			t.Fatal(i, err)
		}
	}
	var full *mockserver.FaultError
	if _, err := m.AddFault(mockserver.Fault{Status: 500}); !errors.As(err, &full) ||
		!strings.Contains(err.Error(), "1000 faults") {
		t.Errorf("%v", err)
	}
	newPlain(t, m.URL).send("GET", agents, "")
	f, err := m.AddFault(mockserver.Fault{Status: 500})
	if err != nil || len(m.Faults()) != mockserver.MaxFaults || f.ID != "f1001" || m.Faults()[0].ID != "f2" {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestFaultsUnderHTTP2 breaks streams off, not the connection.
func TestFaultsUnderHTTP2(t *testing.T) {
	t.Parallel()
	s, err := mockserver.New(openapi.Agent(), mockserver.Options{State: []byte(state(oneAgent)),
		Faults: []mockserver.Fault{{Drop: "request", Times: 1}, {Drop: "response", Times: 1},
			{Body: "truncated", Times: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	m := httptest.NewUnstartedServer(s)
	m.EnableHTTP2 = true
	m.StartTLS()
	defer m.Close()
	c := newPlain(t, m.URL)
	c.Client = m.Client()
	var list []string
	for range 4 {
		f := c.send("PUT", oneItem, rename)
		list = append(list, fmt.Sprint(f.status, f.err != nil, f.body != ""))
	}
	if got := strings.Join(list, ", "); got != "0 true false, 0 true false, 200 true true, 200 false true" {
		t.Error(got)
	}
	if n := len(s.Requests(mockserver.Filter{}).Requests); n != 4 {
		t.Errorf("%d requests in the journal", n)
	}
}

// TestPreflightsMeetNoFaults: a page must be able to see what its request meets.
func TestPreflightsMeetNoFaults(t *testing.T) {
	t.Parallel()
	drop := mockserver.Fault{Drop: "request", Times: 1}
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Faults: []mockserver.Fault{drop}})
	c := newPlain(t, m.URL)
	f := c.send("OPTIONS", agents, "", "Origin", "http://localhost:3000", "Access-Control-Request-Method", "GET",
		"Access-Control-Request-Headers", "prefer", "Prefer", "code=500")
	if f.status != 204 || f.header.Get("Access-Control-Allow-Headers") != "prefer" {
		t.Errorf("%+v", f)
	}
	for _, path := range []string{"/openapi.json", "/", "/__mock/health", "/nothing"} {
		if f := c.send("GET", path, "", "Prefer", "code=500"); f.err != nil || f.header.Get("X-Mock-Fault") != "" {
			t.Errorf("%s: %+v", path, f)
		}
	}
	m.ClearFaults()
	exposed := c.send("GET", agents, "", "Origin", "http://localhost:3000").header.Get("Access-Control-Expose-Headers")
	for _, name := range []string{"X-Mock-Fault", "Preference-Applied", "Retry-After"} {
		if !strings.Contains(exposed, name) {
			t.Errorf("pages cannot read %s: %s", name, exposed)
		}
	}
}

// TestDelaysEnd with the request or the server. The delay itself is never waited for.
func TestDelaysEnd(t *testing.T) {
	t.Parallel()
	slow := []mockserver.Fault{{Delay: mockserver.Delay{Min: mockserver.MaxDelay}}}
	s, err := mockserver.New(openapi.Agent(), mockserver.Options{Faults: slow})
	if err != nil {
		t.Fatal(err)
	}
	gone, leave := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(gone, "GET", agents, http.NoBody)
	r.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-1"}}
	leave()
	s.ServeHTTP(httptest.NewRecorder(), r)

	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Faults: slow, DrainTimeout: time.Hour})
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(m.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", agents); err != nil {
		t.Fatal(err)
	}
	for m.Faults()[0].Count == 0 {
		time.Sleep(time.Millisecond)
	}
	if n := len(m.Requests(mockserver.Filter{}).Requests); n != 0 {
		t.Errorf("%d requests are answered already", n)
	}
	t.Cleanup(func() { // runs before the server stops, which needs the answer
		go func() { _, _ = bufio.NewReader(connection).ReadString('\n') }()
	})
}

// TestDelaysOutlastTheBoundsOfConnections, which are for slow clients.
func TestDelaysOutlastTheBoundsOfConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := mockserver.New(openapi.Agent(), mockserver.Options{Latency: mockserver.Delay{Min: 10 * time.Minute}})
		if err != nil {
			t.Fatal(err)
		}
		w := &bounded{httptest.NewRecorder(), time.Now(), time.Now()}
		s.ServeHTTP(w, httptest.NewRequest("GET", agents, http.NoBody))
		if !w.read.IsZero() || !w.write.After(time.Now()) {
			t.Errorf("the bounds are %s and %s; it is %s", w.read, w.write, time.Now())
		}
	})
}

// bounded is an answer of a connection that has bounds.
type bounded struct {
	*httptest.ResponseRecorder
	read, write time.Time
}

func (b *bounded) SetReadDeadline(t time.Time) error  { b.read = t; return nil }
func (b *bounded) SetWriteDeadline(t time.Time) error { b.write = t; return nil }

// TestFaultsAreRefusedInWords wants a wrong fault to be named as it was sent, and what would be right.
func TestFaultsAreRefusedInWords(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	for body, says := range map[string]string{
		`{"delay":"-5ms"}`:                               `"-5ms" is not between 0 and 10m`,
		`{"status":503,"operation":"*"}`:                 "without the member it is any",
		`{"status":503,"operation":"none"}`:              "there is listAgents, createAgent",
		`{"status":503,"headers":{"x-mock-fault":"f9"}}`: "it names the fault",
	} {
		var refused struct{ Error struct{ Message string } }
		answer := c.send("POST", "/__mock/faults", body).refuses(400).body
		if err := json.Unmarshal(answer, &refused); err != nil || !strings.Contains(refused.Error.Message, says) {
			t.Errorf("%s: %s, without %s", body, answer, says)
		}
	}
	c.send("DELETE", "/__mock/snapshots/nosuch", "").refuses(404, "there is start")
}
