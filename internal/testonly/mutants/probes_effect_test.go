package mutants_test

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// The probes of what a request does beside what it is asked for.

// probeSideEffects updates one field at a time of an agent that has all of them.
func probeSideEffects(a *audit) {
	id := a.subject()
	for _, change := range []object{
		{"name": "Alone"}, {"smartCallback": false}, {"smartCallback": true}, {attempts: 1}, {attempts: 0},
		{"variables": object{"b": 2}},
		{"settings": object{"speed": 1}}, {"llmModel": "gpt-4.1"}, {"phoneNumberIds": []any{"pn-4"}},
		{"ttsModel": object{"provider": "openai", "voiceId": "alloy", "name": "Loud"}}, {gaps: []any{}},
	} {
		body := a.fit(change)
		if body["llmModel"] == nil {
			body["llmModel"] = "gpt-5"
		}
		a.put(id, a.fit(whole("Subject")))
		before := a.view(id)
		after := a.put(id, body)
		except := append(slices.Collect(maps.Keys(body)), "updatedAt")
		for _, field := range moved(before, after, except...) {
			a.wrong("%s changed by an update of %v", field, slices.Sorted(maps.Keys(change)))
		}
	}
}

// probeRefusedEffects looks at lists and references after refusals.
func probeRefusedEffects(a *audit) {
	id := a.subject()
	count := func(workspace string) int {
		r := a.send("GET", "", nil, header{"x-workspace-id": workspace})
		list, _ := a.json("list", r, 200, 403).([]any) // a key may be for one workspace
		return len(list)
	}
	ours, theirs := count("ws-1"), count("ws-2")
	a.unchanged(id, func() {
		body := a.fit(whole("Lost"))
		body["llmModel"], body["phoneNumberIds"] = "none", []any{"pn-lost"}
		a.refused("update to nothing", a.send("PUT", id, encode(body), nil))
		a.refused("creation of nothing", a.send("POST", "", encode(body), nil))
		a.refused("creation without key", a.send("POST", "", encode(minimal("Lost")), header{"x-api-key": ""}))
		a.refused("update from elsewhere", a.send("PUT", id, encode(minimal("Lost")), header{"x-workspace-id": "ws-2"}))
	})
	if n, m := count("ws-1"), count("ws-2"); n != ours || m != theirs {
		a.wrong("%d agents here and %d elsewhere became %d and %d by refusals", ours, theirs, n, m)
	}
	for _, agent := range a.list("ws-1") {
		if agent["name"] == "Lost" {
			a.wrong("a list shows the name that was refused: %v", agent["_id"])
		}
	}
}

// probeSharing writes agents that have much in common with others.
func probeSharing(a *audit) {
	alike := func(name string) string {
		body := minimal(name)
		body["phoneNumberIds"] = []any{"pn-1"}
		made := a.create(a.fit(body))
		id, _ := made["_id"].(string)
		return id
	}
	first, second, neighbour := alike("Alike"), alike("Alike"), alike("Alike too")
	before := map[string]object{second: a.view(second), neighbour: a.view(neighbour)}
	check := func(by string) {
		for id, agent := range before {
			for _, field := range moved(agent, a.view(id)) {
				a.wrong("%s of an agent like it changed by %s", field, by)
			}
		}
	}
	a.put(first, object{"llmModel": "gpt-5", "phoneNumberIds": []any{}, "variables": object{"a": 1},
		"settings": object{"speed": 2}, "ttsModel": object{"provider": "openai", "voiceId": "alloy", "name": "New"}})
	check("an update")
	a.send("DELETE", second, nil, nil)
	delete(before, second)
	check("a deletion")
	if a.view(first)["name"] != "Alike" {
		a.wrong("an agent of the same name was deleted")
	}
}

// probeWritten sends what only the backend writes.
func probeWritten(a *audit) {
	sessions := []any{object{"roomName": "r", "participantId": "p", "startTime": "2001-01-01T00:00:00Z",
		"status": "active"}}
	written := object{"status": "hacked", "userId": "hacked", "currentNode": "hacked", "activeSessions": sessions}
	check := func(by string, agent object) {
		for field, v := range written {
			if got, ok := agent[field]; ok && comesBack(v, got) {
				a.wrong("%s written by %s", field, by)
			}
		}
	}
	id := a.subject()
	body := object{"llmModel": "gpt-5"}
	maps.Copy(body, written)
	if r := a.send("PUT", id, encode(body), nil); r.status < 300 {
		check("an update", a.view(id))
	}
	if a.updateOnly {
		return
	}
	body = minimal("Written")
	maps.Copy(body, written)
	if r := a.send("POST", "", encode(body), nil); r.status < 300 {
		check("a creation", a.agent("create", r, 200, 201))
	}
	body = minimal("Elsewhere")
	body["workspaceId"] = "ws-2"
	if r := a.send("POST", "", encode(body), nil); r.status < 300 {
		if made := a.agent("create", r, 200, 201); made["workspaceId"] != "ws-1" {
			a.wrong("an agent was created in %v", made["workspaceId"])
		}
	}
}

// probeTimes looks at the times of a new agent.
func probeTimes(a *audit) {
	id := a.subject()
	before := a.view(id)
	for _, change := range []object{{"settings": object{"speed": 3}}, {"name": "Timed"}} {
		change["llmModel"] = before["llmModel"]
		after := a.put(id, change)
		if !instant(after["updatedAt"]).After(instant(before["updatedAt"])) {
			a.wrong("updatedAt went from %v to %v", before["updatedAt"], after["updatedAt"])
		}
		if instant(after["updatedAt"]).Before(instant(after["createdAt"])) {
			a.wrong("updatedAt is %v and createdAt %v", after["updatedAt"], after["createdAt"])
		}
		before = after
	}
}

// probeParallel sends updates of different fields at the same time.
func probeParallel(a *audit) {
	id := a.subject()
	sent := object{"name": "Parallel", "settings": object{"speed": 9}, "variables": object{"at": "once"}, attempts: 8}
	var all sync.WaitGroup
	var others []*audit // each with its own list of what it finds
	for field, v := range sent {
		one := *a
		one.found = nil
		others = append(others, &one)
		all.Go(func() { one.put(id, object{"llmModel": "gpt-5", field: v}) })
	}
	all.Wait()
	for _, one := range others {
		a.found = append(a.found, one.found...)
	}
	for _, complaint := range lost(sent, a.view(id)) {
		a.wrong("lost by updates in parallel: %s", complaint)
	}
}

// disguises are texts that give the marker away.
func disguises() []string {
	m5, s1, s256 := md5.Sum([]byte(marker)), sha1.Sum([]byte(marker)), sha256.Sum256([]byte(marker))
	backwards := []rune(marker)
	slices.Reverse(backwards)
	percent := ""
	for i := range len(marker) {
		percent += fmt.Sprintf("%%%02x", marker[i])
	}
	var numbers, pairs, groups []string
	for i := range len(marker) {
		numbers = append(numbers, fmt.Sprint(marker[i]))
		pairs = append(pairs, fmt.Sprintf("%02x", marker[i]))
	}
	for group := range slices.Chunk([]byte(marker), 4) {
		groups = append(groups, string(group))
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(marker))
	s512 := sha512.Sum512([]byte(marker))
	rotated := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return 'a' + (r-'a'+13)%26
		}
		return r
	}, marker)
	return []string{strings.Join(numbers, ","), strings.Join(pairs, ":"), strings.Join(groups, "-"), rotated,
		strings.ToUpper(marker), base64.RawStdEncoding.EncodeToString([]byte(encoded))[:40],
		hex.EncodeToString(s512[:]), marker[:len(marker)/2] + `"`, marker[6 : len(marker)-6], marker[:6] + "*", "..." + marker[len(marker)-6:], marker[1 : len(marker)-1], string(backwards),
		hex.EncodeToString(m5[:]), base64.StdEncoding.EncodeToString(s1[:]),
		strings.ToUpper(hex.EncodeToString(s256[:])), percent,
		base64.RawStdEncoding.EncodeToString([]byte(marker))[:24],
		base64.RawStdEncoding.EncodeToString([]byte(marker[1:]))[:24],
		base64.RawStdEncoding.EncodeToString([]byte(marker[2:]))[:24], marker[:10] + "********"}
}
