package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// interruptProgram is the script command interrupts CODE PROGRAM...: it starts a program, interrupts
// it after its first request to the mock, and wants that exit code.
func interruptProgram(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: interrupts CODE PROGRAM [argument...]")
	}
	if runtime.GOOS == "windows" {
		ts.Fatalf("interrupts needs signals")
	}
	mock := ts.Getenv("MOCK_URL")
	forget(ts, mock)
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(args[1], args[2:]...) // TestMain puts it in the PATH
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), &stdout, &stderr
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "AGENTMOCK_BASE_URL=" + mock,
		"AGENTMOCK_API_KEY=" + ts.Getenv("AGENTMOCK_API_KEY")}
	ts.Check(cmd.Start())
	for deadline := time.Now().Add(readyLimit); !asked(mock) && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond) // the next look, not a wait that the test relies on
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Check(err)
	}
	ts.Logf("[stdout]\n%s[stderr]\n%s", &stdout, &stderr)
	ts.Check(os.WriteFile(ts.MkAbs("interrupted"), stdout.Bytes(), 0o600))
	if code := strconv.Itoa(cmd.ProcessState.ExitCode()); code != args[0] {
		ts.Fatalf("%s ended with %s, not %s", args[1], code, args[0])
	}
}

// forget clears the journal of the mock.
func forget(ts *testscript.TestScript, mock string) {
	req, err := http.NewRequest(http.MethodDelete, mock+"/__mock/requests", nil)
	ts.Check(err)
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	res.Body.Close()
}

// asked reports whether the journal of the mock has an entry.
func asked(mock string) bool {
	res, err := http.Get(mock + "/__mock/requests")
	if err != nil {
		return false
	}
	defer res.Body.Close()
	var body bytes.Buffer
	body.ReadFrom(res.Body)
	return strings.Contains(body.String(), `"method"`)
}
