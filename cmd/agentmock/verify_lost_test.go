package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/backend"
)

// mortalEnv makes the test binary a backend that ends when it is asked to set variables to null.
const mortalEnv = "AGENTMOCK_TEST_MORTAL"

// serveMortal is that backend. It serves the listener that it is given as its first extra file.
func serveMortal() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitUsage)
	}
	h := backend.New(backend.Options{})
	fmt.Println("ready")
	_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte(`"variables":null`)) {
			os.Exit(exitViolations)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.ServeHTTP(w, r)
	}))
}

// TestVerifyKilledProcess verifies a process that one request kills, and that is started again, without
// what it had stored.
func TestVerifyKilledProcess(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Skipf("SKIPPED: no listener can be handed on: %v", err)
	}
	defer file.Close()
	var starts atomic.Int32
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			cmd := exec.Command(os.Args[0])
			cmd.Env, cmd.ExtraFiles = append(os.Environ(), mortalEnv+"=1"), []*os.File{file}
			out, err := cmd.StdoutPipe()
			if err != nil || cmd.Start() != nil {
				return
			}
			starts.Add(1)
			_, _ = bufio.NewReader(out).ReadString('\n')
			done := make(chan struct{})
			go func() { _ = cmd.Wait(); close(done) }()
			select {
			case <-done:
			case <-stop:
				_ = cmd.Process.Kill()
				<-done
				return
			}
		}
	}()
	code, stdout, stderr := verifyArgs(t, "--base-url", "http://"+listener.Addr().String(), "--api-key", "any-key",
		"--filter", "update-agent-[s-v]*", "--filter", "lifecycle*")
	close(stop)
	<-ended
	if code != exitViolations || starts.Load() < 3 || strings.Count(stdout, "FAILED") != 1 ||
		!strings.Contains(stdout, "check     answered") || !strings.Contains(stdout, `"variables":null`) ||
		strings.Contains(stdout, "ERRORED") || strings.Contains(stdout, "LEFT BEHIND") {
		t.Errorf("exit code %d after %d starts:\n%s%s", code, starts.Load(), stdout, stderr)
	}
}
