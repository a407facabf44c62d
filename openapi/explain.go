package openapi

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// explainer turns the library's tree of errors into violations.
type explainer struct {
	doc      *Document
	position Position // of the schema
	view     View
	value    any             // the validated value; nil where there is a body
	body     *BodyValue      // which is decoded where that is needed
	text     *jsonvalue.Text // of the value; nil where it has no plain one
	list     []Violation
	more     int // violations beyond the list
	// brief makes one error as good as all: nobody asks for the list.
	brief bool
}

// explain adds the violations of a whole validation to the list. It words only the first
// MaxViolations of them: each takes time and memory that grow with the value.
func (e *explainer) explain(err *jsonschema.ValidationError) {
	found := e.failures(err, nil)
	slices.SortStableFunc(found, func(a, b failure) int {
		return cmp.Or(cmp.Compare(a.InstanceLocation, b.InstanceLocation),
			cmp.Compare(a.KeywordLocation, b.KeywordLocation))
	})
	for i, f := range found {
		if len(e.list) > MaxViolations {
			e.more += len(found) - i
			break
		}
		e.put(f)
	}
	e.dropRepeated()
	if len(e.list) == 0 { // an error without leaves is still an error
		e.list = append(e.list, Violation{In: "body"}.because("schema", nil, "does not fit the schema"))
	}
}

// failure is an error without causes, or of alternatives of which none was clearly meant.
type failure struct {
	*jsonschema.ValidationError
	keyword string // or undecided
}

// undecided stands for the keyword of alternatives of which the value names none.
const undecided = "discriminator"

// failures appends the failures in a tree of errors.
func (e *explainer) failures(err *jsonschema.ValidationError, found []failure) []failure {
	keyword := keywordOf(err)
	alternatives := keyword == "oneOf" || keyword == "anyOf"
	if alternatives {
		if d, named := e.discriminated(err); d != nil && named < 0 {
			return append(found, failure{err, undecided})
		}
		if meant := e.meant(err); len(meant) == 1 {
			return e.failures(meant[0], found)
		}
	}
	if alternatives || keyword == "minContains" || len(err.Causes) == 0 {
		return append(found, failure{err, keyword})
	}
	for _, cause := range err.Causes {
		found = e.failures(cause, found)
	}
	return found
}

// keywordOf returns the keyword that an error is about; "" for a schema that is false, or a wrapper.
func keywordOf(err *jsonschema.ValidationError) string {
	if err.Message == "not allowed" || err.Message == "" && len(err.Causes) > 0 {
		return ""
	}
	parent, last := splitLast(keywordAt(err))
	if _, isIndex := jsonvalue.Index(last); !isIndex {
		return last
	}
	above, name := splitLast(parent) // allOf/0, dependentRequired/name/0
	if _, grand := splitLast(above); grand == "dependentRequired" {
		return grand
	}
	return name
}

// keywordAt returns the place of the keyword that an error is about: the library's name of a schema,
// a number sign, and the pointer into it.
func keywordAt(err *jsonschema.ValidationError) string { return placeOf(err.AbsoluteKeywordLocation) }

// placeOf is keywordAt for a location as the library writes it.
func placeOf(location string) string {
	name, _, _ := strings.Cut(location, "#")
	return strings.TrimPrefix(name, schemaURL) + "#" + fragment(location, "")
}

// writtenSchema is a schema as the library got it, but for references, to look up keywords.
type writtenSchema struct {
	value   any
	pointer string // into the document
	writer  *viewWriter
}

// place takes apart what keywordAt returns.
func (e *explainer) place(at string) (in *writtenSchema, pointer string) {
	name, pointer, _ := strings.Cut(at, "#")
	return e.doc.schemas.writtenAs(name, e.view), pointer
}

// writtenAs returns a schema by the library's name.
func (t *schemaTable) writtenAs(name string, view View) *writtenSchema {
	if known, ok := t.written[view].Load(name); ok {
		return known.(*writtenSchema)
	}
	w := &writtenSchema{writer: newViewWriter(t, view)}
	w.pointer, _ = url.PathUnescape(name)
	value, _ := t.bundle.lookup(w.pointer)
	w.value = w.writer.schema(w.pointer, value)
	t.written[view].Store(name, w)
	return w
}

// schema returns the value at a place of a keyword, if there is one.
func (e *explainer) schema(at string) any {
	in, pointer := e.place(at)
	v, _ := jsonvalue.Lookup(in.value, pointer)
	return v
}

// splitLast splits off the last token of a pointer, still escaped.
func splitLast(pointer string) (parent, token string) {
	i := strings.LastIndexByte(pointer, '/')
	if i < 0 {
		return "", pointer
	}
	return pointer[:i], pointer[i+1:]
}

// lastToken returns the last token of a pointer, unescaped.
func lastToken(pointer string) string {
	_, token := splitLast(pointer)
	return jsonvalue.Tokens("/" + token)[0]
}

// instance returns the pointer to the value that an error is about.
func instance(err *jsonschema.ValidationError) string {
	pointer, unescapeErr := url.PathUnescape(err.InstanceLocation)
	if unescapeErr != nil {
		return err.InstanceLocation
	}
	return pointer
}

// at returns what is at a pointer in the validated value, and whether there is something.
func (e *explainer) at(pointer string) (any, bool) {
	if e.body == nil {
		return jsonvalue.Lookup(e.value, pointer)
	}
	n, ok := e.text.Root().At(pointer)
	if !ok {
		return nil, false
	}
	if typ := n.Type(); typ != "object" && typ != "array" {
		return n.Value(), true
	}
	return jsonvalue.Lookup(e.body.Value(), pointer) // of which there may be many
}

// put adds the violations of one failure.
func (e *explainer) put(f failure) {
	at := keywordAt(f.ValidationError)
	if parent, last := splitLast(at); last == "minContains" {
		if e.schema(at) == nil { // the default, 1
			at = parent + "/contains"
		}
	}
	pointer := instance(f.ValidationError)
	in, inside := e.place(at)
	origin := in.writer.origin(in.pointer, inside)
	switch schema, last := splitLast(origin); last {
	case patternKeyword:
		origin = schema + "/pattern"
	case complexKeyword:
		origin = schema
	}
	v := Violation{In: "body", Pointer: pointer, Document: e.doc.bundle.position(origin)}
	want := e.schema(at)
	actual, found := e.at(pointer)
	switch {
	case ofName(f.KeywordLocation):
		e.list = append(e.list, e.propertyName(v, f))
		return
	case f.keyword == undecided:
		e.list = append(e.list, e.undecided(v, f, actual))
		return
	case f.keyword == "required":
		e.required(v, want, actual)
		return
	case f.keyword == "additionalProperties" && want == false:
		e.additional(v, at, actual)
		return
	case found:
		v.Actual = e.doc.formatValue(actual, pointer)
	}
	switch f.keyword {
	case "oneOf", "anyOf":
		e.list = append(e.list, e.alternatives(v, f))
	case "not":
		e.excluded(v, want, actual)
	default:
		e.list = append(e.list, e.single(v, f, want, actual))
	}
}

// ofName reports whether an error is about the name of a member (propertyNames).
func ofName(location string) bool {
	tokens := strings.Split("/"+location, "/")
	for i, token := range tokens {
		if token == "propertyNames" && !slices.Contains(schemaMaps, tokens[i-1]) {
			return true
		}
	}
	return false
}

// alternatives returns the violation of oneOf or anyOf, with the nearest one's first demand.
func (e *explainer) alternatives(v Violation, f failure) Violation {
	rule := map[string]string{"oneOf": "one-of", "anyOf": "any-of"}[f.keyword]
	if len(f.Causes) == 0 {
		return v.because(rule, nil, "fits more than one of the alternatives, and must fit exactly one")
	}
	var best *explainer
	for _, branch := range e.meant(f.ValidationError) {
		if best != nil && branch.AbsoluteKeywordLocation == alsoMeant.Location {
			break
		}
		inner := &explainer{doc: e.doc, view: e.view, value: e.value, body: e.body, text: e.text}
		inner.explain(branch)
		if best == nil || len(inner.list)+inner.more < len(best.list)+best.more {
			best = inner
		}
	}
	sortViolations(best.list)
	nearest := best.list[0]
	return v.because(rule, nearest.Expected, "fits none of %d alternatives; the nearest asks: %s",
		len(f.Causes), nearest.Message)
}
