package mutants_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/mutants"
)

// TestManyClients lets several clients use one mutant at once, for the race detector. Without it,
// the test still finds a handler that panics. With -short, it tries a quarter, which the commit chooses.
func TestManyClients(t *testing.T) {
	t.Parallel()
	wraps := map[string]func(http.Handler) http.Handler{}
	for _, d := range mutants.Catalogue() {
		wraps[d.ID] = d.Plant
	}
	for _, v := range mutants.Variations() {
		wraps[v.ID] = v.Apply
	}
	for i, id := range slices.Sorted(maps.Keys(wraps)) {
		if testing.Short() && i%4 != turn()%4 {
			continue
		}
		wrap := wraps[id]
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			sound := newSound()
			path := collection + "/" + createDirectly(t, sound)
			h := wrap(sound)
			var clients sync.WaitGroup
			for range 4 {
				clients.Go(func() {
					exchange(t, h, "POST", collection, string(encode(whole("Another"))))
					exchange(t, h, "PUT", path, string(encode(rich())))
					exchange(t, h, "PUT", path, `{"llmModel":"GPT-5 ","name":1,"ttsModel":{"elevenLabsApiKey":"k"}}`)
					exchange(t, h, "PUT", path,
						`{"llmModel":"gpt-5","ttsModel":{"provider":"11labs_byo","elevenLabsApiKey":"k"}}`)
					exchange(t, h, "GET", path, "")
					exchange(t, h, "GET", collection, "")
					exchange(t, h, "DELETE", path, "")
				})
			}
			clients.Wait()
		})
	}
}

// exchange sends a request in process. A handler may panic to close the connection, and for no
// other reason.
func exchange(t *testing.T, h http.Handler, method, path, body string) {
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			t.Errorf("%s %s: %v", method, path, p)
		}
	}()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for name, value := range credentials() {
		r.Header.Set(name, value)
	}
	h.ServeHTTP(httptest.NewRecorder(), r)
}
