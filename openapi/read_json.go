package openapi

import (
	"errors"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// ReadJSON reads a body strictly: exactly one JSON value, no duplicate names, valid UTF-8, bounded
// depth and numbers. Objects keep their order and numbers their digits. The violation (In "body")
// is nil where all is well; its Rule is malformed-json, duplicate-name, invalid-text, too-deep or
// number-too-long.
func ReadJSON(body []byte) (any, *Violation) {
	value, err := jsonvalue.Parse(body, jsonvalue.Limits{})
	if err != nil {
		return nil, unreadable(err)
	}
	return value, nil
}

// unreadable returns the violation for a body that is not a JSON value.
func unreadable(err error) *Violation {
	v := &Violation{Rule: "schema", In: "body", Expected: "one JSON value (RFC 8259)"}
	var broken *jsonvalue.Error
	if errors.As(err, &broken) {
		v.Rule, v.Pointer = string(broken.Kind), clippedPointer(broken.Pointer)
	}
	v.Message = v.Where() + ": " + err.Error()
	return v
}
