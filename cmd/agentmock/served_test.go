package main

import (
	"bufio"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

// served is an agentmock serve that runs inside the test.
type served struct {
	url string
	log *lockedBuffer
	// stop ends it as a signal would, and returns its exit code.
	stop func() int
}

// startServe runs serve on a free port, and waits until it says where it listens. It is stopped at
// the test's end.
func startServe(t testing.TB, flags ...string) *served {
	t.Helper()
	return startServer(t, append([]string{"serve"}, flags...)...)
}

// startServer is startServe for any command that listens.
func startServer(t testing.TB, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	stderr, talk := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append(args, "--addr", "127.0.0.1:0"), strings.NewReader(""),
			io.Discard, talk)
		talk.Close()
	}()
	s := &served{log: new(lockedBuffer)}
	urls := make(chan string, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		copyLog(s.log, stderr, urls)
	}()
	s.stop = func() int {
		cancel()
		<-ended
		c := <-code
		code <- c
		return c
	}
	t.Cleanup(func() { s.stop() })
	select {
	case s.url = <-urls:
	case <-ended:
		t.Fatalf("serve ended at once:\n%s", s.log)
	case <-time.After(readyLimit):
		t.Fatalf("serve did not say where it listens:\n%s", s.log)
	}
	return s
}

// listening finds the URL in the banner, pretty or JSON.
var listening = regexp.MustCompile(`listening.*?(https?://[^\s"]+)`)

// copyLog copies the output of serve into log until it ends, and sends the URL of the banner.
func copyLog(log io.Writer, stderr io.Reader, urls chan<- string) {
	lines := bufio.NewReader(stderr)
	for {
		line, err := lines.ReadString('\n')
		_, _ = io.WriteString(log, line)
		if m := listening.FindStringSubmatch(line); m != nil {
			select {
			case urls <- m[1]:
			default:
			}
		}
		if err != nil {
			return
		}
	}
}
