// Package source reads YAML and JSON files into values that know where they stand, and writes YAML.
//
//	file, err := source.Parse("agent.yaml", data)
//	file.Value                              // as openapi/jsonvalue: ordered objects, exact numbers
//	file.Position("/paths/~1v1/get/summary") // line and column
//
// It takes what JSON can say: YAML with one document, string-like keys, no NaN. Anchors, aliases
// and merge keys are resolved.
package source

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Position is a place in a file; both count from 1. The zero value: unknown.
type Position struct{ Line, Column int }

// File is one file that was read. It is not changed afterwards and is safe for concurrent reads.
type File struct {
	Name  string
	Data  []byte
	Value any

	positions map[string]Position
}

// Error is why a file cannot be read, with the place.
type Error struct {
	Name string
	Position
	Reason string

	kind jsonvalue.Kind // of a fault in JSON; "" in YAML
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Name + ": " + e.Reason
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Name, e.Line, e.Column, e.Reason)
}

// maxDepth bounds nesting in a file; documents stay far below.
const maxDepth = 200

// Parse reads a file: as JSON where its name ends in .json or it starts as JSON does and is JSON,
// as YAML otherwise. The error is an *Error.
func Parse(name string, data []byte) (*File, error) {
	isJSON := strings.EqualFold(filepath.Ext(name), ".json")
	if isJSON || startsAsJSON(data) {
		file, err := parseJSON(name, data)
		if err == nil || isJSON {
			return file, err
		}
		var broken *Error
		if errors.As(err, &broken) && broken.kind != jsonvalue.Malformed { // it is JSON, and YAML would not be better
			return nil, err
		}
	}
	return parseYAML(name, data)
}

func startsAsJSON(data []byte) bool {
	text := strings.TrimLeft(string(data[:min(len(data), 256)]), " \t\r\n")
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// Position is where the value at a JSON pointer starts; for a member of an object, where its name
// does. Where the pointer leads nowhere, it is the place of the nearest value above.
func (f *File) Position(pointer string) Position {
	for {
		if p, ok := f.positions[pointer]; ok {
			return p
		}
		i := strings.LastIndexByte(pointer, '/')
		if i < 0 {
			return Position{1, 1}
		}
		pointer = pointer[:i]
	}
}
