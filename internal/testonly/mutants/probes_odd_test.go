package mutants_test

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
)

// The probes of values that storage and frameworks change by mistake, and of lists with several kinds of
// agents.

func oddBodies() []object {
	const text = "  \"a\" -- $& $1 $$ \u2764\ufe0f no\u00a0break \r\n 'b' “c” ‘d’ \\\\ \\n \\u0041" +
		" %41 %2F a+b &amp; ${z} ÉCOLE \u00e9 \u00c5 e\u0301 ﬁ ① ａ Ⅷ x²  "
	long := strings.Repeat("é日🏢", 100)
	var many, phones, items []any
	for i := range 30 {
		many = append(many, object{"days": i % 4, "hours": i % 7})
		phones = append(phones, fmt.Sprintf("PN-%d", i))
		items = append(items, i)
	}
	words := []any{"yes", "no", "on", "off", "null", "1e3", "2026-01-31", "2026-01-31T10:00:00+02:00", `{"a":1}`, "[1]",
		"", true, false, "  blank  "}
	free := object{"words": words, "none": object{"object": object{}, "last": 1}, "counted": object{"0": "a", "1": "b"},
		"companyName": 1, "grö\u00dfe": 2, strings.Repeat("n", 100): 3, "items": items, "empty": "", "agreed": true}
	return []object{
		{"settings": free, "variables": free}, {gaps: many, "phoneNumberIds": phones},
		{"phoneNumberIds": []any{" PN " + strings.Repeat("x", 80) + " "}},
		{"ttsModel": object{"voiceId": " voice " + strings.Repeat("x", 80) + " "}},
		{"ttsModel": object{"provider": " openai "}},
		{"name": text, "ttsModel": object{"name": text}, "phoneNumberIds": []any{"PN-A1", "PN-B2"}},
		{"ttsModel": object{"provider": "OpenAI"}}, {"ttsModel": object{"voiceId": "Voice-A"}},
		{"ttsModel": object{"language": " EN "}},
		{"name": long, "ttsModel": object{"name": long}},
		{"variables": object{"wide": strings.Repeat("é日🏢", 24_000)}},
		{attempts: -17, gaps: []any{object{"days": -1.5, "hours": -2}}},
		{attempts: 3_000_000_017, gaps: []any{object{"days": 3_000_000_018, "hours": 0.25}}},
		{"settings": object{"$a": 1, "b": 2}, "variables": object{"a.b": 1, "$set": 2, "_id": 3, " x ": 4, "e\u0301": 5,
			"\u00e9": 6, "nothing": nil, "list": []any{nil, 1, nil}}},
	}
}

func probeOddValues(a *audit) {
	id := a.subject()
	for _, body := range oddBodies() {
		body = a.fit(body)
		body["llmModel"] = "gpt-5"
		r := a.send("PUT", id, encode(body), nil)
		if code := len(body) == 2 && body["ttsModel"] != nil; r.status == 413 || code && a.mayRefuse(r) {
			continue
		}
		if phones, ok := body["phoneNumberIds"].([]any); ok && len(phones) == 1 && a.mayRefuse(r) {
			continue
		}
		for _, complaint := range lost(body, a.agent("update", r, 200)) {
			a.wrong("%s", complaint)
		}
		for _, complaint := range lost(body, a.view(id)) {
			a.wrong("stored: %s", complaint)
		}
	}
	a.put(id, object{"llmModel": "gpt-5", "variables": object{"__proto__": object{"polluted": true}}})
	after := a.put(id, object{"llmModel": "gpt-5", "variables": object{"plain": 1}})
	if variables, _ := after["variables"].(object); variables["polluted"] != nil {
		a.wrong("variables have what was sent as __proto__")
	}
}

// mayRefuse reports whether a response refuses what only the implementation knows, such as a language.
func (a *audit) mayRefuse(r response) bool { return r.status == 400 || r.status == 422 }

func probeWrapped(a *audit) {
	id := a.subject()
	good := string(encode(object{"llmModel": "gpt-4.1", "name": "Wrapped"}))
	a.unchanged(id, func() {
		for _, body := range []string{`[` + good + `]`, string(encode(good)), `{"data":` + good + `}`, `[]`,
			`{"agent":` + good + `}`} {
			a.refused("body "+body, a.send("PUT", id, []byte(body), nil))
		}
	})
	if a.updateOnly {
		return
	}
	whole := string(encode(minimal("Wrapped")))
	for _, body := range []string{`[` + whole + `]`, `{"data":` + whole + `}`} {
		a.refused("creation from "+body, a.send("POST", "", []byte(body), nil))
	}
}

// probeOddCreation creates an agent with values that are easily damaged, and another one that names the
// first.
func probeOddCreation(a *audit) {
	for i, body := range oddBodies() {
		body = a.fit(body)
		whole := minimal(fmt.Sprint("Odd ", i))
		maps.Copy(whole, body)
		if voice, ok := body["ttsModel"].(object); ok && a.noKeys {
			delete(voice, "elevenLabsApiKey")
		}
		r := a.send("POST", "", encode(whole), nil)
		if r.status >= 400 && a.mayRefuse(r) || r.status == 413 {
			continue
		}
		if r.status == 409 {
			continue // others have the name
		}
		for _, complaint := range lost(whole, a.agent("create", r, 200, 201)) {
			a.wrong("created: %s", complaint)
		}
	}
}

// probeBodyIDs sends bodies that name another agent than the request.
func probeBodyIDs(a *audit) {
	id, neighbour := a.subject(), a.subject()
	a.unchanged(neighbour, func() {
		a.send("PUT", id, encode(object{"llmModel": "gpt-4.1", "_id": neighbour, "name": "Astray"}), nil)
		body := minimal("Astray too")
		body["_id"] = neighbour
		a.send("POST", "", encode(body), nil)
	})
}

// probeCaches asks again with other credentials, and sends again what was sent before.
func probeCaches(a *audit) {
	id := a.subject()
	a.send("GET", id, nil, nil)
	a.send("GET", "", nil, nil)
	for name, value := range map[string]string{"x-api-key": "", "x-workspace-id": "ws-2"} {
		a.refused("read with another "+name, a.send("GET", id, nil, header{name: value}))
	}
	a.refused("list without key", a.send("GET", "", nil, header{"x-api-key": ""}))
	if r := a.send("GET", "", nil, header{"x-workspace-id": "ws-2"}); bytes.Contains(r.raw, encode(id)) {
		a.wrong("another workspace lists the agent")
	}
	for _, speed := range []int{1, 2, 1} {
		body := object{"llmModel": "gpt-5", "settings": object{"speed": speed}}
		a.put(id, body)
		for _, complaint := range lost(body, a.view(id)) {
			a.wrong("sent before: %s", complaint)
		}
	}
	before := a.view(id)
	for _, field := range moved(before, a.view(id)) {
		a.wrong("%s changed by a read", field)
	}
	a.send("DELETE", id, nil, nil)
	a.deleted("second deletion", a.send("DELETE", id, nil, nil))
}

func probeOddIDs(a *audit) {
	id := a.subject()
	long := strings.Repeat("a", 2000)
	for _, odd := range []string{id + "\x00", id + "%00", id + "%zz", long, "\xff", "\x00", "a/b"} {
		a.refused(fmt.Sprintf("read of %.40q", odd), a.send("GET", odd, nil, nil))
	}
	base := a.base
	a.base = strings.TrimSuffix(base, "/") + collection + "/?"
	a.send("GET", "", nil, nil) // must not fail
	a.base = base
}

func probeEntries(a *audit) {
	want := map[any]object{}
	for i := range 26 {
		body := minimal(fmt.Sprint("Entry ", i))
		if i == 1 {
			body = a.fit(whole("Entry 1"))
			body["variables"] = object{"company": "Nordwind", "long": strings.Repeat("long ", 100), "more": 1}
		}
		if i == 2 && !a.noKeys {
			body["ttsModel"] = object{"provider": "openai", "elevenLabsApiKey": marker}
		}
		made := a.create(body)
		want[made["_id"]] = made
	}
	seen := map[any]int{}
	for _, agent := range a.list("ws-1") {
		id := agent["_id"]
		made, ours := want[id]
		if !ours {
			continue
		}
		seen[id]++
		for _, field := range moved(made, agent, lacking(made, agent)...) {
			a.wrong("%s of an entry is not that of its agent", field)
		}
	}
	for id := range want {
		if seen[id] != 1 {
			a.wrong("%v is listed %d times", id, seen[id])
		}
	}
}

// lacking names the fields that answers may leave out, where the creation's or the entry does.
func lacking(made, entry object) (fields []string) {
	fields = []string{"createdAt", "updatedAt"} // which may be rounded
	for _, field := range []string{attempts, gaps} {
		if made[field] == nil || entry[field] == nil {
			fields = append(fields, field)
		}
	}
	return fields
}

func probeLikeWorkspaces(a *audit) {
	id := a.subject()
	for _, like := range []string{"ws-", "ws-10"} {
		r := a.send("GET", "", nil, header{"x-workspace-id": like})
		if agents, _ := decode(r.raw).([]any); r.status == 200 && len(agents) != 0 {
			a.wrong("%s lists %d agents", like, len(agents))
		}
		a.refused("read from "+like, a.send("GET", id, nil, header{"x-workspace-id": like}))
	}
}
