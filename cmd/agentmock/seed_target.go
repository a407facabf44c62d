package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// maxSeedBody bounds a response in bytes: a list has every item of a workspace.
const maxSeedBody = 256 << 20

// seedTargetFlags holds the flags that say where agents are created, and how.
type seedTargetFlags struct {
	targetFlags
	ledger                        string
	create                        bool
	phoneNumbers, keys, callbacks bool
}

// register adds the flags to the command.
func (f *seedTargetFlags) register(cmd *cobra.Command) {
	f.targetFlags.register(cmd,
		"`URL` of a target to create the agents at; the document's paths are appended to it as they are")
	flags := cmd.Flags()
	flags.BoolVar(&f.create, "create", false, "create the agents at the address in "+envBaseURL)
	flags.StringVar(&f.ledger, "ledger", "",
		"`file` that records what is created (default agentmock-seed-WORKSPACE-SEED.ndjson)")
	flags.BoolVar(&f.phoneNumbers, "with-phone-numbers", false,
		"send phone numbers, too: made-up ones, which a real target does not know")
	flags.BoolVar(&f.keys, "with-keys", false, "send keys of other services, too: made-up ones")
	flags.BoolVar(&f.callbacks, "with-callbacks", false,
		"send smart callbacks as they are planned, instead of off: a real target will call")
}

// seedTarget is where agents are created.
type seedTarget struct {
	*target
	doc       *openapi.Document
	resource  *openapi.Resource
	workspace string
}

// resolve validates the flags and returns the target. Where no flag names its base URL, it is the
// recorded one or, where that is empty, that of the environment.
func (f *seedTargetFlags) resolve(e env, doc *openapi.Document, resource *openapi.Resource, workspace,
	recorded string) (*seedTarget, error) {
	baseURL := f.baseURL
	if baseURL == "" {
		baseURL = e.or(recorded, envBaseURL)
	}
	if baseURL == "" {
		return nil, usagef("--create needs an address in %s, or use --base-url", envBaseURL)
	}
	t, err := f.targetFlags.resolve(e, doc, baseURL)
	if err != nil {
		return nil, err
	}
	return &seedTarget{target: t, doc: doc, resource: resource, workspace: workspace}, nil
}

// options returns how to send requests to the target.
func (f *seedTargetFlags) options(t *seedTarget) apiclient.Options {
	return apiclient.Options{
		TLS: t.tls, Timeout: f.timeout, Retries: f.retries, Rate: f.rate.perSecond,
		Grace:     f.timeout, // an interrupted run wants to know what came of what it has sent
		UserAgent: "agentmock/" + programVersion(), MaxBody: maxSeedBody,
	}
}

// workspaceOf returns the workspace to work in.
func workspaceOf(e env, flag string) string {
	if name := e.or(flag, envWorkspaceID); name != "" {
		return name
	}
	return fixtures.DefaultWorkspace
}

// request returns what a request of an operation carries, and its URL; id is that of the item, ""
// for the collection.
func (t *seedTarget) request(op *openapi.Operation, id string) (string, *openapi.Request) {
	r := apiclient.Caller{Key: t.apiKey, Workspace: t.workspace, Header: t.header}.Request(t.doc, op)
	if id != "" {
		r.Path[t.resource.ItemParameter] = id
	}
	if len(r.Header.Values("Accept")) == 0 {
		r.Header.Set("Accept", "application/json")
	}
	return apiclient.Address(t.baseURL, op, r), r
}

// String names the target as users do.
func (t *seedTarget) String() string {
	if t.doc.Scope == nil {
		return t.baseURL
	}
	return fmt.Sprintf("workspace %s at %s", t.workspace, t.baseURL)
}
