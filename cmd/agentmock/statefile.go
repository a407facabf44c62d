package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// stateFrom converts a state file to JSON by the extension of its name: YAML (.yaml, .yml), one item
// a line (.ndjson, .jsonl) as items of the collection that seed generates, or else JSON as it is.
// The mock validates the result.
func stateFrom(doc *openapi.Document, name string, data []byte) (json.RawMessage, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		file, err := source.Parse(name, data)
		if err != nil {
			return nil, usagef("%w", err)
		}
		return jsonvalue.Marshal(file.Value), nil
	case ".ndjson", ".jsonl":
		collection, err := fixtures.NewGenerator(doc, 0).Collection()
		if err != nil {
			return nil, err
		}
		return stateOfLines(collection, name, data)
	}
	return data, nil
}

func stateOfLines(collection, name string, data []byte) (json.RawMessage, error) {
	var items [][]byte
	for n, line := range bytes.Split(data, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if !json.Valid(line) {
			return nil, usagef("%s:%d: not one JSON value", name, n+1)
		}
		items = append(items, line)
	}
	var out bytes.Buffer
	out.WriteByte('{')
	out.Write(jsonvalue.Marshal(collection))
	out.WriteString(":[")
	out.Write(bytes.Join(items, []byte(",")))
	out.WriteString("]}")
	return out.Bytes(), nil
}
