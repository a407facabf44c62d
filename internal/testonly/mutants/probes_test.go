package mutants_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// probe tests one rule of the API.
type probe struct {
	name string
	full bool // needs more than updates of one agent
	run  func(*audit)
}

func probes() []probe {
	return []probe{
		{"references", false, probeReferences},
		{"credentials", false, probeCredentials},
		{"models", false, probeModels},
		{"required", false, probeRequired},
		{"types", false, probeTypes},
		{"values", false, probeValues},
		{"partial update", false, probePartial},
		{"read-only", false, probeReadOnly},
		{"secrets", false, probeSecrets},
		{"unknown agents", false, probeUnknown},
		{"bodies", false, probeBodies},
		{"foreign update", false, probeForeignUpdate},
		{"repetition", false, probeRepetition},
		{"side effects", false, probeSideEffects},
		{"written state", false, probeWritten},
		{"times", false, probeTimes},
		{"updates in parallel", false, probeParallel},
		{"effects of refusals", true, probeRefusedEffects},
		{"sharing", true, probeSharing},
		{"creation", true, probeCreation},
		{"creation refused", true, probeCreationRefused},
		{"secrets at rest", true, probeSecretsAtRest},
		{"credentials of others", true, probeCredentialsOfOthers},
		{"workspaces", true, probeWorkspaces},
		{"neighbours", true, probeNeighbours},
		{"deletion", true, probeDeletion},
		{"reads", true, probeReads},
		{"odd values", false, probeOddValues},
		{"wrapped bodies", false, probeWrapped},
		{"odd ids", true, probeOddIDs},
		{"list entries", true, probeEntries},
		{"odd creations", true, probeOddCreation},
		{"ids in bodies", true, probeBodyIDs},
		{"caches", true, probeCaches},
		{"like workspaces", true, probeLikeWorkspaces},
	}
}

// probeReferences finds out which references the implementation rejects because it looks them up.
func probeReferences(a *audit) {
	id := a.subjectWithoutReferences()
	a.noPhones = a.send("PUT", id, encode(object{"llmModel": "gpt-5", "phoneNumberIds": []any{"pn-1"}}),
		nil).status == 422
	byo := object{"llmModel": "gpt-5", "ttsModel": object{"provider": "11labs_byo", "elevenLabsApiKey": marker}}
	a.noKeys = a.send("PUT", id, encode(byo), nil).status == 422
}

func (a *audit) subjectWithoutReferences() string {
	if a.updateOnly {
		return a.id
	}
	agent := a.create(object{"name": "First", "llmModel": "gpt-5", "ttsModel": object{}})
	id, _ := agent["_id"].(string)
	return id
}

// fit removes what the implementation cannot know.
func (a *audit) fit(body object) object {
	body = maps.Clone(body)
	if a.noPhones {
		delete(body, "phoneNumberIds")
	}
	return body
}

// unchanged calls try, whose requests must all fail, and compares the agent before and after.
func (a *audit) unchanged(id string, try func()) {
	except := []string{"updatedAt"}
	if !a.updateOnly {
		except = nil
	}
	before := a.view(id)
	try()
	for _, field := range moved(before, a.view(id), except...) {
		a.wrong("%s changed by what was refused", field)
	}
}

func probeCredentials(a *audit) {
	id := a.subject()
	body := encode(object{"llmModel": "gpt-5", "name": "Intruder"})
	a.unchanged(id, func() {
		for _, name := range []string{"x-api-key", "x-workspace-id"} {
			a.refused("update without "+name, a.send("PUT", id, body, header{name: ""}))
			a.refused("update with empty "+name, a.send("PUT", id, body, header{name: " "}))
		}
	})
}

func probeModels(a *audit) {
	id := a.subject()
	for _, model := range []string{
		"gpt-4o-mini", "gpt-4o-enterprise", "gpt-4.1", "gpt-4.1-mini", "gemini-2.5-flash-preview-native-audio-dialog",
		"gemini-2.5-flash", "gemini-live-2.5-flash-preview",
		"geminiaudiopipeline:gemini-2.5-flash-preview-native-audio-dialog",
		"gemini-2.0-flash-live-001", "gpt-5",
	} {
		if got := a.put(id, object{"llmModel": model}); got["llmModel"] != model {
			a.wrong("%s came back as %v", model, got["llmModel"])
		}
		if !a.updateOnly && a.view(id)["llmModel"] != model {
			a.wrong("%s not stored", model)
		}
	}
	a.unchanged(id, func() {
		for _, model := range badModels() {
			a.refused(fmt.Sprintf("update to %v", model), a.send("PUT", id, encode(object{"llmModel": model}), nil))
		}
	})
}

func badModels() []any {
	return []any{"GPT-5", " gpt-5", "gpt-5 ", "gpt-5\n", "gpt-5-2025", "gpt-", "nonsense", "x-gpt-5", "gpt-4x1", "gpt5",
		"gpt-5\ngpt-5", "gpt-5,gpt-5",
		"claude-3-5-sonnet-latest", "", nil, 5, true,
		[]any{"gpt-5"}, object{"id": "gpt-5"}}
}

func probeRequired(a *audit) {
	id := a.subject()
	a.unchanged(id, func() {
		a.refused("update with nothing", a.send("PUT", id, []byte(`{}`), nil))
		a.refused("update without model", a.send("PUT", id, encode(object{"name": "No model"}), nil))
	})
	for field, v := range a.fit(whole("Single")) {
		sent := object{"llmModel": "gpt-5", field: v}
		for _, complaint := range lost(sent, a.put(id, sent)) {
			a.wrong("%s", complaint)
		}
	}
	a.put(id, object{"llmModel": "gpt-5", "ttsModel": object{"provider": "openai"}})
	a.put(id, object{"llmModel": "gpt-5", gaps: []any{object{"days": 1}, object{}}})
}

func wrongTypes() object {
	return object{
		"name": []any{1, true, object{"x": 1}, []any{"x"}},
		"ttsModel": []any{"x", 1, []any{}, object{"voiceId": 1}, object{"provider": object{}},
			object{"language": []any{}}},
		"smartCallback": []any{"true", "x", 1, 0, []any{}},
		attempts:        []any{"5", true, []any{}, "", []any{1}},
		gaps: []any{object{"days": 1, "hours": 1}, []any{1}, []any{object{"days": "1"}}, "x", []any{[]any{1}},
			`[{"days":1}]`},
		"phoneNumberIds": []any{"pn-1", "pn-1,pn-2", []any{1}, object{}},
		"settings":       []any{[]any{}, "x", 1, `{"a":1}`},
		"variables":      []any{[]any{}, "x", true, `{"a":1}`},
	}
}

func probeTypes(a *audit) {
	id := a.subject()
	for _, field := range slices.Sorted(maps.Keys(wrongTypes())) {
		a.unchanged(id, func() {
			for _, v := range wrongTypes()[field].([]any) {
				body := object{"llmModel": "gpt-4.1", "name": "Half", "variables": object{"half": "done"}, field: v}
				a.refused(fmt.Sprintf("%s as %s", field, encode(v)), a.send("PUT", id, encode(body), nil))
			}
		})
	}
}

func probeValues(a *audit) {
	id := a.subject()
	small := object{"llmModel": "gpt-4o-mini", "name": "", "smartCallback": false, attempts: 0,
		gaps: []any{object{"days": 0, "hours": 1}}, "phoneNumberIds": []any{"pn-7"}}
	none := object{"llmModel": "gpt-5", "phoneNumberIds": []any{}, gaps: []any{}}
	for _, body := range []object{rich(), small, none, rich(), rich(), whole("End")} {
		body = a.fit(body)
		for _, complaint := range lost(body, a.put(id, body)) {
			a.wrong("returned %s", complaint)
		}
		shown := a.view(id)
		if a.updateOnly {
			body["llmModel"] = "gpt-5" // as the view has set it
		}
		for _, complaint := range lost(body, shown) {
			a.wrong("stored %s", complaint)
		}
		if _, ok := shown["phoneNumberIds"]; !ok && len(fmt.Sprint(body["phoneNumberIds"])) > 5 {
			a.wrong("phone numbers lost")
		}
	}
}

func probePartial(a *audit) {
	id := a.subject()
	before := a.put(id, a.fit(rich()))
	sent := object{"llmModel": "gpt-4.1"}
	for _, more := range []object{{}, {"smartCallback": false}, {"name": "Renamed"}, {"settings": object{"speed": 2}}} {
		maps.Copy(sent, more)
		body := maps.Clone(more)
		body["llmModel"] = "gpt-4.1"
		after := a.put(id, body)
		for _, field := range moved(before, after, append(slices.Collect(maps.Keys(sent)), "updatedAt")...) {
			a.wrong("%s changed though it was left out", field)
		}
		if old, now := instant(before["updatedAt"]), instant(after["updatedAt"]); now.Before(old) ||
			len(more) > 0 && !now.After(old) {
			a.wrong("updatedAt went from %v to %v", old, now)
		}
		if len(more) > 0 {
			before = after
		}
	}
	if after := a.view(id); after["_id"] != id {
		a.wrong("_id is %v", after["_id"])
	}
	a.unchangedByRepeating(id)
}

func (a *audit) unchangedByRepeating(id string) {
	body := a.fit(whole("Repeated"))
	first := a.put(id, body)
	for _, field := range moved(first, a.put(id, body), "updatedAt") {
		a.wrong("%s changed by the same update again", field)
	}
}

func probeReadOnly(a *audit) {
	id := a.subject()
	before := a.view(id)
	for _, field := range []string{"_id", "workspaceId", "userId", "createdAt"} {
		body := object{"llmModel": "gpt-5", field: "2001-01-01T00:00:00Z"}
		if r := a.send("PUT", id, encode(body), nil); r.status >= 300 && a.refused("update of "+field, r) {
			continue
		}
		for _, changed := range moved(before, a.view(id), "updatedAt", "llmModel") {
			a.wrong("%s written", changed)
		}
	}
	if before["workspaceId"] != "ws-1" {
		a.wrong("workspaceId is %v", before["workspaceId"])
	}
}

func byo() object {
	return object{"provider": "11labs_byo", "voiceId": "v", "elevenLabsApiKey": marker}
}

func probeSecrets(a *audit) {
	id := a.subject()
	tts := byo()
	if a.noKeys {
		delete(tts, "elevenLabsApiKey")
	}
	for range 2 {
		a.put(id, object{"llmModel": "gpt-5", "ttsModel": tts})
		a.view(id)
	}
	a.put(id, object{"llmModel": "gpt-5", "name": "Later"})
	a.refused("bad body with a key", a.send("PUT", id, encode(object{"llmModel": "none", "ttsModel": byo()}), nil))
	a.refused("key for nobody", a.send("PUT", "nobody", encode(object{"llmModel": "gpt-5", "ttsModel": byo()}), nil))
	a.refused("key without credentials", a.send("PUT", id, encode(object{"llmModel": "gpt-5",
		"ttsModel": byo()}), header{"x-api-key": ""}))
	other := byo()
	other["provider"] = "cartesia"
	a.put(id, object{"llmModel": "gpt-5", "ttsModel": other})
	a.view(id)
	a.put(id, object{"llmModel": "gpt-5", "ttsModel": object{"provider": "openai", "voiceId": "alloy"}})
	a.view(id)
}

// similar returns an id of the same form that belongs to no agent, and will not soon.
func similar(id string) string {
	if digits := strings.Trim(id, "agent:/ü"); len(digits) < 4 { // they count up
		return strings.Replace(id, digits, "9"+digits+"99", 1)
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0' + ('9' - r)
		}
		return r
	}, id)
}

func probeUnknown(a *audit) {
	id := a.subject()
	body := encode(whole("Nobody"))
	for _, nobody := range []string{similar(id), "no-such-agent", "x"} {
		r := a.send("PUT", nobody, body, nil)
		a.refused("update of "+nobody, r)
		if !a.updateOnly {
			a.refused("read of "+nobody, a.send("GET", nobody, nil, nil))
			a.deleted("deletion of "+nobody, a.send("DELETE", nobody, nil, nil))
		}
	}
	a.view(id) // is still there
}

func probeBodies(a *audit) {
	id := a.subject()
	good := string(encode(object{"llmModel": "gpt-5", "name": "Bodies"}))
	a.unchanged(id, func() {
		for _, body := range []string{
			``, ` `, `null`, `[]`, `[` + good + `]`, `"x"`, good + `x`, good + good, good[:len(good)-1],
			good[:len(good)-4],
			strings.Replace(good, `}`, `,}`, 1), `{llmModel:1}`, `not json`,
		} {
			a.refused("body "+body, a.send("PUT", id, []byte(body), nil))
		}
		for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "application/xml"} {
			a.refused("media type "+media, a.send("PUT", id, []byte(good), header{"Content-Type": media}))
		}
	})
}

func probeForeignUpdate(a *audit) {
	id := a.subject()
	a.unchanged(id, func() {
		body := encode(object{"llmModel": "gpt-4.1", "name": "Foreign"})
		a.refused("update from elsewhere", a.send("PUT", id, body, header{"x-workspace-id": "ws-2"}))
	})
}

func probeRepetition(a *audit) {
	id := a.subject()
	for i := range 10 {
		name := fmt.Sprint("Round ", i)
		a.put(id, object{"llmModel": "gpt-5", "name": name})
		if got := a.view(id)["name"]; got != name {
			a.wrong("round %d shows %v", i, got)
		}
	}
}
