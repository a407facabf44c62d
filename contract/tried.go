package contract

import (
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// What it is worth to try something for the first time; each time after that, it is worth half of what it
// was. On a sample of planted defects, weights of half or double as much make little difference.
const (
	worthOperation = 16 << 16 // that an operation accepts something, or refuses it
	worthKind      = 4 << 16  // fixtures of a kind, of an operation
	worthPlace     = 1 << 16  // that a place in a request is valid, or breaks a rule
	worthOpen      = 1 << 16  // what the document leaves open: hardly anything is a violation there
)

// The bounds of what is told apart in the bodies that a fixture sends.
const (
	maxTried      = 200
	maxTriedDepth = 5
)

// tried is something that fixtures try: what, at a place in requests to an operation.
type tried struct{ operation, place, what string }

// lister lists what fixtures try.
type lister struct {
	known map[tried]int
	worth []int // by index
	last  []int // the number of the fixture that was last seen to try it

	number int
	list   []int
}

// fixture returns what a fixture tries, each once.
func (l *lister) fixture(f *fixtures.Fixture) []int {
	l.number, l.list = l.number+1, nil
	if f.Open != "" {
		l.add(tried{f.Operation, "", f.Kind()}, worthOpen)
		return l.list
	}
	l.add(tried{f.Operation, "", f.Kind()}, worthKind)
	for i := range f.Steps {
		s := &f.Steps[i]
		operation := s.Request.Operation
		if m := s.Mutation; m != nil {
			l.add(tried{operation, m.In + " " + m.Name + m.Pointer, m.Rule}, worthPlace)
		}
		if s.Expect.Refused() {
			l.add(tried{operation, "", "refused"}, worthOperation)
			continue
		}
		l.add(tried{operation, "", "accepted"}, worthOperation)
		if s.Request.Body != nil {
			l.valid(operation, "body ", s.Request.Body.Value, 0)
		}
	}
	return l.list
}

// valid lists the places of a value that an operation is to accept.
func (l *lister) valid(operation, place string, value any, depth int) {
	if len(l.list) >= maxTried || depth > maxTriedDepth {
		return
	}
	l.add(tried{operation, place, ""}, worthPlace)
	switch v := value.(type) {
	case *jsonvalue.Object:
		for i := range v.Members {
			l.valid(operation, place+"/"+v.Members[i].Name, v.Members[i].Value, depth+1)
		}
	case []any:
		for _, item := range v {
			l.valid(operation, place+"/*", item, depth+1)
		}
	}
}

func (l *lister) add(t tried, worth int) {
	i, ok := l.known[t]
	if !ok {
		i = len(l.worth)
		l.known[t], l.worth, l.last = i, append(l.worth, worth), append(l.last, 0)
	}
	if l.last[i] != l.number {
		l.last[i], l.list = l.number, append(l.list, i)
	}
}
