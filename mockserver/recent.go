package mockserver

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// Bounds of recent: the number of paths, and the longest path, in bytes.
const (
	recentPaths   = 1024
	longestRecent = 256
)

// recent remembers the routes of paths, since requests come to few paths again and again, and the library
// matches by regular expressions. A path has one place, and loses it to the next one that has the same.
// It is safe for concurrent use.
type recent struct {
	seed   maphash.Seed
	places [recentPaths]atomic.Pointer[finding]
}

// finding is a route that was found for a method and a path.
type finding struct {
	method, path string
	match        match
}

func newRecent() *recent { return &recent{seed: maphash.MakeSeed()} }

func (r *recent) place(path string) *atomic.Pointer[finding] {
	return &r.places[maphash.String(r.seed, path)%recentPaths]
}

// get returns the route of a method and a path, if it is remembered.
func (r *recent) get(method, path string) (m match, ok bool) {
	f := r.place(path).Load()
	if f == nil || f.method != method || f.path != path {
		return match{}, false
	}
	return f.match, true
}

// find returns the route that search finds for a method and a path, and remembers it.
func (r *recent) find(method, path string, search func(method, path string) (match, bool)) (match, bool) {
	if m, ok := r.get(method, path); ok {
		return m, true
	}
	if len(path) > longestRecent {
		return search(method, path)
	}
	method, path = strings.Clone(method), strings.Clone(path) // the rest of the request need not stay in memory
	m, ok := search(method, path)
	if ok {
		r.place(path).Store(&finding{method, path, m})
	}
	return m, ok
}
