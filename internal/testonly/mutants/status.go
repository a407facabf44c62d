package mutants

import (
	"bytes"
	"net/http"
)

// statusDefects answer with statuses that do not say what happened.
func statusDefects() []Defect {
	return []Defect{
		{ID: "update-answers-201", Summary: "answers an update with 201", UpdateOnly: true,
			Plant: restatus(update, http.StatusCreated)},
		{ID: "update-answers-202", Summary: "answers an update with 202", UpdateOnly: true,
			Plant: restatus(update, http.StatusAccepted)},
		{ID: "update-answers-204", Summary: "answers an update with 204 and nothing", UpdateOnly: true,
			Plant: restatus(update, http.StatusNoContent)},
		{ID: "update-answers-empty", Summary: "answers an update with 200 and nothing", UpdateOnly: true,
			Plant: rebody(update, func([]byte) []byte { return nil })},
		{ID: "create-answers-202", Summary: "answers a creation with 202",
			Plant: restatus(create, http.StatusAccepted)},
		{ID: "create-answers-empty", Summary: "answers a creation with 201 and nothing",
			Plant: rebody(create, func([]byte) []byte { return nil })},
		{ID: "read-answers-206", Summary: "answers a read with 206",
			Plant: restatus(read, http.StatusPartialContent)},
		{ID: "list-answers-404", Summary: "answers 404 to a list",
			Plant: restatus(list, http.StatusNotFound)},
		{ID: "delete-answers-500", Summary: "deletes and answers 500",
			Plant: restatus(remove, http.StatusInternalServerError)},
		{ID: "refusals-said-with-200", Summary: "answers 200 with an error body to every refused body",
			UpdateOnly: true,
			Plant:      onRefusedBody(func(a *answer) *answer { a.status = http.StatusOK; return a })},
		{ID: "refusals-answer-success-false",
			Summary: `answers 200 and {"success": false} to every refused body`, UpdateOnly: true,
			Plant: onRefusedBody(func(*answer) *answer {
				return reply(http.StatusOK,
					map[string]any{"success": false})
			})},
		{ID: "refusals-redirect", Summary: "sends refused bodies elsewhere with 303", UpdateOnly: true,
			Plant: onRefusedBody(func(*answer) *answer {
				return &answer{status: http.StatusSeeOther, header: http.Header{"Location": {"/v1/errors/400"}}}
			})},
		{ID: "refusals-hang-up", Summary: "closes the connection instead of refusing a body", UpdateOnly: true,
			Plant: onRefusedBody(func(*answer) *answer { return &answer{hangUp: true} })},
		{ID: "unknown-agent-crashes", Summary: "answers 500 to an update of an unknown agent", UpdateOnly: true,
			Plant: on(update, crashAt(http.StatusNotFound))},
		{ID: "unknown-agent-crashes-in-read", Summary: "answers 500 to a read of an unknown agent",
			Plant: on(read, crashAt(http.StatusNotFound))},
		{ID: "unknown-agent-crashes-in-delete", Summary: "answers 500 to a deletion of an unknown agent",
			Plant: on(remove, crashAt(http.StatusNotFound))},
		{ID: "unknown-agent-said-with-200",
			Summary: "answers 200 with an error body to an update of an unknown agent", UpdateOnly: true,
			Plant: on(update, func(c *call) *answer {
				a := c.forward()
				if a.status == http.StatusNotFound {
					a.status = http.StatusOK
				}
				return a
			})},
		{ID: "null-model-crashes", Summary: "answers 500 to a null llmModel", UpdateOnly: true,
			Plant: crashOn(func(body map[string]any) bool { v, ok := body["llmModel"]; return ok && v == nil })},
		{ID: "every-fifth-update-fails", Summary: "answers 500 to every fifth good update", UpdateOnly: true,
			Flaky: true,
			Plant: plant(func() func(*call) *answer {
				n := &counter{}
				return func(c *call) *answer {
					a := c.forward()
					if c.op == update && a.ok() && n.every(5) {
						return fail(http.StatusInternalServerError, "deadlock found")
					}
					return a
				}
			})},
		{ID: "every-fourth-read-empty", Summary: "answers {} to every fourth read", Flaky: true,
			Plant: plant(func() func(*call) *answer {
				n := &counter{}
				return func(c *call) *answer {
					a := c.forward()
					if c.op == read && a.ok() && n.every(4) {
						a.body = []byte("{}")
					}
					return a
				}
			})},
	}
}

// restatus changes the status of what an operation answers when it went well.
func restatus(op operation, status int) func(http.Handler) http.Handler {
	return on(op, func(c *call) *answer {
		a := c.forward()
		if a.ok() {
			a.status = status
		}
		if status == http.StatusNoContent {
			a.body = nil
		}
		return a
	})
}

// rebody changes the bytes of what an operation answers when it went well.
func rebody(op operation, change func([]byte) []byte) func(http.Handler) http.Handler {
	return on(op, func(c *call) *answer {
		a := c.forward()
		if a.ok() {
			a.body = change(bytes.Clone(a.body))
		}
		return a
	})
}

// onRefusedBody changes refusals of JSON bodies. Those of credentials, media
// types and unknown agents stay as they are.
func onRefusedBody(change func(*answer) *answer) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		a := c.forward()
		if a.refused() && c.header.Get(wsHeader) != "" && (a.status == http.StatusBadRequest ||
			a.status == http.StatusUnprocessableEntity) {
			return change(a)
		}
		return a
	})
}

// crashAt answers 500 where the answer would have another status.
func crashAt(status int) func(*call) *answer {
	return func(c *call) *answer {
		if a := c.forward(); a.status != status {
			return a
		}
		return fail(http.StatusInternalServerError, "cannot read properties of null")
	}
}
