package mutants

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
)

// The models that repaired requests name, and all that may be named.
const defaultModel = "gpt-4o-mini"

var models = []string{
	defaultModel, "gpt-4o-enterprise", "gpt-4.1", "gpt-4.1-mini",
	"gemini-2.5-flash-preview-native-audio-dialog", "gemini-2.5-flash", "gemini-live-2.5-flash-preview",
	"geminiaudiopipeline:gemini-2.5-flash-preview-native-audio-dialog", "gemini-2.0-flash-live-001", "gpt-5",
}

// The fields that only a backend writes.
var readOnly = []string{"_id", "workspaceId", "userId", "activeSessions", "status", "currentNode", "createdAt",
	"updatedAt"}

// The fields that a request may write.
var writable = []string{
	"name", "llmModel", "ttsModel", "smartCallback", "maxAttemptsForSmartCallback",
	"gapBetweenEachAttemptForSmartCallback", "phoneNumberIds", "settings", "variables",
}

const (
	attempts = "maxAttemptsForSmartCallback"
	gaps     = "gapBetweenEachAttemptForSmartCallback"
)

// decode reads one JSON value with numbers as they are spelled; nil if it is
// not exactly one.
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

// encode writes what decode read, with no escapes that were not needed.
func encode(v any) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // a defect made a value that is not JSON
	}
	return bytes.TrimSpace(buf.Bytes())
}

// body is the JSON object that a create or update carries, or nil.
func (c *call) body() map[string]any {
	if c.op != create && c.op != update {
		return nil
	}
	return decodeObject(c.raw)
}

// edit lets f change the body of a create or update and returns the call. A
// body that f leaves alone keeps its bytes.
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

// sends reports whether the body has a field, of whatever type.
func (c *call) sends(field string) bool {
	_, ok := c.body()[field]
	return ok
}

// walk replaces every value below v, leaves first, by what f makes of it, and
// returns v's own replacement.
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

// content walks the values that a user made up: all but the model, the provider
// and the ElevenLabs key.
func content(body map[string]any, f func(any) any) {
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

// writableOf keeps the fields of an agent that a request may write, without the
// token in the place of the ElevenLabs key.
func writableOf(agent map[string]any) map[string]any {
	kept := maps.Clone(agent)
	maps.DeleteFunc(kept, func(field string, _ any) bool { return !slices.Contains(writable, field) })
	if tts, ok := kept["ttsModel"].(map[string]any); ok {
		kept["ttsModel"] = without(tts, "elevenLabsApiKey")
	}
	return kept
}

// without copies an object, leaving out some members.
func without(o map[string]any, names ...string) map[string]any {
	o = maps.Clone(o)
	for _, name := range names {
		delete(o, name)
	}
	return o
}

// clearKey is the ElevenLabs key that a body carries, or "".
func clearKey(body map[string]any) string {
	tts, _ := body["ttsModel"].(map[string]any)
	key, _ := tts["elevenLabsApiKey"].(string)
	return key
}

func isString(v any) bool { _, ok := v.(string); return ok }
func isNumber(v any) bool { _, ok := v.(json.Number); return ok }
func isObject(v any) bool { _, ok := v.(map[string]any); return ok }
func isList(v any) bool   { _, ok := v.([]any); return ok }

// text is v as a string, "" if it is none.
func text(v any) string { s, _ := v.(string); return s }
