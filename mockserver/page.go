package mockserver

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// showPage returns the response with a page of a list and what it tells of the others: totals, and
// how to go on.
func (x *exchange) showPage(p *page) *response {
	s := x.endpoint.success
	if p.listing == nil || s.shape == fixed {
		return s.shows(p.items...)
	}
	var res *response
	teller := pageTeller{exchange: x, page: p}
	inBody := func(f *openapi.ListField) bool { return f.Pointer != "" }
	if s.shape == wrapped && slices.ContainsFunc(p.listing.Fields, inBody) {
		res = s.with(s.written(teller.body(s)))
	} else {
		res = s.shows(p.items...)
	}
	for _, f := range p.listing.Fields {
		if f.Header == "" {
			continue
		}
		if value := teller.value(f); value != nil {
			res.set(f.Header, samples.Text(value))
		} else if f.Optional {
			res.header.Del(f.Header)
		}
	}
	return res
}

// pageTeller makes the fields beside the items of a page.
type pageTeller struct {
	*exchange
	*page
}

// body returns the body with all fields that the document has for the page. An object that the page
// gives something has its required members, too.
func (t *pageTeller) body(s *success) []byte {
	body, err := jsonvalue.Parse(s.wrap([]byte("[]"), t.all.n, nil), jsonvalue.Limits{Depth: storedDepth})
	if err != nil {
		return s.shows(t.items...).body
	}
	var untold []*openapi.ListField
	for _, f := range t.listing.Fields {
		switch value := t.value(f); {
		case f.Pointer == "":
		case value != nil || slices.Contains(f.Schema.Types, "null"):
			body, _ = jsonvalue.Put(raise(body, s, f.Pointer), f.Pointer, value)
		default:
			untold = append(untold, f)
		}
	}
	for _, f := range untold {
		switch _, there := jsonvalue.Lookup(body, f.Pointer); {
		case !there:
		case !requires(s.schema, f.Pointer):
			body = jsonvalue.Remove(body, f.Pointer)
		case meets(f.Schema, ""):
			body, _ = jsonvalue.Put(body, f.Pointer, "")
		}
	}
	body, _ = jsonvalue.Put(body, t.endpoint.operation.Wrapper, json.RawMessage(encodeList(t.items, s.encode)))
	return jsonvalue.Marshal(body)
}

// raise returns a body that has the objects around a place, those that it lacked with their required
// members.
func raise(body any, s *success, pointer string) any {
	above := pointer[:strings.LastIndexByte(pointer, '/')]
	if _, there := jsonvalue.Lookup(body, above); there {
		return body
	}
	object := &jsonvalue.Object{}
	fill(object, s.schema.At(above), s.made)
	body, _ = jsonvalue.Put(raise(body, s, above), above, object)
	return body
}

// requires reports whether the object at a place of a response must have the member that is there.
func requires(s *openapi.Schema, pointer string) bool {
	i := strings.LastIndexByte(pointer, '/')
	tokens := jsonvalue.Tokens(pointer)
	p := s.At(pointer[:i]).Property(tokens[len(tokens)-1])
	return p != nil && p.RequiredIn(openapi.ResponseView)
}

// value returns the value of a field in a form that its schema allows; nil for none.
func (t *pageTeller) value(f *openapi.ListField) any {
	for _, v := range t.candidates(f) {
		if meets(f.Schema, v) {
			return v
		}
	}
	return nil
}

// candidates returns what a field can say, the best first.
func (t *pageTeller) candidates(f *openapi.ListField) []any {
	if f.Role == openapi.ListLink {
		return t.links()
	}
	if n, ok := t.count(f); ok {
		return []any{json.Number(strconv.Itoa(n)), strconv.Itoa(n)}
	}
	more, earlier := t.start+len(t.items) < t.all.n, t.start > 0
	switch f.Role {
	case openapi.ListMore:
		return []any{more}
	case openapi.ListLast:
		return []any{!more}
	case openapi.ListEarlier:
		return []any{earlier}
	case openapi.ListFirst:
		return []any{!earlier}
	case openapi.ListNext, openapi.ListPrevious:
		if f.IsToken() && t.listing.Parameter(openapi.ListAfter, openapi.ListBefore) == nil {
			return nil
		}
		if f.Role == openapi.ListPrevious {
			return t.previous()
		}
		return t.next()
	case openapi.ListNextURL:
		return t.addresses(t.following(), f)
	case openapi.ListPrevURL:
		return t.addresses(t.preceding(), f)
	}
	if len(t.items) == 0 {
		return nil
	}
	if f.Role == openapi.ListFirstID {
		return identityForms(t.items[0].id)
	}
	return identityForms(t.items[len(t.items)-1].id)
}

// identityForms returns an identity as a text and, where it is one, as a number.
func identityForms(id string) []any {
	if jsonvalue.IsNumber(id) {
		return []any{id, json.Number(id)}
	}
	return []any{id}
}

// count returns the number that a field tells; false where it tells none.
func (t *pageTeller) count(f *openapi.ListField) (int, bool) {
	size := t.size
	if size == 0 {
		size = max(1, t.all.n)
	}
	switch f.Role {
	case openapi.ListTotal:
		return t.all.n, true
	case openapi.ListCount:
		return len(t.items), true
	case openapi.ListSize:
		return size, true
	case openapi.ListOffset:
		return t.start, true
	case openapi.ListPages:
		return max((t.all.n+size-1)/size, atLeast(f.Schema)), true
	case openapi.ListPage:
		n := (t.start + size - 1) / size
		if !f.FromZero {
			n++
		}
		return n, true
	}
	return 0, false
}

// atLeast returns the least number that a schema allows, 0 where it sets no bound.
func atLeast(s *openapi.Schema) int {
	n, _ := strconv.Atoi(s.Minimum.String())
	return n
}

// next returns what asks for the page after this one, in the forms that a field may have.
func (t *pageTeller) next() []any {
	if t.size == 0 || t.start+len(t.items) >= t.all.n || len(t.items) == 0 {
		return nil
	}
	return t.places(t.start+len(t.items), openapi.ListAfter)
}

// previous returns what asks for the page before this one.
func (t *pageTeller) previous() []any {
	if t.size == 0 || t.start == 0 {
		return nil
	}
	return t.places(t.start-t.size, openapi.ListBefore)
}

// places returns what asks for the page that starts at an index: a token for a parameter of that
// role, else the number of the page or the offset.
func (t *pageTeller) places(start int, role openapi.ListRole) (list []any) {
	after, number := t.listing.Parameter(role), t.listing.Parameter(openapi.ListPage)
	switch {
	case after != nil:
		index := start - 1
		if role == openapi.ListBefore {
			index = t.start
		}
		for _, v := range append([]any{t.token(index)}, identityForms(t.all.at(index).id)...) {
			if after.Schema.IsValid(v, openapi.RequestView) {
				list = append(list, v)
			}
		}
		return list
	case role == openapi.ListBefore && t.listing.Parameter(openapi.ListAfter) != nil:
		if start > 0 {
			return []any{t.token(start - 1)}
		}
		return nil
	case number != nil && number.FromZero:
		return identityForms(strconv.Itoa(max(0, start) / t.size))
	case number != nil:
		return identityForms(strconv.Itoa(max(0, start)/t.size + 1))
	}
	return identityForms(strconv.Itoa(max(0, start)))
}

// following returns the query of the next page; nil where there is none.
func (t *pageTeller) following() url.Values { return t.query(t.next(), openapi.ListAfter) }

// preceding returns the query of the previous page; nil where there is none.
func (t *pageTeller) preceding() url.Values { return t.query(t.previous(), openapi.ListBefore) }

// query returns the request's query with another place.
func (t *pageTeller) query(places []any, role openapi.ListRole) url.Values {
	if len(places) == 0 {
		return nil
	}
	query := url.Values{}
	for name, values := range t.http.URL.Query() {
		query[name] = values
	}
	for _, p := range t.listing.Parameters {
		if slices.Contains([]openapi.ListRole{openapi.ListAfter, openapi.ListBefore, openapi.ListPage,
			openapi.ListOffset}, p.Role) {
			query.Del(p.Name)
		}
	}
	for _, role := range []openapi.ListRole{role, openapi.ListAfter, openapi.ListPage, openapi.ListOffset} {
		if p := t.listing.Parameter(role); p != nil {
			query.Set(p.Name, samples.Text(places[0]))
			return query
		}
	}
	return nil
}

// addresses returns the URL of a page: whole, and its path. A field that is named for a URI has the
// path first, unless its format is that of a whole one.
func (t *pageTeller) addresses(query url.Values, f *openapi.ListField) []any {
	if query == nil {
		return nil
	}
	path := basePath(t.http).path + t.http.URL.EscapedPath() + "?" + query.Encode()
	whole := t.server.origin(t.http) + path
	if f.Schema.Format == "" && strings.HasSuffix(strings.ToLower(f.Pointer), "uri") {
		return []any{path, whole}
	}
	return []any{whole, path}
}

// links returns the header Link (RFC 8288): the next page and the previous one.
func (t *pageTeller) links() []any {
	var links []string
	for _, l := range []struct {
		query url.Values
		rel   string
	}{{t.following(), "next"}, {t.preceding(), "prev"}} {
		if l.query != nil {
			address := t.server.origin(t.http) + basePath(t.http).path + t.http.URL.EscapedPath()
			links = append(links, "<"+address+"?"+l.query.Encode()+`>; rel="`+l.rel+`"`)
		}
	}
	if len(links) == 0 {
		return nil
	}
	return []any{strings.Join(links, ", ")}
}
