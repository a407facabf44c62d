package contract

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A long text is kept as a text: archives show what is none as base64.
func TestBeginningOfBody(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"one byte":    strings.Repeat("x", maxKeptBody+1),
		"two bytes":   "x" + strings.Repeat("é", maxKeptBody/2),
		"three bytes": strings.Repeat("€", maxKeptBody/3+1),
		"four bytes":  "x" + strings.Repeat("😀", maxKeptBody/4),
	} {
		got := beginning([]byte(text))
		if !utf8.Valid(got) || len(got) > maxKeptBody || len(got) <= maxKeptBody-utf8.UTFMax {
			t.Errorf("%s: %d bytes, valid: %v", name, len(got), utf8.Valid(got))
		}
	}
	if got := beginning([]byte(strings.Repeat("\x80", maxKeptBody+9))); len(got) < maxKeptBody-utf8.UTFMax {
		t.Errorf("%d bytes of what is no text", len(got))
	}
	if got := beginning([]byte("short")); string(got) != "short" {
		t.Errorf("%q", got)
	}
}
