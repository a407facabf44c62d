// Package curl writes a request as a curl command that can be pasted into any POSIX shell.
//
//	secrets := redact.New(nil, nil).Guard("key-0815", "AGENTMOCK_API_KEY")
//	line := curl.Command(curl.Request{Method: "PUT", URL: u, Header: h, Body: body}, secrets)
//
// The command sends the same bytes as the request did: whatever quotes, control characters or
// invalid UTF-8 are in it. Secrets are named, never shown. The package runs nothing.
package curl

import (
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
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	line := &command{secrets: secrets}
	body := string(r.Body)
	piped := body != "" && !printable(body)
	if piped {
		line.write("printf " + printf(secrets.Split(body)) + " | ")
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
		line.write(" --cacert " + quote(literal(r.CAFile)))
	}
	line.write(" " + quote(secrets.Split(r.URL)))
	line.headers(r.Header, body != "")
	switch {
	case piped:
		line.flag("--data-binary", "@-")
	case body != "":
		line.flag("--data-raw", quote(secrets.Split(body)))
	case method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch:
		// Without this, curl sends no Content-Length, which a server may refuse with 411.
		line.flag("-H", "'content-length: 0'")
	}
	return line.String()
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
func literal(text string) []redact.Part { return []redact.Part{{Text: text}} }

type command struct {
	strings.Builder
	secrets *redact.Set
}

func (c *command) write(s string) { c.WriteString(s) }

func (c *command) flag(name, word string) { c.WriteString(" \\\n  " + name + " " + word) }

func (c *command) headers(header http.Header, hasBody bool) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if value == "" { // with a colon, curl would remove the header
				c.flag("-H", quote(literal(strings.ToLower(name)+";")))
				continue
			}
			c.flag("-H", quote(append(literal(strings.ToLower(name)+": "), c.secrets.SplitHeader(name, value)...)))
		}
	}
	if hasBody && len(header.Values("Content-Type")) == 0 {
		c.flag("-H", "'content-type:'") // curl would add application/x-www-form-urlencoded
	}
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
