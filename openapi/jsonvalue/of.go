package jsonvalue

import (
	"encoding/json"
	"fmt"
)

// maxGoDepth bounds how deep Go values are nested; one that holds itself has no end.
const maxGoDepth = 1000

// Of returns any Go value in the forms of this package: v itself, uncopied, where it has them
// already, else what encoding/json makes of it: structs by their tags, maps sorted by name,
// json.RawMessage as the JSON that it holds, and []byte as a base64 string. The error is an *Error
// for JSON text that breaks the grammar, and encoding/json's for what JSON cannot express, such as
// channels, NaN, and values nested deeper than 1,000 levels.
func Of(v any) (any, error) {
	w := walker{ordered: true}
	switch w.visit(v, 0); {
	case w.tooDeep:
		return nil, fmt.Errorf("a value nested deeper than %d levels", maxGoDepth)
	case w.ordered:
		return v, nil
	}
	text, isText := v.(json.RawMessage)
	if !isText || text == nil {
		var err error
		if text, err = json.Marshal(v); err != nil {
			return nil, err
		}
	}
	p := &parser{data: text, limits: Limits{Depth: maxGoDepth}, longNumbers: true}
	return p.parse()
}

// walker finds out whether a value and all in it have the forms of this package.
type walker struct{ ordered, tooDeep bool }

func (w *walker) visit(v any, depth int) {
	if w.tooDeep = w.tooDeep || depth > maxGoDepth; w.tooDeep {
		return
	}
	switch v := v.(type) {
	case nil, bool, string, json.Number:
	case []any:
		w.ordered = w.ordered && v != nil
		for _, item := range v {
			w.visit(item, depth+1)
		}
	case *Object:
		w.ordered = w.ordered && v != nil
		for i := 0; v != nil && i < len(v.Members); i++ {
			w.visit(v.Members[i].Value, depth+1)
		}
	case map[string]any:
		w.ordered = false
		for _, item := range v {
			w.visit(item, depth+1)
		}
	default:
		w.ordered = false
	}
}
