package openapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// valueType is a type of values that are no objects of the specification.
type valueType struct {
	want string                // for a sentence
	fits func(any) bool        // reports whether a value is of the type
	read func(any) (any, bool) // makes one of a value of another type, where that is plain
}

// valueTypes are the types of the grammar by name.
var valueTypes = map[string]*valueType{
	"text":   {"a text", ofType("string"), asText},
	"flag":   {"true or false", ofType("boolean"), flagOf},
	"number": {"a number", ofType("number"), numberOf(ofType("number"))},
	"bound": {"a number", func(v any) bool { return ofType("number")(v) || ofType("boolean")(v) },
		numberOf(ofType("number"))},
	"count": {"a whole number from 0", isCount, numberOf(isCount)},
	"step":  {"a number above 0", isStep, numberOf(isStep)},
	"names": {"a list of names", ofType("array"), nil},
	"type":  {"a type", nil, nil},
}

func ofType(name string) func(any) bool {
	return func(v any) bool { return jsonvalue.TypeOf(v) == name }
}

func isWhole(v any) bool {
	n, ok := v.(json.Number)
	f, err := strconv.ParseFloat(string(n), 64)
	return ok && err == nil && f == float64(int64(f))
}

func isCount(v any) bool {
	n, _ := v.(json.Number)
	return isWhole(v) && !strings.HasPrefix(string(n), "-")
}

func isStep(v any) bool {
	n, ok := v.(json.Number)
	f, err := strconv.ParseFloat(string(n), 64)
	return ok && err == nil && f > 0
}

// asText reads a number or a flag as a text.
func asText(v any) (any, bool) {
	return string(jsonvalue.Marshal(v)), ofType("number")(v) || ofType("boolean")(v)
}

// flagOf reads a text as a flag, also the words of YAML 1.1.
func flagOf(v any) (any, bool) {
	text, _ := v.(string)
	switch strings.ToLower(text) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off":
		return false, true
	}
	return nil, false
}

// numberOf reads a text as a number that fits.
func numberOf(fits func(any) bool) func(any) (any, bool) {
	return func(v any) (any, bool) {
		text, _ := v.(string)
		n := json.Number(strings.TrimSpace(text))
		return n, jsonvalue.IsNumber(string(n)) && fits(n)
	}
}

// scalar checks a value that is no object of the specification.
func (l *linter) scalar(typ string, v any, pointer string) {
	t := valueTypes[typ]
	if typ == "type" {
		l.typeWord(v, pointer)
		return
	}
	if t.fits(v) {
		return
	}
	found := jsonvalue.TypeOf(v)
	if found != "array" && found != "object" {
		found = fmt.Sprintf("the %s %s", found, clippedJSON(v))
	}
	if t.read != nil {
		if instead, ok := t.read(v); ok {
			hint := "it is read as " + string(jsonvalue.Marshal(instead))
			if typ == "text" {
				hint = "quote it"
			}
			l.warn(pointer, "%s is %s, not %s; %s", lastToken(pointer), t.want, found, hint)
			l.mends.put(pointer, instead)
			return
		}
	}
	l.warn(pointer, "%s is %s, not %s; it is left out", lastToken(pointer), t.want, found)
	l.mends.remove(pointer)
}

// typeAliases are words of other languages for the types of JSON.
var typeAliases = map[string]string{
	"int": "integer", "int32": "integer", "int64": "integer", "long": "integer", "float": "number",
	"double": "number", "decimal": "number", "bool": "boolean", "str": "string", "text": "string",
	"uuid": "string", "date": "string", "datetime": "string", "date-time": "string", "file": "string",
	"binary": "string", "enum": "string", "list": "array", "map": "object", "dict": "object", "hash": "object",
	"json": "object", "none": "null", "nil": "null",
}

// typeWord checks the value of the keyword type.
func (l *linter) typeWord(v any, pointer string) {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	} else if l.is30 {
		l.mention(pointer, "a list of types is of OpenAPI 3.1; it is honoured, but tools for OpenAPI 3.0 refuse it")
	}
	var kept []any
	for i, item := range list {
		at := pointer
		if isList {
			at = index(pointer, i)
		}
		name, known := l.typeName(item, at, isList)
		switch {
		case !known: // then any type
			l.mends.remove(pointer)
			return
		case slices.Contains(kept, any(name)):
			l.warn(at, "type %q is in the list already", name)
		default:
			kept = append(kept, name)
		}
	}
	switch {
	case jsonvalue.Equal(kept, list) && len(kept) > 0:
	case len(kept) == 0:
		l.warn(pointer, "type is an empty list; any type is allowed")
		l.mends.remove(pointer)
	case isList:
		l.mends.put(pointer, kept)
	default:
		l.mends.put(pointer, kept[0])
	}
}

// typeName returns the type that a word means, and warns where it is none.
func (l *linter) typeName(v any, pointer string, inList bool) (name string, known bool) {
	text, isText := v.(string)
	if isText && slices.Contains(jsonTypes, text) {
		if text == "null" && l.is30 {
			l.mention(pointer,
				"the type null is of OpenAPI 3.1; it is honoured, but in OpenAPI 3.0 write nullable: true")
		}
		return text, true
	}
	lower := strings.ToLower(strings.TrimSpace(text))
	meant := typeAliases[lower]
	if slices.Contains(jsonTypes, lower) {
		meant = lower
	}
	if v == nil && inList {
		meant = "null"
	}
	wrong := fmt.Sprintf("type %s is none of %s", clippedJSON(v), strings.Join(jsonTypes, ", "))
	if meant != "" {
		l.warn(pointer, "%s; it is read as %s", wrong, meant)
		return meant, true
	}
	l.warn(pointer, "%s%s; any type is allowed", wrong, didYouMean(nearest.To(text, jsonTypes)))
	return "", false
}
