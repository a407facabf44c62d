package contract

import (
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// memberOf returns the place of a finding as the document names it: without the position in the list that
// an answer is, with * for that in other lists, and no further than the document names members.
func (x *exchange) memberOf(f *Finding) string {
	op, pointer := x.sent.op, f.Pointer
	if aboutRequest(f.Check) {
		return member(op.SentSchema(), jsonvalue.Tokens(pointer))
	}
	if inside, ok := below(pointer, op.Wrapper); ok {
		pointer = inside
	}
	tokens := jsonvalue.Tokens(pointer)
	if len(tokens) > 0 && op.ShowsList() {
		if _, isIndex := jsonvalue.Index(tokens[0]); isIndex {
			tokens = tokens[1:]
		}
	}
	return member(op.ShownSchema(), tokens)
}

// aboutRequest reports whether the pointers of a check's findings are those into requests.
func aboutRequest(check string) bool {
	return check == checkRefusal || check == checkIsolation || check == checkStatus
}

// member returns the place at some tokens as far as a schema names it, but one token at least.
func member(schema *openapi.Schema, tokens []string) string {
	place := ""
	for i, token := range tokens {
		_, isIndex := jsonvalue.Index(token)
		item := schema.Item(0)
		switch {
		case isIndex && item != nil:
			place, schema = place+"/*", item
		case i > 0 && !named(schema, token):
			return place
		default:
			place, schema = jsonvalue.Join(place, token), schema.Member(token)
		}
	}
	return place
}

// named reports whether a schema names a member.
func named(schema *openapi.Schema, name string) bool {
	for variant := range schema.Variants() {
		if variant.Property(name) != nil {
			return true
		}
	}
	return false
}

// sentBefore returns the latest exchange of the session, other than the one given, that sent a value at a
// pointer of an item, or showed it, and was to be refused; it reports whether it was.
func (s *session) sentBefore(x *exchange, pointer string, value any) (number int64, refused bool) {
	if value == nil || pointer == "" {
		return 0, false
	}
	if inside, ok := below(pointer, x.sent.op.Wrapper); ok {
		pointer = inside
	}
	return s.unwantedBy(func(y *exchange) bool {
		sent, isSent := lookup(y.sent.item(), pointer)
		shown, isShown := lookup(y.got.shown, pointer)
		return y != x && (isSent && jsonvalue.Equal(sent, value) ||
			isShown && y.succeeded() && jsonvalue.Equal(shown, value))
	})
}

// madeBefore is sentBefore for an item with a part.
func (s *session) madeBefore(part any) (number int64, refused bool) {
	return s.unwantedBy(func(y *exchange) bool {
		return len(violating(compare(part, y.sent.item(), true, nil, ""))) == 0
	})
}

// unwantedBy returns the latest exchange that was to be refused and sent something: one that was not, if
// there is such a one.
func (s *session) unwantedBy(sent func(*exchange) bool) (number int64, refused bool) {
	var by *exchange
	for _, y := range slices.Backward(s.unwanted) {
		if (by == nil || y.succeeded()) && sent(y) {
			if by = y; y.succeeded() {
				break
			}
		}
	}
	if by == nil {
		return 0, false
	}
	if by.number == 0 {
		by.number = s.run.numbers.Add(1)
	}
	return by.number, by.refused()
}
