// Package jsonvalue holds JSON values as they were written: members in their order, numbers digit
// for digit.
//
//	v, err := jsonvalue.Parse([]byte(`{"b": 1.0, "a": [true, null]}`), jsonvalue.Limits{})
//	out := jsonvalue.Marshal(v) // {"b":1.0,"a":[true,null]}
//
// A value is nil, bool, string, json.Number, []any or *Object. Functions that read values also take
// the forms that encoding/json makes (map[string]any, float64, integers). The package judges
// nothing but the grammar; schemas are not its business.
package jsonvalue

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Object is a JSON object whose members keep the order in which they were written.
// The zero value is an empty object. It is not safe for concurrent writes.
type Object struct{ Members []Member }

// Member is one name and its value.
type Member struct {
	Name  string
	Value any
}

// ObjectOf makes an object of alternating names and values, in that order.
func ObjectOf(pairs ...any) *Object {
	o := &Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Members = append(o.Members, Member{pairs[i].(string), pairs[i+1]})
	}
	return o
}

// Get finds the value of a member; ok tells a missing member from a null one. A nil object has
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

// Set replaces the value of a member in its place, or appends it.
func (o *Object) Set(name string, value any) {
	for i := range o.Members {
		if o.Members[i].Name == name {
			o.Members[i].Value = value
			return
		}
	}
	o.Members = append(o.Members, Member{name, value})
}

// Delete removes a member, if there is one.
func (o *Object) Delete(name string) {
	for i := range o.Members {
		if o.Members[i].Name == name {
			o.Members = append(o.Members[:i:i], o.Members[i+1:]...)
			return
		}
	}
}

// MarshalJSON writes the members in their order.
func (o *Object) MarshalJSON() ([]byte, error) { return Append(nil, o), nil }

// Marshal writes a value without white space. Strings are escaped only where JSON demands it.
func Marshal(v any) []byte { return Append(nil, v) }

// MarshalIndent writes a value over several lines, two blanks a level, ended by no newline.
func MarshalIndent(v any) []byte {
	indented, err := appendIndent(Append(nil, v))
	if err != nil { // only values that the caller made by hand, such as json.Number("x"), get here
		return Append(nil, v)
	}
	return indented
}

func appendIndent(compact []byte) ([]byte, error) {
	value := jsontext.Value(compact)
	err := value.Indent(jsontext.WithIndent("  "), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return value, err
}

// Append is Marshal into an existing buffer. A value of a type of its own is written as
// encoding/json writes it.
func Append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case string:
		return appendString(dst, v)
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
		dst = append(dst, '{')
		for i, m := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, m.Name)
			dst = append(dst, ':')
			dst = Append(dst, m.Value)
		}
		return append(dst, '}')
	case map[string]any:
		return Append(dst, sortedObject(v))
	case json.RawMessage:
		return append(dst, v...)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return appendString(dst, fmt.Sprint(v))
	}
	return append(dst, b...)
}

func appendString(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s) // its error only says that invalid UTF-8 was replaced
	return dst
}

func sortedObject(m map[string]any) *Object {
	o := &Object{Members: make([]Member, 0, len(m))}
	for name, value := range m {
		o.Members = append(o.Members, Member{name, value})
	}
	sort.Slice(o.Members, func(i, j int) bool { return o.Members[i].Name < o.Members[j].Name })
	return o
}

// Of turns any Go value that encoding/json can marshal into a value of this package.
func Of(v any) (any, error) {
	switch v.(type) {
	case nil, bool, string, json.Number:
		return v, nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Parse(b, Limits{})
}

// Plain turns objects into map[string]any, as libraries that know only encoding/json's forms want
// them. The result shares nothing with v that could be changed through it.
func Plain(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = Plain(v[i])
		}
		return out
	case *Object:
		out := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			out[m.Name] = Plain(m.Value)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = Plain(value)
		}
		return out
	}
	return v
}

// Clone copies a value deeply.
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
	case map[string]any:
		return Clone(sortedObject(v))
	}
	return v
}

// TypeOf names the JSON type of a value: null, boolean, string, number, array or object.
func TypeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case *Object, map[string]any:
		return "object"
	}
	return "number"
}
