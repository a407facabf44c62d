package mockserver

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// errTestFailed is the reason why a JSON Patch was not applied: one of its test operations did not
// find the value that it names. The patch itself is well formed then.
var errTestFailed = errors.New("the value there is another one")

// patchError is the error of a JSON Patch: which operation could not be applied, and why.
type patchError struct {
	index  int    // of the operation
	member string // of the operation: op, path, from or value; "" for the whole operation
	reason error
}

func (e *patchError) Error() string { return fmt.Sprintf("operation %d: %s", e.index, e.reason) }
func (e *patchError) Unwrap() error { return e.reason }

// pointer returns the JSON pointer into the patch to what is wrong.
func (e *patchError) pointer() string {
	pointer := fmt.Sprintf("/%d", e.index)
	if e.member != "" {
		pointer = jsonvalue.Join(pointer, e.member)
	}
	return pointer
}

// jsonPatch returns what a JSON Patch (RFC 6902) makes of a value. All of its operations apply or
// none: the value is not changed. The error is a *patchError.
func jsonPatch(target any, patch []any) (any, error) {
	result := jsonvalue.Clone(target)
	for i, step := range patch {
		var wrong *patchError
		if result, wrong = patchStep(result, step); wrong != nil {
			wrong.index = i
			return nil, wrong
		}
	}
	return result, nil
}

func wrongStep(member, format string, args ...any) *patchError {
	return &patchError{member: member, reason: fmt.Errorf(format, args...)}
}

// patchStep applies one operation.
func patchStep(v any, step any) (any, *patchError) {
	object, ok := step.(*jsonvalue.Object)
	if !ok {
		return nil, wrongStep("", "it is %s; an operation is an object", article(jsonvalue.TypeOf(step)))
	}
	name, _ := object.Get("op")
	op, _ := name.(string)
	path, wrong := patchPointer(object, "path")
	if wrong != nil {
		return nil, wrong
	}
	switch op {
	case "move", "copy":
		return patchFrom(v, op, object, path)
	case "remove":
		return patchRemove(v, "path", path)
	case "add", "replace", "test":
		value, has := object.Get("value")
		if !has {
			return nil, wrongStep("value", "missing; %s needs one", op)
		}
		return patchValue(v, op, path, value)
	}
	return nil, wrongStep("op", "%s is none of add, remove, replace, move, copy, test",
		truncate(string(jsonvalue.Marshal(name)), 100))
}

// patchPointer returns a member of an operation that is a JSON pointer.
func patchPointer(step *jsonvalue.Object, member string) (string, *patchError) {
	v, has := step.Get(member)
	pointer, isText := v.(string)
	switch {
	case !has:
		return "", wrongStep(member, "missing; it is a JSON pointer (RFC 6901) into the item")
	case !isText || pointer != "" && !strings.HasPrefix(pointer, "/"):
		return "", wrongStep(member, "%s is no JSON pointer (RFC 6901): it is empty or begins with a slash",
			truncate(string(jsonvalue.Marshal(v)), 100))
	}
	return pointer, nil
}

// patchValue adds, replaces or tests.
func patchValue(v any, op, path string, value any) (any, *patchError) {
	old, exists := jsonvalue.Lookup(v, path)
	switch {
	case op == "add":
		return patchAdd(v, path, jsonvalue.Clone(value))
	case !exists:
		return nil, nothingAt("path", path)
	case op == "replace":
		v, _ = jsonvalue.Put(v, path, jsonvalue.Clone(value))
	case !jsonvalue.Equal(old, value):
		return nil, &patchError{member: "value", reason: errTestFailed}
	}
	return v, nil
}

// patchFrom moves or copies.
func patchFrom(v any, op string, step *jsonvalue.Object, path string) (any, *patchError) {
	from, wrong := patchPointer(step, "from")
	if wrong != nil {
		return nil, wrong
	}
	value, exists := jsonvalue.Lookup(v, from)
	switch {
	case !exists:
		return nil, nothingAt("from", from)
	case op == "copy":
		return patchAdd(v, path, jsonvalue.Clone(value))
	case from == path:
		return v, nil
	case strings.HasPrefix(path, from+"/"):
		return nil, wrongStep("from", "%s cannot be moved into itself", from)
	}
	if v, wrong = patchRemove(v, "from", from); wrong != nil {
		return nil, wrong
	}
	return patchAdd(v, path, value)
}

func patchRemove(v any, member, path string) (any, *patchError) {
	switch _, exists := jsonvalue.Lookup(v, path); {
	case !exists:
		return nil, nothingAt(member, path)
	case path == "":
		return nil, wrongStep(member, "the whole item cannot be removed")
	}
	return jsonvalue.Remove(v, path), nil
}

// patchAdd sets a member, or inserts an item before the one with the index of the path's last
// token, or at the end for "-". What is to hold it must exist.
func patchAdd(v any, path string, value any) (any, *patchError) {
	if path == "" {
		return value, nil
	}
	cut := strings.LastIndexByte(path, '/')
	token := jsonvalue.Tokens(path[cut:])[0]
	holder, exists := jsonvalue.Lookup(v, path[:cut])
	if !exists {
		return nil, nothingAt("path", path[:cut])
	}
	switch holder := holder.(type) {
	case *jsonvalue.Object:
		holder.Set(token, value)
		return v, nil
	case []any:
		i, isIndex := jsonvalue.Index(token)
		if token == "-" {
			i, isIndex = len(holder), true
		}
		if !isIndex || i > len(holder) {
			return nil, wrongStep("path", "%q is no index of %s, which has %d items: 0 to %[3]d, or - for the end",
				truncate(token, 100), path[:cut], len(holder))
		}
		v, _ = jsonvalue.Put(v, path[:cut], slices.Insert(holder, i, value))
		return v, nil
	}
	return nil, wrongStep("path", "%s is %s, which holds nothing", path[:cut], article(jsonvalue.TypeOf(holder)))
}

func nothingAt(member, pointer string) *patchError {
	return wrongStep(member, "the item has nothing at %q", truncate(pointer, 200))
}
