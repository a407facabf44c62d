package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
)

// env is what a command may know of the world besides its arguments.
type env struct {
	stdin  io.Reader
	stdout io.Writer // results
	stderr io.Writer // talk and progress
	getenv func(string) string
}

// say writes one line of talk to stderr. That nobody reads it is no error.
func (e env) say(format string, args ...any) {
	fmt.Fprintf(e.stderr, format+"\n", args...)
}

// terminal says whether somebody is looking at what is written to w: only then may a progress bar
// be drawn there. In continuous integration (CI is set) nobody is.
func (e env) terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || e.getenv("CI") != "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// colour says whether what is written to w may be coloured: on a terminal that can show it, unless
// the user does not want it (https://no-color.org).
func (e env) colour(w io.Writer) bool {
	if e.getenv("NO_COLOR") != "" || e.getenv("TERM") == "dumb" || !e.terminal(w) {
		return false
	}
	// The old Windows console prints escape sequences as they are; Windows Terminal sets
	// WT_SESSION.
	return runtime.GOOS != "windows" || e.getenv("WT_SESSION") != ""
}
