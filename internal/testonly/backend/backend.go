// Package backend is a second implementation of the agent API: the five operations, in memory,
// written by hand from the API's prose and not from the OpenAPI document.
//
// A contract runner that finds nothing wrong with the mock proves little, because both follow one
// document. This implementation shares no code with either; where the API leaves a choice (error
// bodies, the form of ids, fields beyond the documented ones) it differs from the mock on purpose.
//
//	h := backend.New(backend.Options{APIKeys: []string{"k-1"}})
//	srv := httptest.NewServer(h)
//	// PUT srv.URL + "/v1/api/agents/{id}", with x-api-key and x-workspace-id
//
// It is for tests, not a server: it keeps everything in memory, limits nothing but the size of a
// body, and has no timeouts.
package backend

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"slices"
	"time"
)

// MaxBody is the size of the largest request body in bytes; a larger one gets 413.
const MaxBody = 4 << 20

// Options configure a backend. The zero value accepts any non-empty API key, reads the system clock
// and makes random ids.
type Options struct {
	// APIKeys are the accepted keys; empty means any non-empty key.
	APIKeys []string
	// Now is the clock; nil means time.Now. It may stand still or go back: an agent's updatedAt
	// never goes back.
	Now func() time.Time
	// NewID returns the variable part of agent ids and of the tokens that stand for ElevenLabs
	// keys; nil means 16 random hex digits. It must be safe for concurrent use and must not repeat
	// itself.
	NewID func() string
}

// New returns a backend without agents. Every workspace exists and is empty at first. The handler
// is safe for concurrent use.
func New(opts Options) http.Handler {
	s := &server{
		keys:  slices.Clone(opts.APIKeys),
		now:   opts.Now,
		newID: opts.NewID,
		store: newStore(),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.newID == nil {
		s.newID = randomID
	}
	return s
}

// server serves requests from one store.
type server struct {
	keys  []string
	now   func() time.Time
	newID func() string
	store *store
}

func randomID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}
