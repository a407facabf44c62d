package contract

import (
	"context"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// referenceRule is the rule of notes about values that only the target can know to exist.
const referenceRule = "unknown-reference"

// synthetic reports whether a derived request consists of values that only the target can know to
// be good, so that a refusal says nothing: it tries nothing in particular, or nobody knows what the
// operation does.
func synthetic(f *fixtures.Fixture, step *fixtures.Step, op *openapi.Operation) bool {
	return f.Source == fixtures.FromDocument && (step.Mutation == nil || op.Action == openapi.NoAction)
}

// syntheticRefused notes that such a request was refused.
func syntheticRefused(x *exchange) Finding {
	return x.note(referenceRule, "%s is refused with %d; what was sent is made from the document, and only the "+
		"target knows whether there is such a thing: give the document examples that the target takes to have a "+
		"success judged", x.method(), x.got.answer.Status)
}

// refusedForReferences reports whether a valid request was refused for something that it names and
// the target does not know, such as a phone number, or for a word of a list that the target has closed
// and the document has not: that is lawful. The proof is the same request without these, which
// succeeds. The error is that it got no answer.
func (s *session) refusedForReferences(ctx context.Context, x *exchange, references []string) ([]Finding, bool, error) {
	references = referring(x.sent.body, references)
	tries := [][]string{references}
	if words := s.vocabulary(x.sent.op, x.sent.body); len(words) > 0 {
		tries = append(tries, slices.Compact(slices.Sorted(slices.Values(slices.Concat(references, words)))))
	}
	for _, named := range tries {
		found, lawful, err := s.acceptedWithout(ctx, x, named)
		if lawful || err != nil {
			return found, lawful, err
		}
	}
	return nil, false, nil
}

// acceptedWithout reports whether a refused request is accepted without what it names at some places.
func (s *session) acceptedWithout(ctx context.Context, x *exchange, named []string) ([]Finding, bool, error) {
	body, ok := withoutReferences(x.sent, named)
	if len(named) == 0 || !ok {
		return nil, false, nil
	}
	twin := *x.sent.request
	twin.Body = jsonvalue.Marshal(body)
	y, found, err := s.send(ctx, sent{op: x.sent.op, request: &twin}, wanted{kind: wantAnything})
	if err != nil {
		return found, false, err
	}
	if !y.succeeded() {
		return nil, false, nil
	}
	y.wanted.kind = wantSuccess
	note := x.note(referenceRule, "%s is refused with %d, and accepted without what it refers to (%s); name values "+
		"there that the target knows (--value POINTER=VALUE) to have it checked", x.method(), x.got.answer.Status,
		strings.Join(named, ", "))
	for _, pointer := range named {
		s.answer(x, questionReference, pointer, answerRefuse)
	}
	return append(s.track(y), s.report(x, checkExpectation, note)...), true, nil
}

// referring returns the pointers that lead to a value which refers to something: an empty one does
// not.
func referring(body any, pointers []string) []string {
	return slices.DeleteFunc(slices.Clone(pointers), func(pointer string) bool {
		value, ok := jsonvalue.Lookup(body, pointer)
		return !ok || empty(value) || value == ""
	})
}

// withoutReferences removes what refers to something from a body: the whole member, list or not. It
// returns false where nothing valid would be left, or nothing would change.
func withoutReferences(from sent, references []string) (any, bool) {
	body := jsonvalue.Clone(from.body)
	for _, pointer := range references {
		tokens := jsonvalue.Tokens(pointer)
		for len(tokens) > 1 && strings.Trim(tokens[len(tokens)-1], "0123456789") == "" {
			tokens = tokens[:len(tokens)-1] // an item goes with its list
		}
		at := ""
		for _, token := range tokens {
			at = jsonvalue.Join(at, token)
		}
		if _, ok := jsonvalue.Lookup(body, at); ok {
			body = jsonvalue.Remove(body, at)
		}
	}
	request := *from.request
	request.Body = jsonvalue.Marshal(body)
	if jsonvalue.Equal(body, from.body) || len(from.op.ValidateRequest(&request)) > 0 {
		return nil, false
	}
	return body, true
}
