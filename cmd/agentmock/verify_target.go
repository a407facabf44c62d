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
	"github.com/agentmock/agentmock/internal/redact"
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
	fromEnvironment(flags, "workspace-id", envWorkspaceID)
	fromEnvironment(flags, "agent-id", envAgentID)
	flags.BoolVar(&f.sandboxOnly, "sandbox-only", false, "create nothing; work on the agent of --agent-id alone")
}

// resolve validates the flags and returns the target. Where nothing will be sent it may have no base
// URL.
func (f *verifyTargetFlags) resolve(e env, doc *openapi.Document, dry bool) (contract.Target, error) {
	baseURL, agent := e.or(f.baseURL, envBaseURL), e.or(f.agent, envAgentID)
	if baseURL == "" && !dry {
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

// secrets returns what the command line must not show.
func (f *verifyFlags) secrets(doc *openapi.Document, target *contract.Target) *redact.Set {
	secrets := redact.New(nil, nil).WithHeaders(target.Header).Guard(target.APIKey, envAPIKey)
	for _, text := range f.values {
		pointer, value, _ := strings.Cut(text, "=")
		isSecret := func(name string) bool { return strings.HasSuffix(pointer, "/"+name) }
		if slices.ContainsFunc(doc.SecretNames(), isSecret) {
			secrets = secrets.Guard(value, "SECRET")
		}
	}
	return secrets
}

// repeatCommand returns the command line without the flags that select fixtures or reports, and
// with variables in place of secrets.
func (f *verifyFlags) repeatCommand(cmd *cobra.Command, doc *openapi.Document, target *contract.Target) string {
	secrets := f.secrets(doc, target)
	var words [][]redact.Part
	add := func(texts ...string) {
		for _, text := range texts {
			words = append(words, secrets.Split(text))
		}
	}
	add("agentmock", "verify")
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		switch flag.Name {
		case "header", "api-key", "filter", "tag", "only", "report", "dry-run", "bail", "jobs", "max-failures",
			"min-coverage", "write-baseline", "fail-on", "shard":
			return // headers come below
		}
		switch list, ok := flag.Value.(pflag.SliceValue); {
		case ok:
			for _, value := range list.GetSlice() {
				add("--"+flag.Name, value)
			}
		case flag.Value.Type() == "bool":
			add("--" + flag.Name)
		default:
			add("--"+flag.Name, flag.Value.String())
		}
	})
	// Headers are hidden whatever they are for: only the user knows.
	for _, name := range slices.Sorted(maps.Keys(target.Header)) {
		for _, value := range target.Header[name] {
			add("--header")
			words = append(words, append(secrets.Split(strings.ToLower(name)+": "),
				secrets.SplitHeader(name, value)...))
		}
	}
	return curl.Words(words...)
}
