package ownership

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sentValues are all values that a run has sent for an item, by member; the item may show any of
// them. They are never changed in place, so that copies can be read without a lock.
type sentValues map[string][]any

// with returns the values with the members of a body besides, all but the identity.
func (s sentValues) with(body *jsonvalue.Object, identity string) sentValues {
	if body == nil {
		return s
	}
	more := sentValues{}
	maps.Copy(more, s)
	for _, m := range body.Members {
		if m.Name != identity {
			more[m.Name] = append(slices.Clip(more[m.Name]), m.Value)
		}
	}
	return more
}

// likeness is how far an item shows what was sent.
type likeness int

const (
	different likeness = iota // nothing of it, but other values
	silent                    // none of the members, so that nothing can be compared
	partly                    // some members and not others
	likely                    // a text with the mark, or every member that can be compared
)

// shownBy compares what was sent with what an item shows. Where nothing was sent, nothing
// contradicts. A text with the mark counts wherever it stands: an item may show what was sent in
// another place.
func (s sentValues) shownBy(item *jsonvalue.Object) likeness {
	same, other := 0, 0
	for name, values := range s {
		shown, there := item.Get(name)
		if !there {
			continue
		}
		if !slices.ContainsFunc(values, func(v any) bool { return within(v, shown) }) {
			other++
			continue
		}
		same++
	}
	switch {
	case other == 0 && (same > 0 || len(s) == 0), s.marksIn(item):
		return likely
	case same > 0:
		return partly
	case other == 0:
		return silent
	}
	return different
}

// marksIn reports whether an item has a text with the mark that was sent.
func (s sentValues) marksIn(item *jsonvalue.Object) bool {
	marked := map[string]bool{}
	for _, values := range s {
		for _, value := range values {
			for text := range textsIn(value) {
				if strings.HasPrefix(text, mark) {
					marked[text] = true
				}
			}
		}
	}
	for text := range textsIn(item) {
		if marked[text] {
			return true
		}
	}
	return false
}

// textsIn yields all texts in a value.
func textsIn(value any) iter.Seq[string] {
	return func(yield func(string) bool) { eachText(value, yield) }
}

// eachText calls yield with the texts in a value until it returns false, which is what it returns then.
func eachText(value any, yield func(string) bool) bool {
	switch value := value.(type) {
	case string:
		return yield(value)
	case []any:
		return !slices.ContainsFunc(value, func(v any) bool { return !eachText(v, yield) })
	case *jsonvalue.Object:
		return value == nil || !slices.ContainsFunc(value.Members,
			func(m jsonvalue.Member) bool { return !eachText(m.Value, yield) })
	}
	return true
}

// within reports whether a value shows all of what was sent: targets fill in defaults, and show the
// thing where its name or number was sent.
func within(sent, shown any) bool {
	switch sent := sent.(type) {
	case *jsonvalue.Object:
		if shown, ok := shown.(*jsonvalue.Object); ok {
			return !slices.ContainsFunc(sent.Members, func(m jsonvalue.Member) bool {
				value, there := shown.Get(m.Name)
				return !there || !within(m.Value, value)
			})
		}
	case []any:
		if shown, ok := shown.([]any); ok {
			return slices.EqualFunc(sent, shown, within)
		}
	case string, json.Number:
		if shown, ok := shown.(*jsonvalue.Object); ok {
			return slices.ContainsFunc(shown.Members, func(m jsonvalue.Member) bool {
				return jsonvalue.Equal(sent, m.Value)
			})
		}
	}
	return jsonvalue.Equal(sent, shown)
}
