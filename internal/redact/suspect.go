package redact

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/identifier"
	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Place is where a name stands.
type Place int

// The places of names.
const (
	Body   Place = iota // a member's name, or a name in a text
	Query               // a query parameter's
	Header              // a header's
)

// Suspect returns a Set that also takes names for secret that nobody named, but that look like it: the
// names of secrets in another spelling or with a typing error, and words such as token or password. A
// name that is described in its place means what its description says.
func (s *Set) Suspect(described func(Place, string) bool) *Set {
	out := s.clone()
	out.described = described
	return out
}

// longestName is the length in bytes of the longest name that can be suspicious.
const longestName = 100

// suspicious reports whether a name that nobody named looks like that of a secret.
func (s *Set) suspicious(at Place, name string) bool {
	if s.described == nil || name == "" || len(name) > longestName || s.described(at, name) {
		return false
	}
	words := identifier.Words(name)
	bare := strings.Join(words, "")
	return slices.ContainsFunc(s.names, func(n secretName) bool { return n.isNear(bare) }) ||
		slices.ContainsFunc(telling, func(t string) bool { return strings.Contains(bare, t) }) ||
		slices.ContainsFunc(words, func(w string) bool { return slices.Contains(secretWords, w) }) ||
		isKey(words, at) || at == Header && strings.HasSuffix(bare, "token") || // whose words the case does not tell
		at != Body && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(senderWords, w) })
}

// telling are parts of names that give secrets away, without separators.
var telling = []string{"apikey", "accesskey", "authkey", "encryptionkey", "masterkey", "privatekey", "secretkey",
	"signingkey", "apitoken", "accesstoken", "authtoken", "refreshtoken", "password", "passwd", "passphrase"}

// secretWords are words of names of secrets.
var secretWords = []string{"token", "secret", "secrets", "pwd", "passcode", "credential", "credentials", "bearer",
	"jwt", "authorization"}

// senderWords are words of the names of headers and query parameters by which a sender shows who it is.
var senderWords = []string{"auth", "session", "sessionid", "signature", "sig"}

// keyWords are words that make a secret of the key after them: there are keys of many other things.
var keyWords = []string{"api", "access", "account", "app", "auth", "client", "encryption", "license", "master",
	"private", "secret", "service", "signing", "subscription", "x"}

// isKey reports whether the words of a name are those of a secret key. A header or a query parameter
// may be called nothing but that.
func isKey(words []string, at Place) bool {
	last := len(words) - 1
	if last < 0 || words[last] != "key" {
		return false
	}
	return last == 0 && at != Body || last > 0 && slices.Contains(keyWords, words[last-1])
}

// shortestMeant is the length of the shortest name of a secret in which typing errors are looked for.
const shortestMeant = 5

// isNear reports whether a name without separators was meant to be this one: a fifth of its letters
// may differ.
func (n secretName) isNear(bare string) bool {
	if bare == n.bare || len(n.bare) < shortestMeant {
		return bare == n.bare
	}
	most, longer := len(n.bare)/5, utf8.RuneCountInString(bare)-utf8.RuneCountInString(n.bare)
	return longer <= most && -longer <= most && nearest.Distance(bare, n.bare) <= most
}

// WithoutSuspects returns a JSON value without what stands under suspicious names, and whether there
// was anything.
func (s *Set) WithoutSuspects(v any) (without any, found bool) {
	switch v := v.(type) {
	case []any:
		out := slices.Clone(v)
		for i := range v {
			value, hidden := s.WithoutSuspects(v[i])
			out[i], found = value, found || hidden
		}
		return out, found
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: slices.Clone(v.Members)}
		for i, m := range v.Members {
			value, hidden := s.WithoutSuspects(m.Value)
			if m.Value != nil && m.Value != "" && s.suspicious(Body, m.Name) {
				value, hidden = Placeholder, true
			}
			out.Members[i].Value, found = value, found || hidden
		}
		return out, found
	}
	return v, false
}
