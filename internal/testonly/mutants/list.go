package mutants

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
)

// listDefects change lists, nesting and order before they are stored.
func listDefects() []Defect {
	return []Defect{
		{ID: "phones-sorted", Summary: "stores phone numbers in alphabetical order", UpdateOnly: true,
			Plant: lists(sorted, "phoneNumberIds")},
		{ID: "phones-reversed", Summary: "stores phone numbers in reverse order", UpdateOnly: true,
			Plant: lists(reversed, "phoneNumberIds")},
		{ID: "phones-last-lost", Summary: "loses the last of several phone numbers", UpdateOnly: true,
			Plant: lists(shorter, "phoneNumberIds")},
		{ID: "phones-appended", Summary: "appends phone numbers to those that are stored", UpdateOnly: true,
			Plant: blend("phoneNumberIds", func(old, sent []any) []any { return slices.Concat(old, sent) })},
		{ID: "phones-cannot-be-removed",
			Summary: "treats an empty list of phone numbers as missing and keeps the old value", UpdateOnly: true,
			Plant: ignoreIf("phoneNumberIds", func(v any) bool { l, ok := v.([]any); return ok && len(l) == 0 })},
		{ID: "gaps-sorted", Summary: "stores gaps by their length", UpdateOnly: true,
			Plant: lists(sorted, gaps)},
		{ID: "gaps-reversed", Summary: "stores gaps in reverse order", UpdateOnly: true,
			Plant: lists(reversed, gaps)},
		{ID: "gaps-without-doubles", Summary: "stores equal gaps once", UpdateOnly: true,
			Plant: lists(distinct, gaps)},
		{ID: "gaps-three-only", Summary: "stores no more than three gaps", UpdateOnly: true,
			Plant: lists(func(l []any) []any { return l[:min(3, len(l))] }, gaps)},
		{ID: "gaps-appended", Summary: "appends gaps to those that are stored", UpdateOnly: true,
			Plant: blend(gaps, func(old, sent []any) []any { return slices.Concat(old, sent) })},
		{ID: "gaps-keep-tail", Summary: "keeps the rest of a longer list of gaps when a shorter one is sent",
			UpdateOnly: true,
			Plant: blend(gaps, func(old, sent []any) []any {
				return slices.Concat(sent, old[min(len(sent), len(old)):])
			})},
		{ID: "gap-zeros-dropped", Summary: "drops zero days and hours from gaps", UpdateOnly: true,
			Plant: within(gaps, func(v any) any {
				if gap, ok := v.(map[string]any); ok {
					maps.DeleteFunc(gap, func(_ string, n any) bool { return isNumber(n) && string(encode(n)) == "0" })
				}
				return v
			})},
		{ID: "variables-flattened", Summary: "stores nested variables under names with dots", UpdateOnly: true,
			Plant: nested("variables", flatten)},
		{ID: "variables-lists-sorted", Summary: "sorts lists in variables", UpdateOnly: true,
			Plant: within("variables", func(v any) any {
				if l, ok := v.([]any); ok {
					return sorted(l)
				}
				return v
			})},
		{ID: "variables-deep-dropped", Summary: "drops variables below the second level", UpdateOnly: true,
			Plant: nested("variables", func(o map[string]any) map[string]any { return prune(o, 2) })},
		{ID: "variables-lists-dropped", Summary: "stores null for lists in variables", UpdateOnly: true,
			Plant: within("variables", func(v any) any {
				if isList(v) {
					return nil
				}
				return v
			})},
		{ID: "settings-known-only", Summary: "stores no settings but speed, volume and temperature", UpdateOnly: true,
			Plant: nested("settings", func(o map[string]any) map[string]any {
				keepOnly(o, "speed", "volume", "temperature")
				return o
			})},
		{ID: "voice-language-lost", Summary: "does not store ttsModel.language", UpdateOnly: true,
			Plant: nested("ttsModel", func(o map[string]any) map[string]any { return without(o, "language") })},
		{ID: "voice-name-lost", Summary: "stores the voiceId as the name of ttsModel", UpdateOnly: true,
			Plant: nested("ttsModel", func(o map[string]any) map[string]any {
				if isString(o["voiceId"]) && isString(o["name"]) {
					o["name"] = o["voiceId"]
				}
				return o
			})},
		{ID: "provider-capitalised", Summary: "returns the provider in upper case", UpdateOnly: true,
			Plant: editAgents(func(agent map[string]any) {
				if tts, ok := agent["ttsModel"].(map[string]any); ok && isString(tts["provider"]) {
					tts["provider"] = string(bytes.ToUpper([]byte(text(tts["provider"]))))
				}
			})},
	}
}

// lists changes a list in a request.
func lists(change func([]any) []any, field string) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		return c.edit(func(body map[string]any) {
			if l, ok := body[field].([]any); ok {
				body[field] = change(l)
			}
		}).forward()
	})
}

// nested changes an object in a request.
func nested(field string, change func(map[string]any) map[string]any) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		return c.edit(func(body map[string]any) {
			if o, ok := body[field].(map[string]any); ok {
				body[field] = change(o)
			}
		}).forward()
	})
}

// blend combines the stored list and the one in an update.
func blend(field string, mix func(old, sent []any) []any) func(http.Handler) http.Handler {
	return on(update, func(c *call) *response {
		old, _ := c.read(c.id).agent()[field].([]any)
		return c.edit(func(body map[string]any) {
			if sent, ok := body[field].([]any); ok {
				body[field] = mix(old, sent)
			}
		}).forward()
	})
}

func compare(a, b any) int { return bytes.Compare(encode(a), encode(b)) }

func sorted(l []any) []any {
	l = slices.Clone(l)
	slices.SortStableFunc(l, compare)
	return l
}

func reversed(l []any) []any {
	l = slices.Clone(l)
	slices.Reverse(l)
	return l
}

func shorter(l []any) []any {
	if len(l) < 2 {
		return l
	}
	return l[:len(l)-1]
}

func distinct(l []any) []any {
	kept := []any{}
	for _, item := range l {
		if !slices.ContainsFunc(kept, func(k any) bool { return compare(k, item) == 0 }) {
			kept = append(kept, item)
		}
	}
	return kept
}

// flatten moves the members of nested objects to the top, under joined names.
func flatten(o map[string]any) map[string]any {
	flat := map[string]any{}
	for name, v := range o {
		inner, ok := v.(map[string]any)
		if !ok {
			flat[name] = v
			continue
		}
		for below, v := range flatten(inner) {
			flat[name+"."+below] = v
		}
	}
	return flat
}

// prune empties objects that are nested deeper than levels.
func prune(o map[string]any, levels int) map[string]any {
	pruned := map[string]any{}
	for name, v := range o {
		if inner, ok := v.(map[string]any); ok {
			if levels < 2 {
				v = map[string]any{}
			} else {
				v = prune(inner, levels-1)
			}
		}
		pruned[name] = v
	}
	return pruned
}
