package soak

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// agent is an agent as the mock answers it. It is replaced, never changed in place.
type agent map[string]any

func (a agent) id() string {
	id, _ := a["_id"].(string)
	return id
}

// decode decodes JSON and keeps the digits of numbers.
func decode(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return d.Decode(v)
}

// encode returns v as JSON. It panics where v has values that JSON has not, of which this package makes
// none.
func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// byWorkspace returns agents in order of their creation within each workspace.
func byWorkspace(agents []agent) map[string][]agent {
	all := map[string][]agent{}
	for _, a := range agents {
		workspace, _ := a["workspaceId"].(string)
		all[workspace] = append(all[workspace], a)
	}
	return all
}

// compareLists returns the first difference of two lists.
func compareLists(want, got []agent) error {
	if len(want) != len(got) {
		return fmt.Errorf("%d agents; want %d", len(got), len(want))
	}
	for i := range want {
		if err := compare(want[i], got[i]); err != nil {
			return fmt.Errorf("agent %d of %d: %w", i+1, len(want), err)
		}
	}
	return nil
}

// compare returns an error with the first member by which two agents differ.
func compare(want, got agent) error {
	names := maps.Clone(want)
	maps.Copy(names, got)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !reflect.DeepEqual(want[name], got[name]) {
			return fmt.Errorf("%s of agent %q is %s; want %s", name, got.id(), excerpt(encode(got[name])),
				excerpt(encode(want[name])))
		}
	}
	return nil
}

// secretMember is the only secret that a body has.
const secretMember = "elevenLabsApiKey"

// secretMark is in each secret that is sent, and must be in no answer.
const secretMark = "sk-soak-"

// checkUpdate returns an error where an answer is not what an update makes of an agent: members that
// were sent are replaced, unless they are the server's own or unknown, and all others are as before.
func checkUpdate(before agent, sent map[string]any, got agent) error {
	want := maps.Clone(before)
	for name, value := range sent {
		if slices.Contains(dropped, name) {
			continue
		}
		want[name] = value
	}
	if voice, ok := sent["ttsModel"].(map[string]any); ok {
		want["ttsModel"] = answeredVoice(voice, got)
	}
	if updated, ok := got["updatedAt"].(string); !ok || updated < fmt.Sprint(before["updatedAt"]) {
		return fmt.Errorf("updatedAt of agent %q is %v, and was %v", got.id(), got["updatedAt"], before["updatedAt"])
	}
	want["updatedAt"] = got["updatedAt"]
	return compare(want, got)
}

// checkCreated returns an error where an answer is not what a creation makes of a body.
func checkCreated(workspace string, sent map[string]any, got agent) error {
	want := maps.Clone(got)
	for name, value := range sent {
		if !slices.Contains(dropped, name) {
			want[name] = value
		}
	}
	if voice, ok := sent["ttsModel"].(map[string]any); ok {
		want["ttsModel"] = answeredVoice(voice, got)
	}
	want["workspaceId"] = workspace
	for _, name := range []string{"_id", "createdAt", "updatedAt"} {
		if text, ok := got[name].(string); !ok || text == "" {
			return fmt.Errorf("%s of a new agent is %v", name, got[name])
		}
	}
	return compare(want, got)
}

// answeredVoice returns a voice as answers have it: without the secret, or with a token for it where
// the provider uses it. The token is the server's choice, and is taken from the answer.
func answeredVoice(sent map[string]any, got agent) map[string]any {
	voice := maps.Clone(sent)
	secret, sentOne := voice[secretMember]
	delete(voice, secretMember)
	answered, _ := got["ttsModel"].(map[string]any)
	token, _ := answered[secretMember].(string)
	if sentOne && voice["provider"] == "11labs_byo" {
		voice[secretMember] = "a token"
		if token != "" && token != secret && !strings.Contains(token, secretMark) {
			voice[secretMember] = token
		}
	}
	return voice
}
