package mockserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

func TestHostileBodies(t *testing.T) {
	if testing.Short() {
		t.Skip("sends one request at a time: no race can be here")
	}
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	tests := []struct {
		name, body string
		status     int
	}{
		{"deep arrays", strings.Repeat("[", 1_000_000), 400},
		{"deep objects", strings.Repeat(`{"a":`, 200_000), 400},
		{"a million digits", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":` +
			strings.Repeat("9", 1_000_000) + `}`, 400},
		{"an exponent of ten million", `{"llmModel":"gpt-5","maxAttemptsForSmartCallback":1e10000000}`, 400},
		{"a negative exponent", `{"llmModel":"gpt-5","settings":{"x":-1E-10000000}}`, 400},
		{"a megabyte of errors", `{"llmModel":"gpt-5","phoneNumberIds":[` +
			strings.Repeat("12345678,", 110_000) + `1]}`, 400},
		{"a megabyte of wrong objects", `{"llmModel":"gpt-5","gapBetweenEachAttemptForSmartCallback":[` +
			strings.Repeat(`{"days":""},`, 80_000) + `{}]}`, 400},
		{"a megabyte of names", `{"llmModel":"gpt-5","variables":{` + manyNames(100_000) + `}}`, 200},
		{"a megabyte of duplicate names", `{"llmModel":"gpt-5",` + strings.Repeat(`"a":1,`, 150_000) + `"b":1}`, 400},
		{"unknown names", `{"llmModel":"gpt-5",` + manyNames(100_000) + `}`, 200},
		{"escapes", `{"llmModel":"gpt-5","name":"` + strings.Repeat(`\u0041`, 150_000) + `"}`, 200},
		{"secret names without end", strings.Repeat(`"elevenLabsApiKey":`, 50_000), 400},
		{"too long", strings.Repeat(" ", mockserver.DefaultMaxBody+1), 413},
		{"exactly long enough", strings.Repeat(" ", mockserver.DefaultMaxBody-20) + `{"llmModel":"gpt-5"}`, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.send("PUT", path, tt.body).want(tt.status)
			if tt.status >= 400 && len(r.body) > 100_000 {
				t.Errorf("a refusal of %d bytes", len(r.body))
			}
		})
	}
}

// A body of unknown length is bounded while it is read.
func TestBodyWithoutLength(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{MaxBody: 1000})
	for n, status := range map[int]int{900: 201, 2_000: 413, 2_000_000: 413} {
		body := strings.Replace(minimalAgent, "Renewals", strings.Repeat("x", n), 1)
		r, err := http.NewRequest("POST", c.URL+agents, io.MultiReader(strings.NewReader(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = c.header.Clone()
		r.Header.Set("Content-Type", "application/json")
		c.exchange(r).want(status)
	}
}

func manyNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(`"n%d":1`, i)
	}
	return strings.Join(names, ",")
}

func TestManyErrorsAreCounted(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	r := c.send("PUT", c.created(minimalAgent), `{"llmModel":"gpt-5","phoneNumberIds":[`+strings.Repeat("1,",
		499)+`1]}`).refuses(400, "(and 499 more)")
	if n := len(r.details()); n != openapi.MaxViolations+1 {
		t.Errorf("%d details", n)
	}
}

// A body that ends early is refused and changes nothing.
func TestBodyCutOff(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn,
		"PUT "+path+" HTTP/1.1\r\nHost: localhost\r\nx-api-key: k\r\nx-workspace-id: ws-1\r\n"+
			"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"llmModel\":\"gpt-5\"}")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _ = res.Body.Close(); res.StatusCode != 400 {
		t.Errorf("status %d", res.StatusCode)
	}
	c.send("GET", path, "").want(200).holds(map[string]string{"/llmModel": `"gpt-4o-mini"`})
}
