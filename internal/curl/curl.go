// Package curl writes a request as a curl command that can be pasted into any POSIX shell.
//
//	secrets := redact.New(nil, nil).Guard("key-0815", "AGENTMOCK_API_KEY")
//	line := curl.Command(curl.Request{Method: "PUT", URL: u, Header: h, Body: body}, secrets)
//
// The command sends the same bytes as the request did: whatever quotes, control characters or
// invalid UTF-8 are in it. Secrets are named, never shown. The package runs nothing.
package curl

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/redact"
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

// Command returns the shell command, over several lines that end in a backslash, without a newline
// at the end, with variables in place of the secrets that a Set guards. Header names of the request
// must be valid (RFC 9110 §5.1).
func Command(r Request, secrets *redact.Set) string {
	method, body := cmp.Or(r.Method, http.MethodGet), string(r.Body)
	first, piped := "curl -i", !printable(body)
	if piped {
		first = "printf " + printf(secrets.Split(body)) + " | curl -i"
	}
	first += methodFlag(method, body != "")
	if strings.ContainsAny(r.URL, "[]{}") {
		first += " -g" // curl would take them for patterns
	}
	if strings.Contains(r.URL, "/.") {
		first += " --path-as-is"
	}
	if r.Insecure {
		first += " -k"
	}
	if r.CAFile != "" {
		first += " --cacert " + quote(literal(r.CAFile))
	}
	lines := append([]string{first + " " + quote(secrets.Split(r.URL))}, headers(r.Header, secrets)...)
	if body != "" && len(r.Header.Values("Content-Type")) == 0 {
		lines = append(lines, "-H 'content-type:'") // curl would add application/x-www-form-urlencoded
	}
	switch {
	case piped:
		lines = append(lines, "--data-binary @-")
	case body != "":
		lines = append(lines, "--data-raw "+quote(secrets.Split(body)))
	case method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch:
		// Without this, curl sends no Content-Length, which a server may refuse with 411.
		lines = append(lines, "-H 'content-length: 0'")
	}
	return strings.Join(lines, " \\\n  ")
}

// Words returns the words of any shell command, quoted where they need it.
func Words(words ...[]redact.Part) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}

// literal returns the parts of a text without secrets.
// Quote returns a text as one word of a shell.
func Quote(text string) string { return quote(literal(text)) }

func literal(text string) []redact.Part { return []redact.Part{{Text: text}} }

// headers returns the flags for a header.
func headers(header http.Header, secrets *redact.Set) []string {
	var flags []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if len(header[name]) == 0 { // left out, also where curl has a value of its own
			flags = append(flags, "-H "+quote(literal(strings.ToLower(name)+":")))
		}
		for _, value := range header[name] {
			field := literal(strings.ToLower(name) + ";") // with a colon, curl would remove the header
			if value != "" {
				field = append(literal(strings.ToLower(name)+": "), secrets.SplitHeader(name, value)...)
			}
			flags = append(flags, "-H "+quote(field))
		}
	}
	return flags
}

// methodFlag returns the flag for a method, "" where curl uses it anyway.
func methodFlag(method string, hasBody bool) string {
	switch {
	case method == http.MethodGet && !hasBody, method == http.MethodPost && hasBody:
		return ""
	case method == http.MethodHead:
		return " --head"
	}
	return " -X " + quote(literal(method))
}

// printable reports whether a text survives as an argument and on a terminal: UTF-8 without control
// characters.
func printable(s string) bool {
	// Linux bounds one argument at 128 KiB; printf is built into shells and has no bound
	return utf8.ValidString(s) && len(s) <= 100_000 &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' })
}
