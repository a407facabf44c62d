package main

import (
	"bytes"
	"os"
	"runtime"
	"testing"
)

func TestColour(t *testing.T) {
	t.Parallel()
	// The null device is a character device, as a terminal is.
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: what counts as a terminal there differs")
	}
	for name, row := range map[string]struct {
		vars             map[string]string
		terminal, colour bool
	}{
		"plain":    {nil, true, true},
		"NO_COLOR": {map[string]string{"NO_COLOR": "1"}, true, false},
		"CI":       {map[string]string{"CI": "true"}, false, false},
		"dumb":     {map[string]string{"TERM": "dumb"}, true, false},
	} {
		e := env{getenv: func(name string) string { return row.vars[name] }}
		if got := e.terminal(device); got != row.terminal {
			t.Errorf("%s: terminal is %t", name, got)
		}
		if got := e.colour(device); got != row.colour {
			t.Errorf("%s: colour is %t", name, got)
		}
		if e.terminal(new(bytes.Buffer)) || e.colour(new(bytes.Buffer)) {
			t.Errorf("%s: a buffer is no terminal", name)
		}
	}
}
