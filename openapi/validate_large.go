package openapi

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// largeValue is how many values make a body one that is judged in pieces. The library stops at no
// error: two megabytes of wrong items give a million of them, each with all of the path to it.
const largeValue = 2000

// pieces judges a large value piece by piece, and keeps no more errors than can be shown.
type pieces struct {
	explainer *explainer
	large     int // how many values make a large one
	kept      []*jsonschema.ValidationError
	failures  int   // in those
	more      int   // in others
	failed    error // what is no verdict
}

// everything is a schema that takes every value.
func everything() *jsonschema.Schema {
	yes := true
	return &jsonschema.Schema{Always: &yes}
}

// judge is the library's verdict on a value. Of very many errors it has only the first; the
// explainer knows how many there are beside.
func (e *explainer) validate(s *jsonschema.Schema, v any) error {
	p := &pieces{explainer: e, large: largeValue}
	p.validate(s, v, "")
	switch {
	case p.failed != nil:
		return p.failed
	case len(p.kept) == 0:
		return nil
	}
	e.more = p.more
	return &jsonschema.ValidationError{Causes: p.kept}
}

// judge takes the schema apart where its parts judge parts of the value, or the same value, on
// their own.
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
	switch v := v.(type) {
	case map[string]any:
		p.object(s, &shell, v, at)
	case []any:
		if s.Items2020 != nil {
			shell.Items2020 = nil
			for i := len(s.PrefixItems); i < len(v); i++ {
				p.validate(s.Items2020, v[i], at+"/"+strconv.Itoa(i))
			}
		}
	}
	p.take(safely(&shell, v), at)
}

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

// escaped is a token as the library writes it into locations.
func escaped(name string) string {
	return "/" + url.PathEscape(strings.TrimPrefix(jsonvalue.Join("", name), "/"))
}

// take keeps an error, or counts it.
func (p *pieces) take(err error, at string) {
	var invalid *jsonschema.ValidationError
	switch {
	case err == nil:
	case !errors.As(err, &invalid):
		p.failed = err
	case p.failures > MaxViolations:
		p.more += len(p.explainer.failures(invalid, nil))
	default:
		below(invalid, at)
		p.kept = append(p.kept, invalid)
		p.failures += len(p.explainer.failures(invalid, nil))
	}
}

// below moves an error to where its piece is.
func below(err *jsonschema.ValidationError, at string) {
	err.InstanceLocation = at + err.InstanceLocation
	for _, cause := range err.Causes {
		below(cause, at)
	}
}

func (p *pieces) isLarge(v any) bool { return count(v, p.large) >= p.large }

// count is the number of values in a value, as far as it matters.
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
