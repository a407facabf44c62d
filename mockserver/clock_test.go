package mockserver_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/agentmock/agentmock/mockserver"
)

func TestClockRunsStandsAndMoves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c mockserver.Clock
		noon := time.Date(2030, 1, 2, 12, 0, 0, 0, time.FixedZone("", 3600))
		shows := func(want time.Time, running bool) {
			t.Helper()
			if now := c.Now(); !now.Equal(want) || now.Location() != time.UTC || c.Running() != running {
				t.Errorf("the clock shows %s, running %t; want %s", now, c.Running(), want)
			}
		}
		shows(time.Now(), true)
		c.Hold()
		held := time.Now()
		time.Sleep(time.Hour)
		shows(held, false)
		c.Run()
		time.Sleep(time.Minute)
		shows(held.Add(time.Minute), true)
		c.Advance(-time.Hour)
		c.Run() // which it does already
		shows(held.Add(-59*time.Minute), true)
		c.Set(noon)
		time.Sleep(time.Second)
		shows(noon, false)
		c.Advance(48 * time.Hour)
		c.Run()
		time.Sleep(time.Second)
		shows(noon.Add(48*time.Hour+time.Second), true)
		c.Set(time.Time{})
		shows(time.Now(), true)
		c.Set(noon.AddDate(5000, 0, 0)) // farther away than a Duration can tell
		c.Run()
		time.Sleep(time.Second)
		shows(noon.AddDate(5000, 0, 0).Add(time.Second), true)
	})
}
