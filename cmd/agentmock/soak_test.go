package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/agentmock/agentmock/internal/testonly/load/process"
	"github.com/agentmock/agentmock/internal/testonly/load/soak"
)

// soakPhases is how many phases TestSoak has where AGENTMOCK_SOAK names no time.
const soakPhases = 4

// slack is by how much memory may grow beyond a quarter and still count as flat: the garbage collector
// works in steps.
const slack = 16 << 20

// leaving is how many goroutines may have closed their connections and not ended yet.
const leaving = 3

// TestSoak drives the built program with mixed load, for the time that AGENTMOCK_SOAK names or a few
// phases. All answers and the state must be what a model predicts. In the end all connections are
// closed: then there are as many open files as at the start, and as many goroutines as in a program
// that has answered one request. A longer run also demands that memory does not grow any more once half of the
// phases are over.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("package soak drives the mock inside its own test")
	}
	t.Parallel()
	program := buildProgram(t)
	first := startProgram(t, program)
	used(t, first)
	fresh, _, err := first.Dump()
	if err != nil {
		t.Skipf("the system has no SIGQUIT: %v", err)
	}

	p := startProgram(t, program)
	start, err := p.Usage()
	if errors.Is(err, process.ErrUnknown) {
		t.Logf("neither memory nor files are compared: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	var usages []process.Usage
	more, said := soakTime(t), time.Now()
	report, err := soak.Run(t.Context(), soak.Options{URL: p.URL, Seed: 1, Next: func(phase int) bool {
		u, err := p.Usage()
		if err == nil {
			usages = append(usages, u)
		}
		if time.Since(said) > time.Minute {
			t.Logf("%d phases: %d MiB, %d files, %d threads", phase, u.Memory>>20, u.Files, u.Threads)
			said = time.Now()
		}
		return more(phase)
	}})
	if err != nil {
		t.Fatalf("%v\nafter %+v", err, report)
	}
	end := closed(t, p, start.Files)
	t.Logf("%+v\nat start %+v\nat the end %+v", report, start, end)
	if end.Files > start.Files {
		t.Errorf("%d files are open when all connections are closed; %d were at start", end.Files, start.Files)
	}
	if n := len(usages) / 4; n >= soakPhases {
		early, late := memory(usages[n:2*n]), memory(usages[3*n:])
		t.Logf("memory in the second quarter of the run: %d MiB, in the last one: %d MiB", early>>20, late>>20)
		if late > early+early/4+slack {
			t.Errorf("memory has grown from %d to %d MiB", early>>20, late>>20)
		}
	}
	n, output, err := p.Dump()
	if err != nil {
		t.Fatal(err)
	}
	if n > fresh+leaving {
		t.Errorf("%d goroutines at the end, %d in a fresh program:\n%s", n, fresh, output)
	}
	if bytes.Contains(output, []byte("sk-soak-")) {
		t.Error("a secret is in the log")
	}
}

// soakTime returns a function that reports whether a soak has another phase.
func soakTime(t *testing.T) func(phase int) bool {
	t.Helper()
	named := os.Getenv("AGENTMOCK_SOAK")
	if named == "" {
		return func(phase int) bool { return phase < soakPhases }
	}
	d, err := time.ParseDuration(named)
	if err != nil {
		t.Fatalf("AGENTMOCK_SOAK: %v", err)
	}
	end := time.Now().Add(d)
	return func(int) bool { return time.Now().Before(end) }
}

// startProgram starts the mock. A soak of many minutes does not log: the log would be as long.
func startProgram(t *testing.T, program string) *process.Process {
	t.Helper()
	args := []string{"serve", "--addr", "127.0.0.1:0"}
	if os.Getenv("AGENTMOCK_SOAK") != "" {
		args = append(args, "--log-format", "none")
	}
	p, err := process.Start(t.Context(), filepath.Join(t.TempDir(), "serve.log"), program, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop() })
	return p
}

// used sends one request to a process, which has all its goroutines once it has answered.
func used(t *testing.T, p *process.Process) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
}

// closed returns what a process uses as soon as it has at most so many open files, as it sees that
// connections are closed a moment after they are; or else after a while.
func closed(t *testing.T, p *process.Process, files int) process.Usage {
	t.Helper()
	for deadline := time.Now().Add(readyLimit); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if u, err := p.Usage(); err != nil || u.Files <= files {
			return u
		}
	}
	u, err := p.Usage()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// memory returns the median of the memory in some usages.
func memory(usages []process.Usage) int64 {
	var sizes []int64
	for _, u := range usages {
		sizes = append(sizes, u.Memory)
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}
