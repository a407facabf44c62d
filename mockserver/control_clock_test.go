package mockserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
)

func TestControlClock(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	tests := []struct{ change, time, running string }{
		{`{"advance": "1h30m"}`, "2026-03-04T06:36:07.089Z", "false"},
		{`{"advance": "-36h", "running": true, "time": "2026-03-04T06:00:00+01:00"}`, "", "true"},
		{`{"running": false}`, "", "false"},
		{`{"time": "2026-01-31t09:30:00.5z"}`, "2026-01-31T09:30:00.500Z", "false"},
		{`{"advance": "0s"}`, "2026-01-31T09:30:00.500Z", "false"},
	}
	for _, tt := range tests {
		r := c.send("PATCH", "/__mock/clock", tt.change).want(200)
		if r.holds(map[string]string{"/running": tt.running}); tt.time != "" {
			r.holds(map[string]string{"/time": `"` + tt.time + `"`})
			c.send("GET", "/__mock/clock", "").want(200).holds(map[string]string{
				"/running": tt.running, "/time": `"` + tt.time + `"`})
		}
	}
	c.send("POST", agents, minimalAgent).want(201).holds(map[string]string{"/createdAt": `"2026-01-31T09:30:00.500Z"`})
	c.send("DELETE", "/__mock/clock", "").want(204)
	if !c.Clock().Running() || time.Since(c.Clock().Now()).Abs() > time.Hour {
		t.Errorf("after DELETE, the clock shows %s", c.Clock().Now())
	}
}

func TestControlClockRefuses(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	before := c.send("GET", "/__mock/clock", "").want(200).body
	for body, says := range map[string]string{
		`{}`:                                "",
		`{"time": "yesterday"}`:             `body /time: \"yesterday\" is not \"now\", or a time`,
		`{"time": "2026-02-30T00:00:00Z"}`:  "/time",
		`{"time": "0001-01-01T00:00:00Z"}`:  "body /time: \\\"0001-01-01T00:00:00Z\\\" is not a time from 1900-01-01",
		`{"time": "9999-12-31T23:59:59Z"}`:  "9000-01-01",
		`{"advance": "7 days"}`:             "1h30m",
		`{"advance": ""}`:                   "1h30m",
		`{"advance": 90}`:                   "/advance",
		`{"advance": "-2000000h"}`:          "body /advance: \\\"-2000000h\\\" is not a way to a time from 1900-01-01",
		`{"advance": "9999999999999999h"}`:  "/advance",
		`{"running": "yes"}`:                "/running",
		`{"advance": "1h", "runing": true}`: "running",
		`{"advance": "1h", "time": null}`:   "/time",
		`{"advance": "1h", "time": "nóón"}`: "/time",
		`[]`:                                "",
		``:                                  "",
	} {
		r := c.send("PATCH", "/__mock/clock", body).refuses(400)
		if !strings.Contains(string(r.body), says) {
			t.Errorf("%s is refused with %s, without %q", body, r.body, says)
		}
	}
	equalBytes(t, "the clock after refused changes", c.send("GET", "/__mock/clock", "").body, before)
}

// TestEachSessionHasAClock moves the clocks of two sessions and sees that no other one moves.
func TestEachSessionHasAClock(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	base := c.Clock().Now()
	for _, name := range []string{"a", "b"} {
		c.with(mockserver.SessionHeader, name).send("PATCH", "/__mock/clock", `{"advance": "1h"}`).want(200)
	}
	c.send("PATCH", "/__mock/clock?session=b", `{"advance": "1h"}`).want(200)
	c.send("PATCH", "/__mock/clock", `{"advance": "-1m"}`).want(200)
	for name, ahead := range map[string]time.Duration{
		"a": time.Hour, "b": 2 * time.Hour, "": -time.Minute, "new": -time.Minute,
	} {
		s, err := c.InSession(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Clock().Now().Sub(base); got != ahead {
			t.Errorf("session %q is %s ahead, want %s", name, got, ahead)
		}
	}
}
