package sample

import (
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

// effort is what a run may still do.
type effort struct {
	steps, least int  // values to make and to validate, down to the least: choices within choices multiply
	refused      int  // values that may fail: schemas within schemas that have none multiply, too
	hasty        bool // not for deep values; and once exhausted, it stays so
	short        bool // nothing more may be tried
}

// maxSteps is the number of nested values of one value and validations, those of rejected candidates included.
const maxSteps = 20_000

// The efforts. Values that are found hardly ever need more than the little one. Where it is short, the run is
// done again with the most, so that the result is that of the most in any case.
var (
	littleEffort = effort{steps: maxSteps, least: maxSteps * 3 / 4, refused: 12, hasty: true}
	mostEffort   = effort{steps: maxSteps, refused: 100}
)

// exhausted reports whether nothing more may be tried.
func (e *effort) exhausted() bool {
	e.short = e.short && e.hasty || e.steps < e.least || e.refused < 0
	return e.short
}

// exhaustedAt reports whether nothing at that depth may be tried.
func (e *effort) exhaustedAt(depth int) bool {
	e.short = e.short || e.hasty && depth > 2*fullDepth
	return e.exhausted()
}

// inVain returns the error of a schema for which a search with the most effort, and a key of its own, finds no
// value; nil where it finds one. So it does not depend on what else has been searched. It is worked out once.
func (g *Generator) inVain(s *openapi.Schema) error {
	name := nameOf(s)
	if known, ok := g.vain.Load(name); ok {
		err, _ := known.(error)
		return err
	}
	_, err := g.run(mostEffort).value(demandOf(s), "", deal.NewKey(0).At("in vain"), 0)
	g.vain.Store(name, err)
	return err
}
