package mutants

import (
	"bytes"
	"net/http"
)

// statusDefects return statuses that contradict the outcome.
func statusDefects() []Defect {
	return []Defect{
		{ID: "update-answers-201", Summary: "responds to an update with 201", UpdateOnly: true,
			Plant: setStatus(update, http.StatusCreated)},
		{ID: "update-answers-202", Summary: "responds to an update with 202", UpdateOnly: true,
			Plant: setStatus(update, http.StatusAccepted)},
		{ID: "update-answers-204", Summary: "responds to an update with 204 and nothing", UpdateOnly: true,
			Plant: setStatus(update, http.StatusNoContent)},
		{ID: "update-answers-empty", Summary: "responds to an update with 200 and nothing", UpdateOnly: true,
			Plant: editBytes(update, func([]byte) []byte { return nil })},
		{ID: "create-answers-202", Summary: "responds to a creation with 202",
			Plant: setStatus(create, http.StatusAccepted)},
		{ID: "create-answers-empty", Summary: "responds to a creation with 201 and nothing",
			Plant: editBytes(create, func([]byte) []byte { return nil })},
		{ID: "read-answers-206", Summary: "responds to a read with 206",
			Plant: setStatus(read, http.StatusPartialContent)},
		{ID: "list-answers-404", Summary: "returns 404 for a list",
			Plant: setStatus(list, http.StatusNotFound)},
		{ID: "delete-answers-500", Summary: "deletes and returns 500",
			Plant: setStatus(remove, http.StatusInternalServerError)},
		{ID: "refusals-said-with-200", Summary: "returns 200 with an error body for every refused body",
			UpdateOnly: true,
			Plant:      onRefusedBody(func(resp *response) *response { resp.status = http.StatusOK; return resp })},
		{ID: "refusals-answer-success-false",
			Summary: `returns 200 and {"success": false} for every refused body`, UpdateOnly: true,
			Plant: onRefusedBody(func(*response) *response {
				return jsonResponse(http.StatusOK, map[string]any{"success": false})
			})},
		{ID: "refusals-redirect", Summary: "sends refused bodies elsewhere with 303", UpdateOnly: true,
			Plant: onRefusedBody(func(*response) *response {
				return &response{status: http.StatusSeeOther, header: http.Header{"Location": {"/v1/errors/400"}}}
			})},
		{ID: "refusals-hang-up", Summary: "closes the connection instead of refusing a body", UpdateOnly: true,
			Plant: onRefusedBody(func(*response) *response { return &response{hangUp: true} })},
		{ID: "unknown-agent-crashes", Summary: "returns 500 for an update of an unknown agent", UpdateOnly: true,
			Plant: on(update, crashInsteadOf(http.StatusNotFound))},
		{ID: "unknown-agent-crashes-in-read", Summary: "returns 500 for a read of an unknown agent",
			Plant: on(read, crashInsteadOf(http.StatusNotFound))},
		{ID: "unknown-agent-crashes-in-delete", Summary: "returns 500 for a deletion of an unknown agent",
			Plant: on(remove, crashInsteadOf(http.StatusNotFound))},
		{ID: "unknown-agent-said-with-200",
			Summary: "returns 200 with an error body for an update of an unknown agent", UpdateOnly: true,
			Plant: on(update, func(c *call) *response {
				resp := c.forward()
				if resp.status == http.StatusNotFound {
					resp.status = http.StatusOK
				}
				return resp
			})},
		{ID: "null-model-crashes", Summary: "returns 500 for a null llmModel", UpdateOnly: true,
			Plant: crashOn(func(body map[string]any) bool { v, ok := body["llmModel"]; return ok && v == nil })},
		{ID: "every-fifth-update-fails", Summary: "returns 500 for every fifth good update", UpdateOnly: true,
			Flaky: true,
			Plant: stateful(func() func(*call) *response {
				n := &counter{}
				return func(c *call) *response {
					resp := c.forward()
					if c.op == update && resp.ok() && n.every(5) {
						return errorResponse(http.StatusInternalServerError, "deadlock found")
					}
					return resp
				}
			})},
		{ID: "every-fourth-read-empty", Summary: "returns {} for every fourth read", Flaky: true,
			Plant: stateful(func() func(*call) *response {
				n := &counter{}
				return func(c *call) *response {
					resp := c.forward()
					if c.op == read && resp.ok() && n.every(4) {
						resp.body = []byte("{}")
					}
					return resp
				}
			})},
	}
}

// setStatus changes the status of successful responses of an operation.
func setStatus(op operation, status int) func(http.Handler) http.Handler {
	return on(op, func(c *call) *response {
		resp := c.forward()
		if resp.ok() {
			resp.status = status
		}
		if status == http.StatusNoContent {
			resp.body = nil
		}
		return resp
	})
}

// editBytes changes the bytes of successful responses of an operation.
func editBytes(op operation, change func([]byte) []byte) func(http.Handler) http.Handler {
	return on(op, func(c *call) *response {
		resp := c.forward()
		if resp.ok() {
			resp.body = change(bytes.Clone(resp.body))
		}
		return resp
	})
}

// onRefusedBody changes refusals of JSON bodies. Refusals of credentials, media types and unknown
// agents stay as they are.
func onRefusedBody(change func(*response) *response) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		if resp.refused() && c.header.Get(wsHeader) != "" && (resp.status == http.StatusBadRequest ||
			resp.status == http.StatusUnprocessableEntity) {
			return change(resp)
		}
		return resp
	})
}

// crashInsteadOf returns 500 in place of another status.
func crashInsteadOf(status int) func(*call) *response {
	return func(c *call) *response {
		if resp := c.forward(); resp.status != status {
			return resp
		}
		return errorResponse(http.StatusInternalServerError, "cannot read properties of null")
	}
}
