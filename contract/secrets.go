package contract

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// shortestSecret is the length in bytes of a header of the user's that is looked for in answers.
const shortestSecret = 8

// newSecrets returns what a run must not show: what stands under the document's secret names, and
// the credentials and headers of its target. Commands have variables in their place.
func (r *runner) newSecrets() *redact.Set {
	secrets := redact.New(r.doc.SecretNames(), nil).WithHeaders(r.target.Header)
	for name, values := range r.target.Header {
		for _, value := range values {
			if sensitive(name) && len(value) >= shortestSecret {
				secrets = secrets.Guard(value, redact.Variable(name))
			}
		}
	}
	for _, c := range r.credentials() {
		secrets = secrets.WithHeader(c.Name, r.target.caller().Credential(c), c.Prefix, apiKeyVariable)
	}
	return secrets
}

// credentials returns the credentials in headers that the run sends its key as.
func (r *runner) credentials() []*openapi.Credential {
	var list []*openapi.Credential
	for _, op := range r.doc.Operations {
		for _, alternative := range op.Security {
			for _, c := range alternative {
				if c.In == "header" && r.target.APIKey != "" {
					list = append(list, c)
				}
			}
		}
	}
	return list
}

// guardKey makes the API key a secret that no answer may show, unless it is also a word that
// answers may lawfully have: then only credentials are hidden. The values of the user's own headers
// are not shown either, but answers may repeat them: only the user knows what they are for.
func (r *runner) guardKey(list []*fixtures.Fixture) {
	key := r.target.APIKey
	switch {
	case key == "":
	case r.ordinary(key, list):
		r.hint = "the API key is also a word of the requests or of the document, " +
			"so answers are not searched for it; use a key that is none"
	default:
		r.secrets = r.secrets.Guard(key, apiKeyVariable)
	}
	for _, values := range r.target.Header {
		for _, value := range values {
			if !r.ordinary(value, list) {
				r.secrets = r.secrets.With(value)
			}
		}
	}
}

// ordinary reports whether a text stands in what the run sends or in the document.
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

// sensitive reports whether a header of the user's own may be a secret, by its name.
func sensitive(header string) bool {
	header = strings.ToLower(header)
	return slices.ContainsFunc([]string{"auth", "key", "token", "secret", "cookie", "session", "password"},
		func(word string) bool { return strings.Contains(header, word) })
}

// marker returns a long text that appears nowhere by chance, the same for the same seed and name.
func marker(seed uint64, name string) string {
	sum := sha256.Sum256(append(binary.LittleEndian.AppendUint64(nil, seed), name...))
	return hex.EncodeToString(sum[:])[:48]
}

// uniqueHex returns twelve hexadecimal digits that no other fixture and no other run has.
func (r *runner) uniqueHex(fixture string) string {
	return marker(r.options.Seed^r.options.nonce, fixture+" reference")[:len("0123456789ab")]
}

// unique returns a text for the names of what a fixture makes: no other fixture has it, and no other
// run. It shows that a run has made what is named so.
func (r *runner) unique(fixture string) string {
	return string(ownership.NewMark(r.options.nonce, fmt.Sprintf("%d %s", r.options.Seed, fixture)))
}
