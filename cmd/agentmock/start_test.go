package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkStart measures the time from the start of the built program to its first response, and its
// peak memory (Linux only). The aim: below 100 ms and 40 MB.
func BenchmarkStart(b *testing.B) {
	program := buildProgram(b)
	var slowest time.Duration
	var memory float64
	for b.Loop() {
		began := time.Now()
		cmd := exec.Command(program, "serve", "--addr", "127.0.0.1:0")
		stderr, err := cmd.StderrPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		urls, ended := make(chan string, 1), make(chan struct{})
		log := new(lockedBuffer)
		go func() {
			defer close(ended)
			copyLog(log, stderr, urls)
		}()
		select {
		case url := <-urls:
			answer(b, url)
		case <-ended:
			b.Fatalf("serve ended at once:\n%s", log)
		}
		slowest = max(slowest, time.Since(began))
		memory = max(memory, peakMemory(cmd.Process.Pid))
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		_ = cmd.Wait()
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-ms")
	b.ReportMetric(memory, "peak-MB")
}

// buildProgram builds this program with the packages that its tests have been built with, and returns
// its file.
func buildProgram(tb testing.TB) string {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), "agentmock")
	out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput()
	if err != nil {
		tb.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// answer sends the first request that a front end would.
func answer(b *testing.B, url string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url+"/v1/api/agents", nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"demo-key"}, "X-Workspace-Id": {"ws-demo"}}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		b.Fatalf("the list was answered with %s", res.Status)
	}
}

// peakMemory returns the largest resident set size of a process in MB, or 0 where it is unknown.
func peakMemory(pid int) float64 {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kB, err := strconv.ParseFloat(strings.Fields(rest + " ?")[0], 64)
	if err != nil {
		return 0
	}
	return kB * 1024 / 1e6
}
