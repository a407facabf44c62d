package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestSecondSignal interrupts serve during a request that never ends: the first Ctrl-C waits for it,
// the second one does not.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: Windows cannot send Ctrl-C to one process alone")
	}
	// TestMain puts it in the PATH
	cmd := exec.Command("agentmock", "serve", "--addr", "127.0.0.1:0", "--log-format", "none")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	log, urls, ended := new(lockedBuffer), make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		copyLog(log, stderr, urls)
	}()
	var addr string
	select {
	case url := <-urls:
		addr = strings.TrimPrefix(url, "http://")
	case <-ended:
		t.Fatalf("serve ended at once:\n%s", log)
	}

	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn,
		"POST /v1/api/agents HTTP/1.1\r\nHost: %s\r\nExpect: 100-continue\r\nx-api-key: k\r\nx-workspace-id: w\r\n"+
			"content-type: application/json\r\ncontent-length: 100\r\n\r\n", addr)
	// The mock asks for the body: it is in the middle of the request now, and stays there.
	if _, err := io.ReadFull(conn, make([]byte, len("HTTP/1.1 100 Continue"))); err != nil {
		t.Fatal(err)
	}
	interrupt(t, cmd)
	waitFor(t, log, "Ctrl-C again ends it at once")
	interrupt(t, cmd)
	select {
	case <-ended:
	case <-time.After(readyLimit):
		t.Fatal("the second signal did not end it")
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() == exitOK {
		t.Errorf("it ended as if all had gone well, and a request was cut off: %v", cmd.ProcessState)
	}
}

func interrupt(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	err := cmd.Process.Signal(os.Interrupt)
	if err != nil && !errors.Is(err, os.ErrProcessDone) { // then its exit code tells
		t.Fatal(err)
	}
}

func waitFor(t *testing.T, log *lockedBuffer, text string) {
	t.Helper()
	for deadline := time.Now().Add(readyLimit); !strings.Contains(log.String(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not say %q:\n%s", text, log)
		}
	}
}
