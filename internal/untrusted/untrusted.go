// Package untrusted makes text that came from elsewhere, such as the body of a response, harmless where
// people and programs read it line by line: terminals, and the logs of continuous integration.
package untrusted

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// command begins what a runner of continuous integration takes for a command: of GitHub Actions in its
// first form, of Azure Pipelines, and of TeamCity. They look for it anywhere in a line.
var command = regexp.MustCompile(`(?i)^##(\[|vso\[|teamcity\[)`)

// Text returns a text in which nothing acts on its reader. Control characters and those that change the
// direction of writing are escaped, as is the first character of what a runner would take for a command:
// two colons at the start of a line (GitHub Actions, which skips space before them), and ##[, ##vso[ and
// ##teamcity[ anywhere. Bytes that are no UTF-8 become U+FFFD. Newlines and tabs stay.
func Text(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.ContainsFunc(s, suspicious) {
		return s
	}
	var out strings.Builder
	start := true // of the line, but for space
	for i, r := range s {
		acts := hidden(r) || r == ':' && start && strings.HasPrefix(s[i+1:], ":") ||
			r == '#' && command.MatchString(s[i:])
		if acts {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
		start = r == '\n' || start && (unicode.IsSpace(r) || hidden(r))
	}
	return out.String()
}

// suspicious reports whether Text may have to escape a character.
func suspicious(r rune) bool { return r == ':' || r == '#' || hidden(r) }

// hidden reports whether a character is not shown, but acts on what is.
func hidden(r rune) bool {
	if r == '\n' || r == '\t' {
		return false
	}
	return unicode.IsControl(r) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) ||
		r == 0x2028 || r == 0x2029 || r == 0xfffe || r == 0xffff
}

// JSON returns a JSON text with the same values, in which nothing acts on who reads it as text: what Text
// escapes anywhere in a line is an escape of JSON. Lines of JSON begin with nothing that Text escapes there.
func JSON(data []byte) []byte {
	var out bytes.Buffer
	for i, r := range string(data) {
		if r == '#' && command.Match(data[i:min(len(data), i+longestCommand)]) || r >= 0x7f && hidden(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.Bytes()
}

// longestCommand is how many bytes the longest beginning of a command has.
const longestCommand = len("##teamcity[")
