package mutants

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
)

// bodyVariations decide the questions about bodies that the API leaves open in another way.
func bodyVariations() []Variation {
	optional := slices.DeleteFunc(slices.Clone(writable), func(field string) bool {
		return slices.Contains([]string{"name", "llmModel", "ttsModel"}, field)
	})
	nullable := slices.Concat(optional, []string{"name", "ttsModel"})
	return []Variation{
		{ID: "unknown-fields-dropped", Summary: "drops unknown fields",
			Apply: stateless(func(c *call) *response {
				return c.edit(func(body map[string]any) { dropUnknown(body) }).forward()
			})},
		{ID: "unknown-fields-refused", Summary: "refuses unknown fields, of ttsModel too",
			Apply: refuseBodies(func(body map[string]any) bool { return dropUnknown(without(body, readOnly...)) })},
		{ID: "unknown-fields-stored", Summary: "stores unknown fields and shows them", Apply: storeUnknown()},
		{ID: "read-only-fields-refused", Summary: "refuses fields that only it writes",
			Apply: refuseBodies(func(body map[string]any) bool {
				return slices.ContainsFunc(readOnly, func(field string) bool { _, sent := body[field]; return sent })
			})},
		{ID: "objects-merged", Summary: "merges ttsModel, settings and variables into what is stored",
			Apply: mergeObjects()},
		{ID: "null-refused", Summary: "refuses null as a value of any field",
			Apply: refuseBodies(func(body map[string]any) bool {
				return slices.ContainsFunc(writable, func(field string) bool {
					v, sent := body[field]
					return sent && v == nil
				})
			})},
		{ID: "null-ignored", Summary: "treats null as missing",
			Apply: stateless(func(c *call) *response {
				return c.edit(func(body map[string]any) { dropNulls(body, nullable) }).forward()
			})},
		{ID: "null-clears", Summary: "clears an optional field that is set to null", Apply: clearNulls(optional)},
		{ID: "phones-distinct", Summary: "stores equal phone numbers once", Apply: lists(distinct, "phoneNumberIds")},
	}
}

// dropUnknown removes undocumented fields from a body and reports whether there were any.
func dropUnknown(body map[string]any) bool {
	unknown := false
	prune := func(o map[string]any, known ...string) {
		maps.DeleteFunc(o, func(name string, _ any) bool {
			odd := !slices.Contains(known, name)
			unknown = unknown || odd
			return odd
		})
	}
	prune(body, writable...)
	if tts, ok := body["ttsModel"].(map[string]any); ok {
		prune(tts, "provider", "voiceId", "name", "language", "elevenLabsApiKey")
	}
	return unknown
}

// refuseBodies refuses matching creations and updates with 400, even where the wrapped handler
// would refuse them for another reason.
func refuseBodies(match func(body map[string]any) bool) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if body := c.body(); body != nil && match(body) && c.forwardable() {
			return errorResponse(http.StatusBadRequest, "unexpected field")
		}
		return c.forward()
	})
}

// forwardable reports whether a call carries credentials. Without them its body is not validated.
func (c *call) forwardable() bool {
	return c.header.Get(keyHeader) != "" && c.header.Get(wsHeader) != ""
}

// storeUnknown stores unknown fields outside the wrapped handler.
func storeUnknown() func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		shown := &overlay{}
		return func(c *call) *response {
			extra := without(c.body(), slices.Concat(writable, readOnly)...)
			resp := c.edit(func(body map[string]any) {
				maps.DeleteFunc(body, func(field string, _ any) bool { _, ok := extra[field]; return ok })
			}).forward()
			if agent := resp.agent(); agent != nil {
				for field, v := range extra {
					if secret := clearKey(c.body()); secret == "" || !bytes.Contains(encode(v), []byte(secret)) {
						shown.set(text(agent["_id"]), field, v)
					}
				}
			}
			return shown.apply(resp)
		}
	})
}

// mergeObjects merges objects one level deep. The ElevenLabs key cannot be read back, so it is
// remembered and sent again.
func mergeObjects() func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		keys := &keyMemory{}
		return func(c *call) *response {
			if c.op == update {
				stored := c.read(c.id).agent()
				key, _ := keys.lookup(c.id)
				c.edit(func(body map[string]any) { mergeInto(body, stored, key) })
			}
			resp := c.forward()
			keys.remember(c, resp)
			return resp
		}
	})
}

func mergeInto(body, stored map[string]any, key string) {
	for _, field := range []string{"ttsModel", "settings", "variables"} {
		sent, isObject := body[field].(map[string]any)
		old, wasObject := stored[field].(map[string]any)
		if !isObject || !wasObject {
			continue
		}
		merged := without(old, "elevenLabsApiKey")
		maps.Copy(merged, sent)
		if field == "ttsModel" && merged["provider"] == "11labs_byo" && key != "" {
			fill("elevenLabsApiKey", key)(merged)
		}
		body[field] = merged
	}
}

func dropNulls(body map[string]any, fields []string) (dropped []string) {
	for _, field := range fields {
		if v, sent := body[field]; sent && v == nil {
			delete(body, field)
			dropped = append(dropped, field)
		}
	}
	return dropped
}

// clearNulls hides fields that were set to null until they are written again.
func clearNulls(fields []string) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		cleared := &overlay{}
		return func(c *call) *response {
			sent := c.body()
			var nulls []string
			resp := c.edit(func(body map[string]any) { nulls = dropNulls(body, fields) }).forward()
			if agent := resp.agent(); agent != nil {
				for field := range sent {
					cleared.clear(text(agent["_id"]), field)
				}
				for _, field := range nulls {
					cleared.set(text(agent["_id"]), field, nil)
				}
			}
			return resp.edit(func(agent map[string]any) {
				for _, field := range fields {
					if cleared.has(text(agent["_id"]), field) {
						delete(agent, field)
					}
				}
			})
		}
	})
}
