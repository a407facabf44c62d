package mutants

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
)

// PagedList is a list of any API that comes in pages: its path, and what its parameters and the
// members of its responses are called; "" for what it does not have.
type PagedList struct {
	Path                      string
	Size, Start, Filter, Sort string // Start is an offset, the number of a page or a cursor
	Counted                   bool   // Start is the number of a page
	Items, Total, More        string // members of the response; no Items: it is the list itself
}

// Paging is the family of the defects of lists that come in pages.
const Paging Family = "paging"

// Defects returns the defects of a list.
func (l PagedList) Defects() []Defect {
	defects := []Defect{
		{ID: "always-empty", Summary: "lists nothing", Plant: l.answering(func(*call, []any) []any { return nil })},
		{ID: "size-ignored", Summary: "ignores how many items are asked for", Plant: l.without(l.Size)},
		{ID: "start-ignored", Summary: "always shows the first page", Plant: l.without(l.Start)},
		{ID: "filter-ignored", Summary: "shows all items whatever the filter", Plant: l.without(l.Filter)},
		{ID: "order-ignored", Summary: "shows items in the order of their creation", Plant: l.without(l.Sort)},
		{ID: "page-loses-its-last", Summary: "leaves out the last item of each full page",
			Plant: l.answering(l.shorter)},
		{ID: "page-repeats-the-one-before", Summary: "shows the last item of the page before on each page",
			Plant: func(inner http.Handler) http.Handler { return l.answering(l.overlapping())(inner) }},
	}
	return slices.DeleteFunc(defects, func(d Defect) bool {
		return d.ID == "filter-ignored" && l.Filter == "" || d.ID == "order-ignored" && l.Sort == ""
	})
}

func (l PagedList) shorter(c *call, items []any) []any {
	if size, _ := strconv.Atoi(c.url.Query().Get(l.Size)); size > 0 && len(items) == size {
		return items[:size-1]
	}
	return items
}

func (l PagedList) overlapping() func(*call, []any) []any {
	var before atomic.Value
	return func(c *call, items []any) []any {
		last, seen := before.Load().([]any)
		if len(items) == 0 {
			return items
		}
		before.Store(items[len(items)-1:])
		if start := c.url.Query().Get(l.Start); !seen || start == "" || l.Counted && start == "1" {
			return items
		}
		return append(slices.Clone(last), items...)
	}
}

// Variations returns what a list may do as well.
func (l PagedList) Variations() []Variation {
	return []Variation{
		{ID: "size-capped", Summary: "shows no more than three items whatever is asked for",
			Apply: l.asked(func(q url.Values) {
				if n, err := strconv.Atoi(q.Get(l.Size)); err == nil && n > 3 {
					q.Set(l.Size, "3")
				}
			})},
		{ID: "total-left-out", Summary: "tells no total",
			Apply: l.editing(func(o map[string]any) { delete(o, l.Total) })},
		{ID: "beyond-the-last-refused", Summary: "refuses a page beyond the last",
			Apply: l.calls(func(c *call) *response {
				resp := c.forward()
				if items, _ := l.items(resp); len(items) == 0 && c.url.Query().Has(l.Start) && resp.ok() {
					return errorResponse(http.StatusNotFound, "no such page")
				}
				return resp
			})},
		{ID: "busy", Summary: "gets an item of somebody else's before each look", Apply: l.busy},
	}
}

// busy makes an item like the last one that was created, with a name of its own, before each look at the
// list.
func (l PagedList) busy(inner http.Handler) http.Handler {
	var latest atomic.Value
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := newCall(inner, r)
		body, known := latest.Load().([]byte)
		switch {
		case r.URL.Path != l.Path:
		case r.Method == http.MethodPost:
			latest.Store(bytes.ReplaceAll(c.raw, []byte("agentmock-"), []byte("somebodys-")))
		case r.Method == http.MethodGet && known:
			c.header.Set("Content-Type", "application/json")
			c.send(http.MethodPost, &url.URL{Path: l.Path}, body)
		}
		c.forward().write(w)
	})
}

// calls returns middleware for requests of the list.
func (l PagedList) calls(rule func(*call) *response) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if c.request.Method != http.MethodGet || c.url.Path != l.Path {
			return c.forward()
		}
		return rule(c)
	})
}

// asked returns middleware that changes the query.
func (l PagedList) asked(change func(url.Values)) func(http.Handler) http.Handler {
	return l.calls(func(c *call) *response {
		query, changed := c.url.Query(), *c.url
		change(query)
		changed.RawQuery = query.Encode()
		c.url = &changed
		return c.forward()
	})
}

func (l PagedList) without(parameter string) func(http.Handler) http.Handler {
	return l.asked(func(q url.Values) { q.Del(parameter) })
}

// items returns the items of a response, and the object around them, if there is one.
func (l PagedList) items(resp *response) ([]any, map[string]any) {
	if l.Items == "" {
		items, _ := decode(resp.body).([]any)
		return items, nil
	}
	o := decodeObject(resp.body)
	items, _ := o[l.Items].([]any)
	return items, o
}

// answering returns middleware that changes the items of successful responses.
func (l PagedList) answering(change func(*call, []any) []any) func(http.Handler) http.Handler {
	return l.calls(func(c *call) *response {
		resp := c.forward()
		if !resp.ok() {
			return resp
		}
		items, around := l.items(resp)
		if items = change(c, items); items == nil {
			items = []any{}
		}
		if around == nil {
			resp.body = encode(items)
			return resp
		}
		if around[l.Items] = items; len(items) == 0 && l.More != "" {
			around[l.More] = false
		}
		resp.body = encode(around)
		return resp
	})
}

// editing returns middleware that changes the object around the items.
func (l PagedList) editing(change func(map[string]any)) func(http.Handler) http.Handler {
	return l.calls(func(c *call) *response {
		resp := c.forward()
		if _, around := l.items(resp); around != nil && resp.ok() {
			change(around)
			resp.body = encode(around)
		}
		return resp
	})
}
