package backend

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// models lists the language models that a request may name.
var models = []string{
	"gpt-4o-mini",
	"gpt-4o-enterprise",
	"gpt-4.1",
	"gpt-4.1-mini",
	"gemini-2.5-flash-preview-native-audio-dialog",
	"gemini-2.5-flash",
	"gemini-live-2.5-flash-preview",
	"geminiaudiopipeline:gemini-2.5-flash-preview-native-audio-dialog",
	"gemini-2.0-flash-live-001",
	"gpt-5",
}

// rule returns what is wrong with a value, or "".
type rule func(v any) string

// writable maps the fields that a body may set to their rules. Other fields, read-only or unknown,
// are ignored.
var writable = map[string]rule{
	"name":                                  text,
	"llmModel":                              model,
	"ttsModel":                              voice,
	"smartCallback":                         boolean,
	"maxAttemptsForSmartCallback":           number,
	"gapBetweenEachAttemptForSmartCallback": listOf(gap),
	"phoneNumberIds":                        listOf(text),
	"settings":                              object,
	"variables":                             object,
}

// parse returns the writable fields of a body. The error lists everything that is wrong, sorted by
// field.
func parse(raw []byte, required ...string) (map[string]any, error) {
	body, err := decode(raw)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, name := range required {
		if _, ok := body[name]; !ok {
			wrong = append(wrong, name+" is required")
		}
	}
	sent := map[string]any{}
	for name, check := range writable {
		v, ok := body[name]
		if !ok {
			continue
		}
		if complaint := check(v); complaint != "" {
			wrong = append(wrong, name+" "+complaint)
		}
		sent[name] = v
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return nil, errors.New(strings.Join(wrong, "; "))
	}
	return sent, nil
}

// decode returns exactly one JSON object, with numbers as they are written.
func decode(raw []byte) (map[string]any, error) {
	if !utf8.Valid(raw) {
		return nil, errors.New("body is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, errors.New("body is not JSON")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("body goes on after its JSON value")
	}
	body, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("body must be a JSON object")
	}
	return body, nil
}

func text(v any) string {
	if _, ok := v.(string); !ok {
		return "must be a string"
	}
	return ""
}

func boolean(v any) string {
	if _, ok := v.(bool); !ok {
		return "must be true or false"
	}
	return ""
}

func number(v any) string {
	if _, ok := v.(json.Number); !ok {
		return "must be a number"
	}
	return ""
}

func object(v any) string {
	if _, ok := v.(map[string]any); !ok {
		return "must be an object"
	}
	return ""
}

func model(v any) string {
	s, ok := v.(string)
	if !ok || !slices.Contains(models, s) {
		return "must be one of " + strings.Join(models, ", ")
	}
	return ""
}

func voice(v any) string {
	return members(v, text, "provider", "voiceId", "name", "language", "elevenLabsApiKey")
}

func gap(v any) string {
	return members(v, number, "days", "hours")
}

// members checks the named members of an object; all of them are optional.
func members(v any, check rule, names ...string) string {
	o, ok := v.(map[string]any)
	if !ok {
		return "must be an object"
	}
	for _, name := range names {
		m, ok := o[name]
		if !ok {
			continue
		}
		if complaint := check(m); complaint != "" {
			return name + " " + complaint
		}
	}
	return ""
}

func listOf(check rule) rule {
	return func(v any) string {
		list, ok := v.([]any)
		if !ok {
			return "must be a list"
		}
		for i, item := range list {
			if complaint := check(item); complaint != "" {
				return fmt.Sprintf("item %d %s", i, complaint)
			}
		}
		return ""
	}
}
