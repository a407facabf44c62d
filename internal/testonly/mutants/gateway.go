package mutants

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// cacheDefects answer from what a gateway in front of the backend has kept.
func cacheDefects() []Defect {
	return []Defect{
		{ID: "reads-cached-for-anybody", Summary: "answers reads from a cache that looks at the path alone",
			Plant: cached(read, func(c *call) string { return c.id })},
		{ID: "reads-cached-without-key", Summary: "answers reads from a cache that does not look at x-api-key",
			Plant: cached(read, func(c *call) string { return c.id + "\n" + c.header.Get(wsHeader) })},
		{ID: "lists-cached-for-anybody", Summary: "answers lists from a cache that looks at the path alone",
			Plant: cached(list, func(*call) string { return "" })},
		{ID: "lists-cached-without-key", Summary: "answers lists from a cache that does not look at x-api-key",
			Plant: cached(list, func(c *call) string { return c.header.Get(wsHeader) })},
		{ID: "same-update-answered-from-cache",
			Summary:    "answers an update that it has seen before as it did then, and does not carry it out",
			UpdateOnly: true,
			Plant: stateful(func() func(*call) *response {
				seen := &memory[*response]{}
				return func(c *call) *response {
					if c.op != update {
						return c.forward()
					}
					key := c.id + "\n" + c.header.Get(keyHeader) + "\n" + c.header.Get(wsHeader) + "\n" + string(c.raw)
					if before, ok := seen.lookup(key); ok {
						return clone(before)
					}
					resp := c.forward()
					if resp.ok() {
						seen.put(key, clone(resp))
					}
					return resp
				}
			})},
		{ID: "same-creation-answered-from-cache",
			Summary: "answers a creation that it has seen before as it did then, and makes no second agent",
			Plant: stateful(func() func(*call) *response {
				seen := &memory[*response]{}
				return func(c *call) *response {
					body := without(c.body(), "name")
					key := c.header.Get(keyHeader) + "\n" + c.header.Get(wsHeader) + "\n" + string(encode(body))
					if before, ok := seen.lookup(key); c.op == create && ok && c.body() != nil {
						return clone(before)
					}
					resp := c.forward()
					if c.op == create && resp.ok() {
						seen.put(key, clone(resp))
					}
					return resp
				}
			})},
		{ID: "quick-updates-dropped", Summary: "confirms an update within 50 ms of the one before, and drops it",
			UpdateOnly: true, Flaky: true,
			Plant: stateful(func() func(*call) *response {
				last := &memory[time.Time]{}
				return func(c *call) *response {
					if c.op != update {
						return c.forward()
					}
					before := c.read(c.id).agent()
					at, known := last.lookup(c.id)
					resp := c.forward()
					if resp.ok() && before != nil {
						last.put(c.id, time.Now())
						if known && time.Since(at) < 50*time.Millisecond {
							c.put(c.id, writableOf(before))
						}
					}
					return resp
				}
			})},
	}
}

// clone returns a copy of a response, which may be changed.
func clone(resp *response) *response {
	return &response{status: resp.status, header: resp.header.Clone(), body: slices.Clone(resp.body)}
}

// cached answers an operation from what was answered before, until the next write.
func cached(op operation, key func(*call) string) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		var mu sync.Mutex
		kept := map[string]*response{}
		return func(c *call) *response {
			if c.op == op {
				mu.Lock()
				before := kept[key(c)]
				mu.Unlock()
				if before != nil {
					return clone(before)
				}
			}
			resp := c.forward()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case c.op == op && resp.ok():
				kept[key(c)] = clone(resp)
			case c.op == create || c.op == update || c.op == remove:
				delete(kept, c.id)
				if op == list {
					clear(kept)
				}
			}
			return resp
		}
	})
}

// retryDefects send requests again, or give up on them.
func retryDefects() []Defect {
	return []Defect{
		{ID: "delete-retried", Summary: "sends each deletion twice and answers as to the second one",
			Plant: on(remove, func(c *call) *response {
				c.forward()
				return c.forward()
			})},
		{ID: "create-retried-and-conflicting", Summary: "makes an agent and answers 409, as to a second attempt",
			Plant: stateful(func() func(*call) *response {
				n := &counter{}
				return func(c *call) *response {
					resp := c.forward()
					if c.op == create && resp.ok() && n.every(4) {
						return errorResponse(http.StatusConflict, "already exists")
					}
					return resp
				}
			}), Flaky: true},
		{ID: "limit-said-with-403", Summary: "answers every thirtieth request 403, because there were too many",
			UpdateOnly: true, Flaky: true, Plant: refusing(30, http.StatusForbidden)},
		{ID: "limit-said-with-200", Summary: "answers every thirtieth request 200 and an error, because of too many",
			UpdateOnly: true, Flaky: true, Plant: refusing(30, http.StatusOK)},
		{ID: "deleted-again-crashes", Summary: "returns 500 for the deletion of what was deleted",
			Plant: stateful(func() func(*call) *response {
				gone := &memory[bool]{}
				return func(c *call) *response {
					resp := c.forward()
					_, was := gone.lookup(c.id)
					if c.op == remove && resp.ok() {
						gone.put(c.id, true)
					}
					if c.op == remove && was && resp.status == http.StatusNotFound {
						return errorResponse(http.StatusInternalServerError, "no rows in result set")
					}
					return resp
				}
			})},
		{ID: "answers-cut-at-64-kib", Summary: "cuts responses at 64 KiB", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				resp.body = resp.body[:min(len(resp.body), 1<<16)]
				return resp
			})},
		{ID: "large-answers-hang-up", Summary: "closes the connection instead of a response of more than 100 kB",
			UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				resp.hangUp = resp.hangUp || len(resp.body) > 100_000
				return resp
			})},
	}
}

// refusing answers each n-th request with an error about the number of requests.
func refusing(n, status int) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		calls := &counter{}
		return func(c *call) *response {
			if calls.every(n) {
				return errorResponse(status, "too many requests")
			}
			return c.forward()
		}
	})
}
