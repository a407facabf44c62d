package mutants

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// fieldVariations return more, fewer or other fields than the mock does.
func fieldVariations() []Variation {
	timestamps := func(format string, zone *time.Location) func(http.Handler) http.Handler {
		return editAgents(func(agent map[string]any) {
			for _, field := range []string{"createdAt", "updatedAt"} {
				if t := instant(agent[field]); !t.IsZero() {
					agent[field] = t.In(zone).Format(format)
				}
			}
		})
	}
	return []Variation{
		{ID: "extra-fields", Summary: "responds with undocumented fields",
			Apply: editAgents(func(agent map[string]any) {
				maps.Copy(agent, map[string]any{"type": "voice", "__v": 3, "phoneNumberId": nil,
					"tags": []any{}, "billing": map[string]any{"plan": "pro"}})
			})},
		{ID: "extra-nested-fields", Summary: "responds with undocumented members of ttsModel and of sessions",
			Apply: editAgents(func(agent map[string]any) {
				maps.Copy(ttsModelOf(agent), map[string]any{"_id": "65f0c1", "sampleRate": 24000})
				agent["activeSessions"] = []any{session(agent, map[string]any{"_id": "65f0c2", "codec": "opus"})}
			})},
		{ID: "session-active", Summary: "has a call going on",
			Apply: editAgents(func(agent map[string]any) { agent["activeSessions"] = []any{session(agent, nil)} })},
		{ID: "optional-left-out", Summary: "leaves out userId, status, currentNode and activeSessions",
			Apply: editAgents(func(agent map[string]any) {
				maps.DeleteFunc(agent, func(field string, _ any) bool {
					return slices.Contains([]string{"userId", "status", "currentNode", "activeSessions"}, field)
				})
			})},
		{ID: "attempts-and-gaps-left-out",
			Summary: "leaves the attempts and gaps out of all responses but a creation's",
			Apply: stateless(func(c *call) *response {
				resp := c.forward()
				if c.op == create {
					return resp
				}
				return resp.edit(func(agent map[string]any) { drop(attempts)(agent); drop(gaps)(agent) })
			})},
		{ID: "empties-left-out", Summary: "leaves out empty lists and objects, also when they were sent",
			Apply: editAgents(func(agent map[string]any) {
				maps.DeleteFunc(agent, func(field string, v any) bool {
					return field != "ttsModel" && slices.Contains([]string{"[]", "{}"}, string(encode(v)))
				})
			})},
		{ID: "token-left-out", Summary: "never shows even an encrypted ElevenLabs key",
			Apply: editAgents(func(agent map[string]any) { delete(ttsModelOf(agent), "elevenLabsApiKey") })},
		{ID: "token-varies", Summary: "encrypts the ElevenLabs key again for every response",
			Apply: stateful(func() func(*call) *response {
				n := &counter{}
				return func(c *call) *response {
					return c.forward().edit(func(agent map[string]any) {
						if tts := ttsModelOf(agent); tts["elevenLabsApiKey"] != nil {
							tts["elevenLabsApiKey"] = fmt.Sprintf("enc:%08x", n.next())
						}
					})
				}
			})},
		{ID: "status-provisioning", Summary: "shows a status that is not among the examples",
			Apply: editAgents(func(agent map[string]any) { agent["status"] = "provisioning" })},
		{ID: "timestamps-microseconds", Summary: "shows timestamps with microseconds and an offset",
			Apply: timestamps("2006-01-02T15:04:05.000000Z07:00", time.FixedZone("", 2*60*60))},
		{ID: "timestamps-seconds", Summary: "shows timestamps without fractions",
			Apply: timestamps("2006-01-02T15:04:05Z07:00", time.UTC)},
		{ID: "timestamps-west", Summary: "shows timestamps with a negative offset, of the day before",
			Apply: timestamps("2006-01-02T15:04:05.000Z07:00", time.FixedZone("", -(11*60+30)*60))},
		{ID: "updated-at-only-on-change", Summary: "does not move updatedAt by an update that changes nothing",
			Apply: lazyUpdatedAt()},
		{ID: "ids-uuid", Summary: "names agents by UUIDs", Apply: translateIDs(func(n int) string {
			return fmt.Sprintf("%08x-5b1e-4c3a-9d2f-%012x", uint32(n)*2654435761, n)
		})},
		{ID: "ids-decimal", Summary: "names agents by decimal numbers in strings",
			Apply: translateIDs(func(n int) string { return fmt.Sprint(n) })},
		{ID: "ids-with-colon", Summary: "names agents by ids that need escapes in a path",
			Apply: translateIDs(func(n int) string { return fmt.Sprintf("agent:%d/ü", n) })},
		{ID: "list-newest-first", Summary: "lists agents in the opposite order",
			Apply: listing(func(agents []map[string]any) []map[string]any {
				slices.Reverse(agents)
				return agents
			})},
	}
}

// session returns an active session that began when the agent was created.
func session(agent, extra map[string]any) map[string]any {
	s := map[string]any{"roomName": "room-7", "participantId": "p-7", "status": "active",
		"startTime": instant(agent["createdAt"]).UTC().Format(time.RFC3339Nano)}
	maps.Copy(s, extra)
	return s
}

// lazyUpdatedAt shows the old updatedAt after an update that changes nothing.
func lazyUpdatedAt() func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		shown := &overlay{}
		states := &memory[string]{}
		return func(c *call) *response {
			resp := c.forward()
			agent := resp.agent()
			if agent == nil {
				return shown.apply(resp)
			}
			id := text(agent["_id"])
			state := string(encode(writableOf(agent))) + clearKey(c.body())
			if before, known := states.lookup(id); c.op != update && known {
				return shown.apply(resp)
			} else if !known || before != state {
				states.put(id, state)
				shown.set(id, "updatedAt", agent["updatedAt"])
			}
			return shown.apply(resp)
		}
	})
}

// translateIDs replaces the ids in paths and responses.
func translateIDs(name func(n int) string) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		ids := &idTranslation{name: name, outer: map[string]string{}, inner: map[string]string{}}
		return func(c *call) *response {
			if c.id != "" {
				c.url = agentURL(ids.inside(c.id))
			}
			resp := c.forward()
			if agent := resp.agent(); agent != nil && agent["_id"] == c.id {
				ids.keep(c.id)
			}
			return resp.edit(func(agent map[string]any) { agent["_id"] = ids.outside(text(agent["_id"])) })
		}
	})
}

// idTranslation maps the ids of the wrapped handler to others.
type idTranslation struct {
	name         func(n int) string
	mu           sync.Mutex
	outer, inner map[string]string
}

func (t *idTranslation) outside(id string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.outer[id]; !ok {
		other := t.name(len(t.outer) + 1)
		t.outer[id], t.inner[other] = other, id
	}
	return t.outer[id]
}

// inside returns the wrapped handler's id of an agent. An id that no response has shown is returned
// unchanged, because a client may know it from elsewhere; an id that responses show as another one
// is unknown.
func (t *idTranslation) inside(id string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if inner, ok := t.inner[id]; ok {
		return inner
	}
	if other, ok := t.outer[id]; ok && other != id {
		return id + "-is-" + other
	}
	return id
}

// keep makes an id its own translation.
func (t *idTranslation) keep(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.outer[id]; !ok {
		t.outer[id], t.inner[id] = id, id
	}
}

// respell changes the spelling of numbers in responses.
func respell(f func(n json.Number) json.Number) func(http.Handler) http.Handler {
	return editAgents(func(agent map[string]any) {
		editContent(agent, func(v any) any {
			if n, ok := v.(json.Number); ok && !strings.ContainsAny(string(n), ".eE") {
				return f(n)
			}
			return v
		})
	})
}
