package mockserver

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// course is what items of a collection show by the clock alone, as x-mock says: a value that takes the place of
// the initial one, and entries of lists that begin and end. Only members of the item itself have it.
//
// Nothing that runs changes an item. It stays as it was written, with a turn that tells until when it shows what
// is stored; who reads it later works out what it shows then, of the item and the clock alone. So a clock that is
// moved back takes back what it has brought about.
type course struct {
	created *openapi.Property // has the time of creation; nil where no member does
	changes []change
	spans   []span
}

// change is a value that takes the place of another one.
type change struct {
	name          string
	schema        *openapi.Schema
	initial, then any
	after         int64 // the creation, in milliseconds
}

// span is a list whose entries are shown from a time that they name, for so many milliseconds.
type span struct {
	name   string
	from   string          // a JSON pointer to the time
	schema *openapi.Schema // of the time
	length int64
}

// turn is when an item shows something else than what is stored. Times are those of the clock, in milliseconds
// since 1970.
type turn struct {
	// written is when the item was. What was over by then stays as somebody wrote it.
	written int64
	// from and until are when the item begins to show what is stored, and when it no longer does.
	from, until int64
}

// newCourse returns the course of items of a schema. Where readyAfter is not 0, it is in place of every duration
// that the document has; a negative one is none.
func newCourse(s *openapi.Schema, readyAfter time.Duration) course {
	var c course
	known := map[string]bool{}
	for variant := range s.Variants() {
		for _, p := range variant.Properties {
			if known[p.Name] {
				continue
			}
			known[p.Name] = true
			if p.Schema.Mock.Value == openapi.MockNow && c.created == nil {
				c.created = p
			}
			if after := afterOf(p.Schema, readyAfter); after > 0 {
				c.changes = append(c.changes, change{p.Name, p.Schema, p.Schema.Mock.Initial,
					p.Schema.Mock.Course.Then, after.Milliseconds()})
			}
			c.addSpan(p)
		}
	}
	if c.created == nil {
		c.changes = nil // nobody knows when they are due
	}
	return c
}

// anyTurns reports whether the document says of any item that it becomes something after its creation.
func (a *api) anyTurns() bool {
	return slices.ContainsFunc(a.collections, func(c *collection) bool {
		for variant := range c.Schema.Variants() {
			if slices.ContainsFunc(variant.Properties, func(p *openapi.Property) bool {
				return p.Schema.Mock.Course.HasThen
			}) {
				return true
			}
		}
		return false
	})
}

// addSpan adds a list to those whose entries begin and end, if the document says so.
func (c *course) addSpan(p *openapi.Property) {
	entry := p.Schema.Item(0)
	if entry == nil {
		return
	}
	at := entry.Mock.Course
	if schema := entry.Member(at.From); at.From != "" && schema != nil {
		c.spans = append(c.spans, span{p.Name, jsonvalue.Join("", at.From), schema, length(at.For)})
	}
}

// afterOf returns how long after the creation a property changes its value; 0 for at once, or never.
func afterOf(s *openapi.Schema, readyAfter time.Duration) time.Duration {
	c := s.Mock.Course
	switch {
	case !c.HasThen || !s.Mock.HasInitial || !meets(s, c.Then):
		return 0
	case readyAfter != 0:
		return max(readyAfter, 0)
	}
	return c.After
}

// length returns the milliseconds of a span; the longest there is for 0.
func length(d time.Duration) int64 {
	if d <= 0 {
		return math.MaxInt64
	}
	return d.Milliseconds()
}

// initial returns the value that a new item has where nobody gives it one, and whether there is one. It is what
// comes after the initial value where that has no time: in what is inside of the item, too.
func (c *course) initial(p *openapi.Property) (any, bool) {
	for i := range c.changes {
		if c.changes[i].schema == p.Schema {
			return c.changes[i].initial, true
		}
	}
	return p.Schema.Mock.Settled()
}

// turn returns the turn of an item that was written at a time; nil where it shows the same at any time.
func (c *course) turn(object *jsonvalue.Object, written int64) *turn {
	begins, ends, has := int64(math.MinInt64), int64(math.MaxInt64), false
	for i := range c.changes {
		if due, ok := c.changes[i].due(object, c.created); ok && due > written {
			ends, has = min(ends, due), true
		}
	}
	for i := range c.spans {
		list, _ := object.Get(c.spans[i].name)
		entries, _ := asList(list)
		for _, entry := range entries {
			if from, until, ok := c.spans[i].of(entry); ok && until > written {
				begins, ends, has = max(begins, from), min(ends, until), true
			}
		}
	}
	if !has {
		return nil
	}
	return &turn{written, begins, ends}
}

// due returns when an item changes its value; false where it has another one already.
func (c *change) due(object *jsonvalue.Object, created *openapi.Property) (int64, bool) {
	value, has := object.Get(c.name)
	if !has || !jsonvalue.Equal(decoded(value), c.initial) {
		return 0, false
	}
	at, _ := object.Get(created.Name)
	from, ok := momentOf(at, created.Schema)
	return from + c.after, ok
}

// of returns from when until when an entry is shown; false where it tells no time.
func (s *span) of(entry any) (from, until int64, ok bool) {
	value, _ := at(entry, s.from)
	if from, ok = momentOf(value, s.schema); !ok {
		return 0, 0, false
	}
	if until = math.MaxInt64; s.length < until-max(from, 0) {
		until = from + s.length
	}
	return from, until, true
}

// momentOf returns in milliseconds since 1970 a moment that a member has: an RFC 3339 date-time, a date, or a
// number as samples.Moment writes it.
func momentOf(v any, s *openapi.Schema) (int64, bool) {
	const most = 1 << 53 // far beyond the year 9999
	switch v := decoded(v).(type) {
	case string:
		t, err := parseTime(v)
		if err != nil {
			t, err = time.Parse(time.DateOnly, v)
		}
		return t.UnixMilli(), err == nil
	case json.Number:
		n, err := v.Int64()
		if err != nil || n < -most || n > most {
			return 0, false
		}
		if samples.Moment(s, time.Unix(1, 0)) == json.Number("1") { // in seconds
			n *= 1000
		}
		return n, true
	}
	return 0, false
}

// parseTime reads a time as RFC 3339 has it, with small letters, too.
func parseTime(text string) (time.Time, error) {
	return time.Parse(time.RFC3339Nano, strings.ToUpper(text))
}

// equal reports whether another course is the same.
func (c *course) equal(other *course) bool {
	return slices.EqualFunc(c.changes, other.changes, func(a, b change) bool {
		return a.name == b.name && a.after == b.after && jsonvalue.Equal(a.initial, b.initial) &&
			jsonvalue.Equal(a.then, b.then)
	}) && slices.EqualFunc(c.spans, other.spans, func(a, b span) bool {
		return a.name == b.name && a.from == b.from && a.length == b.length
	})
}

// settled returns an item as it is at a time of the clock: what it shows or, for a change of it, what is to be
// kept, which has the entries that begin later, too.
func (c *collection) settled(r *record, now int64, forChange bool) *record {
	if t := r.turn; t == nil || t.from <= now && now < t.until {
		return r
	}
	object := r.decoded(r.encoded)
	if !c.course.settle(object, r.turn.written, now, forChange) {
		return r
	}
	out := *r
	out.turn = nil
	out.encoded = jsonvalue.Marshal(object)
	if out.valid = c.accepts(out.encoded); !out.valid { // a list may want more entries than there are
		out.encoded = marshal(c.order.sorted(c.conform(object)))
	}
	return &out
}

// settle makes of an item what it is at a time. It reports whether that is something else than what is stored.
func (c *course) settle(object *jsonvalue.Object, written, now int64, forChange bool) (changed bool) {
	for i := range c.changes {
		if due, ok := c.changes[i].due(object, c.created); ok && written < due && due <= now {
			object.Set(c.changes[i].name, jsonvalue.Clone(c.changes[i].then))
			changed = true
		}
	}
	for i := range c.spans {
		value, _ := object.Get(c.spans[i].name)
		list, _ := value.([]any)
		kept := make([]any, 0, len(list))
		for _, entry := range list {
			from, until, ok := c.spans[i].of(entry)
			if !ok || until <= written || now < until && (from <= now || forChange) {
				kept = append(kept, entry)
			}
		}
		if len(kept) < len(list) {
			object.Set(c.spans[i].name, kept)
			changed = true
		}
	}
	return changed
}
