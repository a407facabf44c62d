package openapi

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// walk is one run of a check over a value. A choice below a choice may lead to the same schema for the
// same value again and again, by a power of the depth: of a value that takes many steps, the walk
// remembers what was found.
type walk struct {
	quick int // steps that are taken without remembering anything
	left  int // steps after those; without any, the checks are unsure
	known map[step]verdict
	// settle, if there is one, decides what the check of an object or an array is unsure of.
	settle func(*check, jsonvalue.Node) verdict
}

// step is a check of an object or an array.
type step struct {
	check *check
	value jsonvalue.Node
}

// What a walk may take: steps, at first and in all, for any value and for each byte of one, and the
// number of verdicts that are remembered at a time. Ordinary values take a step for each few bytes.
const (
	quickSteps, quickStepsPerByte = 4096, 8
	mostSteps, mostStepsPerByte   = 1 << 20, 16
	mostKnown                     = 1 << 18
)

func newWalk(n jsonvalue.Node) *walk {
	size := len(n.Raw())
	return &walk{quick: quickSteps + quickStepsPerByte*size, left: mostSteps + mostStepsPerByte*size}
}

// visit returns what the keywords of a schema say of a value.
func (w *walk) visit(c *check, n jsonvalue.Node) verdict {
	if w.quick > 0 {
		w.quick--
		return c.each(n, w)
	}
	if w.left <= 0 {
		return unsure
	}
	w.left--
	if typ := n.Type(); typ != "object" && typ != "array" {
		return c.each(n, w)
	}
	at := step{c, n}
	if v, known := w.known[at]; known {
		return v
	}
	v := c.each(n, w)
	if v == unsure && w.settle != nil {
		v = w.settle(c, n)
	}
	if w.known == nil || len(w.known) >= mostKnown {
		w.known = map[step]verdict{}
	}
	w.known[at] = v
	return v
}
