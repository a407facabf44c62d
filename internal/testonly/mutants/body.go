package mutants

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
)

// models are the names that llmModel may have; defaultModel stands in for those of repaired
// requests.
const defaultModel = "gpt-4o-mini"

var models = []string{
	defaultModel, "gpt-4o-enterprise", "gpt-4.1", "gpt-4.1-mini",
	"gemini-2.5-flash-preview-native-audio-dialog", "gemini-2.5-flash", "gemini-live-2.5-flash-preview",
	"geminiaudiopipeline:gemini-2.5-flash-preview-native-audio-dialog", "gemini-2.0-flash-live-001", "gpt-5",
}

// readOnly lists the fields that only a backend writes.
var readOnly = []string{"_id", "workspaceId", "userId", "activeSessions", "status", "currentNode", "createdAt",
	"updatedAt"}

// writable lists the fields that a request may write.
var writable = []string{
	"name", "llmModel", "ttsModel", "smartCallback", "maxAttemptsForSmartCallback",
	"gapBetweenEachAttemptForSmartCallback", "phoneNumberIds", "settings", "variables",
}

const (
	attempts = "maxAttemptsForSmartCallback"
	gaps     = "gapBetweenEachAttemptForSmartCallback"
)

// decode returns one JSON value with numbers as they are written. It returns nil for anything that
// is not exactly one JSON value.
func decode(raw []byte) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil
	}
	if _, err := d.Token(); err != io.EOF {
		return nil
	}
	return v
}

func decodeObject(raw []byte) map[string]any {
	o, _ := decode(raw).(map[string]any)
	return o
}

// encode returns a value as JSON, without escapes that JSON does not need.
func encode(v any) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // a defect made a value that is not JSON
	}
	return bytes.TrimSpace(buf.Bytes())
}

// body returns the JSON object in a create or update request, or nil.
func (c *call) body() map[string]any {
	if c.op != create && c.op != update {
		return nil
	}
	return decodeObject(c.raw)
}

// edit applies f to the body of a create or update request and returns the call. A body that f does
// not change keeps its bytes.
func (c *call) edit(f func(body map[string]any)) *call {
	body := c.body()
	if body == nil {
		return c
	}
	before := encode(body)
	f(body)
	if after := encode(body); !bytes.Equal(before, after) {
		c.raw = after
	}
	return c
}

// sends reports whether the body has a field, of any type.
func (c *call) sends(field string) bool {
	_, ok := c.body()[field]
	return ok
}

// walk replaces every value below v by the result of f, children first, and returns the replacement
// of v itself.
func walk(v any, f func(any) any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = walk(member, f)
		}
		return f(v)
	case []any:
		for i, item := range v {
			v[i] = walk(item, f)
		}
		return f(v)
	default:
		return f(v)
	}
}

// editContent applies f to the values that a user chooses: everything except the model, the
// provider and the ElevenLabs key.
func editContent(body map[string]any, f func(any) any) {
	for _, field := range writable {
		v, ok := body[field]
		if !ok || field == "llmModel" {
			continue
		}
		tts, isObject := v.(map[string]any)
		if field != "ttsModel" || !isObject {
			body[field] = walk(v, f)
			continue
		}
		for _, member := range []string{"voiceId", "name", "language"} {
			if m, ok := tts[member]; ok {
				tts[member] = walk(m, f)
			}
		}
	}
}

// writableOf returns the fields of an agent that a request may write, without the token that stands
// for the ElevenLabs key.
func writableOf(agent map[string]any) map[string]any {
	kept := maps.Clone(agent)
	maps.DeleteFunc(kept, func(field string, _ any) bool { return !slices.Contains(writable, field) })
	if tts, ok := kept["ttsModel"].(map[string]any); ok {
		kept["ttsModel"] = without(tts, "elevenLabsApiKey")
	}
	return kept
}

// without returns a copy of an object without some members.
func without(o map[string]any, names ...string) map[string]any {
	o = maps.Clone(o)
	for _, name := range names {
		delete(o, name)
	}
	return o
}

// clearKey returns the ElevenLabs key in a body, or "".
func clearKey(body map[string]any) string {
	tts, _ := body["ttsModel"].(map[string]any)
	key, _ := tts["elevenLabsApiKey"].(string)
	return key
}

func isString(v any) bool { _, ok := v.(string); return ok }
func isNumber(v any) bool { _, ok := v.(json.Number); return ok }
func isObject(v any) bool { _, ok := v.(map[string]any); return ok }
func isList(v any) bool   { _, ok := v.([]any); return ok }

// text returns v as a string, or "" if it is not one.
func text(v any) string { s, _ := v.(string); return s }
