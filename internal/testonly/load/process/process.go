// Package process runs a server as a process of its own, and tells what it uses: the time of the
// processor, memory, threads and open files, which Linux shows below /proc, and its goroutines.
//
//	p, err := process.Start(ctx, "serve.log", "bin/agentmock", "serve", "--addr", "127.0.0.1:0")
//	// requests to p.URL
//	err = p.Stop()
//
// It is for measurements and tests. It does not restart what ends, and starts servers on the loopback
// interface only.
package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// Process is a running server.
type Process struct {
	URL string // of the server, without a slash at the end

	cmd   *exec.Cmd
	log   string        // the file that has what it writes
	ended chan struct{} // closed once it has ended
	err   error         // how it ended; set before ended is closed
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// Start starts a program that writes its address on the loopback interface to standard error, and
// returns once it has. All that the program writes goes to a file of the given name, without a detour
// through this process, as it does where a shell starts it. The program is killed when the context
// ends.
func Start(ctx context.Context, log, program string, args ...string) (*Process, error) {
	file, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer file.Close() // the program has a copy
	p := &Process{cmd: exec.CommandContext(ctx, program, args...), log: log, ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = file, file
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	for ended := false; ; {
		output, err := os.ReadFile(log)
		if err != nil {
			return nil, errors.Join(err, p.Stop())
		}
		if ended {
			return nil, fmt.Errorf("%s ended before it had an address: %w\n%s", p.cmd, p.err, output)
		}
		if p.URL = string(address.Find(output)); p.URL != "" {
			return p, nil
		}
		select {
		case <-p.ended:
			ended = true // its last words may have come since the file was read
		case <-time.After(time.Millisecond):
		}
	}
}

// Stop asks the process to end, waits for it and returns how it ended.
func (p *Process) Stop() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		_ = p.cmd.Process.Kill()
	}
	<-p.ended
	return p.err
}

// goroutine is the first line of a goroutine in a Go program's last words.
var goroutine = regexp.MustCompile(`(?m)^goroutine \d+ .*\[`)

// Dump ends the process with SIGQUIT, at which Go programs write the stacks of all their goroutines
// (package runtime), and returns how many there were and what it wrote. A server needs no way to ask
// for them, which everybody could use.
func (p *Process) Dump() (goroutines int, output []byte, err error) {
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return 0, nil, err
	}
	<-p.ended
	if output, err = os.ReadFile(p.log); err != nil {
		return 0, nil, err
	}
	n := len(goroutine.FindAll(output, -1))
	if n == 0 {
		return 0, output, fmt.Errorf("%s wrote no goroutines at SIGQUIT: %w", p.cmd, p.err)
	}
	return n, output, nil
}
