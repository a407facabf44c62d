package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/testonly/backend"
)

// trouble is a target that is sound for some requests, and then does something else to each of them. Those
// it answers soundly are passed on, the others wait in it until the test's end.
type trouble struct {
	backend http.Handler
	url     string
	sound   atomic.Int32 // requests
	begun   chan struct{}
	count   atomic.Int32
}

// newTrouble starts such a target: what does a request get instead of a sound answer, if it is of one of
// these methods?
func newTrouble(t *testing.T, sound int32, methods string, does func(w http.ResponseWriter, r *http.Request,
	ended <-chan struct{})) *trouble {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: Windows cannot send Ctrl-C to one process alone")
	}
	p := &trouble{backend: backend.New(backend.Options{}), begun: make(chan struct{})}
	p.sound.Store(sound)
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, sound := p.count.Add(1), p.sound.Load()
		if n == sound {
			close(p.begun)
		}
		if n < sound || !strings.Contains(methods, r.Method) {
			p.backend.ServeHTTP(w, r)
			return
		}
		does(w, r, ended)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) }) // before that
	p.url = server.URL
	return p
}

// hangs answers nothing.
func hangs(_ http.ResponseWriter, r *http.Request, ended <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-ended:
	}
}

// switches answers 101, after which nothing is HTTP.
func switches(w http.ResponseWriter, _ *http.Request, ended <-chan struct{}) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: talk\r\n\r\n[1, ")
	<-ended
	conn.Close()
}

// program is an agentmock that runs as a process of its own.
type program struct {
	cmd            *exec.Cmd
	stdout, stderr lockedBuffer
	ended          chan error
}

func startAgentmock(t *testing.T, dir string, args ...string) *program {
	t.Helper()
	p := &program{cmd: exec.Command("agentmock", args...), ended: make(chan error, 1)} // TestMain puts it in the PATH
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, &p.stdout, &p.stderr
	p.cmd.Env = append(os.Environ(), "AGENTMOCK_API_KEY=a-key-of-the-tests")
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// wait returns the exit code; -1 where a signal has ended the process.
func (p *program) wait(t *testing.T) int {
	t.Helper()
	select {
	case err := <-p.ended:
		if err != nil && !errors.As(err, new(*exec.ExitError)) {
			t.Fatal(err)
		}
	case <-time.After(readyLimit):
		t.Fatalf("it does not end:\n%s", &p.stderr)
	}
	return p.cmd.ProcessState.ExitCode()
}

// agentsOf returns how many agents a target has.
func (p *trouble) agents(t *testing.T) int {
	t.Helper()
	n := 0
	for _, workspace := range []string{"ws-demo", "ws-demo-other"} {
		r := httptest.NewRequest(http.MethodGet, "/v1/api/agents", nil)
		r.Header = http.Header{"X-Api-Key": {"any"}, "X-Workspace-Id": {workspace}}
		w := httptest.NewRecorder()
		p.backend.ServeHTTP(w, r)
		var list []any
		if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
			t.Fatal(err)
		}
		n += len(list)
	}
	return n
}

// TestSignalWhileVerifying wants the first signal to end a run with whole reports and nothing left behind
// that can be removed, whatever the target does.
func TestSignalWhileVerifying(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		methods string
		does    func(http.ResponseWriter, *http.Request, <-chan struct{})
	}{
		"while all is well":     {"", nil},
		"while updates hang":    {"PUT", hangs},
		"while reads hang":      {"GET", hangs},
		"while 101 is answered": {"PUT", switches},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := newTrouble(t, 60, c.methods, c.does)
			dir := t.TempDir()
			p := startAgentmock(t, dir, "verify", "--base-url", target.url, "--timeout", "1s",
				"--report", "json=report.json", "--report", "junit=report.xml", "--report", "text")
			<-target.begun
			interrupt(t, p.cmd)
			if code := p.wait(t); code != exitInterrupted || !strings.Contains(p.stdout.String(), "INTERRUPTED") {
				t.Errorf("exit code %d:\n%s%s", code, &p.stdout, &p.stderr)
			}
			var report contract.Report
			data, err := os.ReadFile(filepath.Join(dir, "report.json"))
			if err == nil {
				err = json.Unmarshal(data, &report)
			}
			if err != nil || !report.Interrupted || report.Summary.Fixtures == 0 {
				t.Errorf("the report is %+v, %v", report.Summary, err)
			}
			data, err = os.ReadFile(filepath.Join(dir, "report.xml"))
			if err != nil || xml.Unmarshal(data, new(struct{ XMLName xml.Name })) != nil ||
				!bytes.Contains(data, []byte("</testsuites>")) {
				t.Errorf("the JUnit report is no whole one: %v\n%s", err, data)
			}
			if n := target.agents(t); n > len(report.Left) {
				t.Errorf("%d agents are left; named are %q", n, report.Left)
			}
			nothingPartial(t, dir)
		})
	}
}

// nothingPartial wants no file to be there that was not written to its end.
func nothingPartial(t *testing.T, dir string) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(dir, ".*"+partial)); err != nil || len(left) > 0 {
		t.Errorf("there are %v, %v", left, err)
	}
}

// TestSecondSignalToTarget wants the second signal to end a run at once, while the target hangs.
func TestSecondSignalToTarget(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"verify", "--timeout", "1h"}, {"seed", "--count", "50", "--timeout", "1h"},
	} {
		t.Run(args[0], func(t *testing.T) {
			t.Parallel()
			target := newTrouble(t, 20, "GET, POST, PUT, DELETE", hangs)
			p := startAgentmock(t, t.TempDir(), append(args, "--base-url", target.url)...)
			<-target.begun
			interrupt(t, p.cmd)
			waitFor(t, &p.stderr, "Ctrl-C again ends it at once")
			interrupt(t, p.cmd)
			if code := p.wait(t); code != -1 {
				t.Errorf("the second signal did not end it: exit code %d\n%s", code, &p.stderr)
			}
		})
	}
}

// TestSignalWhileSeeding wants the first signal to end seed, and its ledger to know what it has made.
func TestSignalWhileSeeding(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		methods string
		does    func(http.ResponseWriter, *http.Request, <-chan struct{})
	}{
		"while all is well":     {"", nil},
		"while creations hang":  {"POST", hangs},
		"while 101 is answered": {"POST", switches},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := newTrouble(t, 20, c.methods, c.does)
			dir := t.TempDir()
			p := startAgentmock(t, dir, "seed", "--base-url", target.url, "--timeout", "1s", "--ledger", "made.ndjson",
				"--count", "5000", "--out", "agents.json")
			<-target.begun
			interrupt(t, p.cmd)
			if code := p.wait(t); code != exitInterrupted && code != exitViolations {
				t.Errorf("exit code %d:\n%s", code, &p.stderr)
			}
			nothingPartial(t, dir)
			target.sound.Store(1 << 30) // what it does is over
			undo := startAgentmock(t, dir, "seed", "--base-url", target.url, "--undo", "made.ndjson")
			if code := undo.wait(t); code != exitOK || target.agents(t) > 0 {
				t.Errorf("undo ends with %d, and %d agents are left:\n%s%s", code, target.agents(t), &undo.stdout,
					&undo.stderr)
			}
		})
	}
}

// TestSweepAfterKill kills runs right after an update that renames an agent, which is then found by its
// name.
func TestSweepAfterKill(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: signals")
	}
	for _, fixture := range []string{"values-escaped", "values-long-name", "values-unicode",
		"protocol-order-of-members"} {
		t.Run(fixture, func(t *testing.T) {
			t.Parallel()
			target := &trouble{backend: backend.New(backend.Options{})}
			updated, ended := make(chan struct{}), make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				target.backend.ServeHTTP(w, r)
				if r.Method == http.MethodPut && target.count.Add(1) == 1 {
					close(updated)
					<-ended
				}
			}))
			defer server.Close()
			p := startAgentmock(t, t.TempDir(), "verify", "--base-url", server.URL, "--filter", fixture)
			select {
			case <-updated:
			case <-p.ended:
				t.Fatalf("it ended without an update:\n%s%s", &p.stdout, &p.stderr)
			}
			_ = p.cmd.Process.Kill()
			p.wait(t)
			close(ended)
			if target.agents(t) == 0 {
				t.Error("nothing is left to be swept")
			}
			code, stdout, stderr := verifyArgs(t, "--sweep", "--base-url", server.URL, "--api-key", "any-key")
			if n := target.agents(t); code != exitOK || n > 0 {
				t.Errorf("the sweep ends with %d, and %d agents are left:\n%s%s", code, n, stdout, stderr)
			}
		})
	}
}
