package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite golden files and generated sections")

func TestMain(m *testing.M) {
	if os.Getenv(mortalEnv) != "" {
		serveMortal()
		return
	}
	if strings.Contains(filepath.Base(os.Args[0]), ".test") { // these tests, not a program that they start
		os.Unsetenv(githubVariable) // or what runs in process writes annotations
	}
	testscript.Main(m, map[string]func(){"agentmock": main})
}

// TestScripts runs every script in testdata. Beside testscript's own commands, a script has:
//
//	exits CODE PROGRAM...    like exec, with the exit code
//	mock [flag...]           starts agentmock serve on a free port; sets MOCK_URL. It is stopped at the script's end
//	halt [INT|TERM]          signals the mock, waits, and wants exit code 0; its output is then in the file mock.log
//	http METHOD URL [header: value]... [@file]   sends a request; status, headers and body are then in the file answer
//	body FROM TO             takes the body out of such a file
//	edit FILE OLD NEW        replaces a text wherever the file has it, at least once
//
// $AGENT_YAML is the built-in document's source.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[mockKey{}] = new(mockProcess)
			document, err := filepath.Abs("../../openapi/agent.yaml")
			env.Setenv("AGENT_YAML", document)
			binary := filepath.Join(env.WorkDir, "binary.yaml")
			env.Setenv("AGENTMOCK_BINARY", binary)
			if err := os.WriteFile(binary, []byte("\x7fELF\x02\x01\x00\x00\xff"), 0o600); err != nil {
				return err
			}
			env.Setenv("BROKEN_HEADER", "x-broken: a\nb: c") // scripts have no line break in a word
			return err
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":      execCode,
			"interrupts": interruptProgram,
			"mock":       startMock,
			"halt":       haltMock,
			"http":       sendHTTP,
			"body":       takeBody,
			"edit":       editFile,
		},
	})
}

// TestScriptsGoOn wants no script to use the stop of testscript itself, by which a script passes without the rest of
// it: a command of ours with that name never ran.
func TestScriptsGoOn(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal(scripts, err)
	}
	for _, name := range scripts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if fields := strings.Fields(line); len(fields) > 0 && fields[0] == "stop" {
				t.Errorf("%s: %q would end the script; halt ends the mock", name, line)
			}
		}
	}
}

func execCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [argument...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("%s ended with %d, not %s", args[1], code, args[0])
	}
}

type mockKey struct{}

// mockProcess is the one mock that a script has running.
type mockProcess struct {
	cmd  *exec.Cmd
	log  *lockedBuffer
	done chan struct{} // closed when all of stderr has been read
}

// readyLimit bounds waits that take milliseconds, unless the machine is very busy.
const readyLimit = 3 * time.Minute

func startMock(ts *testscript.TestScript, neg bool, args []string) {
	mock := ts.Value(mockKey{}).(*mockProcess)
	if neg || mock.cmd != nil {
		ts.Fatalf("mock cannot be negated, nor started twice")
	}
	cmd := exec.Command("agentmock", append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME"), "NO_COLOR=1",
		"AGENTMOCK_API_KEY=not-for-serve", "AGENTMOCK_WORKSPACE_ID=not-for-serve",
		"AGENTMOCK_BASE_URL=http://not-for-serve"}
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	mock.cmd, mock.log, mock.done = cmd, new(lockedBuffer), make(chan struct{})
	ts.Defer(func() {
		if mock.cmd != nil {
			_ = mock.cmd.Process.Kill()
			<-mock.done
			_ = mock.cmd.Wait()
		}
	})

	urls := make(chan string, 1)
	go func() {
		defer close(mock.done)
		copyLog(mock.log, stderr, urls)
	}()
	select {
	case url := <-urls:
		ts.Setenv("MOCK_URL", url)
		ts.Setenv("MOCK_ADDR", url[strings.Index(url, "//")+2:])
	case <-mock.done:
		ts.Fatalf("agentmock serve ended at once:\n%s", mock.log.String())
	case <-time.After(readyLimit):
		ts.Fatalf("agentmock serve did not say where it listens:\n%s", mock.log.String())
	}
}

func haltMock(ts *testscript.TestScript, neg bool, args []string) {
	mock := ts.Value(mockKey{}).(*mockProcess)
	if neg || mock.cmd == nil {
		ts.Fatalf("halt cannot be negated, and needs a mock")
	}
	signal := syscall.SIGINT
	for _, arg := range args {
		switch arg {
		case "INT":
		case "TERM":
			signal = syscall.SIGTERM
		default:
			ts.Fatalf("halt takes INT or TERM, not %q", arg)
		}
	}
	ts.Check(mock.cmd.Process.Signal(signal))
	<-mock.done
	_ = mock.cmd.Wait()
	code := mock.cmd.ProcessState.ExitCode()
	mock.cmd = nil
	ts.Check(os.WriteFile(ts.MkAbs("mock.log"), []byte(mock.log.String()), 0o600))
	if code != 0 {
		ts.Fatalf("agentmock serve ended with %d:\n%s", code, mock.log.String())
	}
}

func sendHTTP(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: http METHOD URL [header: value]... [@file]")
	}
	var body io.Reader
	header := http.Header{}
	for _, arg := range args[2:] {
		if file, ok := strings.CutPrefix(arg, "@"); ok {
			body = strings.NewReader(ts.ReadFile(file))
			continue
		}
		name, value, _ := strings.Cut(arg, ":")
		header.Add(name, strings.TrimSpace(value))
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, args[0], args[1], body)
	ts.Check(err)
	req.Header, req.Host = header, header.Get("Host")
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	var answer bytes.Buffer
	answer.WriteString(res.Proto + " " + res.Status + "\n")
	ts.Check(res.Header.Write(&answer))
	answer.WriteString("\n")
	_, err = io.Copy(&answer, res.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), answer.Bytes(), 0o600))
}

func takeBody(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: body FROM TO")
	}
	_, body, _ := strings.Cut(strings.ReplaceAll(ts.ReadFile(args[0]), "\r\n", "\n"), "\n\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(body), 0o600))
}

func editFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
}

// lockedBuffer is written by one goroutine while another reads.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
