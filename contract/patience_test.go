package contract

import "testing"

// TestWaitWithinAWait wants a session to hold at most one of the run's waits: two that held one each and
// waited for another would wait for ever.
func TestWaitWithinAWait(t *testing.T) {
	t.Parallel()
	r := &runner{doubts: newDoubts()}
	var sessions []*session
	for range patience {
		s := &session{run: r}
		if !s.wait(t.Context()) || s.wait(t.Context()) {
			t.Fatal("a session takes one wait, and no more")
		}
		sessions = append(sessions, s)
	}
	sessions[0].waited(true)
	if !sessions[0].wait(t.Context()) {
		t.Error("a wait that was not in vain is free again")
	}
	for _, s := range sessions {
		s.waited(false)
	}
	if (&session{run: r}).wait(t.Context()) {
		t.Error("all waits were in vain, and one is left")
	}
}
