package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/internal/jsonvalue"
)

// MaxViolations is how many violations of one body are listed; more are counted.
const MaxViolations = 100

// Validate judges one value (of any form that encoding/json or ReadJSON makes) by the schema; In is "body", and pointers start at
// the value. At most MaxViolations are listed; a last one with rule and-more counts the rest.
func (s *Schema) Validate(value any, view View) []Violation {
	if s == nil || s.anything {
		return nil
	}
	compiled, keywords, err := s.doc.schemas.ready(s.pointer, view)
	if err != nil {
		return []Violation{{Rule: "schema", In: "body", Message: "body: the schema cannot be used: " + plainError(err), Document: s.Position}}
	}
	err = safely(compiled, bounded(jsonvalue.Plain(value)))
	if err == nil {
		return nil
	}
	e := &explainer{doc: s.doc, keywords: keywords, value: value}
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		e.explain(invalid)
	} else {
		e.list = append(e.list, Violation{Rule: "schema", In: "body", Message: "body: " + plainError(err), Document: s.Position})
	}
	return capped(e.list)
}

// ready compiles a schema in a view, unless it is compiled.
func (t *schemaTable) ready(pointer string, view View) (*jsonschema.Schema, any, error) {
	t.compile.Lock()
	defer t.compile.Unlock()
	c := t.compiled[view]
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

// bounded replaces numbers whose exponents would make the library compute for minutes, or panic, by ones as good: of the same sign, and as
// far beyond all bounds. Values that came through ReadJSON have none.
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
		i := strings.IndexAny(string(v), "eE")
		if i < 0 {
			return v
		}
		sign := strings.TrimRight(string(v[:min(1, len(v))]), "0123456789")
		switch n, err := strconv.Atoi(string(v[i+1:])); {
		case err == nil && n <= jsonvalue.DefaultExponent && n >= -jsonvalue.DefaultExponent:
			return v
		case strings.Contains(string(v[i:]), "-"):
			return json.Number(sign + "1e-" + strconv.Itoa(jsonvalue.DefaultExponent))
		default:
			return json.Number(sign + "1e" + strconv.Itoa(jsonvalue.DefaultExponent))
		}
	}
	return v
}

func capped(list []Violation) []Violation {
	sortViolations(list)
	if len(list) <= MaxViolations {
		return list
	}
	more := len(list) - MaxViolations
	list = list[:MaxViolations:MaxViolations]
	return append(list, Violation{
		Rule: "and-more", In: "body", Message: fmt.Sprintf("and %d more", more), Actual: more,
	})
}
