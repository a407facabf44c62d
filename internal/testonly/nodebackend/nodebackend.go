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
		"chunk-decoding",       // each chunk of a body is decoded by itself, characters at its border are lost
		"clone-by-names",       // for…in copies a list as an object
		"date-reviver",         // JSON.parse makes dates of what looks like one
		"decode-unguarded",     // decodeURIComponent throws
		"falsy-defaults",       // `attempts || 5` takes 0 for missing
		"forgotten-await",      // a promise, which is always true, is taken for the agent
		"global-request",       // the workspace is kept in a variable of the module
		"holes",                // delete leaves a hole in a list, which JSON shows as null
		"inherited-names-lost", // `key in {}` finds toString
		"length-in-characters", // Content-Length counts characters
		"loose-comparison",     // == finds ["gpt-5"] equal to "gpt-5"
		"lost-rejection",       // a promise that nobody settles: no answer comes
		"mass-assignment",      // the body is spread into the agent, read-only fields included
		"merge-into-prototype", // a recursive merge follows __proto__
		"number-coerced",       // Number("") is 0
		"parse-int",            // parseInt cuts fractions off
		"shared-default",       // Object.assign into the default object of all agents
		"sorted-as-text",       // a list shows gaps in the order of their texts
		"sorted-in-place",      // a list sorts the gaps that are stored
		"stale-document",       // an update saves the whole document as it was read
		"stateful-pattern",     // a pattern with the flag g goes on where it was
		"to-fixed",             // toFixed rounds
		"truthy-fields",        // `if (body.x)` drops 0, "" and false
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
