package mockserver_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
)

// world is what a state tells of the times of its agents.
type world struct {
	Agents []struct {
		ID             string    `json:"_id"`
		CreatedAt      time.Time `json:"createdAt"`
		UpdatedAt      time.Time `json:"updatedAt"`
		ActiveSessions []struct {
			StartTime time.Time `json:"startTime"`
		} `json:"activeSessions"`
	} `json:"agents"`
}

func worldOf(t *testing.T, c *client) (w world) {
	t.Helper()
	if err := json.Unmarshal(c.State(), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestGeneratedWorldIsCurrent compares worlds of several base times: the times follow, and the identities stay.
func TestGeneratedWorldIsCurrent(t *testing.T) {
	t.Parallel()
	noon := time.Date(2031, 6, 4, 12, 0, 0, 0, time.UTC) // a Wednesday
	clock := &mockserver.Clock{}
	clock.Set(noon)
	const agents = 150
	now := start(t, mockserver.Options{Agents: agents, Clock: clock, BaseTimeNow: true})
	fixed := start(t, mockserver.Options{Agents: agents, BaseTime: noon.AddDate(-2, 0, 0)})
	usual := start(t, mockserver.Options{Agents: agents})
	current, before, reproducible := worldOf(t, now), worldOf(t, fixed), worldOf(t, usual)
	var newest time.Time
	calls := 0
	for i, a := range current.Agents {
		if a.UpdatedAt.After(newest) {
			newest = a.UpdatedAt
		}
		calls += len(a.ActiveSessions)
		if a.ID != before.Agents[i].ID || a.ID != reproducible.Agents[i].ID {
			t.Fatalf("agent %d is %s, %s and %s", i, a.ID, before.Agents[i].ID, reproducible.Agents[i].ID)
		}
		early, first := before.Agents[i].CreatedAt, reproducible.Agents[i].CreatedAt
		if !early.Before(noon.AddDate(-2, 0, 0)) || first.Year() > 2025 {
			t.Errorf("agent %d was made at %s and %s", i, early, first)
		}
	}
	if ago := noon.Sub(newest); ago <= 0 || ago > 24*time.Hour {
		t.Errorf("the newest change was %s ago", ago)
	}
	if calls == 0 {
		t.Error("no agent is in a call at noon")
	}
	now.Clock().Advance(time.Hour)
	for _, a := range worldOf(t, now).Agents {
		if len(a.ActiveSessions) > 0 {
			t.Fatalf("%s is still in a call an hour later", a.ID)
		}
	}
}

func TestSeedBaseTime(t *testing.T) {
	t.Parallel()
	clock := &mockserver.Clock{}
	clock.Set(time.Date(2031, 6, 4, 12, 0, 0, 0, time.UTC))
	c := start(t, mockserver.Options{Clock: clock, BaseTimeNow: true})
	for _, tt := range []struct{ body, year string }{
		{`{"count":1}`, "2031"},
		{`{"count":1,"baseTime":"2040-12-01T00:00:00+01:00"}`, "2040"},
		{`{"count":1,"baseTime":"now"}`, "2031"},
	} {
		c.send("POST", "/__mock/seed", tt.body).want(200)
		list := worldOf(t, c).Agents
		if made := list[len(list)-1].UpdatedAt.Format("2006"); made != tt.year {
			t.Errorf("%s makes an agent of %s", tt.body, made)
		}
	}
	for body, says := range map[string]string{
		`{"baseTime":"yesterday"}`:            `body /baseTime: \"yesterday\" is not \"now\", or a time`,
		`{"baseTime":""}`:                     "/baseTime",
		`{"baseTime":"0001-01-01T00:00:00Z"}`: "/baseTime",
		`{"baseTime":7}`:                      "/baseTime",
		`{"baseTime":"9999-12-31T00:00:00Z"}`: "9000-01-01",
		`{"basetime":"now"}`:                  "basetime",
	} {
		if r := c.send("POST", "/__mock/seed", body).refuses(400); !strings.Contains(string(r.body), says) {
			t.Errorf("%s: %s", body, r.body)
		}
	}
	_, err := c.Seed(mockserver.SeedOptions{Count: 1, BaseTime: time.Date(1, 2, 3, 0, 0, 0, 0, time.UTC)})
	var bad *mockserver.StateError
	if err == nil || errors.As(err, &bad) {
		t.Errorf("a base time of the year 1: %v", err)
	}
}
