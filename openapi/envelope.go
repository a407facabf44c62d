package openapi

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// Unwrap returns what the body of a successful response shows of the resource: the item or the list
// of items. It returns the body where nothing wraps them, and nil where the wrapper is missing.
func (op *Operation) Unwrap(body any) any {
	shown, _ := jsonvalue.Lookup(body, op.Wrapper)
	return shown
}

// UnwrapBody returns what a request's body has of the resource, as Unwrap does for a response.
func (op *Operation) UnwrapBody(body any) any {
	sent, _ := jsonvalue.Lookup(body, op.BodyWrapper)
	return sent
}

// Wrap returns the body of a successful response that shows an item, or a list of items, and
// nothing else.
func (op *Operation) Wrap(shown any) any { return wrap(op.Wrapper, shown) }

// WrapBody returns the body of a request that has an item and nothing else.
func (op *Operation) WrapBody(item any) any { return wrap(op.BodyWrapper, item) }

func wrap(pointer string, value any) any {
	if pointer == "" {
		return value
	}
	body, _ := jsonvalue.Put(nil, pointer, value) // objects can be made everywhere
	return body
}
