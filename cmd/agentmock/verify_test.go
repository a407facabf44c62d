package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// verifyArgs runs verify in process.
func verifyArgs(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, talk bytes.Buffer
	code = run(t.Context(), append([]string{"verify"}, args...), strings.NewReader(""), &out, &talk)
	return code, out.String(), talk.String()
}

// TestVerifyRepeats runs the command that a report gives to repeat one fixture.
func TestVerifyRepeats(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(plantedDefect(t, "update-resets-phones"))
	defer srv.Close()
	code, stdout, _ := verifyArgs(t, "--base-url", srv.URL, "--api-key", "any-key", "--workspace-id",
		"it's mine", "--header", "X-Trace: 1", "--only", "built-in", "--tag", "update",
		"--min-coverage", "100") // which one fixture has never
	command := regexp.MustCompile(`(?m)^    repeat    agentmock (verify .*)$`).FindStringSubmatch(stdout)
	if code != exitViolations || command == nil {
		t.Fatalf("exit code %d:\n%s", code, stdout)
	}
	script := exec.CommandContext(t.Context(), "sh", "-c", `printf '%s\n' `+command[1])
	words, err := script.Output()
	if err != nil {
		t.Skipf("no shell: %v", err)
	}
	args := strings.Split(strings.TrimSuffix(string(words), "\n"), "\n")
	code, again, stderr := verifyArgs(t, append(args[1:], "--api-key", "any-key")...)
	if code != exitViolations || !strings.Contains(again, "1 fixture: 0 passed, 1 failed") {
		t.Errorf("%s ends with %d:\n%s%s", command[1], code, again, stderr)
	}
}

func plantedDefect(t *testing.T, id string) http.Handler {
	t.Helper()
	for _, d := range mutants.Catalogue() {
		if d.ID == id {
			return d.Plant(backend.New(backend.Options{}))
		}
	}
	t.Fatalf("no defect is called %s", id)
	return nil
}

// TestVerifyTargetDies wants findings to be reported, to files too, when the target goes away.
func TestVerifyTargetDies(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	var srv *httptest.Server
	sound := backend.New(backend.Options{})
	srv = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) > 100 {
			srv.Listener.Close() // nobody can come in any more, and those who are in are thrown out
			panic(http.ErrAbortHandler)
		}
		sound.ServeHTTP(w, r)
	}))
	srv.Config.ErrorLog = quietLog()
	srv.Start()
	defer srv.Close()
	file := filepath.Join(t.TempDir(), "report.xml")
	code, stdout, stderr := verifyArgs(t, "--base-url", srv.URL, "--api-key", "any-key", "--report",
		"junit="+file, "--timeout", "5s", "--wait", "0")
	if code != exitUnreachable || !strings.Contains(stdout, "UNREACHABLE") ||
		!strings.Contains(stderr, srv.URL+" was lost after ") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), "the target was lost after ") {
		t.Errorf("%v\n%s", err, data)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("besides the report there are %v, %v", entries, err)
	}
}

// TestVerifyHidesHeaders wants the values of --header to appear nowhere; both commands of a finding
// use the same variable.
func TestVerifyHidesHeaders(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(plantedDefect(t, "update-resets-phones"))
	defer srv.Close()
	const trace, gate = "trace-5f3a9c71", "gate-77"
	for _, format := range []string{"text", "json", "junit"} {
		code, stdout, _ := verifyArgs(t, "--base-url", srv.URL, "--api-key", "any-key-at-all", "--report", format,
			"--only", "built-in", "--tag", "update",
			"--header", "X-Trace: "+trace, "--header", "x-gate: "+gate, "--header", "X-Gate: z")
		if code != exitViolations || strings.Contains(stdout, trace) || strings.Contains(stdout, gate) {
			t.Errorf("%s: exit code %d:\n%s", format, code, stdout)
		}
		if format != "text" {
			continue
		}
		for _, want := range []string{`-H 'x-gate: '"$X_GATE"`, `-H 'x-gate: '"$X_GATE_2"`, `-H 'x-trace: '"$X_TRACE"`,
			`--header 'x-gate: '"$X_GATE" --header 'x-gate: '"$X_GATE_2" --header 'x-trace: '"$X_TRACE"`} {
			if !strings.Contains(stdout, want) {
				t.Errorf("no %s in\n%s", want, stdout)
			}
		}
	}
}

// TestVerifySandbox warns of the key that the agent of --agent-id loses, and fails without the agent.
func TestVerifySandbox(t *testing.T) {
	t.Parallel()
	const agent = `{"agents": [{"_id": "a1", "workspaceId": "ws-demo", "name": "Ours", "llmModel": "gpt-5",
		"ttsModel": {"provider": "11labs_byo", "voiceId": "v", "elevenLabsApiKey": "xi-0123456789abcdef"}}]}`
	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: []byte(agent)})
	args := []string{"--base-url", mock.URL, "--level", "smoke", "--sandbox-only", "--agent-id"}
	code, stdout, stderr := verifyArgs(t, append(args, "a1")...)
	if code != exitOK || !strings.Contains(stderr, "warning: agents a1 has a secret in ttsModel, ") ||
		!strings.Contains(stdout, "LEFT BEHIND") {
		t.Errorf("exit code %d:\n%s%s", code, stdout, stderr)
	}
	code, stdout, stderr = verifyArgs(t, append(args, "nope")...)
	if code != exitUsage || stdout != "" ||
		!strings.Contains(stderr,
			"the agent of --agent-id does not exist: GET "+mock.URL+"/v1/api/agents/nope was answered 404") {
		t.Errorf("exit code %d:\n%s%s", code, stdout, stderr)
	}
}

// TestVerifyWhatIsNoTarget wants servers that are no HTTP API to count as unreachable.
func TestVerifyWhatIsNoTarget(t *testing.T) {
	t.Parallel()
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte(" "), 1<<20)
		for range 33 {
			_, _ = w.Write(chunk)
		}
	}))
	t.Cleanup(endless.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("220 mail.example.com ready\r\n"))
			_ = conn.Close()
		}
	}()
	for url, want := range map[string]string{
		endless.URL: "gives answers that are too long to be judged: " +
			"the answer, 200, has more than",
		"http://" + listener.Addr().String(): "answered something that is not HTTP: ",
	} {
		code, _, stderr := verifyArgs(t, "--base-url", url, "--api-key", "any-key", "--filter",
			"update-keeps-what-is-left-out", "--jobs", "1")
		if code != exitUnreachable || !strings.Contains(stderr, url+" "+want) {
			t.Errorf("exit code %d: %s, want %q", code, stderr, want)
		}
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"5/s": 5, "60/m": 1, "0.5/s": 0.5, "3600/h": 1} {
		var r rate
		if err := r.Set(text); err != nil || r.perSecond != want || r.String() != text {
			t.Errorf("%s: %v per second, %v", text, r.perSecond, err)
		}
	}
	for _, text := range []string{"", "0", "5", "60", "5/", "-1/s", "5/d", "fast", "1e9"} {
		if err := new(rate).Set(text); err == nil {
			t.Errorf("%q is taken for a rate", text)
		}
	}
}

func TestParseValues(t *testing.T) {
	t.Parallel()
	got, err := parseValues([]string{"/a=x", "/b=1", `/c="1"`, "/d=[1.0, 2]", "/e=a=b", "/f={", "/g=",
		`/h={"b": 1.50, "a": 9007199254740993}`})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"/a":"x","/b":"1","/c":"1","/d":[1.0,2],"/e":"a=b","/f":"{","/g":"",` +
		`"/h":{"b":1.50,"a":9007199254740993}}`
	if text := string(jsonvalue.Marshal(got)); text != want {
		t.Errorf("the values are %s, want %s", text, want)
	}
}
