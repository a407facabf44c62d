package contract

import (
	"cmp"
	"slices"
)

// Check is one thing that a run looks for: a stable id and a sentence that says what holds.
type Check struct{ ID, Summary string }

// The ids of the checks. They are stable, because reports carry them.
const (
	checkAnswered       = "answered"
	checkServerError    = "server-error"
	checkStatus         = "status"
	checkContentType    = "content-type"
	checkHeaders        = "response-headers"
	checkSchema         = "response-schema"
	checkReturned       = "value-returned"
	checkStored         = "value-stored"
	checkKept           = "left-out-keeps"
	checkDefault        = "default-filled"
	checkIdentity       = "identity-kept"
	checkFresh          = "identity-fresh"
	checkCreatedOnce    = "created-once"
	checkCreatedAt      = "created-at-kept"
	checkWorkspace      = "workspace-shown"
	checkUpdatedAt      = "updated-at-moves"
	checkSteady         = "steady"
	checkNeighbour      = "neighbour-untouched"
	checkIsolation      = "workspace-isolation"
	checkRefusal        = "refusal-accepted"
	checkRefusalChanged = "refusal-changed-state"
	checkList           = "list-consistent"
	checkGone           = "delete-gone"
	checkSecret         = "secret-shown"
	checkExpectation    = "expectation"
)

// check is an entry of the table: its id, and where it looks. An exchange check sees one request
// with its response; a state check sees an item in a response beside what is known of it. A check
// with neither judges what fixtures expect, which the evaluation attributes to it.
type check struct {
	Check
	exchange func(*exchange) []Finding
	state    func(*observation) []Finding
}

// table returns the checks in the order in which they look: what an earlier one has found may explain what
// a later one does, see explain.
func table() []check {
	return []check{
		{Check{checkAnswered, "A request is answered, in time and in whole, as long as the target is reachable."},
			answered, nil},
		{Check{checkServerError, "No request makes the target answer 5xx."}, serverError, nil},
		{Check{checkStatus,
			"A valid request is answered with a status that the document describes and the fixture expects."},
			statusExpected, nil},
		{Check: Check{checkRefusal, "A request that the document forbids is refused."}},
		{Check: Check{checkIsolation, "Other workspaces neither see nor touch an item."}},
		{Check: Check{checkGone, "An item that was deleted is unknown from then on."}},
		{Check{checkContentType, "The media type of a response is a documented one."}, contentType, nil},
		{Check{checkHeaders, "The documented headers of a response are present and meet their schemas."},
			responseHeaders, nil},
		{Check{checkSchema, "The body of a response is JSON and meets its schema."}, responseSchema, nil},
		{Check{checkSecret,
			"No response shows a secret: not in clear, not in part, not in a form that anybody can reverse."},
			secretShown, nil},
		{Check: Check{checkFresh, "What is created is new: the response does not name an item that was there before."}},
		{Check: Check{checkCreatedOnce, "A creation makes one item, which its answer names."}},
		{Check{checkIdentity, "The identity of an item never changes."}, nil, identityKept},
		{Check{checkCreatedAt, "The time of creation never changes."}, nil, createdAtKept},
		{Check{checkWorkspace, "Items show the workspace that they belong to."}, nil, workspaceShown},
		{Check{checkReturned, "A value that was sent comes back in the response."},
			nil, changed(eventSent, "%s was sent as %s, and in the answer %s")},
		{Check{checkStored, "A value that was sent is the one that later responses show."},
			nil, changed(eventWritten, "%s was written as %s, and later %s")},
		{Check{checkKept, "A field that an update leaves out keeps its value, where the document says so."},
			nil, changed(eventLeftOut, "%s was %s, an update left it out, and now %s")},
		{Check{checkDefault, "A field that a creation leaves out has its default, where a response shows it."},
			nil, defaultFilled},
		{Check{checkSteady, "Nothing changes by itself, or by being read."},
			nil, changed(eventNothing, "%s was %s, nothing was written, and now %s")},
		{Check{checkRefusalChanged, "A refused request changes nothing."},
			nil, changed(eventRefusal, "%s was %s before a request that was refused, and now %s")},
		{Check{checkNeighbour, "Writing one item leaves the others alone."},
			nil, changed(eventOtherItem, "%s was %s, another item was written, and now %s")},
		{Check{checkUpdatedAt,
			"The time of the last update moves with an update, and is never before that of the creation."},
			nil, updatedBeforeCreated},
		{Check: Check{checkList, "A list has every item once, as it is, and none that was deleted."}},
		{Check: Check{checkExpectation, "Whatever else a fixture expects of a response."}},
	}
}

// Checks returns all checks, sorted by id.
func Checks() []Check {
	var list []Check
	for _, c := range table() {
		list = append(list, c.Check)
	}
	slices.SortFunc(list, func(a, b Check) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
