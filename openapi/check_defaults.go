package openapi

import (
	"net/http"
	"slices"
)

// filledDefaults warns of the keyword default in the body of a PUT that keeps what a request leaves out,
// which only x-mock can say: generated clients require such a member, or fill the default in, and then
// an update overwrites what is stored. PATCH is left alone: real documents share its schema with creations.
func (c *valueChecker) filledDefaults(op *Operation) {
	if op.Body == nil || op.Method != http.MethodPut || op.Action != Update {
		return
	}
	seen := map[string]bool{}
	var visit func(s *Schema)
	visit = func(s *Schema) {
		if s == nil || s.ReadOnly || seen[s.pointer] {
			return
		}
		seen[s.pointer] = true
		if s.defaultAt != "" && !seen[s.defaultAt] {
			seen[s.defaultAt] = true
			c.problems.warn(s.defaultAt, "default in the body of %s, which keeps what a request leaves out: generated "+
				"clients fill it in and overwrite what is stored; write it as x-mock: {default: …}", op.ID)
		}
		for _, p := range s.Properties {
			visit(p.Schema)
		}
		for _, inner := range slices.Concat([]*Schema{s.Items, s.Additional}, s.PrefixItems, s.OneOf, s.AnyOf) {
			visit(inner)
		}
	}
	for _, m := range op.Body.Content {
		visit(m.Schema)
	}
}
