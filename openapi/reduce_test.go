package openapi

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// judgeReduced is judge with reduced schemas for all that is in doubt.
func (s *Schema) judgeReduced(value any, text *jsonvalue.Text, view View) []Violation {
	found, _ := s.judgeFrom(0, value, text, view)
	return found
}

// judgeFrom is judge with reduced schemas from a number of steps. It returns the steps of the library, too.
func (s *Schema) judgeFrom(steps int, value any, text *jsonvalue.Text, view View) ([]Violation, int) {
	compiled := s.compiledFor(view)
	if compiled.err != nil {
		return nil, 0
	}
	e := s.newExplainer(value, text, view)
	p := e.pieces()
	p.reduceFrom = steps
	found := e.violations(p.all(compiled))
	return found, p.taken
}

// valueAndText returns a JSON text as a value and as a text.
func valueAndText(t testing.TB, src string) (any, *jsonvalue.Text) {
	t.Helper()
	text, plain := jsonvalue.Scan([]byte(src), jsonvalue.Limits{})
	if !plain {
		t.Fatalf("%s is not plain", src)
	}
	return text.Root().Value(), text
}

var wrongLeaves = []string{`{"kind": "k1", "weight": 90}`, `{"kind": "x"}`, `{}`, `1`, `{"kind": "k1", "weight": 0}`}

// TestReducedChoicesSayTheSame: what is wrong below choices is explained by reduced schemas as by the
// whole ones.
func TestReducedChoicesSayTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	for _, choice := range []string{"oneOf", "anyOf"} {
		for _, tag := range []string{"const", "enum", "enums", "pattern", "none"} {
			s := treeSchema(t, choice, 4, tag)
			for depth := range 4 {
				for _, leaf := range wrongLeaves {
					value, text := valueAndText(t, tree(depth, 4, depth%2 == 0, leaf))
					whole, _ := s.judgeFrom(mostEffort, value, text, RequestView)
					if got := s.judgeReduced(value, text, RequestView); !reflect.DeepEqual(got, whole) {
						t.Fatalf("%s by %s, %s: %v, want %v", choice, tag, text.Root().Raw(), got, whole)
					}
				}
			}
		}
	}
}

// TestWrongChoicesTakeFewSteps: the library's steps for what is wrong below choices grow with the depth
// and the number of the alternatives, not by a power of either.
func TestWrongChoicesTakeFewSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	for _, tag := range []string{"const", "enums", "none"} {
		for _, branches := range []int{2, 8, 16} {
			s := treeSchema(t, "oneOf", branches, tag)
			for _, depth := range []int{1, 2, 4, 8, 16} {
				for _, leaf := range wrongLeaves {
					value, text := valueAndText(t, tree(depth, branches, true, leaf))
					found, steps := s.judgeFrom(reduceFrom, value, text, RequestView)
					if most := max(reduceFrom, 8*depth*branches); steps > most {
						t.Errorf("%d alternatives by %s: %d steps for depth %d", branches, tag, steps, depth)
					}
					if len(found) > 0 && found[0].Rule == TooComplex {
						t.Errorf("%d alternatives by %s, depth %d: %v", branches, tag, depth, found)
					}
				}
			}
		}
	}
}

// deepChoices are alternatives of which each has the whole schema as a part, and what is around that
// part of a value.
var deepChoices = map[string]struct{ alternative, around string }{
	"members":      {`{"type": ["object", "string"], "properties": {"a": {"$ref": "#"}}}`, `{"a": %s}`},
	"others":       {`{"type": ["object", "string"], "additionalProperties": {"$ref": "#"}}`, `{"a": %s, "b": "s"}`},
	"by pattern":   {`{"type": ["object", "string"], "patternProperties": {"^a": {"$ref": "#"}}}`, `{"a": %s, "ab": "s"}`},
	"two patterns": {`{"type": ["object", "string"], "patternProperties": {"^a": {"$ref": "#"}, "b$": {}}}`, `{"ab": %s}`},
	"items":        {`{"type": ["array", "string"], "items": {"$ref": "#"}}`, `["s", %s]`},
	"first items":  {`{"type": ["array", "string"], "prefixItems": [{}, {"$ref": "#"}]}`, `["s", %s]`},
	"contains":     {`{"type": ["array", "string"], "contains": {"$ref": "#"}}`, `[%s, 1]`},
	"not too many": {`{"type": ["array", "string"], "contains": {"not": {"$ref": "#"}}, "minContains": 0,
		"maxContains": 0}`, `[%s]`},
	"all": {`{"allOf": [{"type": ["object", "string"]}, {"properties": {"a": {"$ref": "#"}}}]}`, `{"a": %s}`},
	"if": {`{"if": {"type": "object"}, "then": {"properties": {"a": {"$ref": "#"}}}, "else": {"type": "string"}}`,
		`{"a": %s}`},
	"premise": {`{"if": {"type": "object", "properties": {"a": {"$ref": "#"}}}, "else": {"type": "string"}}`, `{"a": %s}`},
	"not not": {`{"not": {"not": {"type": ["object", "string"], "properties": {"a": {"$ref": "#"}}}}}`, `{"a": %s}`},
	"dependent": {`{"type": ["object", "string"], "dependentSchemas": {"a": {"properties": {"a": {"$ref": "#"}}}}}`,
		`{"a": %s}`},
	"closed": {`{"type": ["object", "string"], "properties": {"a": {"$ref": "#"}}, "additionalProperties": false}`,
		`{"a": %s}`},
	"unevaluated": {`{"type": ["object", "string"], "anyOf": [{"properties": {"a": {"$ref": "#"}}}],
		"unevaluatedProperties": false}`, `{"a": %s}`},
	"rest":          {`{"type": ["object", "string"], "unevaluatedProperties": {"$ref": "#"}}`, `{"a": %s, "b": "s"}`},
	"rest of items": {`{"type": ["array", "string"], "unevaluatedItems": {"$ref": "#"}}`, `["s", %s]`},
}

// eightOf returns a schema with eight equal alternatives.
func eightOf(t testing.TB, alternative string) *Schema {
	t.Helper()
	s, err := CompileSchema("deep.json", []byte(`{"anyOf": [`+strings.Repeat(alternative+",", 7)+alternative+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// nested returns a value with others around it.
func nested(around, value string, depth int) string {
	for range depth {
		value = fmt.Sprintf(around, value)
	}
	return value
}

// TestDeepChoices: choices below choices by any keyword are decided, in few steps.
func TestDeepChoices(t *testing.T) {
	if testing.Short() {
		t.Skip("compares many schemas in one goroutine")
	}
	t.Parallel()
	for name, c := range deepChoices {
		s := eightOf(t, c.alternative)
		for depth := range 12 {
			for leaf, want := range map[string]bool{`"s"`: true, `1`: false} {
				value, text := valueAndText(t, nested(c.around, leaf, depth))
				found, steps := s.judgeFrom(reduceFrom, value, text, RequestView)
				if len(found) == 0 != want || !want && found[0].Rule == TooComplex {
					t.Errorf("%s: %s: %v", name, text.Root().Raw(), found)
				}
				if steps > max(reduceFrom, 200*depth) {
					t.Errorf("%s: %d steps for depth %d", name, steps, depth)
				}
				if got := s.IsValid(value, RequestView); got != want {
					t.Errorf("%s: %s: IsValid %t", name, text.Root().Raw(), got)
				}
			}
		}
	}
}

// TestTooComplex: what cannot be decided in bounded time is refused, with one violation that says where
// and why.
func TestTooComplex(t *testing.T) {
	t.Parallel()
	s := eightOf(t, `{"type": ["object", "string"], "unevaluatedProperties": {"$ref": "#"}}`)
	for depth, want := range []string{"", "", "", "", TooComplex, TooComplex, TooComplex, TooComplex} {
		value, _ := valueAndText(t, nested(`{"a": %s, "b": 1}`, `1`, 2*depth)) // two wrong members of the rest
		found := s.Validate(value, RequestView)
		if want != "" && (len(found) != 1 || found[0].Rule != want ||
			found[0].Document.Line != 1 || !strings.Contains(found[0].Message, "discriminator")) {
			t.Errorf("depth %d: %v", 2*depth, found)
		}
		if got := s.IsValid(value, RequestView); got != (len(found) == 0) {
			t.Errorf("depth %d: IsValid %t", 2*depth, got)
		}
	}
}

// TestMentionedMaybe: values are valid in which an alternative that need not hold mentions what does not fit the
// schema of the rest.
func TestMentionedMaybe(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	for around, alternative := range map[string]string{
		`{"n": 5, "a": %s}`: `{"type": ["object", "string"], "anyOf": [{"properties": {"n": {"type": "number"}}}, {}],
			"unevaluatedProperties": {"$ref": "#"}}`,
		`{"n": 5, "m": 6, "p": 7, "b": "s", "a": %s}`: `{"type": ["object", "string"], "anyOf": [{"properties":
			{"n": {"type": "number"}, "m": {}}}, {}], "patternProperties": {"^p": {}}, "unevaluatedProperties": {"$ref": "#"}}`,
	} {
		s := eightOf(t, alternative)
		for depth := range 16 {
			value, _ := valueAndText(t, nested(around, `"s"`, depth))
			if found := s.Validate(value, RequestView); len(found) > 0 || !s.IsValid(value, RequestView) {
				t.Errorf("%s, depth %d: %.300v", around, depth, found)
			}
		}
	}
}

// TestLongNames: members with names of any length are judged as others are, also below choices.
func TestLongNames(t *testing.T) {
	if testing.Short() {
		t.Skip("compares many schemas in one goroutine")
	}
	t.Parallel()
	for _, alternative := range []string{
		`{"type": ["object", "string"], "additionalProperties": {"$ref": "#"}}`,
		`{"type": ["object", "string"], "patternProperties": {"^[^b]+$": {"$ref": "#"}}, "additionalProperties": false}`,
		`{"type": ["object", "string"], "propertyNames": {"pattern": "^[^b]+$", "minLength": 100},
			"additionalProperties": {"$ref": "#"}}`,
	} {
		s := eightOf(t, alternative)
		for _, name := range []string{strings.Repeat("a", 1_100), strings.Repeat(`ä\n\u0001`, 300)} {
			for depth := range 7 {
				for leaf, want := range map[string]bool{`"s"`: true, `1`: false} {
					around := `{"` + name + `": %s, "` + name + `c": "s"}`
					value, err := jsonvalue.Parse([]byte(nested(around, leaf, depth)), jsonvalue.Limits{})
					if err != nil {
						t.Fatal(err)
					}
					found := s.Validate(value, RequestView)
					if len(found) == 0 != want || !want && found[0].Rule == TooComplex ||
						s.IsValid(value, RequestView) != want {
						t.Errorf("%s, %.10s, depth %d: %.300v", alternative, name, depth, found)
					}
				}
			}
		}
	}
}

// TestReplacedCharacters: a text with U+FFFD is one like others; a string that is not UTF-8 has no text.
func TestReplacedCharacters(t *testing.T) {
	t.Parallel()
	var m marshaled
	for value, want := range map[string]bool{"a\ufffd": true, "a\xff": false} {
		for _, v := range []any{value, []any{value}, jsonvalue.ObjectOf("a", value), jsonvalue.ObjectOf(value, "")} {
			if got := m.of(v) != nil; got != want {
				t.Errorf("%q: %t", v, got)
			}
		}
	}
}

// BenchmarkWrongChoices measures what is wrong below choices.
func BenchmarkWrongChoices(b *testing.B) {
	for _, branches := range []int{2, 8, 16} {
		for _, depth := range []int{1, 2, 4, 8} {
			s := treeSchema(b, "oneOf", branches, "enums")
			value, _ := valueAndText(b, tree(depth, branches, true, `{"kind": "k1", "weight": 90}`))
			b.Run(fmt.Sprintf("alternatives=%d/depth=%d", branches, depth), func(b *testing.B) {
				for b.Loop() {
					if len(s.Validate(value, RequestView)) == 0 {
						b.Fatal("valid")
					}
				}
			})
		}
	}
}
