package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
)

// browserWait bounds how long a page may take for what a test waits for.
const browserWait = 20 * time.Second

// chromium is a browser that a test drives by the DevTools protocol. It is spoken over two pipes, which takes
// neither a port nor a WebSocket, and so no library.
type chromium struct {
	t       *testing.T
	in      io.Writer
	mu      sync.Mutex
	last    int
	waiting map[int]chan cdpMessage
	heard   map[string]func(cdpMessage) // by session
	gone    chan struct{}
}

// cdpMessage is an answer, or an event.
type cdpMessage struct {
	ID        int             `json:"id"`
	SessionID string          `json:"sessionId"`
	Method    string          `json:"method"`
	Params    json.RawMessage `json:"params"`
	Result    json.RawMessage `json:"result"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// startChromium runs a browser until the test ends. It skips the test where there is none.
func startChromium(t *testing.T, what string) *chromium {
	t.Helper()
	path := findBrowser()
	if path == "" || runtime.GOOS == "windows" { // which hands no pipes on
		t.Skipf("SKIPPED: no Chromium in the PATH and AGENTMOCK_BROWSER is not set, so %s was not tried in a browser",
			what)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--hide-scrollbars", "--force-color-profile=srgb", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe",
		"about:blank")
	fromTest, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, toTest, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{fromTest, toTest} // 3 and 4, as the browser expects
	var talk lockedBuffer
	cmd.Stderr = &talk
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	fromTest.Close()
	toTest.Close()
	c := &chromium{t: t, in: in, waiting: map[int]chan cdpMessage{}, heard: map[string]func(cdpMessage){},
		gone: make(chan struct{})}
	go c.listen(out)
	t.Cleanup(func() {
		in.Close() // at which the browser ends
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Signal(syscall.SIGTERM)
			<-ended
		}
		out.Close()
		if t.Failed() {
			t.Logf("%s said:\n%s", path, talk.String())
		}
	})
	return c
}

// listen hands out what the browser says. Messages end with a zero byte.
func (c *chromium) listen(out io.Reader) {
	defer close(c.gone)
	for r := bufio.NewReader(out); ; {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m cdpMessage
		if json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m) != nil {
			continue
		}
		c.mu.Lock()
		answer, hear := c.waiting[m.ID], c.heard[m.SessionID]
		delete(c.waiting, m.ID)
		c.mu.Unlock()
		switch {
		case answer != nil:
			answer <- m
		case hear != nil:
			hear(m)
		}
	}
}

func (c *chromium) ask(session, method string, params any, result any) error {
	answer := make(chan cdpMessage, 1)
	c.mu.Lock()
	c.last++
	id := c.last
	c.waiting[id] = answer
	call := map[string]any{"id": id, "method": method, "params": params}
	if session != "" {
		call["sessionId"] = session
	}
	text, err := json.Marshal(call)
	if err == nil {
		_, err = c.in.Write(append(text, 0))
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-c.gone:
		return errors.New(method + ": the browser has ended")
	case <-time.After(2 * browserWait):
		return errors.New(method + ": no answer")
	}
}
