package openapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Violation is one departure of a request, a response or a state from the document. It has this
// shape wherever it appears: in the mock's error details, its journal and every report.
type Violation struct {
	// Rule is a stable kebab-case identifier; Rules lists those of this package.
	Rule string `json:"rule"`
	// In is path, query, header, cookie, body, status or state.
	In string `json:"in"`
	// Name is the name of the parameter or header; "" for anything else.
	Name string `json:"name,omitempty"`
	// Pointer is the JSON pointer to the value in the body; "" for the whole body, and for anything
	// else.
	Pointer string `json:"pointer,omitempty"`
	// Message is complete by itself: where, what was found, what would be right.
	Message string `json:"message"`
	// Expected is what would be right: the allowed values, a type, a bound. Nil where the message
	// says it better.
	Expected any `json:"expected,omitempty"`
	// Actual is what was found, shortened where it is long, with secrets redacted. Nil where
	// nothing was.
	Actual any `json:"actual,omitempty"`
	// Suggestion is the nearest right value where the found one looks like a typing error.
	Suggestion string `json:"suggestion,omitempty"`
	// Document is the place of the rule. Zero: the rule does not stand in the document.
	Document Position `json:"document,omitzero"`
}

// Position is a place in the document, or in a file that it refers to.
type Position struct {
	File   string `json:"file,omitempty"`   // the name that it was loaded under
	Line   int    `json:"line,omitempty"`   // from 1
	Column int    `json:"column,omitempty"` // from 1
}

// String returns "file:line", as editors and terminals open it; "" for the zero value.
func (p Position) String() string {
	if p.File == "" {
		return ""
	}
	if p.Line < 1 { // a file without lines
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Object returns the violation as encoding/json writes it, with values in the forms of package jsonvalue.
func (v Violation) Object() *jsonvalue.Object {
	o := &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, 9)}
	add := func(name string, value any) {
		o.Members = append(o.Members, jsonvalue.Member{Name: name, Value: value})
	}
	addText := func(name, text string) {
		if text != "" {
			add(name, text)
		}
	}
	addValue := func(name string, value any) {
		if clean, err := jsonvalue.Of(value); err == nil && value != nil {
			add(name, clean)
		}
	}
	add("rule", v.Rule)
	add("in", v.In)
	addText("name", v.Name)
	addText("pointer", v.Pointer)
	add("message", v.Message)
	addValue("expected", v.Expected)
	addValue("actual", v.Actual)
	addText("suggestion", v.Suggestion)
	if v.Document != (Position{}) {
		add("document", v.Document.object())
	}
	return o
}

func (p Position) object() *jsonvalue.Object {
	o := &jsonvalue.Object{Members: make([]jsonvalue.Member, 0, 3)}
	if p.File != "" {
		o.Members = append(o.Members, jsonvalue.Member{Name: "file", Value: p.File})
	}
	for _, n := range []struct {
		name string
		n    int
	}{{"line", p.Line}, {"column", p.Column}} {
		if n.n != 0 {
			o.Members = append(o.Members, jsonvalue.Member{Name: n.name, Value: json.Number(strconv.Itoa(n.n))})
		}
	}
	return o
}

// Where returns the place in a few words: "body /ttsModel/voiceId", "header x-api-key". A long pointer
// is shortened.
func (v Violation) Where() string {
	switch {
	case v.Name != "":
		return v.In + " " + v.Name
	case v.Pointer != "":
		return v.In + " " + clippedPointer(v.Pointer)
	}
	return v.In
}

// because returns the violation of a rule with what would be right and a message after the place.
func (v Violation) because(rule string, expected any, format string, args ...any) Violation {
	v.Rule, v.Expected = rule, expected
	v.Message = v.Where() + ": " + fmt.Sprintf(format, args...)
	return v
}

// String returns the message, and the place of the rule where there is one.
func (v Violation) String() string {
	if at := v.Document.String(); at != "" {
		return v.Message + " (" + at + ")"
	}
	return v.Message
}

// sortViolations sorts violations in the order of validation, then by place and rule.
func sortViolations(list []Violation) {
	slices.SortStableFunc(list, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(placeOrder(a.In), placeOrder(b.In)), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
}

func placeOrder(in string) int {
	return slices.Index([]string{"status", "path", "header", "cookie", "query", "body", "state"}, in)
}

// relocate turns a violation of a value into one of a parameter or header.
func (v *Violation) relocate(in, name string) {
	before := v.Where()
	v.In, v.Name = in, name
	after := v.Where()
	if v.Pointer != "" {
		after += " " + clippedPointer(v.Pointer)
	}
	v.Message = after + strings.TrimPrefix(v.Message, before)
}
