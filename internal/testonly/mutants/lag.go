package mutants

import (
	"net/http"
	"slices"
	"sync"
)

// copies are the responses of reads and lists as they were before the last write, by what was asked.
type copies struct {
	mu  sync.Mutex
	old map[string]*oldResponse
}

type oldResponse struct {
	response
	left int // how often it is served; negative: for ever
}

// keep keeps a response, unless an older one is there still.
func (o *copies) keep(key string, resp *response, times int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.old == nil {
		o.old = map[string]*oldResponse{}
	}
	if have := o.old[key]; have != nil && have.left != 0 {
		have.left = times
		return
	}
	o.old[key] = &oldResponse{response: *resp, left: times}
}

// take returns the kept response, if it is still to be served.
func (o *copies) take(key string) *response {
	o.mu.Lock()
	defer o.mu.Unlock()
	have := o.old[key]
	if have == nil || have.left == 0 {
		return nil
	}
	have.left--
	return &response{status: have.status, header: have.header.Clone(), body: slices.Clone(have.body)}
}

// lagging serves reads, lists or both, so many times after each write, as they were before it; with a
// negative number for ever.
func lagging(times int, ops ...operation) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		old := &copies{}
		key := func(c *call, id string) string {
			return c.header.Get(keyHeader) + "\n" + c.header.Get(wsHeader) + "\n" + id
		}
		return func(c *call) *response {
			if slices.Contains(ops, c.op) && len(c.header.Values(wsHeader)) == 1 {
				if before := old.take(key(c, c.id)); before != nil {
					return before
				}
			}
			if c.op != create && c.op != update && c.op != remove {
				return c.forward()
			}
			one, all := c.read(c.id), c.list()
			resp := c.forward()
			if !resp.ok() {
				return resp
			}
			if slices.Contains(ops, read) && c.op != create {
				old.keep(key(c, c.id), one, times)
			}
			if slices.Contains(ops, list) {
				old.keep(key(c, ""), all, times)
			}
			return resp
		}
	})
}
