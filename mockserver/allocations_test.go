//go:build !race

package mockserver_test

import (
	"strings"
	"testing"
)

// TestAllocations: a request is answered with few allocations, from ServeHTTP to its entry in the
// journal. One update sends a secret, which is the most work. The race detector throws memory away
// that is kept for later, and so has more of them.
func TestAllocations(t *testing.T) {
	s, c := crowded(t, 100), newSender()
	agent := agents + "/000000000000000000000007"
	for _, tt := range []struct {
		method, path, body string
		status             int
		most               float64
	}{
		{"PUT", agent, pageUpdate, 200, 60},
		{"PUT", agent, `{"llmModel": "gpt-5", "name": "Ada"}`, 200, 60},
		{"PUT", agent, strings.Replace(pageUpdate, "gpt-4.1-mini", "gpt-0", 1), 400, 140},
		{"GET", agent, "", 200, 20},
		{"GET", agents, "", 200, 25},
		{"POST", agents, minimalAgent, 201, 90},
	} {
		n := testing.AllocsPerRun(200, func() { c.send(t, s, tt.method, tt.path, tt.body, tt.status) })
		if n > tt.most {
			t.Errorf("%s %s %s: %v allocations, want at most %v", tt.method, tt.path, tt.body, n, tt.most)
		}
		t.Logf("%s %s: %v", tt.method, tt.path, n)
	}
}
