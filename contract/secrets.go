package contract

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/internal/jsonvalue"
)

// Secrets shorter than this are not looked for: they would be found by chance.
const shortestSecret = 8

// window is how many bytes of a long secret in a row give it away.
const window = 16

// secrets are the values that no answer may show and no report either. Safe for concurrent use.
type secrets struct {
	mu     sync.RWMutex
	values []curl.Secret
}

// add makes a value a secret of the run. The variable stands for it in curl commands.
func (s *secrets) add(value, variable string) {
	if len(value) < shortestSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.ContainsFunc(s.values, func(have curl.Secret) bool { return have.Value == value }) {
		s.values = append(s.values, curl.Secret{Value: value, Variable: variable})
	}
}

// collect adds every string in a request's body that stands at a property of one of the given names.
func (s *secrets) collect(value any, names []string) {
	switch value := value.(type) {
	case *jsonvalue.Object:
		for _, m := range value.Members {
			if text, ok := m.Value.(string); ok && slices.Contains(names, m.Name) {
				s.add(text, variable(m.Name))
				continue
			}
			s.collect(m.Value, names)
		}
	case []any:
		for _, item := range value {
			s.collect(item, names)
		}
	}
}

func (s *secrets) list() []curl.Secret {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clip(s.values)
}

// shown says how an answer gives a secret away, and where; "" where it does not.
func (s *secrets) shown(a *answer) (variable, how string) {
	var decoded string
	for _, secret := range s.list() {
		for _, values := range a.header {
			for _, value := range values {
				if how := reveals([]byte(value), secret.Value); how != "" {
					return secret.Variable, how + ", in a header"
				}
			}
		}
		if how := reveals(a.body, secret.Value); how != "" {
			return secret.Variable, how
		}
		if bytes.IndexByte(a.body, '\\') < 0 {
			continue
		}
		// A secret may hide behind escapes.
		if decoded == "" {
			decoded = strings.Join(texts(a.body), "\n")
		}
		if how := reveals([]byte(decoded), secret.Value); how != "" {
			return secret.Variable, how
		}
	}
	return "", ""
}

// reveals says how a text gives a secret away: in clear, in part, or in a form that anybody can undo.
func reveals(text []byte, secret string) string {
	if len(text) == 0 {
		return ""
	}
	if bytes.Contains(text, []byte(secret)) {
		return "in clear"
	}
	forms := encodings(secret)
	for i, form := range forms {
		if bytes.Contains(text, []byte(form)) {
			return encodingNames[i]
		}
	}
	if len(secret) < 2*window {
		return ""
	}
	for i := 0; i+window <= len(secret); i += window / 2 {
		if bytes.Contains(text, []byte(secret[i:i+window])) {
			return "in part"
		}
	}
	return ""
}

var encodingNames = [...]string{"in Base64", "in Base64", "in hexadecimal", "backwards", "in capitals", "in another encoding"}

// encodings are in the order of encodingNames. Base64 is cut where its last characters depend on what follows.
func encodings(secret string) []string {
	backwards := []rune(secret)
	slices.Reverse(backwards)
	whole := len(secret) / 3 * 3
	return []string{
		base64.StdEncoding.EncodeToString([]byte(secret[:whole])),
		base64.URLEncoding.EncodeToString([]byte(secret[:whole])),
		hex.EncodeToString([]byte(secret)),
		string(backwards),
		strings.ToUpper(secret),
		url.QueryEscape(secret),
	}
}

// texts are all strings of a JSON text, names included.
func texts(body []byte) []string {
	value, err := jsonvalue.Parse(body, jsonvalue.Limits{Lenient: true})
	if err != nil {
		return nil
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, item := range v {
				walk(item)
			}
		case *jsonvalue.Object:
			for _, m := range v.Members {
				out = append(out, m.Name)
				walk(m.Value)
			}
		}
	}
	walk(value)
	return out
}

// redact takes the secrets out of a text that is to be shown.
func (s *secrets) redact(text string) string {
	for _, secret := range s.list() {
		text = strings.ReplaceAll(text, secret.Value, "[redacted]")
	}
	return text
}

// redactValue does the same anywhere in a JSON value, which it leaves as it is.
func (s *secrets) redactValue(value any) any {
	switch value := value.(type) {
	case string:
		return s.redact(value)
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = s.redactValue(value[i])
		}
		return out
	case []string:
		out := make([]string, len(value))
		for i := range value {
			out[i] = s.redact(value[i])
		}
		return out
	case *jsonvalue.Object:
		out := &jsonvalue.Object{}
		for _, m := range value.Members {
			out.Members = append(out.Members, jsonvalue.Member{Name: s.redact(m.Name), Value: s.redactValue(m.Value)})
		}
		return out
	}
	return value
}

// variable makes a shell variable's name of a property's: elevenLabsApiKey becomes ELEVEN_LABS_API_KEY.
func variable(name string) string {
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

// marker is a long text that appears nowhere by chance, the same one for the same seed and name.
func marker(seed uint64, name string) string {
	var b [8]byte
	for i := range b {
		b[i] = byte(seed >> (8 * i))
	}
	sum := sha256.Sum256(append(b[:], name...))
	return hex.EncodeToString(sum[:])[:48]
}
