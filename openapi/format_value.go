package openapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// How much of a value a violation shows.
const (
	maxValueRunes   = 120
	maxValueBytes   = 2000
	maxPointerBytes = 400
	redactedValue   = "[redacted]"
)

// formatValue returns a value as a violation shows it: shortened, with secrets redacted.
func (d *Document) formatValue(v any, pointer string) any {
	if v != nil && slices.ContainsFunc(jsonvalue.Tokens(pointer), d.hides) {
		return redactedValue
	}
	switch v := v.(type) {
	case string:
		if n := utf8.RuneCountInString(v); n > maxValueRunes {
			return fmt.Sprintf("%s (%d characters)", clipped(v), n)
		}
	case json.Number:
		if len(v) > maxValueRunes {
			return fmt.Sprintf("%s (a number of %d characters)", clipped(string(v)), len(v))
		}
	case *jsonvalue.Object, []any:
		clean := d.withoutSecrets(v)
		if size := len(jsonvalue.Marshal(clean)); size > maxValueBytes {
			return fmt.Sprintf("(%s of %d bytes)", jsonvalue.TypeOf(v), size)
		}
		return clean
	}
	return v
}

// hides reports whether the values of members with a name are secret.
func (d *Document) hides(name string) bool { return d.schemas.hidden[name] }

// withoutSecrets returns a copy of a value with the members named like a secret redacted.
func (d *Document) withoutSecrets(v any) any {
	return rewritten(v, func(_ int, m jsonvalue.Member) jsonvalue.Member {
		if d.hides(m.Name) && m.Value != nil {
			m.Value = redactedValue
		}
		return m
	})
}

// rewritten returns a copy of a value. A function replaces each member, given its index, and then
// each inside the replacement.
func rewritten(v any, replace func(int, jsonvalue.Member) jsonvalue.Member) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = rewritten(item, replace)
		}
		return out
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, len(v.Members))}
		for i, m := range v.Members {
			m = replace(i, m)
			m.Value = rewritten(m.Value, replace)
			out.Members[i] = m
		}
		return out
	}
	return v
}

// describe spells a value for a sentence: scalars as they are, objects and lists by their kind.
func describe(preview, actual any) string {
	if preview == redactedValue && actual != redactedValue {
		return "[redacted " + jsonvalue.TypeOf(actual) + "]"
	}
	switch actual.(type) {
	case *jsonvalue.Object:
		return "an object"
	case []any:
		return "a list"
	case nil:
		return "null"
	}
	return string(jsonvalue.Marshal(preview))
}

// clipped shortens a text to what a message has room for.
func clipped(s string) string {
	if utf8.RuneCountInString(s) <= maxValueRunes {
		return s
	}
	return string([]rune(s[:min(len(s), utf8.UTFMax*maxValueRunes)])[:maxValueRunes]) + "…"
}

func clippedJSON(v any) string { return clipped(string(jsonvalue.Marshal(v))) }

// clippedPointer shortens a pointer, at the start of a character.
func clippedPointer(pointer string) string {
	if len(pointer) <= maxPointerBytes {
		return pointer
	}
	cut := maxPointerBytes
	for !utf8.RuneStart(pointer[cut]) {
		cut--
	}
	return pointer[:cut] + "…"
}
