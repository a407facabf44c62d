package openapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// MaxViolations is how many violations of one body are listed; further ones are counted.
const MaxViolations = 100

// Validate lists the violations of the schema by a value, which may be any Go value that JSON can
// express: one of ReadJSON, a map, a struct, a json.RawMessage (see jsonvalue.Of). In is "body",
// and pointers start at the value. At most MaxViolations are listed; a last one with the rule
// and-more counts the rest. A nil schema and one that belongs to no document have none.
func (s *Schema) Validate(value any, view View) []Violation {
	var found []Violation
	err := s.inDoubt(value, view, func(value any, text *jsonvalue.Text) { found = s.judge(value, text, view) })
	if err != nil {
		return []Violation{*unreadable(err)}
	}
	return found
}

// IsValid reports whether Validate lists nothing. It is quicker for what is not valid, as it does not
// find out why.
func (s *Schema) IsValid(value any, view View) bool {
	valid := true
	err := s.inDoubt(value, view, func(value any, text *jsonvalue.Text) {
		e := s.newExplainer(value, text, view)
		e.brief = true
		compiled := s.compiledFor(view)
		valid = compiled.err != nil || e.validate(compiled) == nil
	})
	return valid && err == nil
}

// inDoubt calls decide with a value, in the forms of package jsonvalue, that is not plainly valid. The
// text is nil where the value has no plain one; it is used again after the call. The error tells why
// there is no such value.
func (s *Schema) inDoubt(value any, view View, decide func(value any, text *jsonvalue.Text)) error {
	if s == nil || s.anything || s.doc == nil {
		return nil
	}
	if text, isText := value.(json.RawMessage); isText && s.acceptsJSON(text, view) {
		return nil
	}
	value, err := jsonvalue.Of(value)
	if err != nil {
		return err
	}
	m := marshaledPool.Get().(*marshaled)
	defer m.release()
	text := m.of(value)
	if text == nil || !s.Accepts(text.Root(), view) {
		decide(value, text)
	}
	return nil
}

func (s *Schema) newExplainer(value any, text *jsonvalue.Text, view View) *explainer {
	if text == nil && hasLongName(value) {
		value = shortNames(value)
		text = new(marshaled).of(value)
	}
	return &explainer{doc: s.doc, position: s.Position, view: view, value: value, text: text}
}

// judge is Validate for a value in the forms of package jsonvalue that is not plainly valid. The text
// is nil where the value has no plain one.
func (s *Schema) judge(value any, text *jsonvalue.Text, view View) []Violation {
	return s.explained(s.newExplainer(value, text, view))
}

// judgeBody is judge for a body that has a plain text.
func (s *Schema) judgeBody(body *BodyValue, view View) []Violation {
	return s.explained(&explainer{doc: s.doc, position: s.Position, view: view, body: body, text: &body.text})
}

// explained returns the violations of the schema by the explainer's value.
func (s *Schema) explained(e *explainer) []Violation {
	compiled := s.compiledFor(e.view)
	if compiled.err != nil { // lint did not expect it; Check tells
		return nil
	}
	return e.violations(e.validate(compiled))
}

// violations returns those that an error of the library stands for.
func (e *explainer) violations(err error) []Violation {
	var invalid *jsonschema.ValidationError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid):
		e.explain(invalid)
	default:
		return []Violation{Violation{In: "body", Document: e.position}.because("schema", nil, "%s", plainError(err))}
	}
	return capped(e.list, e.more)
}

// safely validates, and turns a panic of the library into an error.
func safely(s *jsonschema.Schema, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the value cannot be validated: %v", r)
		}
	}()
	return s.Validate(v)
}

// plain returns a copy of a value in the forms of encoding/json, as the library wants them. Numbers
// that are so long, or have so large an exponent, that the library would compute for minutes or
// panic are replaced by equivalent ones: of the same sign, and as far beyond all bounds. ReadJSON
// returns no such numbers.
func plain(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	case *jsonvalue.Object:
		out := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			out[m.Name] = plain(m.Value)
		}
		return out
	case json.Number:
		return boundedNumber(v)
	}
	return v
}

// shortNumber is the least length of a number with an exponent beyond MaxExponent.
const shortNumber = len("1e1001")

func boundedNumber(number json.Number) json.Number {
	if len(number) < shortNumber {
		return number
	}
	digits, exponent, _ := strings.Cut(strings.ToLower(string(number)), "e")
	n, err := strconv.Atoi(cmp.Or(exponent, "0"))
	if len(digits) <= jsonvalue.MaxDigits && err == nil && n <= jsonvalue.MaxExponent && n >= -jsonvalue.MaxExponent {
		return number
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
		return json.Number(sign + digits[:min(len(digits), jsonvalue.MaxDigits)] + "e-" +
			strconv.Itoa(jsonvalue.MaxExponent))
	case exponent == "" && len(whole) < jsonvalue.MaxDigits: // a long fraction
		return json.Number(sign + digits[:jsonvalue.MaxDigits])
	}
	return json.Number(sign + "1e" + strconv.Itoa(jsonvalue.MaxExponent))
}

// capped sorts violations and counts those beyond MaxViolations, and more, in a last one.
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
	return append(list, Violation{Rule: AndMore, In: "body", Message: fmt.Sprintf("and %d more", more),
		Actual: more})
}

// maxName is how many bytes of a member's name are looked at: each error below a member contains its name, and
// patterns are tried on names again and again. Accepts never sees a longer one.
const maxName = jsonvalue.MaxPlainName

// shortNames returns a value with longer names cut, and told apart where they begin alike. No property has
// such a name; only rules about names (propertyNames, patternProperties) can tell.
func shortNames(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = shortNames(v[i])
		}
		return out
	case *jsonvalue.Object:
		out, taken := &jsonvalue.Object{Members: make([]jsonvalue.Member, len(v.Members))}, map[string]bool{}
		for _, m := range v.Members {
			taken[m.Name] = true
		}
		for i, m := range v.Members {
			if isLongName(m.Name) {
				m.Name = cutName(m.Name, taken)
			}
			m.Value = shortNames(m.Value)
			out.Members[i] = m
		}
		return out
	}
	return v
}

// isLongName reports whether JSON needs more than maxName bytes for a name.
func isLongName(name string) bool {
	const most = len(`\u0000`) // for one byte
	return len(name) > maxName || most*len(name)+2 > maxName && len(jsonvalue.AppendString(nil, name)) > maxName
}

// cutName returns the beginning of a name, with a number behind it where it is taken, and takes it.
func cutName(name string, taken map[string]bool) string {
	beginning := name
	for isLongName(beginning + "1234567") {
		beginning = strings.ToValidUTF8(beginning[:min(len(beginning)*3/4, maxName-10)], "")
	}
	name = beginning
	for n := len(taken); taken[name]; n++ {
		name = beginning + strconv.Itoa(n)
	}
	taken[name] = true
	return name
}

func hasLongName(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, hasLongName)
	case *jsonvalue.Object:
		return slices.ContainsFunc(v.Members, func(m jsonvalue.Member) bool {
			return isLongName(m.Name) || hasLongName(m.Value)
		})
	}
	return false
}
