package contract_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/ownership"
)

// What the built-in fixtures write has a name by which a sweep finds it, at any moment, but for the names
// that cannot have a mark: the empty one, and those of the documentation's example.
func TestNamesHaveMarks(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	names := map[string]int{}
	target := between(contracttest.Handler(sound()), func(r *http.Request, inner http.RoundTripper) (*http.Response,
		error) {
		res, err := inner.RoundTrip(r)
		if err != nil || r.Method == http.MethodGet || r.Method == http.MethodDelete || res.StatusCode/100 != 2 {
			return res, err
		}
		body, err := io.ReadAll(res.Body)
		res.Body = io.NopCloser(bytes.NewReader(body))
		var agent struct{ Name string }
		if json.Unmarshal(body, &agent) == nil {
			mu.Lock()
			defer mu.Unlock()
			names[agent.Name]++
		}
		return res, err
	})
	picked := contract.Selection{Level: fixtures.Standard, Sources: []fixtures.Source{fixtures.FromSuite}}
	list := picked.Select(everything())
	verify(t, list, target, contract.Options{})
	for name := range names {
		if ownership.MarkIn(name) == "" && !slices.Contains([]string{"", "Updated Customer Support Agent"}, name) {
			t.Errorf("%.80q has no mark", name)
		}
	}
	if len(names) < 50 {
		t.Errorf("only %d names were written", len(names))
	}
}
