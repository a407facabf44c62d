// Package unsteady makes a sound backend fail as networks and gateways do, for reasons that say nothing
// about it: keys expire, limits are reached, servers restart, copies lag behind. All of it is counted in
// requests, never in time. It knows HTTP and nothing else.
package unsteady

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// counter counts requests.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

// Expires refuses every request after the first so many with 401.
func Expires(sound http.Handler, after int) http.Handler {
	var c counter
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.next() > after {
			refuse(w, http.StatusUnauthorized)
			return
		}
		sound.ServeHTTP(w, r)
	})
}

// Busy answers every so many-th request with 429 and asks to wait. A request that is sent again is taken,
// so that none is refused for ever where those of others come at the same rate.
func Busy(sound http.Handler, every int, retryAfter string) http.Handler {
	var c counter
	var refused sync.Map // those that were not sent again yet
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		key := fmt.Sprintf("%s %s %v %s", r.Method, r.URL, r.Header, body)
		_, again := refused.LoadAndDelete(key)
		if c.next()%every == 0 && !again {
			refused.Store(key, true)
			w.Header().Set("Retry-After", retryAfter)
			refuse(w, http.StatusTooManyRequests)
			return
		}
		sound.ServeHTTP(w, r)
	})
}

// Unavailable answers every so many-th request of a method, of any where it is empty, with a status.
func Unavailable(sound http.Handler, every int, method string, status int) http.Handler {
	return sometimes(sound, every, method, func(w http.ResponseWriter) { refuse(w, status) })
}

// HangsUp closes the connection instead of answering every so many-th request of a method, of any where
// it is empty.
func HangsUp(sound http.Handler, every int, method string) http.Handler {
	return sometimes(sound, every, method, func(http.ResponseWriter) { panic(http.ErrAbortHandler) })
}

func sometimes(sound http.Handler, every int, method string, fail func(http.ResponseWriter)) http.Handler {
	var c counter
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (method == "" || r.Method == method) && c.next()%every == 0 {
			fail(w)
			return
		}
		sound.ServeHTTP(w, r)
	})
}

func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// to a client that may be gone
	_, _ = io.WriteString(w, `{"error":{"code":"unsteady","message":"Try again later."}}`)
}

// ListsLate shows a list as it was before the last creation or deletion, for so many requests after it.
func ListsLate(sound http.Handler, path string, requests int) http.Handler {
	type view struct {
		old  *httptest.ResponseRecorder
		left int
	}
	var mu sync.Mutex
	views := map[string]*view{} // of those who send the same headers of their own
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		who := own(r.Header)
		switch v := views[who]; {
		case r.Method == http.MethodGet && r.URL.Path == path && v != nil && v.left > 0:
			v.left--
			answer(w, v.old)
			return
		case r.Method == http.MethodPost || r.Method == http.MethodDelete:
			list := r.Clone(r.Context())
			list.Method, list.Body, list.ContentLength, list.URL.Path = http.MethodGet, http.NoBody, 0, path
			old := httptest.NewRecorder()
			if sound.ServeHTTP(old, list); old.Code == http.StatusOK {
				views[who] = &view{old, requests}
			}
		}
		sound.ServeHTTP(w, r)
	})
}

// own returns the headers that are no standard ones.
func own(h http.Header) string {
	var list []string
	for name, values := range h {
		if strings.HasPrefix(name, "X-") {
			list = append(list, name+strings.Join(values, ","))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// ReadsLate knows an item only after so many requests have asked for it.
func ReadsLate(sound http.Handler, below string, requests int) http.Handler {
	var mu sync.Mutex
	asked := map[string]int{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, below) {
			mu.Lock()
			asked[r.URL.Path]++
			early := asked[r.URL.Path] <= requests
			mu.Unlock()
			if early {
				refuse(w, http.StatusNotFound)
				return
			}
		}
		sound.ServeHTTP(w, r)
	})
}

func answer(w http.ResponseWriter, recorded *httptest.ResponseRecorder) {
	for name, values := range recorded.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorded.Code)
	_, _ = io.Copy(w, bytes.NewReader(recorded.Body.Bytes())) // to a client that may be gone
}
