// Package curl writes a request as a curl command that can be pasted into any
// POSIX shell.
//
//	line := curl.Command(curl.Request{Method: "PUT", URL: u, Header: h, Body: body},
//		curl.Secret{Value: key, Variable: "AGENTMOCK_API_KEY"})
//
// The command sends the same bytes as the request did: whatever quotes, control
// characters or invalid UTF-8 are in it. Secrets are named, never shown. The
// package runs nothing.
package curl

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Request is what the command sends.
type Request struct {
	Method string // GET where empty
	URL    string
	Header http.Header // written in lower case, sorted by name
	Body   []byte      // nil or empty: none

	// Insecure skips the verification of certificates, and CAFile names a file of certificates to
	// trust, as the flags of curl do.
	Insecure bool
	CAFile   string
}

// Secret is a value that must not be shown: the command has a shell variable in its place. Values
// of fewer than four bytes are left alone, because they would be found everywhere.
type Secret struct {
	Value    string
	Variable string // without the dollar sign
}

const shortestSecret = 4

// Command is the shell command, over several lines that end in a backslash, without a newline at
// the end. Header names of the request must be valid (RFC 9110 §5.1), which net/http sees to.
func Command(r Request, secrets ...Secret) string {
	secrets = usable(secrets)
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	line := &command{secrets: secrets}
	body := string(r.Body)
	piped := body != "" && !printable(body)
	if piped {
		line.write("printf " + printf(body, secrets) + " | ")
	}
	line.write("curl -i")
	line.write(methodFlag(method, body != ""))
	if strings.ContainsAny(r.URL, "[]{}") {
		line.write(" -g") // curl would take them for patterns
	}
	if strings.Contains(r.URL, "/.") {
		line.write(" --path-as-is")
	}
	if r.Insecure {
		line.write(" -k")
	}
	if r.CAFile != "" {
		line.write(" --cacert " + quote(r.CAFile, nil))
	}
	line.write(" " + quote(r.URL, secrets))
	line.headers(r.Header, body != "")
	switch {
	case piped:
		line.flag("--data-binary", "@-")
	case body != "":
		line.flag("--data-raw", quote(body, secrets))
	case method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch:
		// Without this, curl sends no Content-Length, which a server may refuse with 411.
		line.flag("-H", "'content-length: 0'")
	}
	return line.String()
}

// Words writes the words of any shell command, quoted where they need it, with variables in the
// place of secrets.
func Words(words []string, secrets ...Secret) string {
	secrets = usable(secrets)
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word, secrets)
	}
	return strings.Join(quoted, " ")
}

// Variable is the shell variable that stands for the value of a header or a property: x-trace-id
// becomes X_TRACE_ID, and elevenLabsApiKey becomes ELEVEN_LABS_API_KEY.
func Variable(name string) string {
	var out strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case unicode.IsUpper(r) && lower:
			out.WriteByte('_')
			out.WriteRune(r)
		case r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			out.WriteRune(unicode.ToUpper(r))
		default:
			out.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	if out.Len() == 0 || unicode.IsDigit(rune(out.String()[0])) {
		return "SECRET_" + out.String()
	}
	return out.String()
}

// Stand puts texts of its own in the place of header values, of any length, and returns the secrets
// that make Command and Words write shell variables for these: one for each header, named after it,
// and numbered where a header has several values.
func Stand(name string, values []string) (stand []string, secrets []Secret) {
	for i := range values {
		variable := Variable(name)
		if i > 0 {
			variable += fmt.Sprintf("_%d", i+1)
		}
		text := "agentmock-stands-for-" + variable + "-"
		stand, secrets = append(stand, text), append(secrets, Secret{Value: text, Variable: variable})
	}
	return stand, secrets
}

type command struct {
	strings.Builder
	secrets []Secret
}

func (c *command) write(s string) { c.WriteString(s) }

func (c *command) flag(name, word string) { c.WriteString(" \\\n  " + name + " " + word) }

func (c *command) headers(header http.Header, hasBody bool) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			text := strings.ToLower(name) + ": " + value
			if value == "" {
				text = strings.ToLower(name) + ";" // the way to send an empty header; with a colon it would be removed
			}
			c.flag("-H", quote(text, c.secrets))
		}
	}
	if hasBody && len(header.Values("Content-Type")) == 0 {
		c.flag("-H", "'content-type:'") // curl would add application/x-www-form-urlencoded
	}
}

// methodFlag leaves out what curl does by itself.
func methodFlag(method string, hasBody bool) string {
	switch {
	case method == http.MethodGet && !hasBody, method == http.MethodPost && hasBody:
		return ""
	case method == http.MethodHead:
		return " --head"
	}
	return " -X " + quote(method, nil)
}

// usable drops empty and short secrets and puts long ones first, so that a secret inside another
// one does not hide it.
func usable(secrets []Secret) []Secret {
	kept := slices.DeleteFunc(slices.Clone(secrets), func(s Secret) bool { return len(s.Value) < shortestSecret })
	slices.SortStableFunc(kept, func(a, b Secret) int { return len(b.Value) - len(a.Value) })
	return kept
}

// printable says whether a text survives as an argument and as what a terminal shows: UTF-8 without
// control characters.
func printable(s string) bool {
	// Linux bounds one argument at 128 KiB; printf is built into shells and has no bound
	if !utf8.ValidString(s) || len(s) > 100_000 {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' {
			return false
		}
	}
	return true
}
