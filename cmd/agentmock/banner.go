package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// banner is what serve prints once it listens.
type banner struct {
	url, document, state, keys string
	faults                     string // what goes wrong on purpose; "" for nothing
	control                    string // its calls, and what they need
	tls                        string // how to trust the server; "" without TLS
	warning                    string // "" for none
	get, curl                  string // commands to paste, which read and write; "" where the document allows none
}

// standInKey is the key of the example request until a variable takes its place: a real key may be
// so short that it stands elsewhere in the request, too.
const standInKey = "agentmock-stands-for-the-key"

func newBanner(f *serveFlags, doc *openapi.Document, o mockserver.Options, server *mockserver.Server,
	listener net.Listener) *banner {
	b := &banner{url: baseURL(f.tls.scheme(), listener), tls: f.tls.describe(o.TLS),
		document: describe(doc, f.spec == ""), keys: describeKeys(doc, o.APIKeys)}
	b.state, b.faults = describeState(f, doc, server), f.faultFlags.describe()
	b.control = b.url + "/__mock/openapi.yaml"
	switch {
	case f.controlToken != "":
		b.control += ", needs the token of --control-token"
	case o.ControlToken != "":
		b.control += ", needs the token: -H 'Authorization: Bearer " + o.ControlToken + "'"
	}
	if public(listener) {
		b.warning = fmt.Sprintf("other machines can reach %s", listener.Addr())
	}
	// Keys do not belong in a log; those who set them know them.
	secrets := redact.New(nil, nil)
	if len(o.APIKeys) > 0 {
		o.APIKeys, secrets = []string{standInKey}, secrets.Guard(standInKey, envAPIKey)
	}
	get, call := firstRequests(doc, server, o, b.url)
	command := func(r *curl.Request) string {
		if r == nil {
			return ""
		}
		r.CAFile, r.Insecure = f.tls.out, f.tls.self && f.tls.out == ""
		return curl.Command(*r, secrets)
	}
	b.get, b.curl = command(get), command(call)
	if b.get == b.curl {
		b.get = ""
	}
	return b
}

// describe returns one line about a document: its file, its API, and the number of operations.
func describe(doc *openapi.Document, builtIn bool) string {
	name := documentName(doc.Name)
	if builtIn {
		name = "built-in " + name
	}
	return fmt.Sprintf("%s: %s, OpenAPI %s, %s", name, titleOf(doc), doc.OpenAPI,
		count(len(doc.Operations), "operation"))
}

// titleOf returns the title and the version of a document's API.
func titleOf(doc *openapi.Document) string {
	return strings.TrimSpace(cmp.Or(doc.Title, "untitled") + " " + doc.Version)
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

func describeState(f *serveFlags, doc *openapi.Document, server *mockserver.Server) string {
	resource, generated := doc.DefaultResource(), server.Generated()
	var parts []string
	if f.state != "" {
		parts = append(parts, "from "+f.state+": "+describeContent(doc, server))
	}
	if generated > 0 && resource != nil {
		made := fmt.Sprintf("%d %s", generated, resource.Name)
		if doc.Scope != nil {
			made += " in " + strings.Join(f.workspaces, ", and as many in ")
		}
		if f.state != "" {
			made += " of them generated"
		}
		parts = append(parts, fmt.Sprintf("%s (seed %d)", made, cmp.Or(f.seed, fixtures.DefaultSeed)))
	}
	return cmp.Or(strings.Join(parts, ", "), "empty")
}

// shownNames is how many workspaces the banner names.
const shownNames = 3

// describeContent returns how many items the mock has, and in which workspaces.
func describeContent(doc *openapi.Document, server *mockserver.Server) string {
	var parts []string
	counts, workspaces := server.Counts(), server.Workspaces()
	resource := doc.DefaultResource()
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > 0 || resource != nil && name == resource.Name {
			parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
		}
	}
	text := cmp.Or(strings.Join(parts, ", "), "nothing")
	if len(workspaces) > 0 {
		text += " in " + strings.Join(workspaces[:min(shownNames, len(workspaces))], ", ")
	}
	if more := len(workspaces) - shownNames; more > 0 {
		text += " and " + count(more, "more workspace")
	}
	return text
}

// print writes the banner for people. The first line ends in the URL.
func (b *banner) print(e env) {
	e.say("agentmock %s listening on %s", programVersion(), b.url)
	e.say("  document  %s", b.document)
	e.say("  state     %s", b.state)
	e.say("  keys      %s", b.keys)
	if b.faults != "" {
		e.say("  faults    %s", b.faults)
	}
	e.say("  inspector %s/__mock/", b.url)
	e.say("  control   %s", b.control)
	if b.tls != "" {
		e.say("  tls       %s", b.tls)
	}
	if b.warning != "" {
		e.say("  warning   %s", b.warning)
	}
	switch {
	case b.curl != "" && b.get != "":
		e.say("\nTry:\n\n%s\n\n%s\n", b.get, b.curl)
	case b.curl != "":
		e.say("\nTry:\n\n%s\n", b.curl)
	}
}

// log writes the banner as one record, for programs that read stderr.
func (b *banner) log(l *slog.Logger) {
	attributes := []any{"url", b.url, "version", programVersion(), "document", b.document, "state", b.state,
		"keys", b.keys, "curl", b.curl, "inspector", b.url + "/__mock/", "control", b.control}
	if b.get != "" {
		attributes = append(attributes, "curlGet", b.get)
	}
	if b.tls != "" {
		attributes = append(attributes, "tls", b.tls)
	}
	if b.faults != "" {
		attributes = append(attributes, "faults", b.faults)
	}
	if b.warning != "" {
		attributes = append(attributes, "warning", b.warning)
	}
	l.Info("listening", attributes...)
}
