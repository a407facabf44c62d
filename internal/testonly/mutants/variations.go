package mutants

import (
	"net/http"
	"slices"
	"time"
)

// Variation is something lawful that some backends do and others do not: no
// contract run may call it a violation.
type Variation struct {
	ID      string // stable, kebab-case, unique among the variations
	Summary string // what the backend does, as a clause without a subject

	// Apply wraps a sound handler. Each call gives a handler with state of its
	// own, which should see all traffic of the wrapped one.
	Apply func(sound http.Handler) http.Handler
}

// Variations returns all variations in a stable order. The slice is the
// caller's.
func Variations() []Variation {
	return slices.Concat(
		refusalVariations(),
		statusVariations(),
		fieldVariations(),
		bodyVariations(),
		spellingVariations(),
		wireVariations(),
	)
}

// Delayed lets every answer wait. The wait ends early when the client goes away.
func Delayed(by time.Duration) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// The body is read first: net/http notices that a client has gone
			// only when nothing is left to read from it.
			c := newCall(inner, r)
			wait := time.NewTimer(by)
			defer wait.Stop()
			select {
			case <-wait.C:
				c.forward().write(w)
			case <-r.Context().Done():
			}
		})
	}
}
