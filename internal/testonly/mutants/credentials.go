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
			Plant: admit(missing(keyHeader))},
		{ID: "key-not-checked-on-update", Summary: "accepts updates without x-api-key", UpdateOnly: true,
			Plant: admit(missing(keyHeader), update)},
		{ID: "key-not-checked-on-create", Summary: "accepts creations without x-api-key",
			Plant: admit(missing(keyHeader), create)},
		{ID: "key-not-checked-on-reads", Summary: "lets anybody list and read agents without x-api-key",
			Plant: admit(missing(keyHeader), read, list)},
		{ID: "key-not-checked-on-delete", Summary: "lets anybody delete agents without x-api-key",
			Plant: admit(missing(keyHeader), remove)},
		{ID: "key-empty-accepted", Summary: "accepts an empty x-api-key", UpdateOnly: true,
			Plant: admit(empty(keyHeader))},
		{ID: "workspace-not-checked", Summary: "takes the first workspace when x-workspace-id is missing",
			UpdateOnly: true,
			Plant:      admit(missing(wsHeader))},
		{ID: "workspace-not-checked-on-list", Summary: "lists some workspace when x-workspace-id is missing",
			Plant: admit(missing(wsHeader), list)},
		{ID: "workspace-not-checked-on-read", Summary: "reads an agent without x-workspace-id",
			Plant: admit(missing(wsHeader), read)},
		{ID: "workspace-not-checked-on-create", Summary: "creates agents without x-workspace-id",
			Plant: admit(missing(wsHeader), create)},
		{ID: "workspace-not-checked-on-delete", Summary: "deletes agents without x-workspace-id",
			Plant: admit(missing(wsHeader), remove)},
		{ID: "workspace-empty-accepted", Summary: "accepts an empty x-workspace-id", UpdateOnly: true,
			Plant: admit(empty(wsHeader))},
		{ID: "one-header-is-enough", Summary: "accepts one of the two headers without the other", UpdateOnly: true,
			Plant: admit(either)},
		{ID: "key-missing-crashes", Summary: "returns 500 when x-api-key is missing", UpdateOnly: true,
			Plant: changeRefusal(missing(keyHeader), func(*response) *response {
				return errorResponse(500, "cannot read properties of undefined")
			})},
		{ID: "workspace-missing-crashes", Summary: "returns 500 when x-workspace-id is missing", UpdateOnly: true,
			Plant: changeRefusal(missing(wsHeader), func(*response) *response {
				return errorResponse(500, "internal error")
			})},
		{ID: "key-missing-redirects", Summary: "sends requests without x-api-key to a login page", UpdateOnly: true,
			Plant: changeRefusal(missing(keyHeader), func(*response) *response {
				return &response{status: http.StatusFound, header: http.Header{"Location": {"/login"}}}
			})},
		{ID: "key-missing-said-with-200", Summary: "returns 200 with an error body when x-api-key is missing",
			UpdateOnly: true,
			Plant: changeRefusal(missing(keyHeader),
				func(resp *response) *response { resp.status = http.StatusOK; return resp })},
		{ID: "key-checked-too-late", Summary: "refuses an update without x-api-key after it has done it",
			UpdateOnly: true,
			Plant:      checkLate(missing(keyHeader), update)},
		{ID: "key-checked-too-late-on-delete", Summary: "refuses a deletion without x-api-key after it has done it",
			Plant: checkLate(missing(keyHeader), remove)},
		{ID: "workspace-checked-too-late",
			Summary: "refuses an update without x-workspace-id after it has done it", UpdateOnly: true,
			Plant: checkLate(missing(wsHeader), update)},
	}
}

// addCredentials adds the credentials that a call lacks.
func (w *traffic) addCredentials(c *call) {
	if c.header.Get(keyHeader) == "" {
		c.header.Set(keyHeader, w.anyKey())
	}
	if c.header.Get(wsHeader) == "" {
		c.header.Set(wsHeader, w.homeOf(c.id))
	}
}

// admit handles calls with deficient headers as if they had valid credentials, for some operations
// or, without any, for all.
func admit(deficient func(http.Header) bool, ops ...operation) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		w := &traffic{}
		return func(c *call) *response {
			if deficient(c.header) && (len(ops) == 0 || slices.Contains(ops, c.op)) {
				w.addCredentials(c)
			}
			return w.learn(c, c.forward())
		}
	})
}

// changeRefusal changes the refusal of calls with deficient headers.
func changeRefusal(deficient func(http.Header) bool, refuse func(*response) *response) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		if deficient(c.header) && c.op != other {
			return refuse(resp)
		}
		return resp
	})
}

// checkLate executes calls with deficient headers and refuses them afterwards.
func checkLate(deficient func(http.Header) bool, op operation) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		w := &traffic{}
		return func(c *call) *response {
			resp := w.learn(c, c.forward())
			if c.op == op && deficient(c.header) {
				w.addCredentials(c)
				c.forward()
			}
			return resp
		}
	})
}
