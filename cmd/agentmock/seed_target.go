package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// maxSeedBody bounds a response in bytes: a list has every item of a workspace.
const maxSeedBody = 256 << 20

// seedTargetFlags holds the flags that say where agents are created, and how.
type seedTargetFlags struct {
	targetFlags
	ledger                        string
	configured                    string // the base URL of the configuration file
	create                        bool
	phoneNumbers, keys, callbacks bool
}

// register adds the flags to the command.
func (f *seedTargetFlags) register(cmd *cobra.Command) {
	f.targetFlags.register(cmd,
		"`URL` of a target to create the agents at; the document's paths are appended to it as they are")
	flags := cmd.Flags()
	flags.BoolVar(&f.create, "create", false, "create the agents at the address in "+envBaseURL+" or in agentmock.yaml")
	flags.StringVar(&f.ledger, "ledger", "",
		"`file` that records what is created (default agentmock-seed-WORKSPACE-SEED.ndjson)")
	flags.BoolVar(&f.phoneNumbers, "with-phone-numbers", false,
		"send phone numbers, too: made-up ones, which a real target does not know")
	flags.BoolVar(&f.keys, "with-keys", false, "send keys of other services, too: made-up ones")
	flags.BoolVar(&f.callbacks, "with-callbacks", false,
		"send smart callbacks as they are planned, instead of off: a real target will call")
}

// resolve validates the flags and returns the target. Where no flag names its base URL, it is the
// recorded one or, where that is empty, that of the environment or the configuration file.
func (f *seedTargetFlags) resolve(e env, doc *openapi.Document, resource *openapi.Resource, workspace,
	recorded string) (*seedClient, error) {
	baseURL := cmp.Or(f.baseURL, recorded, e.getenv(envBaseURL), f.configured)
	if baseURL == "" {
		return nil, usagef("--create needs an address in %s, or use --base-url", envBaseURL)
	}
	t, err := f.targetFlags.resolve(e, doc, baseURL)
	if err != nil {
		return nil, err
	}
	return &seedClient{target: t, doc: doc, resource: resource, workspace: workspace, options: apiclient.Options{
		TLS: t.tls, Timeout: f.timeout, Retries: f.retries, Rate: f.rate.perSecond, Sleep: apiclient.Sleep,
		Grace:     f.timeout, // an interrupted run waits for the responses to what it has sent
		UserAgent: "agentmock/" + programVersion(), MaxBody: maxSeedBody,
	}}, nil
}
