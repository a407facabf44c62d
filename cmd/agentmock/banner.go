package main

import (
	"cmp"
	"encoding/json"
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
	resource := seeded(doc)
	g.state = describeState(f, doc, resource)
	if public(listener) {
		g.warning = fmt.Sprintf("other machines can reach %s", listener.Addr())
	}
	item, workspace := firstItem(doc, resource, o)
	s := sampler{doc: doc, base: g.url, apiKey: "demo-key", workspace: workspace}
	if len(o.APIKeys) > 0 {
		s.apiKey = o.APIKeys[0]
	}
	if call := s.first(resource, item); call != nil {
		g.curl = curl.Command(*call)
	}
	return g
}

// describe names a document in a line: which file, which API, how much of it.
func describe(doc *openapi.Document, builtIn bool) string {
	name := documentName(doc.Name)
	if builtIn {
		name = "built-in " + name
	}
	return fmt.Sprintf("%s: %s %s, OpenAPI %s, %s", name, doc.Title, doc.Version, doc.OpenAPI, count(len(doc.Operations), "operation"))
}

func describeKeys(doc *openapi.Document, keys []string) string {
	demanded := slices.ContainsFunc(doc.Operations, func(op *openapi.Operation) bool { return len(op.Security) > 0 })
	switch {
	case !demanded:
		return "none needed"
	case len(keys) == 0:
		return "any"
	default:
		return count(len(keys), "key") + " of --api-key"
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

// seeded is the collection that has generated items at start: agents, else the first one whose items have a schema. Nil: none.
func seeded(doc *openapi.Document) *openapi.Resource {
	if r := doc.Resource("agents"); r != nil && r.Schema != nil {
		return r
	}
	i := slices.IndexFunc(doc.Resources, func(r *openapi.Resource) bool { return r.Schema != nil && len(r.Parents) == 0 })
	if i < 0 {
		return nil
	}
	return doc.Resources[i]
}

// firstItem is an item that is there at start, and its workspace: the first of the state that was brought along, else the first
// generated one. It is nil where there is none.
func firstItem(doc *openapi.Document, resource *openapi.Resource, o mockserver.Options) (map[string]json.RawMessage, string) {
	workspace := fixtures.DefaultWorkspace
	if len(o.Workspaces) > 0 {
		workspace = o.Workspaces[0]
	}
	if resource == nil {
		return nil, workspace
	}
	var item map[string]json.RawMessage
	var state map[string]json.RawMessage
	if json.Unmarshal(o.State, &state) == nil {
		var list []map[string]json.RawMessage
		if json.Unmarshal(state[resource.Name], &list) == nil && len(list) > 0 {
			item = list[0]
			if doc.Scope != nil {
				workspace = cmp.Or(text(item[doc.Scope.Property]), workspace)
			}
			return item, workspace
		}
	}
	if o.Agents == 0 {
		return nil, workspace
	}
	generator := fixtures.NewGenerator(doc, o.Seed)
	generator.Profile, generator.Resource, generator.Workspace = o.Profile, resource.Name, workspace
	raw, err := generator.Agent(0)
	if err != nil || json.Unmarshal(raw, &item) != nil {
		return nil, workspace
	}
	return item, workspace
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
		"url", g.url, "version", programVersion(), "document", g.document, "state", g.state, "keys", g.keys, "curl", g.curl,
	}
	if g.warning != "" {
		attributes = append(attributes, "warning", g.warning)
	}
	l.Info("listening", attributes...)
}
