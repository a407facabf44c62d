package contract_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
)

// TestExchanged wants every request of a run to be told of, once, with its fixture, and without a secret.
func TestExchanged(t *testing.T) {
	t.Parallel()
	target := contracttest.Handler(sound())
	target.APIKey = "key-of-the-exchange-test"
	var mu sync.Mutex
	var seen []contract.Exchange
	r := verify(t, picked("update-agent-name-*", "delete-*"), target, contract.Options{
		Exchanged: func(x contract.Exchange) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, x)
		},
	})
	if !r.OK() {
		t.Fatalf("%+v", r.Summary)
	}
	if len(seen) != r.Summary.Requests {
		t.Errorf("told of %d exchanges; the run sent %d requests", len(seen), r.Summary.Requests)
	}
	known, numbers, answered := map[string]bool{"": true}, map[int64]bool{}, map[string]int{}
	for _, f := range r.Fixtures {
		known[f.ID] = true
	}
	for _, x := range seen {
		text, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		all := string(text) + string(x.RequestBody.Text) + string(x.ResponseBody.Text)
		if strings.Contains(all, target.APIKey) {
			t.Errorf("shows the API key: %s", all)
		}
		if !known[x.Fixture] || numbers[x.Number] || x.StartedAt.IsZero() || x.Status == 0 && x.Error == "" {
			t.Errorf("%+v", x)
		}
		numbers[x.Number] = true
		answered[x.Operation]++
	}
	if answered["updateAgent"] == 0 || answered["createAgent"] == 0 || answered[""] != 0 {
		t.Errorf("exchanges by operation: %v", answered)
	}
}
