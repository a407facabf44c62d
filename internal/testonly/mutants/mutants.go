// Package mutants holds what keeps a contract runner honest: faults that real
// backends have, to be planted one at a time into a sound implementation of the
// agent API, and lawful variations, which are no faults at all.
//
// Both are HTTP middleware. They know the paths, headers and JSON fields of the
// agent API and nothing of the implementation they wrap: neither its error
// bodies, nor its ids, nor the order of its fields.
//
//	for _, d := range mutants.Catalogue() {
//		srv := httptest.NewServer(d.Plant(sound))
//		// a contract run against srv must find something
//	}
//	for _, v := range mutants.Variations() {
//		srv := httptest.NewServer(v.Apply(sound))
//		// a contract run against srv must find nothing
//	}
//
// Middleware keeps state of its own and looks things up in the handler it wraps
// (a faulty update may read the agent first), so whatever narrows the API, such
// as UpdateOnly, goes around the outside:
//
//	mutants.UpdateOnly(d.Plant(sound))
//
// The wrapped handler must mount the API at its root. Planted handlers are safe
// for concurrent use as long as it is; a defect that reads before it writes does
// not make the two one step.
package mutants

import (
	"net/http"
	"slices"
)

// Family groups defects by the promise that they break.
type Family string

// The families of the catalogue.
const (
	Credentials   Family = "credentials"    // x-api-key and x-workspace-id
	Enum          Family = "enum"           // the models that may be named
	Required      Family = "required"       // what must be sent, and what need not
	Types         Family = "types"          // the types of what is sent
	ResponseShape Family = "response-shape" // fields and types of answers
	State         Family = "state"          // what is kept, changed, shared, listed, deleted
	Values        Family = "values"         // what was sent comes back exactly
	Secrets       Family = "secrets"        // the ElevenLabs key
	Protocol      Family = "protocol"       // statuses, media types, JSON, connections
)

// Defect is one fault of one family.
type Defect struct {
	ID      string // stable, kebab-case, unique in the catalogue
	Family  Family
	Summary string // what the faulty backend does, as a clause without a subject

	// UpdateOnly says that the fault shows to someone who can do nothing but
	// update one existing agent.
	UpdateOnly bool

	// Flaky says that the fault shows in some exchanges only. It still follows
	// a count, not chance.
	Flaky bool

	// Plant wraps a sound handler. Each call gives a handler with state of its
	// own, which should see all traffic of the wrapped one.
	Plant func(sound http.Handler) http.Handler
}

// Catalogue returns all defects, family by family, in a stable order. The slice
// is the caller's.
func Catalogue() []Defect {
	return slices.Concat(
		of(Credentials, credentialDefects()),
		of(Enum, enumDefects()),
		of(Required, requiredDefects()),
		of(Types, typeDefects(), strictnessDefects()),
		of(ResponseShape, shapeDefects(), shapeTypeDefects()),
		of(State, leftOutDefects(), updateDefects(), metaDefects(), creationDefects(), readingDefects(),
			deletionDefects(), isolationDefects()),
		of(Values, numberDefects(), textDefects(), listDefects()),
		of(Secrets, secretDefects()),
		of(Protocol, statusDefects(), parsingDefects(), wireDefects()),
	)
}

func of(family Family, groups ...[]Defect) []Defect {
	defects := slices.Concat(groups...)
	for i := range defects {
		defects[i].Family = family
	}
	return defects
}

// UpdateOnly hides everything but PUT /v1/api/agents/{agentId} behind a 404, as
// a backend does that has nothing else.
func UpdateOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if op, _ := classify(r); op != update {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}
