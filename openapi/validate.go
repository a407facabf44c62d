package openapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// MaxViolations is how many violations of one body are listed; more are counted.
const MaxViolations = 100

// Validate judges one value (of any form that encoding/json or ReadJSON makes) by the schema; In is
// "body", and pointers start at the value. At most MaxViolations are listed; a last one with rule
// and-more counts the rest.
func (s *Schema) Validate(value any, view View) []Violation {
	if s == nil || s.anything {
		return nil
	}
	compiled, tree, err := s.doc.schemas.ready(s.pointer, view)
	if err != nil {
		return []Violation{{Rule: "schema", In: "body", Message: "body: the schema cannot be used: " +
			plainError(err), Document: s.Position}}
	}
	value = shortNames(value)
	e := &explainer{doc: s.doc, tree: tree, value: value}
	if err = e.judge(compiled, bounded(jsonvalue.Plain(value))); err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		e.explain(invalid)
	} else {
		e.list = append(e.list, Violation{Rule: "schema", In: "body", Message: "body: " + plainError(err),
			Document: s.Position})
	}
	return capped(e.list, e.more)
}

// ready compiles a schema in a view, unless it is compiled.
func (t *schemaTable) ready(pointer string, view View) (*jsonschema.Schema, *viewTree, error) {
	t.compile.RLock()
	if c := t.compiled[view]; c != nil && c.ready[pointer] != nil {
		defer t.compile.RUnlock()
		return c.ready[pointer], c.tree, nil
	}
	t.compile.RUnlock()
	t.compile.Lock()
	defer t.compile.Unlock()
	c, err := t.compiler(view)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.compile(pointer)
	return s, c.tree, err
}

// safely is Validate without the library's panics.
func safely(s *jsonschema.Schema, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the value cannot be judged: %v", r)
		}
	}()
	return s.Validate(v)
}

// bounded replaces numbers so long, or with exponents so large, that the library would compute for
// minutes, or panic, by ones as good: of the same sign, and as far beyond all bounds. Values that
// came through ReadJSON have none.
func bounded(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = bounded(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = bounded(v[name])
		}
	case json.Number:
		return boundedNumber(string(v))
	}
	return v
}

func boundedNumber(text string) json.Number {
	digits, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	n, err := strconv.Atoi(cmp.Or(exponent, "0"))
	if len(digits) <= jsonvalue.DefaultDigits && err == nil && n <= jsonvalue.DefaultExponent &&
		n >= -jsonvalue.DefaultExponent {
		return json.Number(text)
	}
	sign := ""
	if unsigned, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = "-", unsigned
	}
	whole, _, _ := strings.Cut(digits, ".")
	switch {
	case strings.Trim(digits, "0.") == "":
		return "0"
	case strings.HasPrefix(exponent, "-") || exponent == "" && whole == "0":
		return json.Number(sign + digits[:min(len(digits), jsonvalue.DefaultDigits)] + "e-" +
			strconv.Itoa(jsonvalue.DefaultExponent))
	case exponent == "" && len(whole) < jsonvalue.DefaultDigits: // a long fraction
		return json.Number(sign + digits[:jsonvalue.DefaultDigits])
	}
	return json.Number(sign + "1e" + strconv.Itoa(jsonvalue.DefaultExponent))
}

// capped sorts violations and counts those that are too many; more were counted before.
func capped(list []Violation, more int) []Violation {
	sortViolations(list)
	if len(list) > MaxViolations {
		more += len(list) - MaxViolations
		list = list[:MaxViolations:MaxViolations]
	}
	for i := range list {
		list[i].Pointer = clippedPointer(list[i].Pointer)
	}
	if more == 0 {
		return list
	}
	return append(list, Violation{Rule: "and-more", In: "body", Message: fmt.Sprintf("and %d more", more),
		Actual: more})
}
