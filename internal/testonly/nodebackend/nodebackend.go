// Package nodebackend runs a third sound backend of the agent API, which is not written in Go: a suite
// that leans on Go's habits (the digits of numbers, the order of members, what a decoder makes of odd
// text) accuses it without reason.
//
//	url := nodebackend.Start(t, nodebackend.Options{APIKey: "k-1"})
//
// It needs Node and nothing that is installed beside it; a test is skipped where there is none.
package nodebackend

import (
	"bufio"
	_ "embed"
	"os"
	"os/exec"
	"strings"
	"testing"
)

//go:embed backend.js
var script string

// Options configure a backend. The zero value accepts any API key and has no defect.
type Options struct {
	APIKey string // the only key that is accepted; empty: any
	Defect string // one of Defects, planted in the script itself; empty: none
}

// Defects are those that can be planted in the script: mistakes of that language, which no middleware
// makes.
func Defects() []string {
	return []string{
		"falsy-defaults",   // `attempts || 5` takes 0 for missing
		"forgotten-await",  // a promise, which is always true, is taken for the agent
		"loose-comparison", // == finds ["gpt-5"] equal to "gpt-5"
		"mass-assignment",  // the body is spread into the agent, read-only fields included
		"shared-default",   // Object.assign into the default object of all agents
		"sorted-as-text",   // a list shows gaps in the order of their texts
		"stale-document",   // an update saves the whole document as it was read
	}
}

// Start runs a backend until the test ends and returns its base URL. The test is skipped without Node.
func Start(tb testing.TB, o Options) string {
	tb.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		tb.Skip("SKIPPED: no node in the PATH, so the backend that is not written in Go was not tried")
	}
	cmd := exec.Command(node, "-e", script)
	cmd.Env = append(os.Environ(), "API_KEY="+o.APIKey, "DEFECT="+o.Defect)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // the script ends with its input, even if the test is killed
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = stdin.Close() // which ends the script
		_ = cmd.Wait()    // whose exit code says nothing more
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		tb.Fatalf("the backend in Node did not say where it listens: %v", err)
	}
	return strings.TrimSpace(url)
}
