package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi"
)

// The environment variables that name a target where no flag does.
const (
	envBaseURL     = "AGENTMOCK_BASE_URL"
	envAPIKey      = "AGENTMOCK_API_KEY"
	envWorkspaceID = "AGENTMOCK_WORKSPACE_ID"
	envAgentID     = "AGENTMOCK_AGENT_ID"
)

// madeUpKey is sent where the user gives no key: a mock accepts any.
const madeUpKey = "agentmock-made-up-key-2f1d8c"

// targetFlags holds the flags of every command that sends requests to a target.
type targetFlags struct {
	baseURL, apiKey, caFile string
	headers                 []string
	rate                    rate
	retries                 int
	timeout                 time.Duration
	insecure                bool
}

// target is what the flags and the environment say of a target.
type target struct {
	baseURL, apiKey string
	header          http.Header
	tls             *tls.Config // nil: the system's defaults
}

// register adds the flags to a command; baseURL is the help text of --base-url.
func (f *targetFlags) register(cmd *cobra.Command, baseURL string) {
	flags := cmd.Flags()
	flags.StringVar(&f.baseURL, "base-url", "", baseURL)
	flags.StringVar(&f.apiKey, "api-key", "",
		"`key` to send as the credential that the document requires (default: a made-up one)")
	flags.StringArrayVar(&f.headers, "header", nil,
		"header to send with every request, as `'name: value'` (repeatable)")
	flags.Var(&f.rate, "rate",
		"highest `rate` of requests, such as 5/s or 60/m (default: unlimited, except after a 429)")
	flags.IntVar(&f.retries, "retries", contract.DefaultRetries,
		"how often to repeat a request that was certainly not delivered, or that only reads")
	flags.DurationVar(&f.timeout, "timeout", contract.DefaultTimeout, "longest wait for one response")
	fromEnvironment(flags, "base-url", envBaseURL)
	fromEnvironment(flags, "api-key", envAPIKey)
	flags.BoolVar(&f.insecure, "insecure", false, "do not verify the target's certificate")
	flags.StringVar(&f.caFile, "ca-file", "", "`file` of PEM certificates to trust as well")
}

// resolve validates the flags and returns the target, at the base URL that the caller has chosen
// among flag, environment and default; it is empty where nothing will be sent.
func (f *targetFlags) resolve(e env, doc *openapi.Document, baseURL string) (*target, error) {
	if err := checkBaseURL(baseURL); err != nil && baseURL != "" {
		return nil, err
	}
	t := &target{baseURL: strings.TrimRight(baseURL, "/"), apiKey: e.or(f.apiKey, envAPIKey)}
	switch {
	case f.timeout < time.Millisecond:
		return nil, usagef("--timeout %s is too short to get any answer", f.timeout)
	case f.retries < 0:
		return nil, usagef("--retries %d is less than none", f.retries)
	case strings.ContainsFunc(t.apiKey, apiclient.IsControl):
		return nil, usagef("the API key has a line break or another control character, which no header can have")
	}
	var err error
	if t.header, err = parseHeaders(f.headers); err != nil {
		return nil, err
	}
	if t.apiKey == "" && requiresCredentials(doc, t.header) {
		t.apiKey = madeUpKey
	}
	t.tls, err = f.tlsConfig()
	return t, err
}

// sayMadeUp warns that the key is a made-up one.
func sayMadeUp(e env, apiKey string) {
	if apiKey == madeUpKey {
		e.say("no --api-key and no %s: sending a made-up key", envAPIKey)
	}
}

// checkBaseURL refuses a URL that the document's paths cannot be appended to.
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
		return usagef("the base URL of %s must not have a query (?…) or fragment (#…): "+
			"the document's paths are appended to it", u.Host)
	}
	return nil
}

// requiresCredentials reports whether an operation requires a credential that is not among the
// user's own headers.
func requiresCredentials(doc *openapi.Document, own http.Header) bool {
	missing := func(c *openapi.Credential) bool { return c.In != "header" || len(own.Values(c.Name)) == 0 }
	return slices.ContainsFunc(doc.Operations, func(op *openapi.Operation) bool {
		return len(op.Security) > 0 && slices.ContainsFunc(op.Security[0], missing)
	})
}

// parseHeaders parses the values of --header.
func parseHeaders(lines []string) (http.Header, error) {
	header := http.Header{}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case !ok || name == "":
			return nil, usagef("--header %q is not like 'name: value'", name)
		case strings.ContainsFunc(name, notToken):
			return nil, usagef("--header %q: a name has letters, digits and hyphens, and no spaces", name)
		case strings.ContainsFunc(value, apiclient.IsControl):
			return nil, usagef("--header %s: "+
				"its value has a line break or another control character, which no header can have", name)
		}
		header.Add(name, value)
	}
	return header, nil
}

// notToken reports whether a character cannot be in the name of a header (RFC 9110 §5.6.2).
func notToken(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// tlsConfig returns what --insecure and --ca-file ask for; nil: nothing.
func (f *targetFlags) tlsConfig() (*tls.Config, error) {
	if f.caFile == "" && !f.insecure {
		return nil, nil
	}
	config := &tls.Config{InsecureSkipVerify: f.insecure}
	if f.caFile != "" {
		data, err := source.ReadFile(f.caFile, source.MaxFile)
		if err != nil {
			return nil, unreadable("certificates", f.caFile, err)
		}
		if config.RootCAs, err = x509.SystemCertPool(); err != nil {
			config.RootCAs = x509.NewCertPool()
		}
		if !config.RootCAs.AppendCertsFromPEM(data) {
			return nil, usagef("--ca-file %s: no certificate in it; PEM is wanted (-----BEGIN CERTIFICATE-----)",
				f.caFile)
		}
	}
	return config, nil
}
