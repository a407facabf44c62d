package mockserver

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// serverActions are the calls of the control API about the server.
var serverActions = map[string]controlAction{
	"getHealth":          health,
	"getControlDocument": readControlDocument,
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
	items := &jsonvalue.Object{}
	for _, c := range x.api.collections {
		items.Set(c.Name, snapshot.counts[c.CollectionPath])
	}
	return jsonvalue.Marshal(jsonvalue.ObjectOf(
		"status", "ok",
		"document", jsonvalue.ObjectOf("name", doc.Name, "title", doc.Title, "version", doc.Version,
			"sha256", doc.SHA256, "operations", len(doc.Operations)),
		"items", items,
		"time", x.session.clock.Now().Format(timeForm),
	)), nil
}
