package mockserver

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// What is remembered of one path is no answer to another, nor to another method, though places are few.
func TestRecentPaths(t *testing.T) {
	t.Parallel()
	r := routes(t, "GET", "/items/{id}", "PUT", "/items/{id}", "GET", "/items/{id}/parts")
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for i := range 3 * recentPaths {
				id := fmt.Sprint(i / 3 % (2 * recentPaths))
				for _, method := range []string{"GET", "PUT", "HEAD", "GET"} {
					m, ok := r.find(method, &url.URL{Path: "/items/" + id})
					took := strings.Replace(method, "HEAD", "GET", 1)
					if !ok || m.parameters["id"] != id || m.operation.Method != took {
						t.Errorf("%s %s leads to %+v", method, id, m)
						return
					}
				}
				if _, ok := r.find("PUT", &url.URL{Path: "/items/" + id + "/parts"}); ok {
					t.Errorf("%s has parts to PUT", id)
					return
				}
			}
		})
	}
	clients.Wait()
}

// A path is searched for once, unless it is too long to be remembered, or leads nowhere.
func TestRecentPathsAreNotSearchedAgain(t *testing.T) {
	t.Parallel()
	r, searched := newRecent(), 0
	search := func(_, path string) (match, bool) {
		searched++
		return match{}, path != "/nowhere"
	}
	for _, tt := range []struct {
		path  string
		times int
	}{
		{"/items/1", 1}, {"/" + strings.Repeat("x", longestRecent-1), 1}, {"/" + strings.Repeat("x", longestRecent), 3},
		{"/nowhere", 3},
	} {
		searched = 0
		for range 3 {
			if _, ok := r.find("GET", tt.path, search); ok != (tt.path != "/nowhere") {
				t.Errorf("%.20s: found %v", tt.path, ok)
			}
		}
		if searched != tt.times {
			t.Errorf("%.20s was searched for %d times, want %d", tt.path, searched, tt.times)
		}
	}
}
