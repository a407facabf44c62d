package mutants

import (
	"encoding/json"
	"math"
	"net/http"
)

// typeDefects accept values of a wrong type. Most convert the value, like real backends; some store
// it unchanged.
func typeDefects() []Defect {
	digits := func(v any) any { return string(v.(json.Number)) }
	anyVoice := map[string]any{}
	return []Defect{
		{ID: "name-number-accepted", Summary: "accepts a number as name and stores its digits", UpdateOnly: true,
			Plant: lax{field: "name", bad: isNumber, safe: "name", stored: digits}.middleware()},
		{ID: "name-object-accepted", Summary: "accepts an object as name and stores a word for it", UpdateOnly: true,
			Plant: lax{field: "name", bad: isObject, safe: "name",
				stored: func(any) any { return "[object Object]" }}.middleware()},
		{ID: "name-boolean-accepted", Summary: "accepts true and false as name", UpdateOnly: true,
			Plant: lax{field: "name", bad: isBool, safe: "name",
				stored: func(v any) any { return string(encode(v)) }}.middleware()},
		{ID: "smart-callback-string-accepted", Summary: `accepts "true" and other strings as smartCallback`,
			UpdateOnly: true,
			Plant: lax{field: "smartCallback", bad: isString,
				stored: func(v any) any { return v == "true" }}.middleware()},
		{ID: "smart-callback-number-accepted", Summary: "accepts numbers as smartCallback", UpdateOnly: true,
			Plant: lax{field: "smartCallback", bad: isNumber,
				stored: func(v any) any { return v != json.Number("0") }}.middleware()},
		{ID: "attempts-string-accepted", Summary: "accepts a string as number of attempts", UpdateOnly: true,
			Plant: lax{field: attempts, bad: isString, stored: func(any) any { return json.Number("5") }}.middleware()},
		{ID: "attempts-boolean-accepted", Summary: "accepts true and false as number of attempts", UpdateOnly: true,
			Plant: lax{field: attempts, bad: isBool, stored: func(any) any { return json.Number("1") }}.middleware()},
		{ID: "gaps-object-accepted", Summary: "accepts one gap in the place of a list of gaps", UpdateOnly: true,
			Plant: lax{field: gaps, bad: isObject, stored: func(v any) any { return []any{v} }}.middleware()},
		{ID: "gap-number-accepted", Summary: "accepts numbers as gaps", UpdateOnly: true,
			Plant: lax{field: gaps, bad: anyItem(isNumber), stored: func(any) any { return []any{} }}.middleware()},
		{ID: "gap-days-string-accepted", Summary: "accepts strings as the days and hours of a gap", UpdateOnly: true,
			Plant: lax{field: gaps, bad: anyItem(func(v any) bool {
				gap, _ := v.(map[string]any)
				return isString(gap["days"]) || isString(gap["hours"])
			})}.middleware()},
		{ID: "phones-string-accepted", Summary: "accepts one string in the place of a list of phone numbers",
			UpdateOnly: true,
			Plant: lax{field: "phoneNumberIds", bad: isString,
				stored: func(v any) any { return []any{v} }}.middleware()},
		{ID: "phone-number-accepted", Summary: "accepts numbers as ids of phone numbers", UpdateOnly: true,
			Plant: lax{field: "phoneNumberIds", bad: anyItem(isNumber), stored: func(v any) any {
				return walk(v, func(v any) any {
					if isNumber(v) {
						return digits(v)
					}
					return v
				})
			}}.middleware()},
		{ID: "settings-list-accepted", Summary: "accepts a list as settings", UpdateOnly: true,
			Plant: lax{field: "settings", bad: isList}.middleware()},
		{ID: "settings-string-accepted", Summary: "accepts a string as settings and stores nothing", UpdateOnly: true,
			Plant: lax{field: "settings", bad: isString,
				stored: func(any) any { return map[string]any{} }}.middleware()},
		{ID: "variables-string-accepted", Summary: "accepts a string as variables", UpdateOnly: true,
			Plant: lax{field: "variables", bad: isString}.middleware()},
		{ID: "variables-list-accepted", Summary: "accepts a list as variables", UpdateOnly: true,
			Plant: lax{field: "variables", bad: isList,
				stored: func(any) any { return map[string]any{} }}.middleware()},
		{ID: "voice-string-accepted", Summary: "accepts a string as ttsModel", UpdateOnly: true,
			Plant: lax{field: "ttsModel", bad: isString, safe: anyVoice,
				stored: func(v any) any { return map[string]any{"name": v} }}.middleware()},
		{ID: "voice-id-number-accepted", Summary: "accepts a number as ttsModel.voiceId", UpdateOnly: true,
			Plant: lax{field: "ttsModel", safe: anyVoice, bad: func(v any) bool {
				tts, _ := v.(map[string]any)
				return isNumber(tts["voiceId"])
			}, stored: func(v any) any {
				tts := without(v.(map[string]any))
				tts["voiceId"] = digits(tts["voiceId"])
				return tts
			}}.middleware()},
		{ID: "voice-provider-object-accepted", Summary: "accepts an object as ttsModel.provider", UpdateOnly: true,
			Plant: lax{field: "ttsModel", safe: anyVoice, bad: func(v any) bool {
				tts, _ := v.(map[string]any)
				return isObject(tts["provider"])
			}, stored: func(v any) any { return without(v.(map[string]any), "provider") }}.middleware()},
		{ID: "type-sometimes-not-checked", Summary: "accepts every second wrong type of name", UpdateOnly: true,
			Flaky: true,
			Plant: func(inner http.Handler) http.Handler {
				n := &counter{}
				bad := func(v any) bool { return v != nil && !isString(v) && n.every(2) }
				return lax{field: "name", bad: bad, safe: "name",
					stored: func(v any) any { return string(encode(v)) }}.middleware()(inner)
			}},
		{ID: "wrong-type-crashes", Summary: "returns 500 for a name that is not a string", UpdateOnly: true,
			Plant: crashOn(func(body map[string]any) bool { return body["name"] != nil && !isString(body["name"]) })},
		{ID: "wrong-nested-type-crashes", Summary: "returns 500 for gaps that are not objects", UpdateOnly: true,
			Plant: crashOn(func(body map[string]any) bool {
				return anyItem(func(v any) bool { return !isObject(v) })(body[gaps])
			})},
	}
}

// strictnessDefects refuse values that the API allows.
func strictnessDefects() []Defect {
	return []Defect{
		{ID: "fractions-refused", Summary: "refuses a number of attempts or hours with a fraction", UpdateOnly: true,
			Plant: refuseIf(func(body map[string]any) bool {
				return isFraction(body[attempts]) || anyItem(func(v any) bool {
					gap, _ := v.(map[string]any)
					return isFraction(gap["days"]) || isFraction(gap["hours"])
				})(body[gaps])
			})},
		{ID: "nested-variables-refused", Summary: "refuses variables that are not strings", UpdateOnly: true,
			Plant: refuseIf(func(body map[string]any) bool {
				variables, _ := body["variables"].(map[string]any)
				for _, v := range variables {
					if !isString(v) {
						return true
					}
				}
				return false
			})},
		{ID: "other-settings-refused", Summary: "refuses settings other than speed, volume and temperature",
			UpdateOnly: true,
			Plant: refuseIf(func(body map[string]any) bool {
				settings, _ := body["settings"].(map[string]any)
				return len(without(settings, "speed", "volume", "temperature")) > 0
			})},
		{ID: "long-name-refused", Summary: "refuses a name of more than 255 characters", UpdateOnly: true,
			Plant: refuseIf(func(body map[string]any) bool { return len([]rune(text(body["name"]))) > 255 })},
		{ID: "foreign-name-refused", Summary: "refuses a name outside of ASCII", UpdateOnly: true,
			Plant: refuseIf(func(body map[string]any) bool {
				name := text(body["name"])
				return len(name) != len([]rune(name))
			})},
		{ID: "empty-list-refused", Summary: "refuses an empty list of phone numbers", UpdateOnly: true,
			Plant: refuseIf(func(body map[string]any) bool {
				phones, ok := body["phoneNumberIds"].([]any)
				return ok && len(phones) == 0
			})},
		{ID: "false-refused", Summary: "treats smartCallback false as missing and refuses it", UpdateOnly: true,
			Plant: refuseIf(func(body map[string]any) bool { return body["smartCallback"] == false })},
		{ID: "zero-refused", Summary: "treats zero attempts as missing and refuses them", UpdateOnly: true,
			Plant: refuseIf(func(body map[string]any) bool { return body[attempts] == json.Number("0") })},
	}
}

func isBool(v any) bool { _, ok := v.(bool); return ok }

// anyItem matches a list in which any item matches.
func anyItem(match func(any) bool) func(any) bool {
	return func(v any) bool {
		items, _ := v.([]any)
		for _, item := range items {
			if match(item) {
				return true
			}
		}
		return false
	}
}

func isFraction(v any) bool {
	n, ok := v.(json.Number)
	f, err := n.Float64()
	return ok && err == nil && f != math.Trunc(f)
}

// crashOn returns 500 for matching bodies that are refused.
func crashOn(match func(body map[string]any) bool) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		if body := c.body(); resp.refused() && body != nil && match(body) {
			return errorResponse(http.StatusInternalServerError, "cast to string failed")
		}
		return resp
	})
}

// refuseIf refuses matching creations and updates.
func refuseIf(match func(body map[string]any) bool) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if body := c.body(); body != nil && match(body) {
			return errorResponse(http.StatusBadRequest, "invalid value")
		}
		return c.forward()
	})
}
