package mockserver

import (
	"github.com/agentmock/agentmock/openapi"
)

// MaxFaults bounds the faults of a session.
const MaxFaults = 1000

// FirstRequired stands for the first required member of a body, in Fault.Omit and Fault.Retype.
const FirstRequired = "required"

// Fault is something that goes wrong on purpose, with the requests that it selects. It is of one kind at most:
// Status, Drop, Body, Omit, Retype or RateLimit. A Delay goes with any of them, or alone.
type Fault struct {
	ID string // given by the server

	// Only requests to this operation, about this item, in this workspace; "" is any.
	Operation, Item, Workspace string
	// Times is how many requests meet the fault; 0 is all until it is removed.
	Times int
	Left  int // of Times; set by the server
	Count int // how many requests have met it; set by the server

	// Status is answered in place of what the operation does, with the body that the document has for it, or
	// the mock's own where it has none: then the status is 4xx or 5xx. Example is the name of the documented
	// example to answer with; "" is the first one.
	Status  int
	Example string
	// Drop closes the connection: "request" before anything is done, "response" in place of the answer.
	Drop string
	// Body spoils the body of the answer: "truncated" breaks it off, "malformed" leaves what is no JSON.
	Body string
	// Omit drops a member of a successful answer, Retype gives it another type: the one at a JSON pointer such as
	// /name, or the FirstRequired.
	Omit, Retype string
	// RateLimit refuses more requests than that of each credential, by the session's clock (429). Times counts
	// those that are refused.
	RateLimit Rate
	// Delay is the time before the answer.
	Delay Delay
	// Headers are set in the answer.
	Headers map[string]string
}

// Values of Fault.Drop and Fault.Body.
const (
	dropRequest   = "request"
	dropResponse  = "response"
	bodyTruncated = "truncated"
	bodyMalformed = "malformed"
)

// FaultError is the error for a fault that cannot be.
type FaultError struct {
	Violation openapi.Violation // In is "body", and Pointer names the field as the control API does: /status
	Index     int               // in Options.Faults, if it is one of them
}

func (e *FaultError) Error() string { return e.Violation.Message }

// AddFault makes requests of the session meet a fault, from now on. It returns the fault with its id; ID, Left
// and Count of the given one are ignored. The error is a *FaultError.
//
// Those with Times come first, in the order in which they were added, then those without, the last one first;
// a request meets one of them, besides all delays, and rate limits before all others. One that is used up stays
// in the list until others need its place.
func (s *Session) AddFault(f Fault) (Fault, error) {
	api := s.server.api()
	if err := api.checkFault(f); err != nil {
		return Fault{}, err
	}
	return s.faults.add(f)
}

// Faults returns the faults of the session in the order in which they were added, used ones among them. Those
// of Options are the first.
func (s *Session) Faults() []Fault { return s.faults.list() }

// RemoveFault removes a fault by its id, and reports whether there was one.
func (s *Session) RemoveFault(id string) bool {
	return s.faults.remove(func(f *fault) bool { return f.ID == id })
}

// ClearFaults removes all faults of the session, those of Options among them.
func (s *Session) ClearFaults() { s.faults.remove(func(*fault) bool { return true }) }
