package openapi

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// parameterWords are the names that parameters of lists have, letters and digits only.
var parameterWords = wordsOf(map[ListRole]string{
	ListSize: "limit pagesize perpage pagelimit size maxresults maxitems maxpagesize maxcount resultsperpage " +
		"itemsperpage recordsperpage top first take rows numresults count num pagesizelimit",
	ListOffset: "offset skip start startat startindex pageoffset from startfrom firstresult",
	ListPage:   "page pagenumber pagenum pageno pageindex currentpage pageid p",
	ListAfter: "cursor after pagetoken nexttoken nextpagetoken nextcursor pagecursor pageafter startingafter " +
		"startafter afterid aftercursor continuationtoken continuation continue marker startkey exclusivestartkey " +
		"lastevaluatedkey lastkey scrollid bookmark nextpage next token page startcursor",
	ListBefore:    "before endingbefore pagebefore beforeid beforecursor previouscursor prevcursor",
	ListSort:      "sort sortby orderby order ordering sortfield sortcolumn sortkey orderfield",
	ListDirection: "direction sortdirection sortorder orderdirection sortdir dir orderdir sorttype",
})

// strongWords are parameters of lists even where items have a property of the name.
var strongWords = strings.Fields("limit offset page pagesize perpage cursor pagetoken sort sortby orderby")

// fieldWords are the names that fields of responses have.
var fieldWords = wordsOf(map[ListRole]string{
	ListTotal: "total totalcount totalitems totalresults totalelements totalrecords totalhits totalentries " +
		"totalsize totalrows totalnumber numfound recordstotal totalitemcount itemstotal resultstotal allcount " +
		"counttotal totalobjects",
	ListCount: "count itemcount itemscount numitems returned length numberofelements resultcount resultscount " +
		"currentcount numresults returnedcount currentpageitems pageitems",
	ListSize:   "limit perpage pagesize size itemsperpage pagelimit maxresults resultsperpage",
	ListPage:   "page pagenumber currentpage pageindex number pageno pagenum current",
	ListPages:  "totalpages pagecount pages lastpage numpages pagestotal totalpagecount pagetotal",
	ListOffset: "offset skip start startindex startat from",
	ListMore: "hasmore hasnext hasnextpage more moreresults hasmoreitems istruncated truncated hasmorepages " +
		"morepages",
	ListLast:    "last islast islastpage lastpage end isend complete",
	ListEarlier: "hasprevious haspreviouspage hasprev hasprevpage",
	ListFirst:   "first isfirst isfirstpage",
	ListNext: "next nextcursor nextpagetoken nexttoken nextpage endcursor after continuationtoken scrollid " +
		"nextmarker nextoffset nextkey cursor continuation lastevaluatedkey pagetoken nextpageid",
	ListPrevious: "previous prev prevcursor previouscursor previouspagetoken prevpage previouspage startcursor " +
		"before prevtoken previoustoken prevpagetoken",
	ListNextURL: "nexturl nextlink nextpageurl nextpageuri nexturi nexthref odatanextlink nextpagelink " +
		"nextpagepath",
	ListPrevURL: "prevurl previousurl prevlink previouslink prevpageurl previouspageurl previouspageuri " +
		"prevpageuri previousuri previouspagelink",
	ListFirstID: "firstid startid",
	ListLastID:  "lastid endid",
})

func wordsOf(table map[ListRole]string) map[string][]ListRole {
	words := map[string][]ListRole{}
	for role, names := range table {
		for _, name := range strings.Fields(names) {
			words[name] = append(words[name], role)
		}
	}
	for _, roles := range words { // a number of a page before a place that is called a page
		slices.SortFunc(roles, func(a, b ListRole) int {
			return cmp.Or(slices.Index(ParameterRoles, a)-slices.Index(ParameterRoles, b), cmp.Compare(a, b))
		})
	}
	return words
}

// listRole returns what a query parameter does to a list of items; "" where nothing is known.
func listRole(p *Parameter, items *Schema) (role ListRole, property string) {
	switch p.listRole {
	case "":
	case "none":
		return "", ""
	default:
		return ListRole(p.listRole), p.listProperty
	}
	name := plainName(p.Name)
	for _, candidate := range parameterWords[name] {
		if role == "" && suitsParameter(p.Schema, candidate) {
			role = candidate
		}
	}
	property = filteredProperty(p, items)
	switch {
	case property != "" && (role == "" || !slices.Contains(strongWords, name)):
		return ListFilter, property
	case role == ListSort && propertyNamed(items, p.Name) != "" && len(p.Schema.Enum) == 0:
		return role, ""
	}
	return role, ""
}

// suitsParameter reports whether the type of a parameter suits a role.
func suitsParameter(s *Schema, role ListRole) bool {
	types := typesOf(s)
	number := meansNumber(s)
	text := slices.Contains(types, "string") && !strings.HasPrefix(s.Format, "date")
	switch {
	case slices.Contains(types, "boolean"), slices.Contains(types, "object"):
		return false
	case role == ListPage && !number:
		return len(types) == 0
	case role == ListSize || role == ListOffset || role == ListPage:
		return len(types) == 0 || number || text && len(s.Enum) == 0
	case role == ListSort:
		return len(types) == 0 || slices.Contains(types, "array") || text
	}
	return len(types) == 0 || text || number && role != ListDirection
}

// meansNumber reports whether the values of a schema are numbers, or texts of them: its format or its
// default says so.
func meansNumber(s *Schema) bool {
	types, text := typesOf(s), ""
	if slices.Contains(types, "string") {
		text, _ = s.Default.(string)
	}
	return slices.Contains(types, "integer") || slices.Contains(types, "number") ||
		slices.Contains(types, "string") && strings.HasPrefix(s.Format, "int") || jsonvalue.IsNumber(text)
}

// filteredProperty returns the property of an item that a parameter names and whose values it can
// have; "" where there is none. filter[name] names it, too, and so does a list that is named in the
// plural.
func filteredProperty(p *Parameter, items *Schema) string {
	name := p.Name
	for _, prefix := range []string{"filter[", "filter.", "filters[", "where["} {
		if inside, ok := strings.CutPrefix(name, prefix); ok {
			name = strings.TrimSuffix(inside, "]")
		}
	}
	name = strings.TrimSuffix(name, "[]")
	names := []string{name}
	if slices.Contains(typesOf(p.Schema), "array") {
		names = append(names, strings.TrimSuffix(name, "s"), strings.TrimSuffix(name, "es"))
	}
	for _, name := range names {
		property := propertyNamed(items, name)
		if property != "" && plainName(property) == plainName(name) &&
			comparable(scalarSchema(p.Schema), scalarSchema(items.Member(property))) {
			return property
		}
	}
	return ""
}

// scalarSchema returns the schema of the items of a list, else the schema itself.
func scalarSchema(s *Schema) *Schema {
	if s != nil && s.Items != nil && slices.Contains(typesOf(s), "array") {
		return s.Items
	}
	return s
}

// comparable reports whether values of two schemas can be equal.
func comparable(a, b *Schema) bool {
	as, bs := typesOf(a), typesOf(b)
	if a == nil || b == nil || slices.Contains(as, "object") || slices.Contains(bs, "object") {
		return false
	}
	return len(as) == 0 || len(bs) == 0 || slices.ContainsFunc(as, func(typ string) bool {
		if typ == "integer" || typ == "number" {
			return slices.Contains(bs, "integer") || slices.Contains(bs, "number")
		}
		return typ != "null" && typ != "array" && slices.Contains(bs, typ)
	})
}

// headerRole returns what a header of a list tells; "" where nothing is known.
func headerRole(h *Parameter) ListRole {
	name := plainName(h.Name)
	if name == "link" {
		return ListLink
	}
	name = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "x"), "pagination"), "paging")
	role := fieldRole(name, "", h.Schema)
	if role == ListNextURL || role == ListPrevURL || name == "from" || name == "last" || name == "first" {
		return ""
	}
	return role
}

// envelopes are parts of the names of objects that tell of pages.
var envelopes = strings.Fields("meta pag link cursor info result collection list")

// addFields adds the fields of a response, at any level above its items.
func (l *Listing) addFields(s *Schema, wrapper, pointer, parent string, optional bool) {
	if s == nil || strings.Count(pointer, "/") > 3 {
		return
	}
	for _, p := range s.Properties {
		at, name := jsonvalue.Join(pointer, p.Name), plainName(p.Name)
		optional := optional || !p.Required
		role := fieldRole(name, parent, p.Schema)
		switch {
		case at == wrapper || p.Schema.WriteOnly || p.Schema.Items != nil:
		case strings.HasPrefix(wrapper, at+"/"), len(p.Schema.Properties) > 0 && isEnvelope(name):
			l.addFields(p.Schema, wrapper, at, name, optional)
		case len(p.Schema.Properties) > 0: // {"next": {"href": …}}
			if href := p.Schema.Property("href"); href != nil && (role == ListNextURL || role == ListPrevURL) {
				l.Fields = append(l.Fields, &ListField{Role: role, Pointer: jsonvalue.Join(at, "href"),
					Schema: href.Schema, Optional: optional})
			}
		case role != "":
			l.Fields = append(l.Fields, &ListField{Role: role, Pointer: at, Schema: p.Schema, Optional: optional,
				FromZero: role == ListPage && fromZero(p.Schema)})
		}
	}
}

func isEnvelope(name string) bool {
	return slices.ContainsFunc(envelopes, func(part string) bool { return strings.Contains(name, part) })
}

// fieldRole returns what a field of a response tells, by its name, its type and the name of the
// object that it is in; "" where nothing is known.
func fieldRole(name, parent string, s *Schema) ListRole {
	isLink := strings.Contains(parent, "link")
	for _, role := range fieldWords[name] {
		switch {
		case isLink && role == ListNext:
			return ListNextURL
		case isLink && role == ListPrevious:
			return ListPrevURL
		case !isLink && suitsField(s, role):
			return role
		}
	}
	return ""
}

// suitsField reports whether the type of a field suits a role.
func suitsField(s *Schema, role ListRole) bool {
	types := typesOf(s)
	has := func(typ string) bool { return slices.Contains(types, typ) }
	switch role {
	case ListTotal, ListCount, ListSize, ListPage, ListPages, ListOffset:
		return has("integer") || has("number") || has("string") && role == ListTotal
	case ListMore, ListLast, ListEarlier, ListFirst:
		return has("boolean")
	case ListNext, ListPrevious:
		return has("string") || has("integer") || has("number") || len(types) == 0
	}
	return has("string") || len(types) == 0 || role == ListFirstID || role == ListLastID
}

// settleFields decides what the names leave open: whether next is a place or what asks for it, and
// whether a count is the total. Of {cursor, next_cursor}, the first is what was asked for.
func (l *Listing) settleFields() {
	l.Fields = slices.DeleteFunc(l.Fields, func(f *ListField) bool { return isEcho(f) && l.leads(f.Role) })
	page := l.Parameter(ListPage)
	counts := l.Parameter(ListAfter) == nil && (page != nil || l.Parameter(ListOffset) != nil)
	for _, f := range l.Fields {
		switch isURL := isAddress(f, counts); {
		case f.Role == ListNext && isURL:
			f.Role = ListNextURL
		case f.Role == ListPrevious && isURL:
			f.Role = ListPrevURL
		case f.Role == ListCount && counts && l.Field(ListTotal) == nil:
			f.Role = ListTotal
		case f.Role == ListSize && f.Pointer != "" && l.Parameter(ListSize) == nil && l.Field(ListPage) == nil:
			f.Role = ListCount
		case f.Role == ListPage && page != nil:
			f.FromZero = page.FromZero
		}
	}
}

// isEcho reports whether a field may repeat what was asked for, and not lead further.
func isEcho(f *ListField) bool {
	tokens := jsonvalue.Tokens(f.Pointer)
	echoes := []string{"cursor", "continuation", "continuationtoken", "pagetoken", "scrollid"}
	return (f.Role == ListNext || f.Role == ListPrevious) && len(tokens) > 0 &&
		slices.Contains(echoes, plainName(tokens[len(tokens)-1]))
}

// leads reports whether a field that is no echo has a role.
func (l *Listing) leads(role ListRole) bool {
	return slices.ContainsFunc(l.Fields, func(f *ListField) bool { return f.Role == role && !isEcho(f) })
}

// isAddress reports whether a text is a URL: its format says so, or there is nothing else that it
// could be, since pages are counted.
func isAddress(f *ListField, counts bool) bool {
	if !slices.Contains(typesOf(f.Schema), "string") {
		return false
	}
	return strings.HasPrefix(f.Schema.Format, "uri") || f.Schema.Format == "url" || counts && !f.IsToken()
}

func isZero(v any) bool { return strings.Trim(string(jsonvalue.Marshal(v)), `"`) == "0" }
