package main

import (
	"crypto/tls"
	"crypto/x509"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/openapi"
)

// The environment variables that verify takes its target from where no flag names it.
const (
	envBaseURL     = "AGENTMOCK_BASE_URL"
	envAPIKey      = "AGENTMOCK_API_KEY"
	envWorkspaceID = "AGENTMOCK_WORKSPACE_ID"
	envAgentID     = "AGENTMOCK_AGENT_ID"
)

// madeUpKey is sent where nobody gave a key: a mock takes any.
const madeUpKey = "agentmock-made-up-key-2f1d8c"

// targetFlags say what is checked, and as whom.
type targetFlags struct {
	baseURL, apiKey, workspace, other, agent string
	sandboxOnly, insecure                    bool
	caFile                                   string
	headers                                  []string
}

func (t *targetFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&t.baseURL, "base-url", "",
		"the `URL` of the implementation, to which the document's paths are appended as they are")
	flags.StringVar(&t.apiKey, "api-key", "",
		"the `key` to send as the credential that the document demands (without one: a made-up one)")
	flags.StringVar(&t.workspace, "workspace-id", "",
		"the `id` of the workspace to work in (default "+fixtures.DefaultWorkspace+")")
	flags.StringVar(&t.other, "other-workspace-id", "",
		"the `id` of another workspace, to which the agents must be strangers (default: a made-up one)")
	flags.StringVar(&t.agent, "agent-id", "",
		"the `id` of an existing agent, to work on where none can be created; it is put back at the end, but for keys of other services")
	flags.BoolVar(&t.sandboxOnly, "sandbox-only", false, "create nothing, work on the agent that --agent-id names")
	flags.StringArrayVar(&t.headers, "header", nil,
		"a header to send with every request, as `'name: value'` (repeatable)")
	flags.BoolVar(&t.insecure, "insecure", false, "do not verify the target's certificate")
	flags.StringVar(&t.caFile, "ca-file", "", "a `file` of PEM certificates to trust, too")
}

// resolve is the target that flags and environment name.
func (t *targetFlags) resolve(e env, doc *openapi.Document) (contract.Target, error) {
	either := func(flag, name string) string {
		if flag != "" {
			return flag
		}
		return e.getenv(name)
	}
	target := contract.Target{
		BaseURL: either(t.baseURL, envBaseURL), APIKey: either(t.apiKey, envAPIKey),
		WorkspaceID:      either(t.workspace, envWorkspaceID),
		OtherWorkspaceID: t.other, AgentID: either(t.agent, envAgentID), SandboxOnly: t.sandboxOnly,
		Insecure: t.insecure, CAFile: t.caFile,
	}
	if target.BaseURL == "" {
		return target, usagef("agentmock verify needs --base-url (or %s), such as --base-url http://127.0.0.1:4010",
			envBaseURL)
	}
	if err := checkBaseURL(target.BaseURL); err != nil {
		return target, err
	}
	if t.sandboxOnly && target.AgentID == "" {
		return target, usagef("--sandbox-only needs --agent-id (or %s): an existing agent to work on", envAgentID)
	}
	if err := t.header(&target); err != nil {
		return target, err
	}
	if target.APIKey == "" && demandsCredentials(doc, target.Header) {
		target.APIKey = madeUpKey
	}
	return target, t.trust(&target)
}

// checkBaseURL refuses what the document's paths cannot be appended to.
func checkBaseURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		if err == nil && u.User != nil || strings.Contains(text, "@") {
			return usagef("the base URL is not like http://host:port or https://host/path")
		}
		return usagef("the base URL %q is not like http://host:port or https://host/path", text)
	case u.User != nil:
		return usagef("the base URL %s must not have a user and password; --api-key and --header carry credentials",
			u.Redacted())
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return usagef("the base URL of %s must not have a query (?…) or fragment (#…): the document's paths are appended to it", u.Host)
	}
	return nil
}

// sayMadeUp tells that nobody gave a key.
func sayMadeUp(e env, apiKey string) {
	if apiKey == madeUpKey {
		e.say("no --api-key and no %s: sending a made-up key", envAPIKey)
	}
}

// demandsCredentials says whether an operation demands a credential that is not among the user's
// own headers.
func demandsCredentials(doc *openapi.Document, own http.Header) bool {
	missing := func(c *openapi.Credential) bool { return c.In != "header" || len(own.Values(c.Name)) == 0 }
	return slices.ContainsFunc(doc.Operations, func(op *openapi.Operation) bool {
		return len(op.Security) > 0 && slices.ContainsFunc(op.Security[0], missing)
	})
}

func (t *targetFlags) header(target *contract.Target) error {
	target.Header = http.Header{}
	for _, line := range t.headers {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case !ok || name == "":
			return usagef("--header %q is not like 'name: value'", name)
		case strings.ContainsFunc(name, notToken):
			return usagef("--header %q: a name has letters, digits and hyphens, and no spaces", name)
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return usagef("--header %s: its value has a line break or another control character, which no header can have", name)
		}
		target.Header.Add(name, value)
	}
	return nil
}

// notToken finds what the name of a header cannot have (RFC 9110 §5.6.2).
func notToken(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// trust reads the certificates.
func (t *targetFlags) trust(target *contract.Target) error {
	if !t.insecure && t.caFile == "" {
		return nil
	}
	target.TLS = &tls.Config{InsecureSkipVerify: t.insecure} //nolint:gosec // the user asks for it
	if t.caFile == "" {
		return nil
	}
	data, err := os.ReadFile(t.caFile)
	if err != nil {
		return unreadable("certificates", t.caFile, err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return usagef("--ca-file %s: no certificate in it; PEM is wanted (-----BEGIN CERTIFICATE-----)", t.caFile)
	}
	target.TLS.RootCAs = pool
	return nil
}

// secretValues are what --value gives for properties that are secret.
func (f *verifyFlags) secretValues(doc *openapi.Document) []curl.Secret {
	var secrets []curl.Secret
	for _, text := range f.values {
		pointer, value, _ := strings.Cut(text, "=")
		if slices.ContainsFunc(doc.SecretNames(), func(name string) bool { return strings.HasSuffix(pointer, "/"+name) }) {
			secrets = append(secrets, curl.Secret{Value: value, Variable: "SECRET"})
		}
	}
	return secrets
}

// repeatCommand is the command line without what selects fixtures, picks reports or must not be shown.
func (f *verifyFlags) repeatCommand(cmd *cobra.Command, doc *openapi.Document, target *contract.Target) string {
	words := []string{"agentmock", "verify"}
	secrets := f.secretValues(doc)
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		switch flag.Name {
		case "header":
			return // below
		case "api-key", "filter", "tag", "only", "report", "dry-run", "bail", "jobs":
			return
		}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			for _, value := range list.GetSlice() {
				words = append(words, "--"+flag.Name, value)
			}
			return
		}
		if flag.Value.Type() == "bool" {
			words = append(words, "--"+flag.Name)
			return
		}
		words = append(words, "--"+flag.Name, flag.Value.String())
	})
	for _, name := range slices.Sorted(maps.Keys(target.Header)) { // whatever they are for: the user knows, and nobody else needs to
		stand, hidden := curl.Stand(name, target.Header[name])
		for _, text := range stand {
			words = append(words, "--header", strings.ToLower(name)+": "+text)
		}
		secrets = append(secrets, hidden...)
	}
	return curl.Words(words, append(secrets, curl.Secret{Value: target.APIKey, Variable: envAPIKey})...)
}
