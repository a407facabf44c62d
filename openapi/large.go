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
	faults    int   // in those
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
func (e *explainer) judge(s *jsonschema.Schema, v any) error {
	p := &pieces{explainer: e, large: largeValue}
	p.judge(s, v, "")
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
func (p *pieces) judge(s *jsonschema.Schema, v any, at string) {
	if s.Always != nil || s.UnevaluatedProperties != nil || s.UnevaluatedItems != nil || s.DynamicRef != nil ||
		s.RecursiveRef != nil || !p.isLarge(v) {
		p.take(safely(s, v), at)
		return
	}
	shell := *s
	if s.Ref != nil {
		shell.Ref = everything()
		p.judge(s.Ref, v, at)
	}
	shell.AllOf = nil
	for _, part := range s.AllOf {
		p.judge(part, v, at)
	}
	switch v := v.(type) {
	case map[string]any:
		p.object(s, &shell, v, at)
	case []any:
		if s.Items2020 != nil {
			shell.Items2020 = nil
			for i := len(s.PrefixItems); i < len(v); i++ {
				p.judge(s.Items2020, v[i], at+"/"+strconv.Itoa(i))
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
			p.judge(part, v[name], at+escaped(name))
		case !declared && additional != nil:
			p.judge(additional, v[name], at+escaped(name))
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
	case p.faults > MaxViolations:
		p.more += len(p.explainer.faults(invalid, nil))
	default:
		below(invalid, at)
		p.kept = append(p.kept, invalid)
		p.faults += len(p.explainer.faults(invalid, nil))
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

// maxName bounds names, in bytes: each error below a member has its name in it.
const maxName = 1000

// shortNames cuts names that no schema would know, in a copy. What has none comes back as it is.
func shortNames(v any) any {
	if !hasLongName(v) {
		return v
	}
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = shortNames(item)
		}
		return out
	default:
		out := &jsonvalue.Object{}
		for i, m := range members(v) {
			if len(m.Name) > maxName {
				m.Name = strings.ToValidUTF8(m.Name[:maxName], "") + strconv.Itoa(i)
			}
			out.Members = append(out.Members, jsonvalue.Member{Name: m.Name, Value: shortNames(m.Value)})
		}
		return out
	}
}

func hasLongName(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, hasLongName)
	case *jsonvalue.Object:
		return slices.ContainsFunc(v.Members, func(m jsonvalue.Member) bool {
			return len(m.Name) > maxName || hasLongName(m.Value)
		})
	}
	return false
}
