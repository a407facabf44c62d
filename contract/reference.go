package contract

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// referenceRule is the rule of notes about values that only the target can know to exist.
const referenceRule = "unknown-reference"

// madeUp says whether a derived request consists of values that only the target can know to be
// good, so that a refusal says nothing: it tries nothing in particular, or nobody knows what the
// operation does.
func madeUp(f *fixtures.Fixture, step *fixtures.Step, op *openapi.Operation) bool {
	return f.Source == fixtures.FromDocument && (step.Mutation == nil || op.Action == openapi.NoAction)
}

// refusedMadeUp notes that such a request was refused.
func (s *session) refusedMadeUp(x *exchange) {
	s.add(x, checkExpectation, finding{note: true, Violation: openapi.Violation{
		Rule: referenceRule, In: "state", Document: x.place(),
		Message: fmt.Sprintf("%s is refused with %d; what was sent is made from the document, and only the target knows whether there is such a thing: give the document examples that the target takes to have a success judged",
			x.method(), x.answer.status),
	}})
}

// unknownReference says whether a valid request was refused for something that it names and the
// target does not know, such as a phone number: that is lawful. The proof is the same request
// without the reference, which succeeds.
func (s *session) unknownReference(ctx context.Context, x *exchange, step *fixtures.Step) bool {
	return s.refusedForReferences(ctx, x, step.References)
}

func (s *session) refusedForReferences(ctx context.Context, x *exchange, references []string) bool {
	// nothing at all refers to nothing
	references = slices.DeleteFunc(slices.Clone(references), func(pointer string) bool {
		value, ok := jsonvalue.Lookup(x.sent, pointer)
		return !ok || empty(value) || value == ""
	})
	if len(references) == 0 {
		return false
	}
	body, ok := withoutReferences(x, references)
	if !ok {
		return false
	}
	twin := *x.request
	twin.Body = jsonvalue.Marshal(body)
	y, err := s.exchange(ctx, plan{op: x.op, request: &twin, open: true})
	if err != nil || !y.succeeded() {
		return false
	}
	y.open = false
	s.track(y)
	s.add(x, checkExpectation, finding{note: true, Violation: openapi.Violation{
		Rule: referenceRule, In: "state", Document: x.place(),
		Message: fmt.Sprintf("%s is refused with %d, and accepted without what it refers to (%s); name values there that the target knows (--value POINTER=VALUE) to have it checked",
			x.method(), x.answer.status, strings.Join(references, ", ")),
	}})
	return true
}

// withoutReferences takes what refers to something out of a body: the whole member, list or not, as
// far up as it takes to be valid.
func withoutReferences(x *exchange, references []string) (any, bool) {
	body := jsonvalue.Clone(x.sent)
	var tops []string
	for _, pointer := range references {
		tokens := jsonvalue.Tokens(pointer)
		for len(tokens) > 1 && strings.Trim(tokens[len(tokens)-1], "0123456789") == "" {
			tokens = tokens[:len(tokens)-1] // an item goes with its list
		}
		at := ""
		for _, token := range tokens {
			at = jsonvalue.Join(at, token)
		}
		if !slices.Contains(tops, at) {
			tops = append(tops, at)
		}
	}
	for _, at := range tops {
		if _, ok := jsonvalue.Lookup(body, at); !ok {
			continue
		}
		body = jsonvalue.Remove(body, at)
	}
	request := *x.request
	request.Body = jsonvalue.Marshal(body)
	if jsonvalue.Equal(body, x.sent) || len(x.op.ValidateRequest(&request)) > 0 {
		return nil, false
	}
	return body, true
}
