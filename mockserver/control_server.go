package mockserver

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// serverActions are the calls of the control API about the server.
var serverActions = map[string]controlAction{
	"getHealth":          health,
	"getControlDocument": readControlDocument,
	"listOperations":     func(x *exchange) ([]byte, error) { return x.api.operations(), nil },
}

func readControlDocument(x *exchange) ([]byte, error) {
	doc, err := controlDocument()
	if err != nil {
		return nil, err
	}
	return doc.YAML(x.server.address(x.http)), nil
}

func health(x *exchange) ([]byte, error) {
	doc, snapshot := x.api.doc, x.session.store.latest()
	out := jsonvalue.ObjectOf(
		"status", "ok",
		"document", jsonvalue.ObjectOf("name", doc.Name, "title", doc.Title, "version", doc.Version,
			"sha256", doc.SHA256, "operations", len(doc.Operations)),
		"items", x.api.counts(snapshot),
		"time", x.session.clock.Now().Format(timeForm),
		"sessions", len(x.server.Sessions()),
		"workspaces", firstWorkspaces(snapshot),
	)
	if x.server.options.Backend != nil {
		out.Set("upstream", x.server.options.BackendName)
	} else if x.api.scope != "" {
		out.Set("scope", doc.Scope.Header)
	}
	return jsonvalue.Marshal(out), nil
}

// shownWorkspaces is the most workspaces that health lists.
const shownWorkspaces = 100

func firstWorkspaces(s *snapshot) []any {
	names := []any{}
	s.workspaces.Scan(func(w workspace) bool {
		names = append(names, w.name)
		return len(names) < shownWorkspaces
	})
	return names
}

// counts returns the numbers of items of a snapshot, by their collections.
func (a *api) counts(s *snapshot) *jsonvalue.Object {
	items := &jsonvalue.Object{}
	for _, c := range a.collections {
		items.Set(c.Name, s.counts[c.CollectionPath])
	}
	return items
}
