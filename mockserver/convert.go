package mockserver

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// standIns are the members that stand for an object where only one value is written or read, the
// likeliest first: a type is written as 3 and read as {"value": 3, "label": "dark"}.
var standIns = []string{"value", "id", "uuid", "code", "key", "name", "slug", "_id"}

// converted returns a value in another form that a schema asks for: an object as the member that
// stands for it and the other way round, a value as a list of one, a number as text. It reports
// false where none fits.
func converted(v any, s *openapi.Schema, made maker) (any, bool) {
	switch v := v.(type) {
	case *jsonvalue.Object:
		return standIn(v, s)
	case []any:
		if len(v) != 1 || s.Allows("array") {
			return eachConverted(v, s, made)
		}
		return fitting(v[0], s, made)
	case nil:
		return nil, false
	}
	if s.IsList() {
		item, ok := fitting(v, s.Items, made)
		return []any{item}, ok
	}
	for _, text := range respelled(v) {
		if meets(s, text) {
			return text, true
		}
	}
	return standingFor(v, s, made)
}

// fitting returns a value as it is where a schema allows it, else converted.
func fitting(v any, s *openapi.Schema, made maker) (any, bool) {
	if s == nil || meets(s, v) {
		return v, true
	}
	return converted(v, s, made)
}

// eachConverted converts the items of a list.
func eachConverted(list []any, s *openapi.Schema, made maker) (any, bool) {
	if !s.IsList() {
		return nil, false
	}
	out := append([]any(nil), list...)
	for i := range out {
		item, ok := fitting(out[i], s.Item(i), made)
		if !ok {
			return nil, false
		}
		out[i] = item
	}
	return out, true
}

// respelled returns a number as text, a text as what it spells, and a time in its other forms: a
// date, a point in time, Unix seconds.
func respelled(v any) []any {
	switch v := v.(type) {
	case json.Number:
		seconds, err := strconv.ParseInt(string(v), 10, 64)
		if at := time.Unix(seconds, 0).UTC(); err == nil && at.Year() > 0 && at.Year() < 10_000 {
			return []any{string(v), at.Format(timeForm), at.Format(time.DateOnly)}
		}
		return []any{string(v)}
	case string:
		if value, err := jsonvalue.Parse([]byte(v), jsonvalue.Limits{}); err == nil && value != nil {
			return []any{value}
		}
		for _, form := range []string{time.RFC3339Nano, time.DateOnly} {
			if at, err := time.Parse(form, v); err == nil {
				return []any{at.UTC().Format(timeForm), at.Format(time.DateOnly),
					json.Number(strconv.FormatInt(at.Unix(), 10))}
			}
		}
	}
	return nil
}

// respelledFact returns an identity or a locator as a schema wants it: as a text or as a number. It
// stays as it is where no form that a path spells alike is valid.
func respelledFact(v any, s *openapi.Schema) any {
	if s == nil || meets(s, v) {
		return v
	}
	for _, form := range respelled(v) {
		if identityText(form) == identityText(v) && meets(s, form) {
			return form
		}
	}
	return v
}

// standIn returns the member of an object that stands for it by a schema.
func standIn(object *jsonvalue.Object, s *openapi.Schema) (any, bool) {
	for _, name := range standIns {
		if value, has := object.Get(name); has && value != nil && meets(s, value) {
			return value, true
		}
	}
	var found []any
	for _, m := range object.Members {
		if m.Value != nil && meets(s, m.Value) {
			found = append(found, m.Value)
		}
	}
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

// standingFor returns an object of a schema for which a value stands, completed by what the schema
// demands.
func standingFor(v any, s *openapi.Schema, made maker) (any, bool) {
	var fits []string
	for variant := range s.Variants() {
		for _, p := range variant.Properties {
			if len(p.Schema.Types) > 0 && meets(p.Schema, v) && !slices.Contains(fits, p.Name) {
				fits = append(fits, p.Name)
			}
		}
	}
	name := ""
	if i := slices.IndexFunc(standIns, func(name string) bool { return slices.Contains(fits, name) }); i >= 0 {
		name = standIns[i]
	} else if len(fits) == 1 {
		name = fits[0]
	}
	if name == "" {
		return nil, false
	}
	object := jsonvalue.ObjectOf(name, v)
	fill(object, s, made)
	return object, true
}
