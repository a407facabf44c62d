package main

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
)

// clockFlags are the flags of serve about time.
type clockFlags struct {
	readyAfter waitFlag
	baseTime   string
}

// register adds the flags to a command.
func (f *clockFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.baseTime, "base-time", "now", "the present `time` of the generated agents: RFC 3339, or now")
	flags.Var(&f.readyAfter, "ready-after",
		"`time` after its creation when an item is no longer pending: 5s, or 0s for at once "+
			"(default: as the document says)")
}

// readBaseTime reads a value of --base-time.
func readBaseTime(text string) (at time.Time, isNow bool, err error) {
	if strings.TrimSpace(text) == "now" {
		return at, true, nil
	}
	if at, err = time.Parse(time.RFC3339, text); err != nil || at.IsZero() { // which would mean that none was given
		return at, false, usagef("--base-time %q is neither now nor a time such as %s", text, fixtures.DefaultBaseTime)
	}
	return at, false, nil
}

// setClock sets the options of the mock that are about time.
func (f *clockFlags) setClock(o *mockserver.Options) (err error) {
	if o.ReadyAfter = f.readyAfter.wait; f.readyAfter.given && f.readyAfter.wait == 0 {
		o.ReadyAfter = -1
	}
	o.BaseTime, o.BaseTimeNow, err = readBaseTime(f.baseTime)
	return err
}

// waitFlag is a flag whose value is a duration from 0 on, or nothing.
type waitFlag struct {
	wait  time.Duration
	given bool
}

func (w *waitFlag) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return errors.New("not a time to wait, such as 500ms, 5s or 1h30m")
	}
	w.wait, w.given = d, true
	return nil
}

func (w *waitFlag) String() string {
	if !w.given {
		return ""
	}
	return w.wait.String()
}

// Type implements pflag.Value.
func (*waitFlag) Type() string { return "duration" }
