package mockserver

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// contentType returns the media type of the request's body without parameters; "" where it names
// none.
func (x *exchange) contentType() string {
	text := x.http.Header.Get("Content-Type")
	if text == applicationJSON {
		return text
	}
	name, _, _ := mime.ParseMediaType(text)
	return name
}

// isJSONPatch reports whether the body is a JSON Patch (RFC 6902): by its media type, or because the
// document describes a list of such operations.
func (x *exchange) isJSONPatch() bool {
	step := x.sentSchema().Item(0)
	return x.contentType() == "application/json-patch+json" ||
		step.Property("op") != nil && step.Property("path") != nil
}

// patch changes an item into what a patch makes of it, if the document allows that.
func (x *exchange) patch(apply func(*builder, *jsonvalue.Object) (any, *response)) *response {
	return x.rewrite(func(b *builder, old *record) (*record, *response) {
		before := old.object()
		after, refusal := apply(b, before)
		if refusal != nil {
			return nil, refusal
		}
		object, ok := after.(*jsonvalue.Object)
		if !ok {
			reason := "it makes " + article(jsonvalue.TypeOf(after)) + " of the item, which is an object"
			return nil, x.refusePatch("", reason, http.StatusBadRequest, http.StatusUnprocessableEntity)
		}
		if wrong := b.collection.brokenBy(before, object); len(wrong) > 0 {
			return nil, x.refuse(x.documentedStatus(http.StatusBadRequest, http.StatusUnprocessableEntity), wrong...)
		}
		return b.patch(old, object), nil
	})
}

// applyMergePatch returns what a JSON Merge Patch makes of an item. Its members that clients cannot
// write are without effect.
func (x *exchange) applyMergePatch(b *builder, before *jsonvalue.Object) (any, *response) {
	if _, ok := x.endpoint.operation.UnwrapBody(x.value.Value()).(*jsonvalue.Object); !ok {
		return nil, x.refusePatch("", "a JSON Merge Patch (RFC 7396) of an item is an object", http.StatusBadRequest)
	}
	body := x.sent()
	changes := b.sanitizeItem(body.item().value(), b.transfer(updating, body.schema))
	return mergePatch(before, withAll(changes, body.around)), nil
}

// applyJSONPatch returns what a JSON Patch makes of an item.
func (x *exchange) applyJSONPatch(_ *builder, before *jsonvalue.Object) (any, *response) {
	steps, ok := x.endpoint.operation.UnwrapBody(x.value.Value()).([]any)
	if !ok {
		return nil, x.refusePatch("", "a JSON Patch (RFC 6902) is a list of operations", http.StatusBadRequest)
	}
	after, err := jsonPatch(before, steps)
	var wrong *patchError
	switch {
	case errors.Is(err, errTestFailed) && errors.As(err, &wrong):
		return nil, x.refusePatch(wrong.pointer(), wrong.reason.Error(), http.StatusConflict,
			http.StatusPreconditionFailed, http.StatusUnprocessableEntity, http.StatusBadRequest)
	case errors.As(err, &wrong):
		return nil, x.refusePatch(wrong.pointer(), wrong.reason.Error(), http.StatusBadRequest,
			http.StatusUnprocessableEntity, http.StatusConflict)
	}
	return after, nil
}

// refusePatch is for a patch that cannot be applied, with the first of the statuses that the
// document has.
func (x *exchange) refusePatch(pointer, reason string, statuses ...int) *response {
	v := openapi.Violation{Rule: rulePatch, In: "body",
		Pointer: truncate(x.endpoint.operation.BodyWrapper+pointer, maxPointer)}
	v.Message = v.Where() + ": " + reason
	return x.refuse(x.documentedStatus(statuses...), v)
}

// documentedStatus returns the first of some statuses that the document has for the operation; the
// first of all where it has none of them.
func (x *exchange) documentedStatus(statuses ...int) int {
	for _, status := range statuses {
		if slices.ContainsFunc(x.endpoint.operation.Responses, func(r *openapi.Response) bool {
			return r.Status == strconv.Itoa(status)
		}) {
			return status
		}
	}
	return statuses[0]
}

// brokenBy lists the violations that an item has and had not before it was changed: of the rules for
// what clients send of an item as a whole, and of the item's own schema. What the former let clients
// leave out, they may remove.
func (c *collection) brokenBy(before, after *jsonvalue.Object) []openapi.Violation {
	whole := c.Create.SentSchema()
	if whole == nil {
		whole = c.Replace.SentSchema()
	}
	var list []openapi.Violation
	for _, rules := range []*openapi.Schema{whole, c.Schema} {
		had := rules.Validate(before, openapi.RequestView)
		for _, v := range rules.Validate(after, openapi.RequestView) {
			same := func(other openapi.Violation) bool { return v.Rule == other.Rule && v.Pointer == other.Pointer }
			optional := v.Rule == "required" && rules == c.Schema && whole != nil
			if !optional && !slices.ContainsFunc(had, same) && !slices.ContainsFunc(list, same) {
				list = append(list, v)
			}
		}
	}
	return list
}
