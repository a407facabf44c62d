package contract

import (
	"cmp"
	"slices"

	"github.com/agentmock/agentmock/openapi"
)

// Check is one thing that a run looks for.
type Check struct{ ID, Summary string }

// The checks' ids. They are stable: reports carry them.
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

// check is an entry of the table: what it is called, and where it looks. An exchange check sees one
// request and its answer; a state check sees an item in an answer beside what is known of it. Those
// with neither judge what a fixture expects: see expect.go.
type check struct {
	Check
	exchange func(*exchange) []finding
	state    func(*observation) []finding
}

// finding is what a check says about an exchange. A note does not break the contract.
type finding struct {
	openapi.Violation
	note bool
}

// table lists the checks in the order in which they look.
func table() []check {
	return []check{
		{Check: Check{checkAnswered, "A request is answered, in time and in whole, while the target is there at all."},
			exchange: answered},
		{Check: Check{checkServerError, "Nothing that is sent makes the target answer 5xx."}, exchange: serverError},
		{Check: Check{checkStatus,
			"A valid request is answered with a status that the document describes and the fixture expects."}, exchange: statusExpected},
		{Check: Check{checkContentType, "The media type of an answer is a documented one."}, exchange: contentType},
		{Check: Check{checkHeaders, "The documented headers of an answer are there and meet their schemas."},
			exchange: responseHeaders},
		{Check: Check{checkSchema, "The body of an answer is JSON and meets its schema."}, exchange: responseSchema},
		{Check: Check{checkSecret,
			"No answer shows a secret: not in clear, not in part, not in a form that anybody can undo."}, exchange: secretShown},
		{Check: Check{checkReturned, "What was sent comes back in the answer to it."}, state: valueReturned},
		{Check: Check{checkStored, "What was sent is what a later answer shows."}, state: valueStored},
		{Check: Check{checkKept, "What an update leaves out keeps its value, where the document says so."},
			state: leftOutKeeps},
		{Check: Check{checkDefault,
			"What a creation leaves out is shown with its default, if it has one and is shown."}, state: defaultFilled},
		{Check: Check{checkIdentity, "The identity of an item never changes."}, state: identityKept},
		{Check: Check{checkCreatedAt, "The time of creation never changes."}, state: createdAtKept},
		{Check: Check{checkWorkspace, "Items show the workspace in which they are."}, state: workspaceShown},
		{Check: Check{checkRefusalChanged, "A refused request leaves everything as it is."}, state: refusalChanged},
		{Check: Check{checkNeighbour, "Writing one item leaves the others alone."}, state: neighbourUntouched},
		{Check: Check{checkSteady, "Nothing changes by itself, or by being read."}, state: steady},
		{Check: Check{checkUpdatedAt, "The time of the last update moves with an update."}},
		{Check: Check{checkRefusal, "What the document forbids is refused."}},
		{Check: Check{checkIsolation, "Other workspaces neither see nor touch an item."}},
		{Check: Check{checkList, "A list has every item once, as it is, and nothing that was deleted."}},
		{Check: Check{checkGone, "What was deleted is unknown from then on."}},
		{Check: Check{checkExpectation, "Whatever else a fixture expects of an answer."}},
	}
}

// Checks lists all checks, sorted by id.
func Checks() []Check {
	var list []Check
	for _, c := range table() {
		list = append(list, c.Check)
	}
	slices.SortFunc(list, func(a, b Check) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
