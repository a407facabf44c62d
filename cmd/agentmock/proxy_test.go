package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// oddBackend answers some requests as the document does not allow.
func oddBackend(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.Method {
		case http.MethodGet:
			_, _ = io.WriteString(w, `{"no":"list"}`)
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":{"code":"validation_failed","message":"no"}}`)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func callProxy(t *testing.T, method, url, body string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"sk-live-0123456789"}, "X-Workspace-Id": {"ws-demo"},
		"Content-Type": {"application/json"}}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
}

// The log says at once what is wrong with which side, and the end sums it up.
func TestProxy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fail string
		code int
	}{{"", exitOK}, {"--fail-on-violation", exitViolations}, {"--fail-on-violation=request", exitViolations},
		{"--fail-on-violation=response", exitViolations}, {"--fail-on-violation=none", exitOK}} {
		args := []string{"proxy", "--upstream", oddBackend(t)}
		if c.fail != "" {
			args = append(args, c.fail)
		}
		p := startServer(t, args...)
		callProxy(t, "GET", p.url+"/v1/api/agents", "")
		callProxy(t, "PUT", p.url+"/v1/api/agents/a1", `{"llmModel":"gpt-9"}`)
		callProxy(t, "PUT", p.url+"/v1/api/agents/a1", `{"llmModel":"gpt-5"}`)
		if code := p.stop(); code != c.code {
			t.Errorf("%s: exit code %d, want %d", c.fail, code, c.code)
		}
		log := p.log.String()
		for _, want := range []string{
			"proxy listening on http://127.0.0.1:", "\n  upstream  http://127.0.0.1:",
			"  200  GET /v1/api/agents  ", "\n               answer: body: ", "  400  PUT /v1/api/agents/a1  ",
			"\n               body /llmModel: ",
			"\n3 requests passed; 1 violation of requests, 1 violation of answers\n",
			"\n      1  answer   listAgents                type                  body (agent.yaml:",
			"\n      1  request  updateAgent               enum                  body /llmModel (agent.yaml:",
		} {
			if !strings.Contains(log, want) {
				t.Errorf("%s: no %q in\n%s", c.fail, want, log)
			}
		}
		if strings.Contains(log, "sk-live") {
			t.Errorf("a key is shown:\n%s", log)
		}
	}
}

// What passes is recorded, without secrets, and the summary comes last.
func TestProxyRecords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	backend := startServe(t)
	p := startServer(t, "proxy", "--upstream", backend.url, "--record", dir)
	callProxy(t, "GET", p.url+"/v1/api/agents", "")
	callProxy(t, "GET", p.url+"/v1/api/agents", "")
	if code := p.stop(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, want 1: %v %s", len(files), err, p.log)
	}
	text, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
	if err != nil || !bytes.Contains(text, []byte("operation: listAgents")) || bytes.Contains(text, []byte("sk-live")) {
		t.Errorf("%v %s", err, text)
	}
	if !strings.Contains(p.log.String(), "\n2 exchanges: 1 became 1 fixture in "+dir+"\n") ||
		!strings.HasSuffix(p.log.String(), "0 violations of answers\n") {
		t.Errorf("the summary is not last:\n%s", p.log)
	}
}

// A log for programs has nothing but records, at the end of a recording, too, and those say what was left out.
func TestRecordingLogsJSON(t *testing.T) {
	t.Parallel()
	backend := startServe(t)
	for _, args := range [][]string{{"serve"}, {"proxy", "--upstream", backend.url}} {
		p := startServer(t, append(args, "--log-format", "json", "--record", t.TempDir())...)
		callProxy(t, "GET", p.url+"/v1/api/agents", "")
		callProxy(t, "GET", p.url+"/nothing", "")
		p.stop()
		var said []string
		for line := range strings.Lines(p.log.String()) {
			var record struct {
				Msg, Reason           string
				Count, Kept, Fixtures int
			}
			if err := json.Unmarshal([]byte(line), &record); err != nil {
				t.Errorf("%s: %v: %s", args[0], err, line)
			}
			if record.Msg == "left out" || record.Msg == "recording" {
				said = append(said, fmt.Sprint(record))
			}
		}
		want := "[{left out no operation of the document 1 0 0} {recording  0 1 1}]"
		if got := fmt.Sprint(said); got != want {
			t.Errorf("%s: %s, want %s", args[0], got, want)
		}
	}
}

// A log for programs has the same, a record for each kind of violation at its end.
func TestProxyLogsJSON(t *testing.T) {
	t.Parallel()
	p := startServer(t, "proxy", "--upstream", oddBackend(t), "--log-format", "json")
	callProxy(t, "GET", p.url+"/v1/api/agents", "")
	if code := p.stop(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	seen := map[string]map[string]any{}
	for line := range strings.Lines(p.log.String()) {
		record := map[string]any{}
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		seen[fmt.Sprint(record["msg"])] = record
	}
	answer, _ := seen["request"]["answer"].(string)
	if !strings.HasPrefix(answer, "body: ") || seen["summary"]["answerViolations"] != 1.0 ||
		seen["violations"]["rule"] != "type" || seen["listening"]["upstream"] == nil {
		t.Errorf("%v", seen)
	}
}

// What cannot be is refused with what would be right.
func TestProxyMistakes(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"":                                                "--upstream is missing",
		"--upstream localhost:3000":                       "is not like http://host:port",
		"--upstream http://u:p@localhost":                 "must not have a user and password",
		"--upstream http://a.example/?x=1":                "must not have a query",
		"--upstream http://a --timeout -1s":               "--timeout -1s is less than none",
		"--upstream http://a --tls-cert x":                "agentmock proxy: --tls-cert and --tls-key go together",
		"--upstream http://a --ca-file no":                "no",
		"--upstream http://a --allow-host /":              "is not a name",
		"--upstream http://a --fail-on-violation=both":    "not one of none, any, request, response",
		"--upstream http://a --record proxy_test.go":      "--record proxy_test.go: ",
		"--upstream http://a --max-connections 0":         "is not 1 or more",
		"--upstream http://a --spec no-such-file.yaml":    "no such file",
		"--upstream http://a --control-token a\u00e4b":    "characters that a header cannot have",
		"--upstream http://a --cors-origin not-an-origin": "is not an origin",
	} {
		var stderr bytes.Buffer
		code := run(t.Context(), append([]string{"proxy"}, strings.Fields(args)...), strings.NewReader(""),
			io.Discard, &stderr)
		if code != exitUsage || !strings.Contains(stderr.String(), want) {
			t.Errorf("%s: exit code %d, %s", args, code, &stderr)
		}
	}
}

// A proxy of itself would pass a request on for ever.
func TestProxyOfItself(t *testing.T) {
	t.Parallel()
	p := startServer(t, "proxy", "--upstream", oddBackend(t))
	at, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	here := listenerAt(at.Host)
	for to, want := range map[string]bool{p.url: true, "http://localhost:" + at.Port() + "/api": true,
		"http://example.com:" + at.Port(): false, "https://localhost": false} {
		u, _ := url.Parse(to)
		if got := leadsTo(u, here); got != want {
			t.Errorf("%s: %t", to, got)
		}
	}
}

// listenerAt is a listener that knows its address.
type listenerAt string

func (l listenerAt) Accept() (net.Conn, error) { return nil, net.ErrClosed }
func (l listenerAt) Close() error              { return nil }
func (l listenerAt) Addr() net.Addr            { return l }
func (l listenerAt) Network() string           { return "tcp" }
func (l listenerAt) String() string            { return string(l) }
