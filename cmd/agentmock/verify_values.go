package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// parseValues reads pointer=value: the value is JSON, or, where it is none, a string.
func parseValues(list []string) (map[string]any, error) {
	values := map[string]any{}
	for _, text := range list {
		pointer, value, ok := strings.Cut(text, "=")
		if !ok || !strings.HasPrefix(pointer, "/") {
			return nil, usagef("--value %q is not like /phoneNumberIds/0=678c5e02b4a7d90f31c8e6a1", pointer)
		}
		values[pointer] = jsonOrText(value)
	}
	return values, nil
}

// jsonOrText returns the JSON string, list or object that a text is, and any other text as it is: an
// id may look like a number.
func jsonOrText(text string) any {
	if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		if v, violation := openapi.ReadJSON([]byte(text)); violation == nil {
			return v
		}
	}
	return text
}

// fittingValues returns the values as the document takes them: a text that looks like a number or a
// boolean is one where the document takes no text. It refuses a value that no request body allows.
func fittingValues(doc *openapi.Document, values map[string]any) (map[string]any, error) {
	for _, pointer := range slices.Sorted(maps.Keys(values)) {
		places, open := bodyPlaces(doc, pointer)
		if open {
			continue
		}
		if len(places) == 0 {
			return nil, usagef("--value %s: no request body of the document has anything there", pointer)
		}
		candidates := []any{values[pointer]}
		if text, ok := values[pointer].(string); ok {
			if scalar, violation := openapi.ReadJSON([]byte(text)); violation == nil && scalar != nil {
				candidates = append(candidates, scalar)
			}
		}
		fits := func(value any) bool {
			return slices.ContainsFunc(places, func(s *openapi.Schema) bool {
				return s.IsValid(value, openapi.RequestView)
			})
		}
		at := slices.IndexFunc(candidates, fits)
		if at < 0 {
			v := places[0].Validate(values[pointer], openapi.RequestView)[0]
			return nil, usagef("--value %s: the document forbids this value (rule %s): %s", pointer, v.Rule, v.Message)
		}
		values[pointer] = candidates[at]
	}
	return values, nil
}

// bodyPlaces returns the schemas of a place in request bodies; open reports that a body may have
// anything there.
func bodyPlaces(doc *openapi.Document, pointer string) (places []*openapi.Schema, open bool) {
	for _, op := range doc.Operations {
		if op.Body == nil || op.Body.Preferred() == nil {
			continue
		}
		place, anything := inSchema(op.Body.Preferred().Schema, pointer)
		if open = open || anything; place != nil {
			places = append(places, place)
		}
	}
	return places, open
}

// inSchema returns the schema of a place; open reports that the place may hold anything, or one of
// several alternatives.
func inSchema(s *openapi.Schema, pointer string) (place *openapi.Schema, open bool) {
	for _, token := range jsonvalue.Tokens(pointer) {
		if s == nil || len(s.OneOf)+len(s.AnyOf) > 0 {
			return nil, true
		}
		inner := s.At(jsonvalue.Join("", token))
		if inner == nil {
			return nil, s.Covers(token)
		}
		s = inner
	}
	return s, s == nil
}
