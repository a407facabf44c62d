package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// maxHoles bounds the operations, and what is named of each, that the text says are not covered.
const maxHoles, maxHolesOf = 6, 3

// coverage says how much of the document the run exercised, what it did not, and how to do that.
func (t *text) coverage(c *coverage.Coverage) {
	if c == nil || c.Total == 0 {
		return
	}
	var kinds []string
	for _, k := range c.Kinds {
		if k.Total > 0 {
			kinds = append(kinds, fmt.Sprintf("%s %s %%", kindName(k.Kind), decimal(k.Percent)))
		}
	}
	t.line("%s  %s %% of what requests can exercise of the document", t.paint(bold, "COVERAGE"), decimal(c.Percent))
	t.line("  %s", strings.Join(kinds, ", "))
	holes := c.Holes()
	if len(holes) == 0 {
		t.line("")
		return
	}
	t.line("  not exercised, %d of %d:", len(holes), c.Total)
	t.holes(holes)
	t.line("  agentmock fixtures derive --missing writes fixtures that fill them\n")
}

// holes names the first holes of the first operations that have some. Where a status was not seen, neither was
// what its answer shows, which goes without saying.
func (t *text) holes(holes []coverage.Element) {
	var order []string
	by, counts, unseen := map[string][]string{}, map[string]int{}, map[string]bool{}
	for i := range holes {
		e := &holes[i]
		if e.Kind == coverage.Status { // it stands before what its answer shows
			unseen[answerOf(e)] = true
		}
		if counts[e.Operation] == 0 {
			order = append(order, e.Operation)
		}
		counts[e.Operation]++
		if within := e.Kind != coverage.Status && unseen[answerOf(e)]; len(by[e.Operation]) < maxHolesOf && !within {
			by[e.Operation] = append(by[e.Operation], strings.TrimPrefix(e.String(), e.Operation+": "))
		}
	}
	for i, id := range order {
		if i == maxHoles {
			t.line("    … and of %s", plural(len(order)-i, "more operation"))
			break
		}
		more := ""
		if n := counts[id] - len(by[id]); n > 0 {
			more = fmt.Sprintf(", … and %d more", n)
		}
		t.line("    %s: %s%s", untrusted.Text(id), untrusted.Text(truncate(strings.Join(by[id], ", "), maxValue)), more)
	}
}

// answerOf names the documented answer that an element is of; of those of requests, nobody asks.
func answerOf(e *coverage.Element) string { return e.Operation + " " + e.In + " " + e.Name }

// kindName returns what elements of a kind are called together.
func kindName(k coverage.Kind) string {
	switch k {
	case coverage.Enum:
		return "allowed values"
	case coverage.Property:
		return "properties"
	case coverage.Status:
		return "statuses"
	}
	return string(k) + "s"
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
