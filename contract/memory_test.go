package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
)

// Answers to creations of 10 MB each are not kept: what a run holds does not grow with their number. It
// has no parallel tests beside it, which would be measured, too.
func TestLongAnswersToCreations(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory, in one run at a time")
	}
	padding := []byte(`{"padding":"` + strings.Repeat("x", 10<<20) + `",`)
	for name, filters := range map[string][]string{
		"one in each fixture": {"update-agent-[a-l]*", "lifecycle*"}, "many in a fixture": {"list*"},
	} {
		created := 0
		var held []uint64
		h := sound()
		target := between(contracttest.Handler(h), func(r *http.Request,
			inner http.RoundTripper) (*http.Response, error) {
			res, err := inner.RoundTrip(r)
			if r.Method != http.MethodPost || err != nil || res.StatusCode/100 != 2 {
				return res, err
			}
			body, err := io.ReadAll(res.Body)
			if created++; created%5 == 0 {
				held = append(held, liveHeap())
			}
			body = append(slices.Clip(padding), bytes.TrimPrefix(bytes.TrimSpace(body), []byte("{"))...)
			res.Body = io.NopCloser(bytes.NewReader(body))
			return res, err
		})
		r := verify(t, picked(filters...), target, contract.Options{Jobs: 1})
		if created < 20 || slices.Max(held) > 180<<20 {
			t.Errorf("%s: %v bytes are held in the course of %d creations", name, held, created)
		}
		nothingLeft(t, h, r)
	}
}

// liveHeap returns the size of what is in use, in bytes.
func liveHeap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
