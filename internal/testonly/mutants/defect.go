// Package mutants tests a contract runner: it holds defects, to be planted one at a time into a
// sound implementation of the agent API, and variations, which differ from that implementation in
// ways that the API allows. The implementation with one of them is a mutant.
//
// Both are HTTP middleware. They know the paths, headers and JSON fields of the agent API and
// nothing of the implementation they wrap: not its error bodies, its ids or the order of its
// fields.
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
// Middleware has state and sends requests of its own to the handler it wraps (a faulty update may
// read the agent first). Whatever narrows the API, such as UpdateOnly, therefore goes around the
// outside:
//
//	mutants.UpdateOnly(d.Plant(sound))
//
// The wrapped handler must serve the API at its root. A mutant is safe for concurrent use if the
// wrapped handler is; a defect that reads before it writes does not make the two one step.
package mutants

import (
	"net/http"
	"slices"
)

// Family groups defects by the rule that they break.
type Family string

// The families of the catalogue.
const (
	Credentials   Family = "credentials"    // x-api-key and x-workspace-id
	Enum          Family = "enum"           // the models that may be named
	Required      Family = "required"       // what must be sent, and what need not
	Types         Family = "types"          // the types of what is sent
	ResponseShape Family = "response-shape" // fields and types of responses
	State         Family = "state"          // what is kept, changed, shared, listed, deleted
	Values        Family = "values"         // what was sent comes back exactly
	Secrets       Family = "secrets"        // the ElevenLabs key
	Protocol      Family = "protocol"       // statuses, media types, JSON, connections
)

// Defect is one fault that real backends have.
type Defect struct {
	ID      string // stable, kebab-case, unique in the catalogue
	Family  Family
	Summary string // what the faulty backend does, as a clause without a subject

	// UpdateOnly reports that a client that can only update one existing agent can see the defect.
	UpdateOnly bool

	// Flaky reports that only some exchanges show the defect. A counter decides, not chance.
	Flaky bool

	// Plant wraps a sound handler. Each call returns a handler with its own state, which should see
	// all traffic of the wrapped one.
	Plant func(sound http.Handler) http.Handler
}

// Catalogue returns all defects, family by family, in a stable order. The caller owns the slice.
func Catalogue() []Defect {
	return slices.Concat(
		of(Credentials, credentialDefects()),
		of(Enum, enumDefects()),
		of(Required, requiredDefects()),
		of(Types, typeDefects(), strictnessDefects()),
		of(Types, wrappedDefects()),
		of(ResponseShape, shapeDefects(), shapeTypeDefects()),
		of(State, omittedDefects(), updateDefects(), readOnlyDefects(), creationDefects(), readingDefects(),
			deletionDefects(), isolationDefects(), nearStateDefects(), twiceDefects()),
		of(State, entryDefects(), pathDefects()),
		of(State, movingDefects()),
		of(State, sideEffectDefects(), refusedEffectDefects(), sharingDefects(), writtenDefects()),
		of(Values, numberDefects(), textDefects(), listDefects()),
		of(Values, oddTextDefects(), oddMemberDefects()),
		of(Secrets, secretDefects(), secretPartDefects()),
		of(Secrets, listSecretDefects()),
		of(Values, coercionDefects(), reshapingDefects(), spellingDefects()),
		of(Enum, looseEnumDefects()),
		of(Types, looseTypeDefects()),
		of(State, followDefects(), cacheDefects(), mixedDefects()),
		of(Secrets, secretFormDefects()),
		of(Protocol, retryDefects(), malformedPathDefects()),
		of(Protocol, statusDefects(), parsingDefects(), wireDefects(),
			nearProtocolDefects()),
	)
}

func of(family Family, groups ...[]Defect) []Defect {
	defects := slices.Concat(groups...)
	for i := range defects {
		defects[i].Family = family
	}
	return defects
}

// UpdateOnly returns 404 for everything except PUT /v1/api/agents/{agentId}, like a backend that
// has nothing else.
func UpdateOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if op, _ := classify(r); op != update {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}
