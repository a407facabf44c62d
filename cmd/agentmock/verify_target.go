package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/openapi"
)

// verifyTargetFlags holds the flags that name what is verified, and in whose name.
type verifyTargetFlags struct {
	targetFlags
	workspace, other, agent string
	sandboxOnly             bool
}

// register adds the flags to the command.
func (f *verifyTargetFlags) register(cmd *cobra.Command) {
	f.targetFlags.register(cmd, "`URL` of the backend; the document's paths are appended to it as they are")
	flags := cmd.Flags()
	flags.StringVar(&f.workspace, "workspace-id", "",
		"`id` of the workspace to work in (default "+fixtures.DefaultWorkspace+")")
	flags.StringVar(&f.other, "other-workspace-id", "",
		"`id` of another workspace, which must not see the agents of the first (default: a made-up one)")
	flags.StringVar(&f.agent, "agent-id", "",
		"`id` of an existing agent to work on where none can be created; "+
			"it is restored at the end, but for keys of other services")
	flags.BoolVar(&f.sandboxOnly, "sandbox-only", false, "create nothing; work on the agent of --agent-id alone")
}

// resolve validates the flags and returns the target.
func (f *verifyTargetFlags) resolve(e env, doc *openapi.Document) (contract.Target, error) {
	baseURL, agent := e.or(f.baseURL, envBaseURL), e.or(f.agent, envAgentID)
	if baseURL == "" {
		return contract.Target{},
			usagef("agentmock verify needs --base-url (or %s), such as --base-url http://127.0.0.1:4010", envBaseURL)
	}
	if f.sandboxOnly && agent == "" {
		return contract.Target{}, usagef("--sandbox-only needs --agent-id (or %s): an existing agent to work on",
			envAgentID)
	}
	t, err := f.targetFlags.resolve(e, doc, baseURL)
	if err != nil {
		return contract.Target{}, err
	}
	return contract.Target{
		BaseURL: t.baseURL, APIKey: t.apiKey, Header: t.header,
		WorkspaceID: e.or(f.workspace, envWorkspaceID), OtherWorkspaceID: f.other,
		AgentID: agent, SandboxOnly: f.sandboxOnly,
		TLS: t.tls, Insecure: f.insecure, CAFile: f.caFile,
	}, nil
}

// secretValues returns what --value gives for secret properties.
func (f *verifyFlags) secretValues(doc *openapi.Document) []curl.Secret {
	var secrets []curl.Secret
	for _, text := range f.values {
		pointer, value, _ := strings.Cut(text, "=")
		if slices.ContainsFunc(doc.SecretNames(), func(name string) bool {
			return strings.HasSuffix(pointer,
				"/"+name)
		}) {
			secrets = append(secrets, curl.Secret{Value: value, Variable: "SECRET"})
		}
	}
	return secrets
}

// repeatCommand returns the command line without the flags that select fixtures or reports, and
// with variables in place of secrets.
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
	// Headers are hidden whatever they are for: only the user knows.
	for _, name := range slices.Sorted(maps.Keys(target.Header)) {
		stand, hidden := curl.Stand(name, target.Header[name])
		for _, text := range stand {
			words = append(words, "--header", strings.ToLower(name)+": "+text)
		}
		secrets = append(secrets, hidden...)
	}
	return curl.Words(words, append(secrets, curl.Secret{Value: target.APIKey, Variable: envAPIKey})...)
}
