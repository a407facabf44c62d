// Package source reads YAML and JSON files into values with positions, and writes YAML.
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

// Position is a place in a file; both numbers count from 1. The zero value means unknown.
type Position struct{ Line, Column int }

// File is a parsed file. It is immutable and safe for concurrent use.
type File struct {
	Name  string
	Data  []byte
	Value any

	root   place // of Value
	finder Finder
}

// Error is the reason why a file cannot be read, and where.
type Error struct {
	Name string
	Position
	Reason string

	kind jsonvalue.Kind // of an error in JSON; "" in YAML
}

// Error returns "file:line:column: reason", or "file: reason" where the place is unknown.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Name + ": " + e.Reason
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Name, e.Line, e.Column, e.Reason)
}

// maxDepth bounds nesting in a file; real documents stay far below.
const maxDepth = 200

// Parse reads a file: as JSON where its name ends in .json or it is JSON, as YAML otherwise. The
// error is an *Error.
func Parse(name string, data []byte) (*File, error) {
	isJSON := strings.EqualFold(filepath.Ext(name), ".json")
	if isJSON || startsAsJSON(data) {
		file, err := parseJSON(name, data)
		if err == nil || isJSON {
			return file, err
		}
		var broken *Error
		// it is JSON by its grammar, and reading it as YAML would not help
		if errors.As(err, &broken) && broken.kind != jsonvalue.Malformed {
			return nil, err
		}
	}
	return parseYAML(name, data)
}

func startsAsJSON(data []byte) bool {
	text := strings.TrimLeft(string(data[:min(len(data), 256)]), " \t\r\n")
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}
