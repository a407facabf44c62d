package contract

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Secrets shorter than this are not looked for: they would be found by chance.
const shortestSecret = 8

// window is how many bytes of a long secret in a row give it away.
const window = 16

// secret is a value that no answer may show and no report either.
type secret struct {
	value    string
	variable string // stands for it in curl commands
	forms    []form // what gives it away
}

// form is a text that gives a secret away.
type form struct {
	text []byte
	how  string
}

// secrets are those of one session: what the whole run must not show, and what the session itself
// sends. Not for concurrent use.
type secrets struct {
	names    []string
	list     []secret
	redactor *redact.Set // by names and values: for bodies
	values   *redact.Set // by values alone: for sentences, in which a name may be followed by anything
}

func newSecrets(names []string) *secrets {
	return &secrets{names: names, redactor: redact.New(names, nil), values: redact.New(nil, nil)}
}

// sentence takes the secrets out of a sentence: known values, and where it quotes JSON with a
// secret name, what stands there.
func (s *secrets) sentence(text string) string {
	if slices.ContainsFunc(s.names, func(name string) bool { return strings.Contains(text, `"`+name+`"`) }) {
		return s.redactor.Text(text)
	}
	return s.values.Text(text)
}

// guardKey makes the API key a secret that no answer may show, unless it is also a word that
// answers may lawfully have: then only the places of credentials are kept clean of it. The values
// of the user's own headers are shown nowhere.
func (r *runner) guardKey(list []*fixtures.Fixture) {
	key := r.target.APIKey
	switch {
	case key == "":
	case r.ordinary(key, list):
		r.hint = "the API key is also a word of the requests or of the document, so answers are not searched for it; use a key that is none"
	default:
		r.secrets.add(key, apiKeyVariable)
		r.secrets.hide(key)
	}
	// nobody but the user knows what they are for; answers may well repeat them
	for _, values := range r.target.Header {
		for _, value := range values {
			if !r.ordinary(value, list) {
				r.secrets.hide(value)
			}
		}
	}
}

// ordinary says whether a text stands in what the run sends or in the document.
func (r *runner) ordinary(text string, list []*fixtures.Fixture) bool {
	known := []string{"agentmock", r.target.WorkspaceID, r.target.OtherWorkspaceID, r.target.AgentID,
		r.target.BaseURL, string(r.doc.Source())}
	for _, f := range list {
		for _, g := range f.Given {
			known = append(known, string(jsonvalue.Marshal(g.Body)), string(jsonvalue.Marshal(g.Update)))
		}
		for i := range f.Steps {
			if body := f.Steps[i].Request.Body; body != nil {
				known = append(known, string(jsonvalue.Marshal(body.Value)), string(body.Raw))
			}
		}
	}
	return slices.ContainsFunc(known, func(s string) bool { return strings.Contains(s, text) })
}

// clone is a copy to which further secrets can be added.
func (s *secrets) clone() *secrets {
	return &secrets{names: s.names, list: slices.Clone(s.list), redactor: s.redactor, values: s.values}
}

// add makes a value a secret.
func (s *secrets) add(value, variable string) {
	if len(value) < shortestSecret ||
		slices.ContainsFunc(s.list, func(have secret) bool { return have.value == value }) {
		return
	}
	s.list = append(s.list, secret{value, variable, forms(value)})
	s.hide(value)
}

// hide takes a value out of everything that is shown, without looking for it in answers.
func (s *secrets) hide(value string) {
	s.redactor, s.values = s.redactor.With(value), s.values.With(value)
}

// learn adds what a request's body has at properties with secret names, unless the same text stands
// elsewhere in it, too: then it may well be seen again.
func (s *secrets) learn(value any) {
	for _, text := range s.redactor.Secrets(value) {
		if name, elsewhere := s.find(value, text); !elsewhere {
			s.add(text, variable(name))
		}
	}
}

// find names the secret property that holds a text, and says whether the text also stands somewhere
// else.
func (s *secrets) find(value any, text string) (name string, elsewhere bool) {
	var walk func(v any, under string)
	walk = func(v any, under string) {
		switch v := v.(type) {
		case string:
			if under == "" && strings.Contains(v, text) {
				elsewhere = true
			} else if v == text {
				name = under
			}
		case []any:
			for _, item := range v {
				walk(item, under)
			}
		case *jsonvalue.Object:
			for _, m := range v.Members {
				if slices.ContainsFunc(s.names, func(n string) bool { return strings.EqualFold(n, m.Name) }) {
					walk(m.Value, m.Name)
				} else {
					walk(m.Value, under)
				}
			}
		}
	}
	walk(value, "")
	return name, elsewhere
}

// shown says which secret an answer gives away, and how; "" where it does not.
func (s *secrets) shown(a *answer) (variable, how string) {
	text := a.body
	if bytes.IndexByte(text, '\\') >= 0 { // a secret may hide behind escapes
		text = slices.Concat(text, []byte("\n"), []byte(strings.Join(texts(a.body), "\n")))
	}
	for _, secret := range s.list {
		for _, f := range secret.forms {
			if bytes.Contains(text, f.text) {
				return secret.variable, f.how
			}
			for name, values := range a.header {
				if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, string(f.text)) }) {
					return secret.variable, f.how + " in the header " + strings.ToLower(name)
				}
			}
		}
	}
	return "", ""
}

// curl is the secrets as the curl commands of reports leave them out.
func (s *secrets) curl() []curl.Secret {
	out := make([]curl.Secret, len(s.list))
	for i, secret := range s.list {
		out[i] = curl.Secret{Value: secret.value, Variable: secret.variable}
	}
	return out
}

// forms are the texts that give a secret away: itself, what anybody can turn back into it, and long
// parts of it. Base64 is cut where its last characters depend on what follows.
func forms(value string) []form {
	backwards := []rune(value)
	slices.Reverse(backwards)
	whole := []byte(value[:len(value)/3*3])
	list := []form{
		{[]byte(value), "in clear"},
		{[]byte(base64.StdEncoding.EncodeToString(whole)), "in Base64"},
		{[]byte(base64.URLEncoding.EncodeToString(whole)), "in Base64"},
		{[]byte(hex.EncodeToString([]byte(value))), "in hexadecimal"},
		{[]byte(string(backwards)), "backwards"},
		{[]byte(strings.ToUpper(value)), "in capitals"},
		{[]byte(url.QueryEscape(value)), "as in a URL"},
	}
	if len(value) < 2*window {
		return list
	}
	for i := 0; i+window <= len(value); i += window / 2 {
		list = append(list, form{[]byte(value[i : i+window]), "in part"})
	}
	return list
}

// texts are all strings of a JSON text, names included.
func texts(body []byte) []string {
	value, err := parseLenient(body)
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

// variable makes a shell variable's name of a property's or a header's.
func variable(name string) string { return curl.Variable(name) }

// sensitive says whether a header of the user's own may be a secret, by its name.
func sensitive(header string) bool {
	header = strings.ToLower(header)
	return slices.ContainsFunc([]string{"auth", "key", "token", "secret", "cookie", "session", "password"},
		func(word string) bool {
			return strings.Contains(header, word)
		})
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
