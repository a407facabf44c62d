package curl

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/redact"
)

// quote returns one shell word: 'x-api-key: '"$AGENTMOCK_API_KEY".
func quote(parts []redact.Part) string {
	var out strings.Builder
	literal := ""
	for _, part := range append(slices.Clip(parts), redact.Part{}) {
		if part.Text != "" {
			literal += part.Text
			continue
		}
		switch {
		case literal == "":
		case plain(literal):
			out.WriteString(literal)
		default:
			// Inside single quotes nothing is special but the quote itself (POSIX XCU 2.2.2).
			out.WriteString("'" + strings.ReplaceAll(literal, "'", `'\''`) + "'")
		}
		if literal = ""; part.Variable != "" {
			out.WriteString(`"$` + part.Variable + `"`)
		}
	}
	if out.Len() == 0 {
		return "''"
	}
	return out.String()
}

// plain reports whether a text needs no quotes in any shell.
func plain(s string) bool {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,"
	return s != "" && strings.Trim(s, safe) == ""
}

// printf returns the arguments with which the printf of any POSIX shell prints a text: a format with
// octal escapes, then the variables.
func printf(parts []redact.Part) string {
	var format, arguments strings.Builder
	for _, part := range parts {
		if part.Variable != "" {
			format.WriteString("%s")
			arguments.WriteString(` "$` + part.Variable + `"`)
			continue
		}
		escape(&format, part.Text)
	}
	return "'" + format.String() + "'" + arguments.String()
}

func escape(out *strings.Builder, text string) {
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == '%':
			out.WriteString("%%")
		case r == '\\':
			out.WriteString(`\\`)
		case r == '\'':
			out.WriteString(`'\''`)
		case r == utf8.RuneError && size == 1, unicode.IsControl(r):
			for _, b := range []byte(text[:size]) {
				fmt.Fprintf(out, `\%03o`, b) // always three digits: a digit may follow
			}
		default:
			out.WriteString(text[:size])
		}
		text = text[size:]
	}
}
