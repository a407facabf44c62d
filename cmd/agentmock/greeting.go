package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// greeting is what serve says when it has begun to listen.
type greeting struct {
	url      string
	document string
	state    string
	keys     string
	warning  string // "" where there is none
	curl     string // a command to paste; "" where the document gives no occasion
}

func newGreeting(f *serveFlags, doc *openapi.Document, o mockserver.Options, listener net.Listener) *greeting {
	g := &greeting{url: baseURL(listener), document: describe(doc, f.spec == ""), keys: describeKeys(doc, o.APIKeys)}
	g.state = describeState(f, doc, doc.DefaultResource())
	if public(listener) {
		g.warning = fmt.Sprintf("other machines can reach %s", listener.Addr())
	}
	// The keys are known to those who gave them, and need not be in a log.
	var secrets []curl.Secret
	if len(o.APIKeys) > 0 {
		o.APIKeys, secrets = curl.Stand(envAPIKey, o.APIKeys)
	}
	if call := firstCall(doc, o, g.url); call != nil {
		g.curl = curl.Command(*call, secrets...)
	}
	return g
}

// describe names a document in a line: which file, which API, how much of it.
func describe(doc *openapi.Document, builtIn bool) string {
	name := documentName(doc.Name)
	if builtIn {
		name = "built-in " + name
	}
	return fmt.Sprintf("%s: %s %s, OpenAPI %s, %s", name, doc.Title, doc.Version, doc.OpenAPI,
		count(len(doc.Operations), "operation"))
}

func describeKeys(doc *openapi.Document, keys []string) string {
	demanded := slices.ContainsFunc(doc.Operations, func(op *openapi.Operation) bool { return len(op.Security) > 0 })
	switch {
	case !demanded:
		return "none needed"
	case len(keys) == 0:
		return "any"
	default:
		return fmt.Sprintf("%s of --api-key, in commands $%s", count(len(keys), "key"), envAPIKey)
	}
}

func describeState(f *serveFlags, doc *openapi.Document, resource *openapi.Resource) string {
	var parts []string
	if f.state != "" {
		parts = append(parts, "from "+f.state)
	}
	if f.agents > 0 && resource != nil {
		made := fmt.Sprintf("%d %s", f.agents, resource.Name)
		if doc.Scope != nil {
			made += " in " + strings.Join(f.workspaces, ", and as many in ")
		}
		parts = append(parts, fmt.Sprintf("%s (seed %d)", made, cmp.Or(f.seed, fixtures.DefaultSeed)))
	}
	return cmp.Or(strings.Join(parts, ", and "), "empty")
}

// print writes the greeting for people. The first line ends in the URL.
func (g *greeting) print(e env) {
	e.say("agentmock %s listening on %s", programVersion(), g.url)
	e.say("  document  %s", g.document)
	e.say("  state     %s", g.state)
	e.say("  keys      %s", g.keys)
	if g.warning != "" {
		e.say("  warning   %s", g.warning)
	}
	if g.curl != "" {
		e.say("\nTry:\n\n%s\n", g.curl)
	}
}

// log writes the greeting as one line, for those who read stderr by program.
func (g *greeting) log(l *slog.Logger) {
	attributes := []any{
		"url", g.url, "version", programVersion(), "document", g.document, "state", g.state, "keys", g.keys,
		"curl", g.curl,
	}
	if g.warning != "" {
		attributes = append(attributes, "warning", g.warning)
	}
	l.Info("listening", attributes...)
}
