package jsonvalue

import (
	"encoding/json"
	"strconv"
	"strings"
)

var (
	pointerEscaper   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// Join returns a JSON pointer (RFC 6901) with one more reference token, which it escapes.
func Join(pointer, token string) string { return pointer + "/" + pointerEscaper.Replace(token) }

// Tokens returns the unescaped reference tokens of a JSON pointer. The pointer "" has none.
func Tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	tokens := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	if !strings.Contains(pointer, "~") {
		return tokens
	}
	for i := range tokens {
		tokens[i] = pointerUnescaper.Replace(tokens[i])
	}
	return tokens
}

// Lookup returns the value at a JSON pointer, and whether there is one.
func Lookup(v any, pointer string) (any, bool) {
	for _, token := range Tokens(pointer) {
		var ok bool
		if v, ok = child(v, token); !ok {
			return nil, false
		}
	}
	return v, true
}

func child(v any, token string) (any, bool) {
	switch v := v.(type) {
	case *Object:
		return v.Get(token)
	case []any:
		if i, ok := Index(token); ok && i < len(v) {
			return v[i], true
		}
		return nil, false
	case map[string]any:
		value, ok := v[token]
		return value, ok
	case nil, bool, string, json.Number:
		return nil, false
	}
	if clean, err := Of(v); err == nil {
		return child(clean, token)
	}
	return nil, false
}

// Index returns the index that a reference token stands for in an array: digits without leading
// zeros (RFC 6901 §4). It reports false for any other token.
func Index(token string) (int, bool) {
	if token == "" || token[0] < '0' || token[0] > '9' { // as most; an error has its price
		return 0, false
	}
	i, err := strconv.Atoi(token)
	return i, err == nil && strconv.Itoa(i) == token
}

// Put sets the value at a JSON pointer inside v, in place, and returns the whole. Missing objects
// on the way are made; an index equal to an array's length appends. It reports false, and v is as
// it was, where the way leads through a scalar or past an array's end.
func Put(v any, pointer string, value any) (any, bool) {
	return put(v, Tokens(pointer), value)
}

func put(v any, tokens []string, value any) (any, bool) {
	if len(tokens) == 0 {
		return value, true
	}
	if v == nil {
		v = &Object{}
	}
	old, _ := child(v, tokens[0])
	replaced, ok := put(old, tokens[1:], value)
	if !ok {
		return v, false
	}
	switch v := v.(type) {
	case *Object:
		v.Set(tokens[0], replaced)
		return v, true
	case []any:
		switch i, ok := Index(tokens[0]); {
		case !ok || i > len(v):
			return v, false
		case i == len(v):
			return append(v, replaced), true
		default:
			v[i] = replaced
			return v, true
		}
	}
	return v, false
}

// Remove deletes the member or item at a JSON pointer, if there is one, in place, and returns the
// whole.
func Remove(v any, pointer string) any {
	tokens := Tokens(pointer)
	if len(tokens) == 0 {
		return v
	}
	last := tokens[len(tokens)-1]
	parentPointer := pointer[:strings.LastIndexByte(pointer, '/')]
	parent, ok := Lookup(v, parentPointer)
	if !ok {
		return v
	}
	switch parent := parent.(type) {
	case *Object:
		parent.Delete(last)
	case []any:
		if i, ok := Index(last); ok && i < len(parent) {
			v, _ = Put(v, parentPointer, append(parent[:i:i], parent[i+1:]...))
		}
	}
	return v
}
