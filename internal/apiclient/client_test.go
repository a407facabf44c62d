package apiclient_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// fakeTime is a clock that only sleeping moves. It is safe for concurrent use.
type fakeTime struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newFakeTime() *fakeTime { return &fakeTime{now: now} }

func (f *fakeTime) Sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slept, f.now = append(f.slept, d), f.now.Add(d)
	return nil
}

func (f *fakeTime) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// options returns options whose waits take no time.
func (f *fakeTime) options(o apiclient.Options) apiclient.Options {
	o.Now, o.Sleep = f.Now, f.Sleep
	return o
}

// roundTrip is a transport without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// respond is a transport that gives one response to every request.
func respond(status int, header http.Header, body string) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

// listAgents sends one request as callers do.
func listAgents(ctx context.Context, c *apiclient.Client, base string) (*openapi.ResponseData, error) {
	return c.Do(ctx, openapi.Agent().Operation("listAgents"), base+"/v1/api/agents", &openapi.Request{})
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func TestRateSpacesRequestsOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate float64
		want time.Duration
	}{{0, 0}, {1, 3 * time.Second}, {2, 1500 * time.Millisecond}, {0.1, 30 * time.Second}} {
		clock := newFakeTime()
		client := apiclient.New(clock.options(apiclient.Options{Rate: c.rate, Transport: respond(200, nil, "[]")}))
		for range 4 {
			if _, err := listAgents(t.Context(), client, "http://h"); err != nil {
				t.Fatal(err)
			}
		}
		if took := clock.Now().Sub(now); took != c.want {
			t.Errorf("at %v per second four requests take %s, want %s", c.rate, took, c.want)
		}
	}
}

// A client that has been idle does not make up for it.
func TestRateHasNoBursts(t *testing.T) {
	t.Parallel()
	clock := newFakeTime()
	client := apiclient.New(clock.options(apiclient.Options{Rate: 1, Transport: respond(200, nil, "[]")}))
	clock.Sleep(t.Context(), time.Hour)
	for range 3 {
		if _, err := listAgents(t.Context(), client, "http://h"); err != nil {
			t.Fatal(err)
		}
	}
	if took := clock.Now().Sub(now); took != time.Hour+2*time.Second {
		t.Errorf("three requests after an hour take %s", took-time.Hour)
	}
}

// Requests that give up because their context has ended keep no turn.
func TestRateOfRequestsThatWereGivenUp(t *testing.T) {
	t.Parallel()
	clock := newFakeTime()
	client := apiclient.New(clock.options(apiclient.Options{Rate: 1, Transport: respond(200, nil, "[]")}))
	if _, err := listAgents(t.Context(), client, "http://h"); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 5 {
		_, err := listAgents(ended, client, "http://h")
		if !errors.Is(err, context.Canceled) || !errors.As(err, new(*apiclient.UndeliveredError)) {
			t.Fatalf("error %v, want that of the context, as that of a request that was not delivered", err)
		}
	}
	if _, err := listAgents(t.Context(), client, "http://h"); err != nil {
		t.Fatal(err)
	}
	if took := clock.Now().Sub(now); took != time.Second || client.Requests() != 2 {
		t.Errorf("the second request goes after %s; %d were sent", took, client.Requests())
	}
}

func TestTooManyRequests(t *testing.T) {
	t.Parallel()
	retryAfter := func(text string) http.Header { return http.Header{"Retry-After": {text}} }
	for name, c := range map[string]struct {
		limited  []http.Header // of the responses with 429 before any other
		want     []time.Duration
		status   int
		requests int
	}{
		"as asked": {[]http.Header{retryAfter("7"), retryAfter("90")},
			[]time.Duration{7 * time.Second, 90 * time.Second}, 200, 3},
		"unspoken": {[]http.Header{{}, {}, {}}, []time.Duration{time.Second, 2 * time.Second,
			4 * time.Second}, 200, 4},
		"much too long": {[]http.Header{retryAfter("3600")}, nil, 429, 1},
		"for ever": {slices.Repeat([]http.Header{retryAfter("1")}, 30),
			slices.Repeat([]time.Duration{time.Second}, 8), 429, 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock, requests := newFakeTime(), 0
			var told []time.Duration
			client := apiclient.New(clock.options(apiclient.Options{
				Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					requests++
					if requests > len(c.limited) {
						return respond(200, nil, "[]")(r)
					}
					return respond(429, c.limited[requests-1], "")(r)
				}),
				OnPause: func(d time.Duration) { told = append(told, d) },
			}))
			res, err := listAgents(t.Context(), client, "http://h")
			if err != nil || res.Status != c.status || client.Requests() != c.requests {
				t.Errorf("%v, %v after %d requests, want %d after %d", res, err, client.Requests(), c.status,
					c.requests)
			}
			if !slices.Equal(clock.slept, c.want) || !slices.Equal(told, c.want) {
				t.Errorf("waited %v and told of %v, want %v", clock.slept, told, c.want)
			}
		})
	}
}

// A pause that one request is asked for holds back all others.
func TestPauseHoldsBackAllRequests(t *testing.T) {
	t.Parallel()
	clock := newFakeTime()
	impatient, cancel := context.WithCancel(t.Context())
	client := apiclient.New(clock.options(apiclient.Options{
		Transport: respond(429, http.Header{"Retry-After": {"60"}}, ""),
		OnPause:   func(time.Duration) { cancel() },
	}))
	if _, err := listAgents(impatient, client, "http://h"); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want that of the context", err)
	}
	res, err := client.Deliver(t.Context(), "GET", "http://h", &openapi.Request{})
	if err != nil || res.Status != 429 {
		t.Fatalf("%v, %v: Deliver returns a 429 as it is", res, err)
	}
	if took := clock.Now().Sub(now); took != time.Minute || client.Requests() != 2 {
		t.Errorf("the next request goes after %s, want a minute; %d were sent", took, client.Requests())
	}
}

func TestRetriesWhatWasNotDelivered(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close() // nobody listens there any more
	clock := newFakeTime()
	client := apiclient.New(clock.options(apiclient.Options{Retries: 3}))
	_, err := listAgents(t.Context(), client, server.URL)
	if !errors.As(err, new(*apiclient.UndeliveredError)) || !strings.Contains(err.Error(), "refused") ||
		strings.Contains(err.Error(), "/v1/api/agents") {
		t.Errorf("error %v, want one of an undelivered request, without its address", err)
	}
	if want := []time.Duration{100 * time.Millisecond, 200 * time.Millisecond,
		400 * time.Millisecond}; !slices.Equal(clock.slept, want) || client.Requests() != 4 {
		t.Errorf("waited %v for %d requests, want %v", clock.slept, client.Requests(), want)
	}
}

// What may have arrived is not sent again.
func TestNoRetryOfWhatWasDelivered(t *testing.T) {
	t.Parallel()
	url := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	client := apiclient.New(newFakeTime().options(apiclient.Options{Retries: 3}))
	_, err := client.Deliver(t.Context(), "PATCH", url, &openapi.Request{Body: []byte("{}")})
	if err == nil || errors.As(err, new(*apiclient.UndeliveredError)) || client.Requests() != 1 ||
		!strings.HasPrefix(err.Error(), "the connection was closed: ") {
		t.Errorf("error %v after %d requests", err, client.Requests())
	}
}

func TestUnsendable(t *testing.T) {
	t.Parallel()
	client := apiclient.New(newFakeTime().options(apiclient.Options{Retries: 3, Transport: respond(200, nil, "")}))
	for name, c := range map[string]struct {
		address string
		header  http.Header
		want    string
	}{
		"a line break": {"http://h", http.Header{"X-Note": {"s3cret\r\n"}, "X-Other": {"\x00"}},
			`header x-note: a value with the control character '\r' cannot be sent`},
		"an address": {"http://h/%zz", nil, "invalid URL escape"},
	} {
		_, err := client.Deliver(t.Context(), "GET", c.address, &openapi.Request{Header: c.header})
		if !errors.As(err, new(*apiclient.UnsendableError)) || !strings.Contains(err.Error(), c.want) ||
			strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: error %v, want %s", name, err, c.want)
		}
	}
	if client.Requests() != 0 {
		t.Errorf("%d requests were sent", client.Requests())
	}
	if _, err := client.Deliver(t.Context(), "GET", "http://h",
		&openapi.Request{Header: http.Header{"X-Note": {"a\tb é"}}}); err != nil {
		t.Errorf("a tab and a letter outside ASCII are lawful: %v", err)
	}
}

func TestRequestAsItIsSent(t *testing.T) {
	t.Parallel()
	var seen *http.Request
	var body []byte
	client := apiclient.New(apiclient.Options{UserAgent: "agentmock/1.2.3",
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if seen, body = r, nil; r.Body != nil {
				body, _ = io.ReadAll(r.Body)
			}
			return respond(302, http.Header{"Location": {"http://elsewhere.test/"}}, "")(r)
		})})
	res, err := client.Deliver(t.Context(), "PUT", "http://h/a?b=c", &openapi.Request{
		Header: http.Header{"Host": {"another.test"}, "X-W": {"1", "2"}}, Body: []byte("{}")})
	if err != nil || res.Status != 302 {
		t.Fatalf("%v, %v: a redirect is an answer like others", res, err)
	}
	if seen.Method != "PUT" || seen.URL.String() != "http://h/a?b=c" || seen.Host != "another.test" ||
		seen.UserAgent() != "agentmock/1.2.3" || len(seen.Header["X-W"]) != 2 || string(body) != "{}" {
		t.Errorf("%s %s to %s with %v and %q", seen.Method, seen.URL, seen.Host, seen.Header, body)
	}
	named := &openapi.Request{Header: http.Header{"User-Agent": {"mine"}}}
	_, err = client.Deliver(t.Context(), "DELETE", "http://h", named)
	if err != nil || seen.UserAgent() != "mine" || seen.Body != http.NoBody {
		t.Errorf("%v: user agent %q, body %v", err, seen.UserAgent(), seen.Body)
	}
}

func TestResponseBodies(t *testing.T) {
	t.Parallel()
	zipped := func(text string) string {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		io.WriteString(w, text)
		w.Close()
		return out.String()
	}
	coded := func(codings string) http.Header { return http.Header{"Content-Encoding": {codings}} }
	packed := coded("GZIP")
	longest := strings.Repeat("0", 100)
	for name, c := range map[string]struct {
		header          http.Header
		body, want, err string
	}{
		"plain":                 {nil, longest, longest, ""},
		"too long":              {nil, longest + "0", "", "the answer, 200, has more than 100 bytes"},
		"compressed":            {packed, zipped(longest), longest, ""},
		"compressed, empty":     {packed, "", "", ""},
		"compressed, too long":  {packed, zipped(longest + "0"), "", "the answer, 200, has more than 100 bytes"},
		"too long, said packed": {packed, longest + "0", "", "the answer, 200, has more than 100 bytes"},
		"not compressed": {packed, "[1, 2]", "",
			"the answer, 200, says that it is compressed (Content-Encoding: GZIP), and is not: "},
		"by its old name":   {coded("x-gzip"), zipped("[1]"), "[1]", ""},
		"compressed twice":  {coded("gzip, gzip"), zipped(zipped("[1]")), "[1]", ""},
		"not encoded":       {coded("identity"), "[1]", "[1]", ""},
		"a list of nothing": {coded("Identity,, gzip"), zipped("[1]"), "[1]", ""},
		"another compression": {coded("br"), "[1]", "",
			"the answer, 200, has Content-Encoding: br, which was not asked for (Accept-Encoding: gzip)"},
		"another compression, empty": {coded("zstd"), "", "", ""},
		"one below another": {coded("deflate, gzip"), zipped("[1]"), "",
			"the answer, 200, has Content-Encoding: deflate, which was not asked for (Accept-Encoding: gzip)"},
	} {
		client := apiclient.New(apiclient.Options{MaxBody: 100, Transport: respond(200, c.header, c.body)})
		res, err := client.Attempt(t.Context(), "GET", "http://h", &openapi.Request{})
		switch {
		case c.err == "" && (err != nil || string(res.Body) != c.want):
			t.Errorf("%s: %v, %v", name, res, err)
		case c.err != "" && (err == nil || !strings.HasPrefix(err.Error(), c.err)):
			t.Errorf("%s: error %v, want %s", name, err, c.err)
		}
	}
}

// TestAcceptEncoding wants requests to accept what can be decoded, and no more, unless they say
// themselves what they accept.
func TestAcceptEncoding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		own  []string
		want string // what is accepted
		err  string // the end of the error for an answer with Content-Encoding: br
	}{
		{nil, "gzip", "which was not asked for (Accept-Encoding: gzip)"},
		{[]string{"identity"}, "identity", "which was not asked for (Accept-Encoding: identity)"},
		{[]string{"deflate, BR"}, "deflate, BR", "which cannot be decoded: only gzip can"},
		{[]string{}, "", "which cannot be decoded: only gzip can"},
	} {
		header, accepted := http.Header{}, ""
		if c.own != nil {
			header["Accept-Encoding"] = c.own
		}
		client := apiclient.New(apiclient.Options{Retries: 2,
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				accepted = strings.Join(r.Header.Values("Accept-Encoding"), "|")
				return respond(200, http.Header{"Content-Encoding": {"br"}}, "[1]")(r)
			})})
		_, err := client.Do(t.Context(), openapi.Agent().Operation("listAgents"), "http://h",
			&openapi.Request{Header: header})
		if accepted != c.want || err == nil || !strings.HasSuffix(err.Error(), c.err) || client.Requests() != 1 {
			t.Errorf("%q: accepted is %q after %d requests, error %v", c.own, accepted, client.Requests(), err)
		}
	}
}

// TestTooManyValues wants an answer that is short and yet would take much memory to be refused.
func TestTooManyValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		ok   bool
	}{
		"objects":        {"[{}" + strings.Repeat(",{}", apiclient.MaxValues/2) + "]", false},
		"nested":         {strings.Repeat("[", apiclient.MaxValues+1), false},
		"members":        {" \n{" + strings.Repeat(`"a":1,`, apiclient.MaxValues) + `"b":1}`, false},
		"as many as may": {"[1" + strings.Repeat(",1", apiclient.MaxValues-2) + "]", true},
		"in a text":      {`["\"` + strings.Repeat(",{[", apiclient.MaxValues) + `"]`, true},
		"no JSON":        {strings.Repeat(",", apiclient.MaxValues+1), true},
	} {
		client := apiclient.New(apiclient.Options{Transport: respond(200, nil, c.body)})
		_, err := client.Attempt(t.Context(), "GET", "http://h", &openapi.Request{})
		if c.ok != (err == nil) || err != nil && err.Error() != "the answer, 200, has more than 524288 values" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOtherProtocol wants an answer after which the connection speaks another protocol to end with its
// headers: what comes then never ends, and no time-out of net/http applies.
func TestOtherProtocol(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: talk\r\n\r\n[1, ")
	})
	client := apiclient.New(apiclient.Options{Timeout: time.Hour})
	res, err := client.Attempt(t.Context(), "PUT", url, &openapi.Request{})
	if err != nil || res.Status != 101 || len(res.Body) > 0 {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestBrokenBody(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "[1, ")
	})
	client := apiclient.New(apiclient.Options{})
	_, err := client.Deliver(t.Context(), "GET", url, &openapi.Request{})
	if want := "the answer, 200, broke off after 4 bytes of its body: the connection was closed: "; err == nil ||
		!strings.HasPrefix(err.Error(), want) || client.Responses() != 1 {
		t.Errorf("error %v, want %s…", err, want)
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	client := apiclient.New(apiclient.Options{Timeout: time.Millisecond,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
	for _, method := range []string{"GET", "POST"} {
		_, err := client.Attempt(t.Context(), method, "http://h", &openapi.Request{})
		if !errors.As(err, new(*apiclient.TimeoutError)) || err.Error() != "no answer within 1ms" {
			t.Errorf("%s: error %v", method, err)
		}
	}
}

// What may change the target is given time to be answered after the end of its context.
func TestGrace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method string
		over   bool // the time is over before the answer comes
		want   error
	}{
		{"POST", false, nil}, {"DELETE", false, nil}, {"POST", true, context.Canceled},
		{"GET", false, context.Canceled},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		begun := make(chan time.Duration, 1)
		client := apiclient.New(apiclient.Options{
			Grace: 5 * time.Second,
			Sleep: func(ctx context.Context, d time.Duration) error {
				begun <- d
				if !c.over {
					<-ctx.Done()
				}
				return ctx.Err()
			},
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				cancel()
				select {
				case d := <-begun:
					if d != 5*time.Second {
						t.Errorf("%s: a grace of %s", c.method, d)
					}
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
				if c.over {
					<-r.Context().Done()
					return nil, r.Context().Err()
				}
				return respond(200, nil, "")(r)
			}),
		})
		if _, err := client.Deliver(ctx, c.method, "http://h", &openapi.Request{}); !errors.Is(err, c.want) {
			t.Errorf("%s, over %v: error %v, want %v", c.method, c.over, err, c.want)
		}
	}
}

func TestSleepEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := apiclient.Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := apiclient.Sleep(t.Context(), 0); err != nil {
		t.Error(err)
	}
}
