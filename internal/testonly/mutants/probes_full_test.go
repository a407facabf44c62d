package mutants_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// The probes that create, read, list or delete.

func probeCreation(a *audit) {
	for _, body := range []object{whole("Created"), rich()} {
		body = a.fit(body)
		made := a.create(body)
		for _, complaint := range lost(body, made) {
			a.wrong("returned %s", complaint)
		}
		id, _ := made["_id"].(string)
		for _, complaint := range lost(body, a.view(id)) {
			a.wrong("stored %s", complaint)
		}
		if made["workspaceId"] != "ws-1" {
			a.wrong("workspaceId is %v", made["workspaceId"])
		}
	}
	for i := range 3 {
		a.create(minimal(fmt.Sprint("Once ", i)))
	}
	times := map[string]int{}
	for _, agent := range a.list("ws-1") {
		name, _ := agent["name"].(string)
		if times[name]++; times[name] == 2 && strings.HasPrefix(name, "Once ") {
			a.wrong("one creation made two agents")
		}
	}
	first, second := a.create(minimal("Same")), a.create(minimal("Same"))
	if fmt.Sprint(first["_id"]) == fmt.Sprint(second["_id"]) {
		a.wrong("two agents called %v", first["_id"])
	}
	if v, ok := first["smartCallback"]; ok && v != false {
		a.wrong("smartCallback is %v by default", v)
	}
	if v, ok := first[attempts]; ok && !comesBack(decode([]byte("5")), v) {
		a.wrong("attempts are %v by default", v)
	}
	for _, model := range []string{"gpt-4o-enterprise", "gpt-5"} {
		body := minimal("Model")
		body["llmModel"] = model
		if made := a.create(body); made["llmModel"] != model {
			a.wrong("%s came back as %v", model, made["llmModel"])
		}
	}
	body := minimal("Old")
	body["createdAt"] = "2001-01-01T00:00:00Z"
	if r := a.send("POST", "", encode(body), nil); r.status < 300 && a.agent("create", r, 200,
		201)["createdAt"] == body["createdAt"] {
		a.wrong("createdAt written")
	}
}

func minimal(name string) object {
	return object{"name": name, "llmModel": "gpt-5", "ttsModel": object{"provider": "openai", "voiceId": "alloy"}}
}

func probeCreationRefused(a *audit) {
	before := len(a.list("ws-1"))
	for field := range minimal("") {
		body := minimal("Refused")
		delete(body, field)
		a.refused("create without "+field, a.send("POST", "", encode(body), nil))
		body[field] = nil
		a.refused("create with null "+field, a.send("POST", "", encode(body), nil))
	}
	for _, model := range badModels() {
		body := minimal("Refused")
		body["llmModel"] = model
		a.refused(fmt.Sprintf("create with %v", model), a.send("POST", "", encode(body), nil))
	}
	for field, values := range wrongTypes() {
		body := minimal("Refused")
		body[field] = values.([]any)[0]
		a.refused("create with wrong "+field, a.send("POST", "", encode(body), nil))
	}
	if after := len(a.list("ws-1")); after != before {
		a.wrong("%d agents became %d by refused creations", before, after)
	}
}

func probeSecretsAtRest(a *audit) {
	body := minimal("Secret")
	body["ttsModel"] = byo()
	if a.noKeys {
		return
	}
	made := a.create(body)
	id, _ := made["_id"].(string)
	a.view(id)
	a.list("ws-1")
	a.send("DELETE", id, nil, nil)
}

func probeCredentialsOfOthers(a *audit) {
	id := a.subject()
	body := encode(minimal("Intruder"))
	a.unchanged(id, func() {
		for _, bad := range []header{{"x-api-key": ""}, {"x-api-key": " "}, {"x-workspace-id": ""},
			{"x-workspace-id": " "}} {
			a.refused(fmt.Sprint("create with ", bad), a.send("POST", "", body, bad))
			a.refused(fmt.Sprint("list with ", bad), a.send("GET", "", nil, bad))
			a.refused(fmt.Sprint("read with ", bad), a.send("GET", id, nil, bad))
			a.refused(fmt.Sprint("deletion with ", bad), a.send("DELETE", id, nil, bad))
		}
	})
}

func probeWorkspaces(a *audit) {
	id := a.subject()
	a.unchanged(id, func() {
		elsewhere := header{"x-workspace-id": "ws-2"}
		a.refused("foreign read", a.send("GET", id, nil, elsewhere))
		a.deleted("foreign deletion", a.send("DELETE", id, nil, elsewhere))
	})
	if a.send("GET", "", nil, header{"x-workspace-id": "ws-empty"}).status == http.StatusForbidden {
		return // the key is for one workspace
	}
	if agents := a.list("ws-empty"); len(agents) != 0 {
		a.wrong("an empty workspace lists %d agents", len(agents))
	}
	foreign := a.agent("create elsewhere", a.send("POST", "", encode(minimal("Foreign")),
		header{"x-workspace-id": "ws-2"}), 200, 201)
	if foreign["workspaceId"] != "ws-2" {
		a.wrong("workspaceId is %v", foreign["workspaceId"])
	}
	for workspace, wanted := range map[string]any{"ws-1": id, "ws-2": foreign["_id"]} {
		agents := a.list(workspace)
		count := 0
		for _, agent := range agents {
			if agent["workspaceId"] != workspace {
				a.wrong("%s lists an agent of %v", workspace, agent["workspaceId"])
			}
			if fmt.Sprint(agent["_id"]) == fmt.Sprint(wanted) {
				count++
			}
		}
		if count != 1 {
			a.wrong("%s lists its agent %d times", workspace, count)
		}
	}
}

func probeNeighbours(a *audit) {
	left, id, right := a.subject(), a.subject(), a.subject()
	views := map[string]object{left: a.view(left), right: a.view(right)}
	unharmed := func(by string) {
		for _, neighbour := range slices.Sorted(maps.Keys(views)) {
			for _, field := range moved(views[neighbour], a.view(neighbour)) {
				a.wrong("%s of a neighbour changed by %s", field, by)
			}
		}
	}
	a.put(id, a.fit(rich()))
	unharmed("an update")
	a.send("DELETE", id, nil, nil)
	unharmed("a deletion")
}

func probeDeletion(a *audit) {
	id := a.subject()
	if r := a.send("DELETE", id, nil, nil); r.status < 200 || r.status > 299 {
		a.wrong("deletion: status %d", r.status)
	}
	a.refused("read of a deleted agent", a.send("GET", id, nil, nil))
	a.refused("update of a deleted agent", a.send("PUT", id, encode(minimal("Dead")), nil))
	for _, agent := range a.list("ws-1") {
		if agent["_id"] == id {
			a.wrong("deleted agent is listed")
		}
	}
}

func probeReads(a *audit) {
	id := a.subject()
	a.list("ws-1")
	for i := range 6 {
		body := a.fit(whole(strings.Repeat("n", i+1)))
		updated := a.put(id, body)
		shown := a.view(id)
		for _, field := range moved(updated, shown) {
			a.wrong("%s of a read differs from the update", field)
		}
		for _, agent := range a.list("ws-1") {
			if agent["_id"] != id {
				continue
			}
			for _, field := range moved(shown, agent) {
				a.wrong("%s of a list differs from the read", field)
			}
		}
	}
}
