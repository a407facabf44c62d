package contract

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// walk is what the pages of a list have shown.
type walk struct {
	ended bool // there are no more of them
	stuck bool // there may be more, and nothing says how to ask for them
	// circle: the page after one is the same again, so that following them never ends
	circle bool
	pages  int
}

// sendPages sends the request of a step and, where it wants the pages of a list, requests those that
// follow. The exchange is the first one, with the items of all. A list that goes on after so many
// pages is asked for in longer ones, up to a few times.
func (s *session) sendPages(ctx context.Context, step *fixtures.Step) (*exchange, []Finding, error) {
	x, found, err := s.sendStep(ctx, step)
	if err != nil || step.Pages == 0 || !x.succeeded() || x.wanted.kind != wantSuccess {
		return x, found, err
	}
	for range longerPages {
		var more []Finding
		if more, err = s.follow(ctx, x, step.Pages); err != nil {
			return x, append(found, more...), err
		}
		found = append(found, more...)
		longer := s.longer(x, step.Pages)
		if x.got.walk.ended || x.got.walk.circle || longer == nil {
			break
		}
		next := sent{op: x.sent.op, request: longer, mutation: x.sent.mutation}
		if x, more, err = s.send(ctx, next, x.wanted); err != nil || !x.succeeded() {
			return x, append(found, more...), err
		}
		found = append(found, more...)
	}
	if x.got.walk == nil { // the last one was not followed
		x.got.walk = &walk{pages: 1}
	}
	return x, found, nil
}

// longerPages is how often the pages of a list are requested in another length.
const longerPages = 3

// judgePages judges a list by its pages. Others may add and remove items between two pages, so that
// one is twice on them or on none: what is found must be found again. The error says that nothing can
// be said of what is not there, because the list goes on.
func (s *session) judgePages(ctx context.Context, x *exchange, step *fixtures.Step, o *outcome) error {
	first, again := &outcome{fixture: o.fixture}, &outcome{fixture: o.fixture}
	if err := s.judge(x, step, first); err != nil {
		return err
	}
	if first.failed() {
		second, found, err := s.sendPages(ctx, step)
		if s.run.record(o, found); err != nil {
			return err
		}
		if err := s.judge(second, step, again); err != nil {
			return err
		}
		first.findings = slices.DeleteFunc(first.findings, func(f Finding) bool {
			return !again.any(func(g Finding) bool { return f.Check == g.Check && f.Pointer == g.Pointer })
		})
	}
	o.add(slices.Concat(first.findings, first.notes)...)
	o.errored = cmp.Or(o.errored, first.errored)
	if !first.failed() && !x.got.walk.ended && s.sought(x, step) {
		return &skipError{fmt.Sprintf("what is looked for is not among the first %d pages of the list, which goes on",
			x.got.walk.pages)}
	}
	return nil
}

// sought reports whether a step wants what the pages of a list have not shown.
func (s *session) sought(x *exchange, step *fixtures.Step) bool {
	list, _ := x.got.shown.([]any)
	for _, template := range step.Expect.Contains {
		part, err := s.values.Expand(template)
		if err == nil && matching(x.sent.op, list, part) == 0 {
			return true
		}
	}
	return false
}

// follow requests the pages after the first one and adds their items to it.
func (s *session) follow(ctx context.Context, x *exchange, most int) ([]Finding, error) {
	x.got.walk = &walk{pages: 1}
	items, isList := x.got.shown.([]any)
	if !isList {
		return nil, nil
	}
	var found []Finding
	size := len(x.got.answer.Body)
	for last := x; size <= maxShown; x.got.walk.pages++ {
		request, ended := following(last, len(items))
		if x.got.walk.ended = ended; ended || request == nil || x.got.walk.pages == most {
			x.got.walk.stuck = !ended && request == nil
			break
		}
		page, more, err := s.send(ctx, sent{op: x.sent.op, request: request, mutation: x.sent.mutation}, anyAnswer)
		if err != nil {
			return append(found, more...), err
		}
		size += len(page.got.answer.Body)
		list, isList := page.got.shown.([]any)
		same := page.succeeded() && bytes.Equal(page.got.answer.Body, last.got.answer.Body)
		if page.refused() || isList && len(list) == 0 ||
			same && counted(x.sent.op) {
			x.got.walk.ended = true // beyond the last page
			break
		}
		if same && maps.EqualFunc(request.Query, last.sent.request.Query, slices.Equal) {
			x.got.walk.circle = true
			break
		}
		if found = append(found, more...); !isList || !page.succeeded() {
			break
		}
		items, last = append(slices.Clip(items), list...), page
	}
	x.got.shown = items
	return found, nil
}

// anyAnswer is wanted of the pages that follow: one beyond the last may be refused.
var anyAnswer = wanted{status: fixtures.Status{"2xx", fixtures.Refused}}

// counted reports whether pages are asked for by their numbers or by offsets.
func counted(op *openapi.Operation) bool {
	return op.Listing.Parameter(openapi.ListAfter) == nil && op.Listing.Parameter(openapi.ListPage,
		openapi.ListOffset) != nil
}

// following returns the request for the page after one of a list, of which so many items are known;
// nil where nothing says how to ask for it. ended is true where there is none.
func following(x *exchange, known int) (request *openapi.Request, ended bool) {
	listing := x.sent.op.Listing
	list, _ := x.got.shown.([]any)
	if listing == nil || !listing.Paged() || len(list) == 0 || saysLast(x, known) {
		return nil, true
	}
	after, number := listing.Parameter(openapi.ListAfter), listing.Parameter(openapi.ListPage)
	offset := listing.Parameter(openapi.ListOffset)
	switch {
	case after != nil:
		return afterThese(x, after, list)
	case number != nil:
		n, err := strconv.Atoi(x.sent.request.Query.Get(number.Name))
		if err != nil && !number.FromZero {
			n = 1
		}
		return asking(x, number, strconv.Itoa(n+1)), false
	case offset != nil:
		n, _ := strconv.Atoi(x.sent.request.Query.Get(offset.Name))
		return asking(x, offset, strconv.Itoa(n+len(list))), false
	}
	return nextAddress(x)
}

// afterThese returns the request for what comes after a page: after the token that it gives, at the
// address that it gives or, where it gives neither, after its last item.
func afterThese(x *exchange, after *openapi.ListParameter, list []any) (request *openapi.Request, ended bool) {
	if field := x.sent.op.Listing.Field(openapi.ListNext); field != nil {
		token := fieldText(x, field)
		if token == "" {
			return nil, true
		}
		return asking(x, after, token), false
	}
	if x.sent.op.Listing.Field(openapi.ListNextURL, openapi.ListLink) != nil {
		return nextAddress(x)
	}
	id := x.sent.op.IdentityText(list[len(list)-1])
	if field := x.sent.op.Listing.Field(openapi.ListLastID); field != nil {
		id = cmp.Or(fieldText(x, field), id)
	} else if !identityName.MatchString(after.Name) {
		return nil, false // a token, and none is given
	}
	if id == "" {
		return nil, false
	}
	return asking(x, after, id), false
}

// identityName matches the names of parameters that take the identity of the item before.
var identityName = regexp.MustCompile(`(?i)^(start(ing)?[_-]?)?after([_-]?id)?$`)

// asking returns the request of an exchange with another value of a parameter.
func asking(x *exchange, p *openapi.ListParameter, value string) *openapi.Request {
	request := *x.sent.request
	request.Query = maps.Clone(request.Query)
	if request.Query == nil {
		request.Query = url.Values{}
	}
	request.Query.Set(p.Name, value)
	return &request
}

var nextLink = regexp.MustCompile(`<([^>]*)>[^,<]*;\s*rel="?next\b`)

// nextAddress returns the request for the address of the next page that a response gives.
func nextAddress(x *exchange) (request *openapi.Request, ended bool) {
	listing := x.sent.op.Listing
	address := ""
	if field := listing.Field(openapi.ListNextURL); field != nil {
		address = fieldText(x, field)
	} else if field := listing.Field(openapi.ListLink); field != nil {
		if m := nextLink.FindStringSubmatch(x.got.answer.Header.Get(field.Header)); m != nil {
			address = m[1]
		}
	} else {
		return nil, false
	}
	if address == "" {
		return nil, true
	}
	u, err := url.Parse(address)
	if err != nil || u.RawQuery == "" {
		return nil, false
	}
	next := *x.sent.request
	next.Query = maps.Clone(next.Query)
	if next.Query == nil {
		next.Query = url.Values{}
	}
	maps.Copy(next.Query, u.Query())
	return &next, false
}

// fieldText returns what a field of a response says; "" for nothing.
func fieldText(x *exchange, f *openapi.ListField) string {
	if f.Header != "" {
		return x.got.answer.Header.Get(f.Header)
	}
	value, _ := lookup(x.got.body, f.Pointer)
	switch value.(type) {
	case nil, bool, *jsonvalue.Object, []any:
		return ""
	}
	return sample.Text(value)
}

// saysLast reports whether a page says that none follows it: there is no more, or all items have been
// shown.
func saysLast(x *exchange, known int) bool {
	listing := x.sent.op.Listing
	for role, last := range map[openapi.ListRole]bool{openapi.ListMore: false, openapi.ListLast: true} {
		if f := listing.Field(role); f != nil && f.Pointer != "" {
			if value, _ := lookup(x.got.body, f.Pointer); value == last {
				return true
			}
		}
	}
	if f := listing.Field(openapi.ListTotal); f != nil {
		total, err := strconv.Atoi(fieldText(x, f))
		return err == nil && total > 0 && known >= total
	}
	return false
}

// longer returns the request for a list in longer pages; nil where there are none.
func (s *session) longer(x *exchange, most int) *openapi.Request {
	size := x.sent.op.Listing.Parameter(openapi.ListSize)
	if size == nil || x.got.walk.stuck {
		return nil
	}
	now, err := strconv.Atoi(x.sent.request.Query.Get(size.Name))
	if err != nil || now < 1 {
		return nil
	}
	wanted := now * most
	if upper, err := strconv.Atoi(size.Schema.Maximum.String()); err == nil {
		wanted = min(wanted, upper)
	} else {
		wanted = min(wanted, max(now, 100))
	}
	if wanted <= now {
		return nil
	}
	request := asking(x, size, strconv.Itoa(wanted))
	for _, p := range x.sent.op.Listing.Parameters {
		if !p.Required && strings.Contains("after page offset", string(p.Role)) {
			request.Query.Del(p.Name)
		}
	}
	return request
}

// showsAll reports whether a list must have every item that it is about: it has no pages, all of them
// have been looked at, or the one that came says that there is no other.
func showsAll(x *exchange) bool {
	listing := x.sent.op.Listing
	switch {
	case narrowed(x):
		return false
	case x.got.walk != nil:
		return x.got.walk.ended
	case !listing.Paged():
		return true
	case placed(x):
		return false
	}
	list, _ := x.got.shown.([]any)
	return saysLast(x, len(list))
}

// placed reports whether a request asks for another page than the first.
func placed(x *exchange) bool {
	return slices.ContainsFunc(x.sent.op.Listing.Parameters, func(p *openapi.ListParameter) bool {
		return slices.Contains([]openapi.ListRole{openapi.ListOffset, openapi.ListPage, openapi.ListAfter,
			openapi.ListBefore}, p.Role) && x.sent.request.Query.Has(p.Name)
	})
}

// narrowed reports whether a parameter of which nothing is known may keep items out of a list: one
// that was sent, or that has a default.
func narrowed(x *exchange) bool {
	listing := x.sent.op.Listing
	return slices.ContainsFunc(x.sent.op.Parameters, func(p *openapi.Parameter) bool {
		if p.In != "query" || !x.sent.request.Query.Has(p.Name) && !p.Schema.HasDefault {
			return false
		}
		known := listing != nil && slices.ContainsFunc(listing.Parameters, func(l *openapi.ListParameter) bool {
			return l.Parameter == p && (l.Role != openapi.ListFilter || x.sent.request.Query.Has(p.Name))
		})
		return !known
	})
}

// lets reports whether the filters of a request let an item pass, as far as they are known.
func lets(x *exchange, it *item) bool {
	if x.sent.op.Listing == nil {
		return true
	}
	return !slices.ContainsFunc(x.sent.op.Listing.Parameters, func(p *openapi.ListParameter) bool {
		if p.Role != openapi.ListFilter || !x.sent.request.Query.Has(p.Name) {
			return false
		}
		value, there := lookup(it.latest, jsonvalue.Join("", p.Property))
		return !there || !slices.Contains(p.Texts(x.sent.request), sample.Text(value))
	})
}
