package mockserver

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// page is the part of a list that a request asks for.
type page struct {
	listing *openapi.Listing
	items   []*record // of this page
	all     run       // that the filters let pass, in the order asked for
	start   int       // index of the first item in all
	size    int       // items of a full page; 0: there are no pages
}

// page selects, sorts and cuts the items of a list as the documented parameters of the request say.
// The violation is about a place that is not in the list.
func (x *exchange) page(items run) (*page, *openapi.Violation) {
	p := &page{listing: x.endpoint.operation.Listing, all: items}
	if p.listing != nil && len(p.listing.Parameters) > 0 {
		q := listQuery{exchange: x, listing: p.listing}
		p.all = q.sorted(q.filtered(items))
		if wrong := q.cut(p); wrong != nil {
			return nil, wrong
		}
	}
	end := p.all.n
	if p.size > 0 {
		end = min(end, p.start+p.size)
	}
	p.items = p.all.slice(p.start, end).records()
	return p, nil
}

// listQuery is what a request asks of a list.
type listQuery struct {
	*exchange
	listing *openapi.Listing
	item    jsonvalue.Text // of the last item that was looked into
}

// text returns the only value of a parameter, or its default; "" where there is neither.
func (q *listQuery) text(p *openapi.ListParameter) string {
	if p == nil {
		return ""
	}
	if texts := p.Texts(q.request); len(texts) > 0 {
		return strings.TrimSpace(texts[0])
	}
	return ""
}

// number returns the whole number of a parameter; false where it has none.
func (q *listQuery) number(p *openapi.ListParameter) (int, bool) {
	n, err := strconv.Atoi(q.text(p))
	return n, err == nil
}

// member returns a property of an item; nil where it has none.
func (q *listQuery) member(r *record, name string) any {
	r = q.shown(r)
	for _, text := range [][]byte{[]byte(r.apart), r.encoded} {
		if len(text) == 0 {
			continue
		}
		if !q.item.Scan(text, jsonvalue.Limits{Depth: storedDepth}) {
			value, _ := r.object().Get(name)
			return value
		}
		if member, has := q.item.Root().Member(name); has {
			return member.Value()
		}
	}
	return nil
}

// filtered returns the items that have the values that are asked for: of several values of one
// parameter any, of several parameters all.
func (q *listQuery) filtered(items run) run {
	for _, p := range q.listing.Parameters {
		texts := p.Texts(q.request)
		if p.Role != openapi.ListFilter || len(texts) == 0 {
			continue
		}
		var kept []*record
		for _, r := range items.records() {
			if hasText(q.member(r, p.Property), texts) {
				kept = append(kept, r)
			}
		}
		items = runOf(kept)
	}
	return items
}

// hasText reports whether a value, or an item of a list, is written as one of several texts.
func hasText(value any, texts []string) bool {
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, func(item any) bool { return hasText(item, texts) })
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		switch v := value.(type) {
		case nil:
			return text == "null"
		case string:
			return v == text
		case json.Number:
			return jsonvalue.IsNumber(text) && jsonvalue.Equal(v, json.Number(text))
		}
		return string(jsonvalue.Marshal(value)) == text
	})
}

// sortKey is one property to sort by.
type sortKey struct {
	property  string // "": the order of creation
	direction int    // 1 or -1
}

// sorted returns the items in the order that is asked for, else in that of their creation.
func (q *listQuery) sorted(items run) run {
	keys := q.sortKeys()
	switch {
	case len(keys) == 0:
		return items
	case keys[0].property == "":
		if keys[0].direction < 0 {
			return items.backwards()
		}
		return items
	}
	rows := make([]sortRow, items.n)
	for i, r := range items.records() {
		rows[i] = sortRow{r, make([]any, len(keys))}
		for k, key := range keys {
			if rows[i].values[k] = json.Number(strconv.FormatUint(r.sequence, 10)); key.property != "" {
				rows[i].values[k] = q.member(r, key.property)
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b sortRow) int {
		for k, key := range keys {
			if order := compareValues(a.values[k], b.values[k]); order != 0 {
				return key.direction * order
			}
		}
		return 0
	})
	sorted := make([]*record, len(rows))
	for i, row := range rows {
		sorted[i] = row.record
	}
	return runOf(sorted)
}

// sortRow is an item with the values that it is sorted by.
type sortRow struct {
	record *record
	values []any
}

func (q *listQuery) sortKeys() (keys []sortKey) {
	direction := openapi.Direction(q.text(q.listing.Parameter(openapi.ListDirection)))
	if sort := q.listing.Parameter(openapi.ListSort); sort != nil {
		for _, text := range sort.Texts(q.request) {
			for word := range strings.SplitSeq(text, ",") {
				if d := openapi.Direction(word); d != 0 && len(keys) > 0 { // name,desc
					keys[len(keys)-1].direction = d
				} else if property, d := openapi.SortKey(q.endpoint.collection.Schema, word); property != "" {
					keys = append(keys, sortKey{property, cmp.Or(d, direction, 1)})
				} else if d := cmp.Or(openapi.Direction(word), d); d != 0 {
					keys = append(keys, sortKey{"", d})
				}
			}
		}
	}
	if len(keys) == 0 && direction != 0 {
		keys = append(keys, sortKey{"", direction})
	}
	return keys
}

// compareValues compares two values: numbers by size, texts by their letters. None comes last.
func compareValues(a, b any) int {
	switch {
	case a == nil || b == nil:
		return cmp.Compare(rank(a == nil), rank(b == nil))
	case a == true || a == false:
		return cmp.Compare(rank(a == true), rank(b == true))
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return cmp.Or(cmp.Compare(strings.ToLower(x), strings.ToLower(y)), cmp.Compare(x, y))
		}
	}
	x, okX := a.(json.Number)
	y, okY := b.(json.Number)
	if okX && okY {
		return compareNumbers(x, y)
	}
	return cmp.Compare(string(jsonvalue.Marshal(a)), string(jsonvalue.Marshal(b)))
}

func rank(second bool) int {
	if second {
		return 1
	}
	return 0
}

func compareNumbers(a, b json.Number) int {
	x, okX := new(big.Rat).SetString(a.String())
	y, okY := new(big.Rat).SetString(b.String())
	if !okX || !okY {
		return 0
	}
	return x.Cmp(y)
}

// cut sets where the page starts and how long it is.
func (q *listQuery) cut(p *page) *openapi.Violation {
	total, known := p.all.n, false
	if p.size, known = q.size(); known && p.size == 0 {
		p.all, p.start = run{}, 0 // nothing was asked for
		return nil
	}
	after, before := q.listing.Parameter(openapi.ListAfter), q.listing.Parameter(openapi.ListBefore)
	switch {
	case q.text(after) != "":
		at, ok := q.place(p, q.text(after))
		if !ok && !after.Required { // who must send a place has none for the first page
			return q.unknownPlace(after)
		}
		p.start = at
	case q.text(before) != "":
		at, ok := q.place(p, q.text(before))
		if !ok {
			return q.unknownPlace(before)
		}
		p.all = p.all.slice(0, max(0, at-1))
		p.start = max(0, p.all.n-cmp.Or(p.size, p.all.n))
		return nil
	default:
		p.start = q.offset(p.size, total)
	}
	p.start = min(max(0, p.start), p.all.n)
	return nil
}

// size returns the number of items of a page: what is asked for, else the default, else the most
// that may be asked for; false where the document has no pages.
func (q *listQuery) size() (n int, known bool) {
	size := q.listing.Parameter(openapi.ListSize)
	if size == nil {
		return 0, false
	}
	n, known = q.number(size)
	if most, err := strconv.Atoi(size.Schema.Maximum.String()); err == nil && most > 0 && (!known || n > most) {
		n, known = most, true
	}
	if n < 0 {
		return 0, false
	}
	return n, known
}

// offset returns the index of the first item that an offset or a page's number asks for.
func (q *listQuery) offset(size, total int) int {
	if n, ok := q.number(q.listing.Parameter(openapi.ListOffset)); ok && n > 0 {
		return min(n, total)
	}
	number := q.listing.Parameter(openapi.ListPage)
	n, ok := q.number(number)
	if ok && !number.FromZero {
		n--
	}
	switch {
	case !ok || n <= 0:
		return 0
	case size == 0 || n >= total: // there is one page, or fewer than that
		return total
	}
	return min(n*size, total)
}

// place returns the index after the item that a token or an identity names; false where neither is
// known. The item of a token may have gone: its place is known all the same.
func (q *listQuery) place(p *page, text string) (int, bool) {
	if i, found := p.all.indexOf(text); found {
		return i + 1, true
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, false
	}
	var sequence uint64
	var index int
	if n, err := fmt.Sscanf(string(raw), placeForm, &sequence, &index); err != nil || n != 2 || index < 0 {
		return 0, false
	}
	i, found := p.all.indexOfSequence(sequence)
	switch {
	case found:
		return i + 1, true
	case len(q.sortKeys()) > 0:
		return min(index, p.all.n), true
	}
	return i, true
}

// placeForm is the inside of a token: the sequence of an item, and its index.
const placeForm = "after:%d:%d"

// token returns the token of the place after the item of an index.
func (p *page) token(index int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, placeForm, p.all.at(index).sequence, index))
}

func (q *listQuery) unknownPlace(parameter *openapi.ListParameter) *openapi.Violation {
	return &openapi.Violation{
		Rule: ruleUnknownPlace, In: "query", Name: parameter.Name, Actual: truncate(q.text(parameter), 200),
		Document: parameter.Position,
		Message: fmt.Sprintf("query %s: this list has no such place; send what an earlier page gave, "+
			"or the identity of an item that it shows", parameter.Name),
	}
}
