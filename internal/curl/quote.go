package curl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quote makes one word of a text, with variables where it has secrets: 'x-api-key:
// '"$AGENTMOCK_API_KEY".
func quote(text string, secrets []Secret) string {
	var out strings.Builder
	for _, part := range split(text, secrets) {
		switch {
		case part.variable != "":
			out.WriteString(`"$` + part.variable + `"`)
		case plain(part.text):
			out.WriteString(part.text)
		default:
			// Inside single quotes nothing is special but the quote itself (POSIX XCU 2.2.2).
			out.WriteString("'" + strings.ReplaceAll(part.text, "'", `'\''`) + "'")
		}
	}
	if out.Len() == 0 {
		return "''"
	}
	return out.String()
}

// plain says whether a text needs no quotes in any shell.
func plain(s string) bool {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,"
	return s != "" && strings.Trim(s, safe) == ""
}

// printf writes the arguments with which the printf of any POSIX shell prints a text: a format with
// octal escapes, and the variables that stand for secrets as its further arguments.
func printf(text string, secrets []Secret) string {
	var format, arguments strings.Builder
	for _, part := range split(text, secrets) {
		if part.variable != "" {
			format.WriteString("%s")
			arguments.WriteString(` "$` + part.variable + `"`)
			continue
		}
		escape(&format, part.text)
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

// part is a piece of text, or the variable that stands for one.
type part struct{ text, variable string }

// split cuts a text at its secrets, the earliest first, of two at one place the one that comes
// first in the list.
func split(text string, secrets []Secret) []part {
	var parts []part
	for text != "" {
		at, found := len(text), Secret{}
		for _, s := range secrets {
			if i := strings.Index(text, s.Value); i >= 0 && i < at {
				at, found = i, s
			}
		}
		if at > 0 {
			parts = append(parts, part{text: text[:at]})
		}
		if found.Value == "" {
			break
		}
		parts = append(parts, part{variable: found.Variable})
		text = text[at+len(found.Value):]
	}
	return parts
}
