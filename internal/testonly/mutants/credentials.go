package mutants

import (
	"net/http"
	"slices"
)

func credentialDefects() []Defect {
	missing := func(header string) func(http.Header) bool {
		return func(h http.Header) bool { return len(h.Values(header)) == 0 }
	}
	empty := func(header string) func(http.Header) bool {
		return func(h http.Header) bool { return len(h.Values(header)) > 0 && h.Get(header) == "" }
	}
	either := func(h http.Header) bool { return missing(keyHeader)(h) != missing(wsHeader)(h) }
	return []Defect{
		{ID: "key-not-checked", Summary: "accepts requests without x-api-key", UpdateOnly: true,
			Plant: letIn(missing(keyHeader))},
		{ID: "key-not-checked-on-update", Summary: "accepts updates without x-api-key", UpdateOnly: true,
			Plant: letIn(missing(keyHeader), update)},
		{ID: "key-not-checked-on-create", Summary: "accepts creations without x-api-key",
			Plant: letIn(missing(keyHeader), create)},
		{ID: "key-not-checked-on-reads", Summary: "lets anybody list and read agents without x-api-key",
			Plant: letIn(missing(keyHeader), read, list)},
		{ID: "key-not-checked-on-delete", Summary: "lets anybody delete agents without x-api-key",
			Plant: letIn(missing(keyHeader), remove)},
		{ID: "key-empty-accepted", Summary: "accepts an empty x-api-key", UpdateOnly: true,
			Plant: letIn(empty(keyHeader))},
		{ID: "workspace-not-checked", Summary: "takes the first workspace when x-workspace-id is missing",
			UpdateOnly: true,
			Plant:      letIn(missing(wsHeader))},
		{ID: "workspace-not-checked-on-list", Summary: "lists some workspace when x-workspace-id is missing",
			Plant: letIn(missing(wsHeader), list)},
		{ID: "workspace-not-checked-on-read", Summary: "reads an agent without x-workspace-id",
			Plant: letIn(missing(wsHeader), read)},
		{ID: "workspace-not-checked-on-create", Summary: "creates agents without x-workspace-id",
			Plant: letIn(missing(wsHeader), create)},
		{ID: "workspace-not-checked-on-delete", Summary: "deletes agents without x-workspace-id",
			Plant: letIn(missing(wsHeader), remove)},
		{ID: "workspace-empty-accepted", Summary: "accepts an empty x-workspace-id", UpdateOnly: true,
			Plant: letIn(empty(wsHeader))},
		{ID: "one-header-is-enough", Summary: "accepts one of the two headers without the other", UpdateOnly: true,
			Plant: letIn(either)},
		{ID: "key-missing-crashes", Summary: "answers 500 when x-api-key is missing", UpdateOnly: true,
			Plant: unlet(missing(keyHeader), func(*answer) *answer {
				return fail(500,
					"cannot read properties of undefined")
			})},
		{ID: "workspace-missing-crashes", Summary: "answers 500 when x-workspace-id is missing", UpdateOnly: true,
			Plant: unlet(missing(wsHeader), func(*answer) *answer { return fail(500, "internal error") })},
		{ID: "key-missing-redirects", Summary: "sends requests without x-api-key to a login page", UpdateOnly: true,
			Plant: unlet(missing(keyHeader), func(*answer) *answer {
				return &answer{status: http.StatusFound, header: http.Header{"Location": {"/login"}}}
			})},
		{ID: "key-missing-said-with-200", Summary: "answers 200 with an error body when x-api-key is missing",
			UpdateOnly: true,
			Plant:      unlet(missing(keyHeader), func(a *answer) *answer { a.status = http.StatusOK; return a })},
		{ID: "key-checked-too-late", Summary: "refuses an update without x-api-key after having done it",
			UpdateOnly: true,
			Plant:      lateCheck(missing(keyHeader), update)},
		{ID: "key-checked-too-late-on-delete", Summary: "refuses a deletion without x-api-key after having done it",
			Plant: lateCheck(missing(keyHeader), remove)},
		{ID: "workspace-checked-too-late",
			Summary: "refuses an update without x-workspace-id after having done it", UpdateOnly: true,
			Plant: lateCheck(missing(wsHeader), update)},
	}
}

// lend gives a call the credentials that it lacks.
func (w *world) lend(c *call) {
	if c.header.Get(keyHeader) == "" {
		c.header.Set(keyHeader, w.anyKey())
	}
	if c.header.Get(wsHeader) == "" {
		c.header.Set(wsHeader, w.homeOf(c.id))
	}
}

// letIn treats calls with deficient headers as if they had good ones. Without
// operations it does so for all.
func letIn(deficient func(http.Header) bool, ops ...operation) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		w := &world{}
		return func(c *call) *answer {
			if deficient(c.header) && (len(ops) == 0 || slices.Contains(ops, c.op)) {
				w.lend(c)
			}
			return w.learn(c, c.forward())
		}
	})
}

// unlet changes how calls with deficient headers are refused.
func unlet(deficient func(http.Header) bool, refuse func(*answer) *answer) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		a := c.forward()
		if deficient(c.header) && c.op != other {
			return refuse(a)
		}
		return a
	})
}

// lateCheck does what is asked and refuses it then.
func lateCheck(deficient func(http.Header) bool, op operation) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		w := &world{}
		return func(c *call) *answer {
			a := w.learn(c, c.forward())
			if c.op == op && deficient(c.header) {
				w.lend(c)
				c.forward()
			}
			return a
		}
	})
}
