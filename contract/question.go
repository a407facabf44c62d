package contract

import (
	"slices"
	"strings"
)

// Question is something that the document leaves open, so that backends differ: a stable id, the
// question in a sentence, and the possible answers.
type Question struct {
	ID, Summary string
	Answers     []PossibleAnswer
}

// The ids of the questions. They are stable, because fixtures and reports carry them.
const (
	questionNull          = "null-value"
	questionUnknownField  = "unknown-field"
	questionReadOnly      = "read-only-field"
	questionNested        = "nested-object"
	questionFree          = "free-object"
	questionDuplicates    = "duplicate-items"
	questionEmpty         = "empty-value"
	questionReference     = "unknown-reference"
	questionName          = "taken-name"
	questionNothing       = "update-of-nothing"
	questionDeleteUnknown = "delete-unknown"
	questionCredential    = "unknown-credential"
	questionDoubled       = "doubled-header"
	questionContentType   = "no-content-type"
)

// The answers. Where the effect of what was accepted cannot be seen, the answer is accept.
const (
	answerRefuse  = "refuse"
	answerAccept  = "accept"
	answerIgnore  = "ignore"
	answerClear   = "clear"
	answerStore   = "store"
	answerDefault = "default"
	answerDrop    = "drop"
	answerKeep    = "keep"
	answerMove    = "move"
	answerReplace = "replace"
	answerMerge   = "merge"
	answerShow    = "show"
	answerOmit    = "omit"
)

// Questions returns the questions that a run finds answers to, in a stable order. The caller owns the
// slice.
func Questions() []Question {
	either := []PossibleAnswer{{answerRefuse, "it is refused"}, {answerAccept, "it is accepted"}}
	merging := []PossibleAnswer{{answerReplace, "an update replaces {} as a whole"},
		{answerMerge, "an update merges {} into what is stored"}}
	return []Question{
		{questionNull, "What does null for an optional field do?", []PossibleAnswer{either[0],
			{answerIgnore, "{} keeps its value"}, {answerClear, "{} has no value any more"},
			{answerStore, "{} is null"}, {answerDefault, "{} has its default"}, either[1]}},
		{questionUnknownField, "What becomes of a member that the document does not name?",
			[]PossibleAnswer{either[0], {answerDrop, "it is dropped"}, {answerStore, "it is stored"}, either[1]}},
		{questionReadOnly, "Is a field that only the server writes refused in a request, or ignored?",
			[]PossibleAnswer{{answerRefuse, "a request with {} is refused"},
				{answerIgnore, "{} in a request is ignored"}}},
		{questionNested, "Does an update replace an object whose members the document names, or merge it?", merging},
		{questionFree, "Does an update replace an object of any members, or merge it?", merging},
		{questionDuplicates, "Does a list keep what it has twice?", []PossibleAnswer{either[0],
			{answerKeep, "{} keeps what it has twice"}, {answerDrop, "{} has everything once"}, either[1]}},
		{questionEmpty, "Do responses show an empty list or object, or leave it out?",
			[]PossibleAnswer{{answerShow, "{} is shown where it is empty"},
				{answerOmit, "{} is left out where it is empty"}}},
		{questionReference, "Is a reference to what the target does not know refused?", []PossibleAnswer{
			{answerRefuse, "a {} that it does not know is refused"}, {answerAccept, "any {} is accepted"}}},
		{questionName, "May two items of a collection have the same name?", []PossibleAnswer{
			{answerRefuse, "no two items may have the same {}"}, {answerAccept, "several items may have the same {}"}}},
		{questionNothing, "Does an update that changes nothing move the time of the last update?",
			[]PossibleAnswer{{answerMove, "an update that changes nothing moves {}"},
				{answerKeep, "an update that changes nothing leaves {} as it is"}}},
		{questionDeleteUnknown, "Is the deletion of what is not there refused?", either},
		{questionCredential, "Is a credential that nobody was given refused?", either},
		{questionDoubled, "Is a header with two different values refused?", either},
		{questionContentType, "Is a body without a content type refused?", either},
		{"duplicate-name", "Is an object with a name twice refused?", either},
		{"invalid-text", "Is a text that is not UTF-8 refused?", either},
		{"null-character", "Is a null character in a text refused?", either},
		{"deep-nesting", "Is deep nesting refused?", either},
		{"long-number", "Is a number beyond 64-bit floats refused?", either},
		{"case-of-names", "Is a required member under its name in capitals refused?", either},
		{"odd-path", "Is an identity with a slash, dots or blanks around it refused?", either},
	}
}

// PossibleAnswer is one answer to a question: its id, and what it means, where {} stands for the place.
type PossibleAnswer struct{ ID, Means string }

// means returns what an answer to a question about a place means; "" where there is no such answer.
func means(question, answer, pointer string) string {
	for _, q := range Questions() {
		for _, a := range q.Answers {
			if q.ID == question && a.ID == answer {
				return strings.ReplaceAll(a.Means, "{}", strings.TrimPrefix(pointer, "/"))
			}
		}
	}
	return ""
}

// isQuestion reports whether an id is that of a question.
func isQuestion(id string) bool {
	return slices.ContainsFunc(Questions(), func(q Question) bool { return q.ID == id })
}

// Answer is the answer to a question that a run has seen. A target that is not consistent gives several
// to the same one.
type Answer struct {
	// Question and Answer are ids; see Questions. Pointer is the place in the item that was asked
	// about; empty where the question is about none.
	Question string `json:"question"`
	Pointer  string `json:"pointer,omitempty"`
	Answer   string `json:"answer"`
	// Evidence is the exchange that shows it.
	Evidence Evidence `json:"evidence"`
	// Note and Place are for Merge: what says it in a sentence, and the place of the fixture that shows it.
	Note  *Finding `json:"note,omitempty"`
	Place int      `json:"place,omitempty"`
}

// Evidence is an exchange that shows an answer. Secrets are removed.
type Evidence struct {
	Fixture string `json:"fixture"`
	Request string `json:"request"` // method and path
	Status  int    `json:"status"`
	Answer  string `json:"answer,omitempty"` // the beginning of the response's body
	Curl    string `json:"curl,omitempty"`
}
