package openapi

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// Accepts reports whether a value is plainly valid: Validate then finds nothing. Where it is false,
// the value may be valid all the same, and Validate decides. Like that, it accepts everything for a
// nil schema and for one that belongs to no document.
func (s *Schema) Accepts(_ jsonvalue.Node, _ View) bool {
	return s == nil || s.anything || s.doc == nil
}
