package mutants_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"
)

// decode returns exactly one JSON value, or nil.
func decode(raw []byte) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	if _, err := d.Token(); err != io.EOF {
		return nil
	}
	return v
}

func encode(v any) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(buf.Bytes())
}

// misshapen returns what is wrong with an agent in a response: missing fields, wrong types,
// impossible timestamps, a key where none belongs.
func misshapen(agent object) []string {
	var wrong []string
	for _, field := range []string{"_id", "workspaceId", "name", "llmModel", "ttsModel", "createdAt", "updatedAt"} {
		if _, ok := agent[field]; !ok {
			wrong = append(wrong, field+" missing")
		}
	}
	for _, field := range slices.Sorted(maps.Keys(agent)) {
		if check, ok := responseFields[field]; ok && !check(agent[field]) {
			wrong = append(wrong, fmt.Sprintf("%s is %.80s", field, encode(agent[field])))
		}
	}
	return wrong
}

var responseFields = map[string]func(any) bool{
	"_id": isText, "workspaceId": isText, "userId": isText, "name": isText, "llmModel": isText,
	"status": isText, "currentNode": isText, "createdAt": isInstant, "updatedAt": isInstant,
	"smartCallback": is[bool], attempts: is[json.Number],
	"settings": is[object], "variables": is[object],
	"phoneNumberIds": each(isText), gaps: each(isGap), "activeSessions": each(isSession), "ttsModel": isVoice,
}

func is[T any](v any) bool { _, ok := v.(T); return ok }

func isText(v any) bool { return is[string](v) }

func isInstant(v any) bool {
	s, _ := v.(string)
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

func each(check func(any) bool) func(any) bool {
	return func(v any) bool {
		items, ok := v.([]any)
		return ok && !slices.ContainsFunc(items, func(item any) bool { return !check(item) })
	}
}

// with reports whether a value is an object in which those of the named members that exist pass a
// check.
func with(v any, check func(any) bool, names ...string) bool {
	o, ok := v.(object)
	for _, name := range names {
		if m, has := o[name]; has && !check(m) {
			return false
		}
	}
	return ok
}

func isGap(v any) bool { return with(v, is[json.Number], "days", "hours") }

func isSession(v any) bool {
	return with(v, isText, "roomName", "participantId", "status") && with(v, isInstant, "startTime")
}

func isVoice(v any) bool {
	tts, _ := v.(object)
	_, hasKey := tts["elevenLabsApiKey"]
	return with(v, isText, "provider", "voiceId", "name", "language", "elevenLabsApiKey") &&
		(!hasKey || tts["provider"] == "11labs_byo")
}

// comesBack reports whether a value that was sent is what a response shows. What
// was sent inside of an object must be there; there may be more.
func comesBack(sent, got any) bool {
	switch sent := sent.(type) {
	case object:
		o, ok := got.(object)
		for name, v := range sent {
			m, has := o[name]
			if none := string(encode(v)); !has && slices.Contains([]string{"null", "[]", "{}"}, none) {
				continue // nothing may as well be left out
			}
			if name != "elevenLabsApiKey" && (!has || !comesBack(v, m)) {
				return false
			}
		}
		return ok
	case []any:
		list, ok := got.([]any)
		return ok && slices.EqualFunc(sent, list, comesBack)
	case json.Number:
		n, ok := got.(json.Number)
		return ok && rational(sent).Cmp(rational(n)) == 0
	default:
		return sent == got
	}
}

func rational(n json.Number) *big.Rat {
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// lost returns the sent fields that a response does not show as they were sent.
func lost(sent, got object) []string {
	sent = decode(encode(sent)).(object)
	var names []string
	for _, field := range slices.Sorted(maps.Keys(sent)) {
		v, has := got[field]
		optional := field == attempts || field == gaps || slices.Contains([]string{"[]", "{}"},
			string(encode(sent[field])))
		if has && !comesBack(sent[field], v) || !has && !optional {
			names = append(names, fmt.Sprintf("%s: sent %.60s, got %.60s", field, encode(sent[field]), encode(v)))
		}
	}
	return names
}

// moved names the documented fields in which two views of an agent differ.
func moved(before, after object, except ...string) []string {
	var names []string
	for _, field := range slices.Sorted(maps.Keys(responseFields)) {
		if slices.Contains(except, field) {
			continue
		}
		old, now := before[field], after[field]
		if field == gaps { // a gap may have more members than days and hours
			old, now = plainGaps(old), plainGaps(now)
		}
		if !comesBack(old, now) || !comesBack(now, old) {
			names = append(names, field)
		}
	}
	return names
}

// plainGaps returns a list of gaps with days and hours alone.
func plainGaps(v any) any {
	items, ok := v.([]any)
	if !ok {
		return v
	}
	out := []any{}
	for _, item := range items {
		gap, isObject := item.(object)
		if !isObject {
			return v
		}
		plain := object{}
		for _, name := range []string{"days", "hours"} {
			if value, ok := gap[name]; ok {
				plain[name] = value
			}
		}
		out = append(out, plain)
	}
	return out
}

func instant(v any) time.Time {
	s, _ := v.(string)
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t
}

// whole is a body with every field.
func whole(name string) object {
	return object{
		"name": name, "llmModel": "gpt-5",
		"ttsModel":      object{"provider": "openai", "voiceId": "alloy", "name": "Calm", "language": "en"},
		"smartCallback": true, attempts: 3, gaps: []any{object{"days": 2, "hours": 12}, object{"days": 1, "hours": 0}},
		"phoneNumberIds": []any{"pn-2", "pn-1", "pn-3"},
		"settings":       object{"speed": 0.9, "volume": 0.8},
		"variables":      object{"company": "Nordwind"},
	}
}

// rich returns a body whose values are easily damaged.
func rich() object {
	return object{
		"name": "  Ren\u00e9 \u00dcber e\u0301 a\u0308 \U0001f469\u200d\U0001f467 " +
			"\u202eabc\u202c <b>A & B</b> \"q\" \\ ' \t two  blanks\n " + strings.Repeat("long ", 100),
		"llmModel": "gpt-4.1",
		"ttsModel": object{"provider": "rime", "voiceId": "mistv2_Wildflower", "name": "Wild Flower",
			"language": "en-GB"},
		"smartCallback": true, attempts: json.Number("2.5"),
		gaps: []any{object{"days": 3, "hours": 36}, object{"days": 1, "hours": 0}, object{"days": 1, "hours": 0},
			object{"days": json.Number("0.25"), "hours": json.Number("1e1")}, object{"days": 7, "hours": 6}},
		"phoneNumberIds": []any{"pn-9", "pn-1", "pn-5"},
		"settings": object{"speed": json.Number("1.123456789"), "temperature": json.Number("-0.7"), "gain": 3,
			"bargeIn": object{"enabled": true, "words": []any{"stop", "halt"}}},
		"variables": object{"first_name": "Ada", "Company": "ACME GmbH", "code": "007", "agreed": "true",
			"count": 3, "no": false,
			"empty": "", "nested": object{"a": object{"b": object{"c": json.Number("0.1")}}},
			"list": []any{"b", "a", "b", object{"x": 1}}},
	}
}
