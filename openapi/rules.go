package openapi

import "slices"

// Rule is a rule that violations refer to by its id.
type Rule struct{ ID, Summary string }

var rules = []Rule{
	{"additional-property", "a member that the schema does not allow beside the declared ones"},
	{"and-more", "further violations, counted and not listed"},
	{"any-of", "none of the alternatives fits"},
	{"conflicting-credential", "a credential sent more than once with different values"},
	{"conflicting-parameter", "a parameter sent more than once with different values"},
	{"const", "another value than the only allowed one"},
	{"contains", "a list without enough items of the demanded kind, or with too many"},
	{"dependent-required", "a member missing that another one demands"},
	{"duplicate-name", "two members of one object with the same name"},
	{"enum", "a value that is not among the allowed ones"},
	{"forbidden-property", "a member that must be absent here"},
	{"format", "text that is not of the declared format"},
	{"invalid-text", "bytes that are not UTF-8, or half a surrogate pair"},
	{"malformed-json", "not one JSON value (RFC 8259)"},
	{"max-items", "a list with too many items"},
	{"max-length", "a text that is too long"},
	{"max-properties", "an object with too many members"},
	{"maximum", "a number that is too large"},
	{"media-type", "a body in a media type that is not offered, or none named"},
	{"min-items", "a list with too few items"},
	{"min-length", "a text that is too short"},
	{"min-properties", "an object with too few members"},
	{"minimum", "a number that is too small"},
	{"missing-body", "no body where one is needed"},
	{"missing-credential", "a credential that is missing or empty"},
	{"missing-header", "a header that the response must have"},
	{"missing-parameter", "a required parameter that is missing or empty"},
	{"multiple-of", "a number that is no multiple of the step"},
	{"not", "a value that is excluded"},
	{"number-too-long", "a number with too many digits or too large an exponent"},
	{"one-of", "none of the alternatives fits, or more than one"},
	{"pattern", "text that does not match the pattern"},
	{"property-name", "a member with a name that is not allowed"},
	{"required", "a required member that is missing"},
	{"schema", "any other departure from the schema"},
	{"too-deep", "arrays and objects nested too deeply"},
	{"type", "a value of another type"},
	{"undocumented-status", "a status that the document does not have for the operation"},
	{"unexpected-body", "a body where the document has none"},
	{"unique-items", "a list with equal items"},
	{"unknown-credential", "a credential that the server does not know"},
}

// Rules returns the rules of this package, sorted by id.
func Rules() []Rule { return slices.Clone(rules) }
