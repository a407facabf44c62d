package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain makes this test's program the mock, the servers that do less and the load tool, whichever
// its arguments ask for.
func TestMain(m *testing.M) {
	has := func(argument string) bool { return slices.Contains(os.Args[1:], argument) }
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	switch {
	case has("serve"):
		server := httptest.NewServer(validating(newStateful()))
		fmt.Fprintln(os.Stderr, server.URL)
		<-ctx.Done()
	case has("-baseline"):
		if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
			panic(err)
		}
	case has("--connections"):
		fmt.Print(os.Getenv("BENCH_TEST_REPORT"))
	default:
		os.Exit(m.Run())
	}
}

// validating refuses what the kind "refused" sends.
func validating(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if string(body) == refused {
			http.Error(w, `{"error": {"details": [{"rule": "enum"}]}}`, http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		next.ServeHTTP(w, r)
	})
}

const report = `{"spec": {}, "result": {"timeTakenSeconds": 0.5, "req2xx": 600, "req4xx": 0, "others": 0,
	"latency": {"percentiles": {"50": 716, "99": 42120}}}}`

// runs runs the whole program with the servers of TestMain and a load tool that prints a report.
func runs(t *testing.T, report string, args ...string) (string, error) {
	t.Helper()
	t.Setenv("BENCH_TEST_REPORT", report)
	var stdout, stderr strings.Builder
	args = append([]string{"-program", os.Args[0], "-load", os.Args[0], "-rounds", "1"}, args...)
	err := run(t.Context(), args, &stdout, &stderr)
	if err == nil && !strings.Contains(stderr.String(), "round 1 of 1") {
		t.Errorf("no progress: %q", stderr.String())
	}
	return stdout.String(), err
}

func TestTable(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(page, []byte("# Speed\n"+tableBegin+"| old |\n"+tableEnd+"\nrest\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := runs(t, report, "-only", "put,list", "-readme", page)
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(page)
	want := "# Speed\n" + tableBegin + "\n" + table + "\n" + tableEnd + "\nrest\n"
	if err != nil || string(written) != want {
		t.Errorf("%q; want %q: %v", written, want, err)
	}
	if err := replaceTable("main.go", table); err == nil || !strings.Contains(err.Error(), "has no line") {
		t.Error(err)
	}
	for _, want := range []string{
		"| valid PUT | constant | 1,200 | 1.00 | 1.00 | 716 µs | 42 ms | ",
		"\n|  | stateful, unvalidated | 1,200 |", "\n|  | agentmock | 1,200 |", "\n| list of 100 | constant |",
		" 32 connections; medians of 1 turns of 2s each.",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
}

// TestStatus: whatever is answered with another status than it should be fails the run.
func TestStatus(t *testing.T) {
	accepted := strings.Replace(report, `"req4xx": 0`, `"req4xx": 1`, 1)
	if table, err := runs(t, accepted, "-only", "put"); err == nil || table != "" ||
		!strings.Contains(err.Error(), "valid PUT, constant: 1 of the answers are not 2xx") {
		t.Errorf("%v\n%s", err, table)
	}
	if _, err := runs(t, report, "-only", "refused"); err == nil || !strings.Contains(err.Error(), "are not 4xx") {
		t.Error(err)
	}
	lax := kinds[1]
	lax.status = http.StatusOK
	b := &bench{self: os.Args[0], folder: t.TempDir(), log: io.Discard}
	b.program, b.rounds = os.Args[0], 1
	if _, err := b.measure(t.Context(), []kind{lax}); err == nil || !strings.Contains(err.Error(), "want 200") {
		t.Error(err)
	}
}

func TestParseReport(t *testing.T) {
	t.Parallel()
	for want, report := range map[string]string{
		"the report of the load tool": "Bombarding …",
		"no request was answered":     `{"result": {"timeTakenSeconds": 1}}`,
		"3 of the answers":            `{"result": {"timeTakenSeconds": 1, "req2xx": 5, "others": 3}}`,
	} {
		if _, _, err := parseReport([]byte(report), 200); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-rounds 0 is not":       {"-rounds", "0"},
		"-connections -2 is not": {"-connections", "-2"},
		"-requests -1 is not":    {"-requests", "-1"},
		"-duration 500ms is":     {"-duration", "500ms"},
		`-only "post" is`:        {"-only", "put,post"},
		"is neither":             {"-baseline", "fast"},
		"provided but":           {"-fast"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{0: "–", 1500 * time.Nanosecond: "2 µs",
		1234 * time.Microsecond: "1,234 µs", 77 * time.Millisecond: "77 ms"} {
		if got := duration(d); got != want {
			t.Errorf("%d: %q; want %q", d, got, want)
		}
	}
	r := result{rate: 3, cpu: 30 * time.Microsecond, tool: 20 * time.Microsecond}
	if got := ratio([]result{r}, []result{{rate: 4}}, result.perSecond); got != "0.75" {
		t.Error(got)
	}
	if got := ratio([]result{r}, []result{{cpu: 5 * time.Microsecond, tool: 20 * time.Microsecond}},
		result.perCPUSecond); got != "0.50" {
		t.Error(got)
	}
	if got := ratio([]result{r}, []result{{rate: 4}}, result.perCPUSecond); got != "–" {
		t.Error(got)
	}
}
