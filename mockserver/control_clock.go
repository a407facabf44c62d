package mockserver

import (
	"fmt"
	"net/http"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// clockActions are the calls of the control API about the clock.
var clockActions = map[string]controlAction{
	"readClock":   readClock,
	"changeClock": changeClock,
	"resetClock":  resetClock,
}

// The control API bounds the time that a clock can be set to: all of them can be written as RFC 3339 has it,
// also long after.
var (
	earliestTime = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latestTime   = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
)

func readClock(x *exchange) ([]byte, error) { return x.session.clock.setting.Load().encode(), nil }

// encode returns what the control API answers.
func (s *clockSetting) encode() []byte {
	return jsonvalue.Marshal(jsonvalue.ObjectOf("time", s.now().Format(timeForm), "running", s.running()))
}

func resetClock(x *exchange) ([]byte, error) {
	x.session.clock.Set(time.Time{})
	return nil, nil
}

// changeClock sets, moves, stops and starts the clock, in this order, and all at once.
func changeClock(x *exchange) (body []byte, err error) {
	sent := x.sent().item().value()
	x.session.clock.change(func(s *clockSetting) *clockSetting {
		var next *clockSetting
		if next, err = s.changed(sent); err != nil {
			return s
		}
		body = next.encode()
		return next
	})
	return body, err
}

// changed returns the setting after a change, which control.yaml has accepted.
func (s *clockSetting) changed(change *jsonvalue.Object) (*clockSetting, error) {
	at, running := s.now(), s.running()
	if text, ok := memberText(change, "time"); ok {
		var err error
		if at, err = readTime("time", text, time.Now); err != nil {
			return nil, err
		}
	}
	if text, ok := memberText(change, "advance"); ok {
		by, err := time.ParseDuration(text)
		if err != nil {
			return nil, badClock("advance", text, "a duration such as 90s, 1h30m or -36h, of less than 292 years")
		}
		if at = at.Add(by); outOfTime(at) {
			return nil, badClock("advance", text, "a way to "+timesThatCanBe())
		}
	}
	if outOfTime(at) { // as it was set from Go
		return nil, badClock("", at.UTC().Format(time.RFC3339), timesThatCanBe())
	}
	if sent, ok := change.Get("running"); ok {
		running = sent == true
	}
	return settingAt(at, running), nil
}

func memberText(o *jsonvalue.Object, name string) (string, bool) {
	v, _ := o.Get(name)
	text, ok := v.(string)
	return text, ok
}

// readTime reads a member of a body that is a time, or the present: now.
func readTime(name, text string, now func() time.Time) (time.Time, error) {
	if text == "now" {
		return now(), nil
	}
	at, err := parseTime(text)
	switch {
	case err != nil:
		return at, badClock(name, text, `"now", or a time such as 2026-01-31T09:30:00Z`)
	case outOfTime(at):
		return at, badClock(name, text, timesThatCanBe())
	}
	return at, nil
}

func outOfTime(at time.Time) bool { return at.Before(earliestTime) || at.After(latestTime) }

func timesThatCanBe() string {
	return fmt.Sprintf("a time from %s to %s", earliestTime.Format(time.DateOnly), latestTime.Format(time.DateOnly))
}

// badClock is the error for a member of a change; "" is the time that comes of all of them.
func badClock(name, text, right string) error {
	v := openapi.Violation{Rule: ruleClock, In: "body", Actual: truncate(text, 200)}
	if name != "" {
		v.Pointer = "/" + name
	}
	v.Message = fmt.Sprintf("%s: %q is not %s", v.Where(), truncate(text, 200), right)
	return refused{refuse(http.StatusBadRequest, v)}
}
