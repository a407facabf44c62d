package openapi

import (
	"errors"
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// largeValue is the number of values from which a body is validated in pieces: of two megabytes of
// wrong items, the library returns a million errors, each with the whole path to it.
const largeValue = 2000

// pieces validates a large value piece by piece, and keeps no more errors than can be shown.
type pieces struct {
	explainer *explainer
	large     int // number of values that make a large one
	kept      []*jsonschema.ValidationError
	failures  int   // in those
	more      int   // in others
	failed    error // an error of the library itself

	taken, most int            // steps of the library, and how many there may be
	reduceFrom  int            // steps from which schemas are reduced
	complex     bool           // something was not judged
	root        jsonvalue.Node // the whole value, where it has a plain text
	reducer     *reducer       // once it was needed
}

// everything returns a schema that accepts every value.
func everything() *jsonschema.Schema {
	yes := true
	return &jsonschema.Schema{Always: &yes}
}

// validate returns the library's error for the value: the first of very many; more counts the rest.
func (e *explainer) validate(compiled *compiledView) error { return e.pieces().all(compiled) }

func (e *explainer) pieces() *pieces {
	return &pieces{explainer: e, large: largeValue, most: mostEffort, reduceFrom: reduceFrom}
}

// all returns the library's error for the explainer's value.
func (p *pieces) all(compiled *compiledView) error {
	if text := p.explainer.text; text == nil {
		value := plain(p.explainer.value)
		p.most += effortPerValue * count(value, math.MaxInt)
		p.decide(doubt{schema: compiled.library, value: value})
	} else {
		p.most += effortPerByte * len(text.Root().Raw())
		p.root = text.Root()
		compiled.check.doubts(compiled.library, text.Root(), doubt{}, &inquiry{newWalk(text.Root()), p.decide})
	}
	switch {
	case p.failed != nil:
		return p.failed
	case len(p.kept) == 0:
		return nil
	}
	p.explainer.more = p.more
	return &jsonschema.ValidationError{Causes: p.kept}
}

// decide validates what there are doubts about.
func (p *pieces) decide(d doubt) {
	before := len(p.kept)
	if p.explainer.brief && before > 0 || p.complex {
		return
	}
	if p.isBearable(&d) {
		p.validate(d.schema, d.value, d.instance)
	} else {
		p.complex = true
		p.take(d.tooComplex(), d.instance)
	}
	for _, err := range p.kept[before:] {
		under(err, d.keyword)
	}
}

// validate takes the schema apart where its parts apply independently.
func (p *pieces) validate(s *jsonschema.Schema, v any, at string) {
	if s.Always != nil || s.UnevaluatedProperties != nil || s.UnevaluatedItems != nil || s.DynamicRef != nil ||
		s.RecursiveRef != nil || !p.isLarge(v) {
		p.take(safely(s, v), at)
		return
	}
	shell := *s
	if s.Ref != nil {
		shell.Ref = everything()
		p.validate(s.Ref, v, at)
	}
	shell.AllOf = nil
	for _, part := range s.AllOf {
		p.validate(part, v, at)
	}
	if object, isObject := v.(map[string]any); isObject {
		p.object(s, &shell, object, at)
	}
	if list, isList := v.([]any); isList && s.Items2020 != nil {
		shell.Items2020 = nil
		for i := len(s.PrefixItems); i < len(list); i++ {
			p.validate(s.Items2020, list[i], index(at, i))
		}
	}
	p.take(safely(&shell, v), at)
}

// object validates large members separately, and takes them out of the shell.
func (p *pieces) object(s, shell *jsonschema.Schema, v map[string]any, at string) {
	additional, _ := s.AdditionalProperties.(*jsonschema.Schema)
	if len(s.PatternProperties) > 0 {
		additional = nil
	}
	if additional != nil {
		shell.AdditionalProperties = true
	}
	shell.Properties = maps.Clone(s.Properties)
	for _, name := range slices.Sorted(maps.Keys(v)) {
		part, declared := s.Properties[name]
		switch {
		case declared && p.isLarge(v[name]):
			shell.Properties[name] = everything()
			p.validate(part, v[name], at+escaped(name))
		case !declared && additional != nil:
			p.validate(additional, v[name], at+escaped(name))
		}
	}
}

// escaped returns a token as the library writes it into locations.
func escaped(name string) string {
	return "/" + url.PathEscape(strings.TrimPrefix(jsonvalue.Join("", name), "/"))
}

// take keeps an error, or only counts it.
func (p *pieces) take(err error, at string) {
	var invalid *jsonschema.ValidationError
	switch {
	case err == nil:
	case !errors.As(err, &invalid):
		p.failed = err
	case p.explainer.brief:
		p.kept = append(p.kept, invalid)
	case p.failures > MaxViolations:
		p.more += len(p.explainer.failures(invalid, nil))
	default:
		below(invalid, at)
		p.kept = append(p.kept, invalid)
		p.failures += len(p.explainer.failures(invalid, nil))
	}
}

// below prefixes the locations of an error with the place of its piece.
func below(err *jsonschema.ValidationError, at string) {
	err.InstanceLocation = at + err.InstanceLocation
	for _, cause := range err.Causes {
		below(cause, at)
	}
}

func (p *pieces) isLarge(v any) bool { return count(v, p.large) >= p.large }

// count returns the number of values in a value, or enough where there are at least so many.
func count(v any, enough int) int {
	n := 1
	switch v := v.(type) {
	case []any:
		for i := 0; i < len(v) && n < enough; i++ {
			n += count(v[i], enough-n)
		}
	case map[string]any:
		for _, item := range v {
			if n >= enough {
				break
			}
			n += count(item, enough-n)
		}
	}
	return n
}
