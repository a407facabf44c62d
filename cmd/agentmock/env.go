package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/agentmock/agentmock/internal/untrusted"
)

// env is what a command sees of its process besides its arguments.
type env struct {
	stdin  io.Reader
	stdout io.Writer // results
	stderr io.Writer // messages and progress
	getenv func(string) string
}

// say writes one line to stderr, in which nothing that came from elsewhere acts on its reader. It
// ignores errors, because there is nowhere else to report them.
func (e env) say(format string, args ...any) {
	fmt.Fprintln(e.stderr, untrusted.Text(fmt.Sprintf(format, args...)))
}

// or returns the value of a flag or, where it is empty, of an environment variable.
func (e env) or(flag, name string) string {
	return cmp.Or(flag, e.getenv(name))
}

// terminal reports whether w is a terminal that somebody looks at, so that a progress bar may be
// drawn there. In continuous integration (CI is set) nobody does.
func (e env) terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || e.getenv("CI") != "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// colour reports whether output to w may have colours: on a terminal that can show them, unless
// NO_COLOR is set (https://no-color.org).
func (e env) colour(w io.Writer) bool {
	if e.getenv("NO_COLOR") != "" || e.getenv("TERM") == "dumb" || !e.terminal(w) {
		return false
	}
	// The old Windows console prints escape sequences as they are; Windows Terminal sets
	// WT_SESSION.
	return runtime.GOOS != "windows" || e.getenv("WT_SESSION") != ""
}
