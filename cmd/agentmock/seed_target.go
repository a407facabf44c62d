package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// seedTargetFlags say where agents are created, and as whom.
type seedTargetFlags struct {
	baseURL, apiKey, caFile, ledger string
	create, insecure                bool
	phoneNumbers, keys, callbacks   bool
	headers                         []string
	rate                            rate
	retries                         int
	timeout                         time.Duration
}

func (t *seedTargetFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&t.baseURL, "base-url", "",
		"create them through the API at this `URL`, to which the document's paths are appended as they are")
	flags.BoolVar(&t.create, "create", false, "create them at the address in "+envBaseURL)
	flags.StringVar(&t.apiKey, "api-key", "",
		"the `key` to send as the credential that the document demands (without one: a made-up one)")
	flags.StringArrayVar(&t.headers, "header", nil,
		"a header to send with every request, as `'name: value'` (repeatable)")
	flags.Var(&t.rate, "rate",
		"requests to send at most, as a `rate` such as 5/s or 60/m; a 429 is waited for in any case")
	flags.IntVar(&t.retries, "retries", contract.DefaultRetries,
		"times to try again where an agent surely was not created")
	flags.DurationVar(&t.timeout, "timeout", contract.DefaultTimeout, "how long to wait for one answer")
	flags.StringVar(&t.ledger, "ledger", "",
		"the `file` that records what is created (default agentmock-seed-WORKSPACE-SEED.ndjson)")
	flags.BoolVar(&t.phoneNumbers, "with-phone-numbers", false,
		"send phone numbers, too: made-up ones, which a real target does not know")
	flags.BoolVar(&t.keys, "with-keys", false, "send keys of other services, too: made-up ones")
	flags.BoolVar(&t.callbacks, "with-callbacks", false,
		"send smart callbacks as they are planned, instead of off: a real target will call")
	flags.BoolVar(&t.insecure, "insecure", false, "do not verify the target's certificate")
	flags.StringVar(&t.caFile, "ca-file", "", "a `file` of PEM certificates to trust, too")
}

// seedTarget is where agents are created.
type seedTarget struct {
	doc       *openapi.Document
	resource  *openapi.Resource
	baseURL   string
	workspace string
	apiKey    string
	header    http.Header
}

// resolve is the target that flags and environment name. Its base URL is fallback where neither
// does.
func (t *seedTargetFlags) resolve(e env, doc *openapi.Document, resource *openapi.Resource, workspace,
	fallback string) (*seedTarget, *http.Client, error) {
	target := &seedTarget{doc: doc, resource: resource, baseURL: t.baseURL, workspace: workspace, apiKey: t.apiKey}
	if target.baseURL == "" {
		target.baseURL = fallback
	}
	if target.baseURL == "" {
		target.baseURL = e.getenv(envBaseURL)
	}
	if target.baseURL == "" {
		return nil, nil, usagef("--create needs an address in %s, or use --base-url", envBaseURL)
	}
	if err := checkBaseURL(target.baseURL); err != nil {
		return nil, nil, err
	}
	target.baseURL = strings.TrimRight(target.baseURL, "/")
	if target.apiKey == "" {
		target.apiKey = e.getenv(envAPIKey)
	}
	if t.timeout < time.Millisecond {
		return nil, nil, usagef("--timeout %s is too short to get any answer", t.timeout)
	}
	if t.retries < 0 {
		return nil, nil, usagef("--retries %d is less than none", t.retries)
	}
	// Headers and certificates are read as verify reads them.
	shared := targetFlags{headers: t.headers, insecure: t.insecure, caFile: t.caFile}
	var read contract.Target
	if err := shared.header(&read); err != nil {
		return nil, nil, err
	}
	if err := shared.trust(&read); err != nil {
		return nil, nil, err
	}
	target.header = read.Header
	if target.apiKey == "" && demandsCredentials(doc, target.header) {
		target.apiKey = madeUpKey
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = read.TLS
	return target, &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// workspaceOf is the workspace to work in.
func workspaceOf(e env, flag string) string {
	for _, name := range []string{flag, e.getenv(envWorkspaceID)} {
		if name != "" {
			return name
		}
	}
	return fixtures.DefaultWorkspace
}

// request is what a request of an operation carries, and its address; id is that of the item, ""
// for the collection.
func (t *seedTarget) request(op *openapi.Operation, id string) (address string, header http.Header) {
	r := apiclient.Caller{Key: t.apiKey, Workspace: t.workspace, Header: t.header}.Request(t.doc, op)
	if id != "" {
		r.Path[t.resource.ItemParameter] = id
	}
	if len(r.Header.Values("Accept")) == 0 {
		r.Header.Set("Accept", "application/json")
	}
	return apiclient.Address(t.baseURL, op, r), r.Header
}

// String names the target as users do.
func (t *seedTarget) String() string {
	if t.doc.Scope == nil {
		return t.baseURL
	}
	return fmt.Sprintf("workspace %s at %s", t.workspace, t.baseURL)
}
