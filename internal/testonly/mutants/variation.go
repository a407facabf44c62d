package mutants

import (
	"net/http"
	"slices"
	"time"
)

// Variation is a difference that the API allows: no contract run may report it.
type Variation struct {
	ID      string // stable, kebab-case, unique among the variations
	Summary string // what the backend does, as a clause without a subject

	// Lags reports that reads or lists lag behind writes: a client has to look again for a while.
	Lags bool

	// Apply wraps a sound handler. Each call returns a handler with its own state, which should see
	// all traffic of the wrapped one.
	Apply func(sound http.Handler) http.Handler
}

// Variations returns all variations in a stable order. The caller owns the slice.
func Variations() []Variation {
	return slices.Concat(
		refusalVariations(),
		statusVariations(),
		fieldVariations(),
		bodyVariations(),
		spellingVariations(),
		wireVariations(),
		valueVariations(),
		gatewayVariations(),
		storeVariations(),
		freeVariations(),
		edgeVariations(),
	)
}

// Delayed delays every response. The delay ends early when the client disconnects.
func Delayed(by time.Duration) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// The body is read first: net/http notices a disconnected client only after the body
			// has been read.
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
