package process

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain makes a server of this test's program where it is asked to be one. It asks for the interrupt, which a
// shell that starts tests in the background has them ignore.
func TestMain(m *testing.M) {
	switch os.Getenv("PROCESS_TEST") {
	case "server":
		interrupted := make(chan os.Signal, 1)
		signal.Notify(interrupted, os.Interrupt)
		server := httptest.NewServer(http.NotFoundHandler())
		fmt.Fprintln(os.Stderr, "serving on", server.URL)
		select {
		case <-interrupted:
			os.Exit(4)
		case <-time.After(time.Minute): // Stop and Dump end it before
		}
	case "mute":
		fmt.Fprintln(os.Stderr, "cannot listen")
		os.Exit(3)
	default:
		os.Exit(m.Run())
	}
}

// start starts this test's program as a server.
func start(t *testing.T, as string) (*Process, error) {
	t.Helper()
	t.Setenv("PROCESS_TEST", as)
	return Start(t.Context(), filepath.Join(t.TempDir(), "log"), os.Args[0])
}

func TestServer(t *testing.T) {
	p, err := start(t, "server")
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if runtime.GOOS == "linux" {
		u, err := p.Usage()
		if err != nil || u.Memory < 1<<20 || u.Threads < 2 || u.Files < 4 {
			t.Errorf("%+v %v", u, err)
		}
	}
	if err := p.Stop(); err == nil || err.Error() != "exit status 4" {
		t.Errorf("ended with %v", err)
	}
	if _, err := p.Usage(); runtime.GOOS == "linux" && err == nil {
		t.Error("the process is still there")
	}
}

func TestGoroutines(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGQUIT")
	}
	p, err := start(t, "server")
	if err != nil {
		t.Fatal(err)
	}
	if n, output, err := p.Dump(); err != nil || n < 2 || !strings.Contains(string(output), "TestMain") {
		t.Errorf("%d goroutines, %v:\n%s", n, err, output)
	}
}

func TestNoAddress(t *testing.T) {
	if _, err := start(t, "mute"); err == nil || !strings.Contains(err.Error(), "exit status 3\ncannot listen") {
		t.Error(err)
	}
}

func TestParseStat(t *testing.T) {
	t.Parallel()
	stat := "7 (a) b) S 1 7 7 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 9 0 5000 1000000 12 18446744073709551615"
	want := Usage{CPU: 2 * time.Second, Threads: 9, Memory: 12 * int64(os.Getpagesize())}
	if u, err := parseStat(stat); err != nil || u != want {
		t.Errorf("%+v %v", u, err)
	}
	for _, bad := range []string{"", "7", strings.Replace(stat, "150", "x", 1), stat[:60]} {
		if u, err := parseStat(bad); err == nil {
			t.Errorf("%q: %+v", bad, u)
		}
	}
}
