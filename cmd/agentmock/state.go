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

// stateFrom turns what a state file holds into the state itself: JSON as it is, YAML by its ending,
// and lines of one item each (by the ending .ndjson or .jsonl) into the collection that seed makes
// items of. Whether the state fits the document is for the mock to say.
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
