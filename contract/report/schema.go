package report

import (
	"bytes"
	_ "embed"
)

//go:embed report.schema.json
var jsonSchema []byte

// JSONSchema returns the JSON Schema (2020-12) of what JSON writes. The caller owns the bytes.
func JSONSchema() []byte { return bytes.Clone(jsonSchema) }
