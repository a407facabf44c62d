package redact

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// ShortestSecret is the length in bytes of the shortest credential that is looked for in other places than its
// own: a shorter one stands there by chance.
const ShortestSecret = shortestFound

// IsStandIn reports whether a text stands where a secret should, and keeps nothing: <string>, {{apiKey}},
// YOUR_API_KEY, undefined. It may stand elsewhere for something else, and should be seen there.
func IsStandIn(text string) bool {
	if len(text) > longestStandIn {
		return false
	}
	found := false
	for from := 0; from < len(text); {
		switch c := text[from]; {
		case isLetter(c):
		case c >= '0' && c <= '9' || c >= utf8.RuneSelf:
			return false
		default:
			from++
			continue
		}
		to := from + 1
		for to < len(text) && isLetter(text[to]) && !(isUpper(text[to]) && !isUpper(text[to-1])) {
			to++
		}
		if !slices.ContainsFunc(standInWords, func(w string) bool { return strings.EqualFold(w, text[from:to]) }) {
			return false
		}
		from, found = to, true
	}
	return found
}

func isLetter(c byte) bool { return isUpper(c) || c >= 'a' && c <= 'z' }

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// longestStandIn is the length in bytes of the longest text that is one.
const longestStandIn = 40

// standInWords are words of which nobody makes a secret.
var standInWords = []string{
	"a", "access", "account", "agentmock", "an", "any", "api", "apikey", "app", "auth", "authorization", "bearer",
	"boolean", "change", "changeme", "client", "credential", "credentials", "date", "demo", "dummy", "email", "enter",
	"example", "fake", "foo", "here", "id", "insert", "integer", "key", "long", "me", "mock", "my", "none", "null",
	"number", "of", "paste", "placeholder", "private", "public", "replace", "sample", "secret", "some", "string",
	"test", "testing", "text", "the", "this", "time", "todo", "token", "undefined", "uri", "url", "user", "uuid",
	"value", "with", "workspace", "x", "xxx", "xxxx", "your",
}
