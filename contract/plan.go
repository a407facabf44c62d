package contract

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// unit is a piece of work for one worker.
type unit struct {
	fixtures []*fixtures.Fixture
	refusals bool // they share an item that they must leave as it is
	wait     int  // milliseconds that its steps wait for
	firm     bool // answers count even where their reason may pass
	again    bool // it is executed once more because a connection broke off meanwhile

	watch    time.Duration // how long the target is watched after each answer, where it is executed alone
	search   int           // as a group is only executed while fewer requests make the target fail
	repeated bool          // executed before, and looked at only for what makes the target fail
}

// maxShared is the number of requests that must be refused and share an item: enough to save
// requests, few enough to run concurrently.
const maxShared = 24

// planUnits groups fixtures into units, those that wait longest first.
func planUnits(list []*fixtures.Fixture) []unit {
	var units []unit
	open := map[*fixtures.Twin]int{} // the unit to which further refusals of a control may be added
	size := map[int]int{}
	for _, f := range list {
		if !sharesItem(f) {
			units = append(units, unit{fixtures: []*fixtures.Fixture{f}, wait: waits(f)})
			continue
		}
		at, ok := open[f.Twin]
		if !ok || size[at]+len(f.Steps) > maxShared || !sameGiven(units[at].fixtures[0], f) {
			at = len(units)
			units = append(units, unit{refusals: true})
			open[f.Twin], size[at] = at, 0
		}
		units[at].fixtures = append(units[at].fixtures, f)
		size[at] += len(f.Steps)
	}
	slices.SortStableFunc(units, func(a, b unit) int { return cmp.Compare(b.wait, a.wait) })
	return units
}

// separate separates the units that list items, write what there is only once or send a reference that
// others send as well from the others: a list also shows what other fixtures have just created, and
// findings must not depend on what happens to run concurrently.
func (r *runner) separate(units []unit) (together, alone []unit) {
	disturbs := func(f *fixtures.Fixture) bool { return lists(r.doc, f) || r.shared(f) || r.contended(f) }
	for _, u := range units {
		if slices.ContainsFunc(u.fixtures, disturbs) {
			alone = append(alone, u)
		} else {
			together = append(together, u)
		}
	}
	return together, alone
}

// contended reports whether a fixture sends a value in a list that the options give to all fixtures: at
// some targets, it leaves the item that had it.
func (r *runner) contended(f *fixtures.Fixture) bool {
	has := func(body any, pointer string) bool {
		_, ok := jsonvalue.Lookup(body, pointer)
		return ok
	}
	for pointer, value := range r.options.Values {
		tokens := jsonvalue.Tokens(pointer)
		_, err := strconv.Atoi(tokens[len(tokens)-1])
		if _, list := value.([]any); err != nil && !list {
			continue
		}
		given := func(g fixtures.Given) bool { return has(g.Body, pointer) || has(g.Update, pointer) }
		sent := func(s fixtures.Step) bool {
			return s.Request.Body != nil && s.Request.Body.Raw == nil && has(s.Request.Body.Value, pointer)
		}
		if slices.ContainsFunc(f.Given, given) || slices.ContainsFunc(f.Steps, sent) {
			return true
		}
	}
	return false
}

// lists reports whether a fixture or its twin lists items.
func lists(doc *openapi.Document, f *fixtures.Fixture) bool {
	isList := func(id string) bool {
		op := doc.Operation(id)
		return op != nil && op.Action == openapi.List
	}
	return f.Twin != nil && isList(f.Twin.Request.Operation) ||
		slices.ContainsFunc(f.Steps, func(step fixtures.Step) bool { return isList(step.Request.Operation) })
}

// sharesItem reports whether a fixture can share an item with others like it.
func sharesItem(f *fixtures.Fixture) bool {
	return f.Twin != nil && f.Refusal() && f.Open == "" && f.Skip == "" && waits(f) == 0
}

func waits(f *fixtures.Fixture) int {
	total := 0
	for i := range f.Steps {
		total += f.Steps[i].After
	}
	return total
}
