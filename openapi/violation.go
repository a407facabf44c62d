package openapi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Violation is one way in which a request, a response or a state departs from the document. It has
// this one shape wherever it appears: in the mock's error details, its journal and every report.
type Violation struct {
	// Rule is a stable kebab-case identifier; Rules lists those of this package.
	Rule string `json:"rule"`
	// In is path, query, header, cookie, body, status or state.
	In string `json:"in"`
	// Name is the parameter or header. Empty for bodies.
	Name string `json:"name,omitempty"`
	// Pointer is the place in the body, a JSON pointer. Empty for the whole body and for everything
	// else.
	Pointer string `json:"pointer,omitempty"`
	// Message is enough by itself: where, what was found, what would be right.
	Message string `json:"message"`
	// Expected is what would be right: the allowed values, a type, a bound. Nil where words say it
	// better.
	Expected any `json:"expected,omitempty"`
	// Actual is what was found, cut short where long, with secrets redacted. Nil where it was
	// absent.
	Actual any `json:"actual,omitempty"`
	// Suggestion is the nearest right value where the found one looks like a typing error.
	Suggestion string `json:"suggestion,omitempty"`
	// Document is the place of the rule. The zero value: the rule is not in the document.
	Document Position `json:"document,omitzero"`
}

// Position is a place in the document, or in one of the files that it refers to.
type Position struct {
	File   string `json:"file,omitempty"`   // as it was named when it was loaded
	Line   int    `json:"line,omitempty"`   // from 1
	Column int    `json:"column,omitempty"` // from 1
}

// String is file:line, as editors and terminals open it; "" for the zero value.
func (p Position) String() string {
	if p.File == "" {
		return ""
	}
	if p.Line < 1 { // a file that has no lines to speak of
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Where names the place in a few words: "body /ttsModel/voiceId", "header x-api-key".
func (v Violation) Where() string {
	switch {
	case v.Name != "":
		return v.In + " " + v.Name
	case v.Pointer != "":
		return v.In + " " + v.Pointer
	}
	return v.In
}

// place is Where, cut short where names in the body are very long.
func (v Violation) place() string {
	v.Pointer = clippedPointer(v.Pointer)
	return v.Where()
}

// String is the message, and the place of the rule where there is one.
func (v Violation) String() string {
	if at := v.Document.String(); at != "" {
		return v.Message + " (" + at + ")"
	}
	return v.Message
}

// sortViolations puts violations into the order in which a request is judged, then by place and
// rule.
func sortViolations(list []Violation) {
	slices.SortStableFunc(list, func(a, b Violation) int {
		return cmp.Or(
			cmp.Compare(placeOrder(a.In), placeOrder(b.In)),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Pointer, b.Pointer),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

func placeOrder(in string) int {
	return slices.Index([]string{"status", "path", "header", "cookie", "query", "body", "state"}, in)
}

// relocate turns violations of a value into those of a parameter or header.
func (v *Violation) relocate(in, name string) {
	before := v.Where()
	v.In, v.Name = in, name
	after := v.Where()
	if v.Pointer != "" {
		after += " " + v.Pointer
	}
	v.Message = after + strings.TrimPrefix(v.Message, before)
}
