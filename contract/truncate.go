package contract

import (
	"fmt"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The bounds of what a report quotes, in characters.
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
	if short := truncate(text, maxValue); short != text {
		return short
	}
	return v
}

// truncate bounds a text.
func truncate(text string, limit int) string {
	if short := fmt.Sprintf("%.*s", limit, text); short != text {
		return short + "…"
	}
	return text
}
