package mutants

import (
	"sync/atomic"
	"time"
)

// movingDefects show what stays as it is with another value each time.
func movingDefects() []Defect {
	return []Defect{
		{ID: "created-at-moves-when-read", Summary: "shows the time of the read as createdAt",
			Plant: stateful(func() func(*call) *response {
				var reads atomic.Int64
				return func(c *call) *response {
					resp := c.forward()
					if c.op != read {
						return resp
					}
					return resp.edit(func(agent map[string]any) {
						agent["createdAt"] = later(agent["createdAt"], time.Duration(reads.Add(1))*time.Millisecond)
					})
				}
			})},
	}
}
