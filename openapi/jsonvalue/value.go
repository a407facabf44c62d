// Package jsonvalue represents JSON values as they were written: members in their order, numbers
// digit for digit.
//
//	v, err := jsonvalue.Parse([]byte(`{"b": 1.0, "a": [true, null]}`), jsonvalue.Limits{})
//	out := jsonvalue.Marshal(v)                  // {"b":1.0,"a":[true,null]}
//	v, err = jsonvalue.Of(map[string]any{"n": 1}) // the same forms of any Go value
//
// A value is nil, bool, string, json.Number, []any or *Object. Those are the forms of the any
// fields of package openapi and its neighbours, which take plain Go values too, by Of. Functions
// that only read (Append, Clone, Equal, Lookup, Marshal, MarshalIndent, TypeOf) do the same; Put
// and Remove change a value in place and need these forms. Values are not safe for concurrent
// writes.
//
// Scan reads a text without decoding it, for whoever needs only parts of it; its Nodes return values
// of the same forms.
//
// The package knows the grammar of JSON (RFC 8259) and JSON pointers (RFC 6901); schemas are
// package openapi's business.
package jsonvalue

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Object is a JSON object whose members keep the order in which they were written. The zero value
// is an empty object; a nil *Object is null where it is written and has no members. No two members
// may have one name: Get and Set see only the first. It is not safe for concurrent writes.
type Object struct{ Members []Member }

// Member is a name and its value.
type Member struct {
	Name  string
	Value any
}

// ObjectOf returns an object of alternating names and values, in that order. It panics where a name
// is no string, and ignores a last name without a value.
func ObjectOf(pairs ...any) *Object {
	o := &Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Members = append(o.Members, Member{pairs[i].(string), pairs[i+1]})
	}
	return o
}

// Get returns the value of a member; ok tells a missing member from a null one. A nil object has
// none.
func (o *Object) Get(name string) (value any, ok bool) {
	if o == nil {
		return nil, false
	}
	for i := range o.Members {
		if o.Members[i].Name == name {
			return o.Members[i].Value, true
		}
	}
	return nil, false
}

// Set replaces the value of a member, or appends a new member.
func (o *Object) Set(name string, value any) {
	for i := range o.Members {
		if o.Members[i].Name == name {
			o.Members[i].Value = value
			return
		}
	}
	o.Members = append(o.Members, Member{name, value})
}

// Delete removes a member, if it exists.
func (o *Object) Delete(name string) {
	for i := range o.Members {
		if o.Members[i].Name == name {
			o.Members = append(o.Members[:i:i], o.Members[i+1:]...)
			return
		}
	}
}

// MarshalJSON returns the members in their order; it never fails.
func (o *Object) MarshalJSON() ([]byte, error) { return Append(nil, o), nil }

// Marshal returns a value as JSON text without white space. Strings are escaped only where JSON
// demands it, and invalid UTF-8 becomes U+FFFD. A Go value that JSON cannot express is written as
// the string that fmt.Sprint makes of it.
func Marshal(v any) []byte { return Append(nil, v) }

// MarshalIndent is Marshal over several lines, indented by two blanks a level, without a newline at
// the end.
func MarshalIndent(v any) []byte {
	text := jsontext.Value(Append(nil, v))
	if text.Indent(jsontext.WithIndent("  "), jsontext.AllowDuplicateNames(true),
		jsontext.AllowInvalidUTF8(true)) != nil {
		return Append(nil, v) // only hand-made values such as json.Number("x") get here
	}
	return text
}

// Append appends what Marshal returns to a buffer.
func Append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case string:
		return AppendString(dst, v)
	case json.Number:
		return append(dst, v...)
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = Append(dst, item)
		}
		return append(dst, ']')
	case *Object:
		if v == nil {
			return append(dst, "null"...)
		}
		dst = append(dst, '{')
		for i, m := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendString(dst, m.Name)
			dst = append(dst, ':')
			dst = Append(dst, m.Value)
		}
		return append(dst, '}')
	case map[string]any:
		return Append(dst, sortedObject(v))
	case *Node:
		return v.Append(dst)
	case json.RawMessage:
		if v != nil {
			return append(dst, v...)
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return AppendString(dst, fmt.Sprint(v))
	}
	return append(dst, b...)
}

// AppendString is Append for a string, which it does not put on the heap.
func AppendString(dst []byte, s string) []byte {
	if asItIs(s) {
		dst = append(dst, '"')
		dst = append(dst, s...)
		return append(dst, '"')
	}
	quoted, from := append(dst, '"'), 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			quoted = append(append(quoted, s[from:i]...), '\\', c)
			from = i + 1
		case c < ' ' || c >= utf8.RuneSelf:
			dst, _ = jsontext.AppendQuote(dst, s) // the error only reports that invalid UTF-8 was replaced
			return dst
		}
	}
	return append(append(quoted, s[from:]...), '"')
}

// asItIs reports whether a string stands in JSON as it is, between quotes.
func asItIs(s string) bool {
	ascii := true
	for ; len(s) >= 8; s = s[8:] {
		if !plainEight(s) {
			break
		}
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(s)
}

// plainEight reports whether the first eight bytes of a string are ASCII and need no escape. A byte with a
// high bit in the sum is one that is not plain.
func plainEight(s string) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 |
		uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	quote, escape := x^ones*'"', x^ones*'\\'
	return (x|(x-ones*' ')|(quote-ones)&^quote|(escape-ones)&^escape)&highs == 0
}

func sortedObject(m map[string]any) *Object {
	o := &Object{Members: make([]Member, 0, len(m))}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		o.Members = append(o.Members, Member{name, m[name]})
	}
	return o
}

// Clone returns a deep copy of a value, in the forms of this package where Of has them.
func Clone(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = Clone(v[i])
		}
		return out
	case *Object:
		out := &Object{Members: make([]Member, len(v.Members))}
		for i, m := range v.Members {
			out.Members[i] = Member{m.Name, Clone(m.Value)}
		}
		return out
	}
	if clean, err := Of(v); err == nil {
		return clean
	}
	return v
}

// TypeOf returns the JSON type of a value: null, boolean, string, number, array or object; "" where
// Of fails.
func TypeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	case []any:
		if v != nil {
			return "array"
		}
	case *Object:
		if v != nil {
			return "object"
		}
	case map[string]any:
		if v != nil {
			return "object"
		}
	}
	v, err := Of(v)
	if err != nil {
		return ""
	}
	return TypeOf(v)
}
