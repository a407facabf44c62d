package curl

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/redact"
)

// quote returns one shell word: 'x-api-key: '"$AGENTMOCK_API_KEY".
func quote(parts []redact.Part) string {
	word, literal := "", ""
	for i, part := range parts {
		if literal += part.Text; part.Variable == "" && i+1 < len(parts) {
			continue
		}
		switch {
		case literal == "":
		case plain(literal):
			word += literal
		default:
			// Inside single quotes nothing is special but the quote itself (POSIX XCU 2.2.2).
			word += "'" + strings.ReplaceAll(literal, "'", `'\''`) + "'"
		}
		if literal = ""; part.Variable != "" {
			word += `"$` + part.Variable + `"`
		}
	}
	return cmp.Or(word, "''")
}

// plain reports whether a text needs no quotes in any shell.
func plain(s string) bool {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,"
	return strings.Trim(s, safe) == ""
}

var printfEscaper = strings.NewReplacer("%", "%%", `\`, `\\`, "'", `'\''`)

// printf returns the arguments with which the printf of any POSIX shell prints a text: a format with
// octal escapes, then the variables.
func printf(parts []redact.Part) string {
	var format, arguments strings.Builder
	for _, part := range parts {
		if part.Variable != "" {
			format.WriteString("%s")
			arguments.WriteString(` "$` + part.Variable + `"`)
		}
		for text := printfEscaper.Replace(part.Text); text != ""; {
			r, size := utf8.DecodeRuneInString(text)
			if r == utf8.RuneError && size == 1 || unicode.IsControl(r) {
				for _, b := range []byte(text[:size]) {
					fmt.Fprintf(&format, `\%03o`, b) // always three digits: a digit may follow
				}
			} else {
				format.WriteString(text[:size])
			}
			text = text[size:]
		}
	}
	return "'" + format.String() + "'" + arguments.String()
}
