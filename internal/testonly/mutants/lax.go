package mutants

import (
	"net/http"
	"slices"
)

// lax accepts values of one top-level field that a sound backend refuses. It forwards a valid value
// in their place and, if that is accepted, shows the invalid value until the field is written
// again.
type lax struct {
	ops    []operation    // where; none: create and update
	field  string         // the field
	bad    func(any) bool // the values that are accepted although they are wrong
	safe   any            // passed on instead; nil: nothing is
	stored func(any) any  // returns what responses show for an invalid value; nil: the value itself
}

func (l lax) middleware() func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		shown := &overlay{}
		return func(c *call) *response {
			v, sent := c.body()[l.field]
			if !sent {
				return shown.apply(c.forward())
			}
			wrong := l.covers(c.op) && l.bad(v)
			if wrong {
				c.edit(l.repair)
			}
			resp := c.forward()
			if agent := resp.agent(); agent != nil {
				l.remember(shown, text(agent["_id"]), v, wrong)
			}
			return shown.apply(resp)
		}
	})
}

func (l lax) covers(op operation) bool {
	return len(l.ops) == 0 || slices.Contains(l.ops, op)
}

func (l lax) repair(body map[string]any) {
	delete(body, l.field)
	if l.safe != nil {
		body[l.field] = l.safe
	}
}

func (l lax) remember(shown *overlay, id string, v any, wrong bool) {
	if !wrong {
		shown.clear(id, l.field)
		return
	}
	if l.stored != nil {
		v = l.stored(v)
	}
	if o, ok := v.(map[string]any); ok && l.field == "ttsModel" {
		v = without(o, "elevenLabsApiKey")
	}
	shown.set(id, l.field, v)
}
