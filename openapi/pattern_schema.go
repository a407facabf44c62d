package openapi

import (
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// patternKeyword stands for pattern in schemas that are given to the library, where RE2 does not take
// the expression as it is written.
const patternKeyword = "x-pattern"

// pattern returns the compiled form of an expression; that of one that cannot be used, which lint has
// removed, matches everything.
func (t *schemaTable) pattern(source string) *textPattern {
	if p, ok := t.patterns.Load(source); ok {
		return p.(*textPattern)
	}
	p, err := newTextPattern(source)
	if err != nil {
		p, _ = newTextPattern("")
	}
	actual, _ := t.patterns.LoadOrStore(source, p)
	return actual.(*textPattern)
}

// portablePattern moves a pattern that RE2 does not take as it is written to patternKeyword.
func (t *schemaTable) portablePattern(o *jsonvalue.Object) {
	v, _ := o.Get("pattern")
	source, ok := v.(string)
	if !ok {
		return
	}
	p := t.pattern(source)
	if len(p.alternatives) == 1 && len(p.alternatives[0]) == 1 && p.main() == source {
		return
	}
	o.Delete("pattern")
	o.Set(patternKeyword, source)
}

// setPattern sets the patterns of a flattened schema that has none yet.
func (t *schemaTable) setPattern(s *Schema, v any) {
	if source, ok := v.(string); ok && s.Pattern == "" {
		p := t.pattern(source)
		s.Pattern = p.main()
		s.PatternAlso, s.PatternNot = p.more()
	}
}

// Compile lets the library know patternKeyword.
func (t *schemaTable) Compile(_ jsonschema.CompilerContext, schema map[string]any) (jsonschema.ExtSchema, error) {
	source, ok := schema[patternKeyword].(string)
	if !ok {
		return nil, nil
	}
	return t.pattern(source), nil
}

// Validate is called by the library for a schema with patternKeyword.
func (p *textPattern) Validate(ctx jsonschema.ValidationContext, v any) error {
	if text, isText := v.(string); isText && !p.matches(text) {
		return ctx.Error(patternKeyword, "does not match")
	}
	return nil
}

// pattern warns of an expression that is not enforced, or not all of it.
func (l *linter) pattern(source, pointer string) (usable bool) {
	switch p, err := newTextPattern(source); {
	case err != nil:
		l.warn(pointer, "pattern %q cannot be used: %s; it is not enforced", clipped(source),
			strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return false
	case p.loose != "":
		l.warn(pointer, "pattern %q is not enforced in full: %s is left out", clipped(source), p.loose)
	}
	return true
}
