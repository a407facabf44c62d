package contract

import (
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The bounds of what a report quotes, in bytes.
const (
	maxQuote = 120
	maxValue = 2000
)

// quote returns a value for a sentence.
func quote(v any) string { return truncate(string(jsonvalue.Marshal(v)), maxQuote) }

// truncateValue bounds a value that goes into a report: a longer one becomes the beginning of its
// text.
func truncateValue(v any) any {
	if v == nil {
		return nil
	}
	text := string(jsonvalue.Marshal(v))
	if len(text) <= maxValue {
		return v
	}
	return truncate(text, maxValue)
}

// truncate cuts a text between two characters.
func truncate(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "…"
}
