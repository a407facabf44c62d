package mockserver

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sentName returns the name that the body of a call has.
func (x *exchange) sentName() string {
	name, _ := x.sent().item().value().Get("name")
	return identityText(name)
}

func keepSnapshot(x *exchange) ([]byte, error) { return nil, x.session.Snapshot(x.sentName()) }

func restoreToNamed(x *exchange) ([]byte, error) {
	if w := x.workspace(); w != "" {
		return nil, x.session.RestoreWorkspace(x.sentName(), w)
	}
	return nil, x.session.Restore(x.sentName())
}

func listSnapshots(x *exchange) ([]byte, error) {
	list, all := []any{}, x.session.kept()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, jsonvalue.ObjectOf("name", name, "items", x.api.counts(all[name])))
	}
	return jsonvalue.Marshal(jsonvalue.ObjectOf("snapshots", list)), nil
}

func dropSnapshot(x *exchange) ([]byte, error) {
	name := x.request.Path["name"]
	switch {
	case name == StartSnapshot:
		return nil, fmt.Errorf("path name: the session always has a state %q; keep another one under the name in "+
			"place of it", StartSnapshot)
	case x.session.DropSnapshot(name):
		return nil, nil
	}
	return nil, refused{refuse(http.StatusNotFound, openapi.Violation{Rule: ruleUnknownItem, In: "path", Name: "name",
		Actual: truncate(name, 200),
		Message: fmt.Sprintf("path name: the session has no snapshot %q; %s", truncate(name, 200),
			likely(name, x.session.Snapshots()))})}
}
