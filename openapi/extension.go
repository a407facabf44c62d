package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// extension is the name of this project's OpenAPI extension.
const extension = "x-mock"

// defaultKey is the keyword of a schema, and the word of x-mock that says the same unseen by
// generators of clients, which require what has a default, or fill it in.
const defaultKey = "default"

// The words of x-mock on a schema: how the mock makes a value.
const (
	MockObjectID = "objectId" // 24 hexadecimal digits, made at creation
	MockNow      = "now"      // the time of creation
	MockUpdated  = "updated"  // the time of the last write
	MockSecret   = "secret"   // never returned in clear: responses show an opaque token
)

// Extension is the `x-mock` of a schema: a word, which is its Value, or an object of value,
// initial, then, after, from, for, default, id and assumed. The default is Schema.Default.
type Extension struct {
	// Value is how the mock makes the value: MockObjectID, MockNow, MockUpdated, MockSecret, or ""
	// where the document does not say.
	Value string
	// Inferred: the document does not say Value; the name of a time does.
	Inferred bool
	// Initial is the value that the mock stores at creation where the request has none and there is
	// no default.
	Initial    any
	HasInitial bool
	Course     Course
	// ID names the identity property of the object.
	ID string
	// Assumed marks a choice of the document's author that the API does not promise.
	Assumed bool
}

var mockWords = []string{MockObjectID, MockNow, MockUpdated, MockSecret}

// checkExtension reports problems of a schema's x-mock.
func (t *schemaTable) checkExtension(o *jsonvalue.Object, pointer string) {
	at := jsonvalue.Join(pointer, extension)
	switch v, _ := o.Get(extension); v := v.(type) {
	case nil:
	case string:
		if !slices.Contains(mockWords, v) {
			t.problems.warn(at, "x-mock: %q is none of %s%s", v, strings.Join(mockWords, ", "), meant(v, mockWords))
		}
	case *jsonvalue.Object:
		t.problems.knownWords(at, v, "value", "initial", "then", "after", "from", "for", defaultKey, "id", "assumed")
		t.checkCourse(o, v, at)
		if word, ok := v.Get("value"); ok {
			if text, isText := word.(string); !isText || !slices.Contains(mockWords, text) {
				t.problems.warn(at, "x-mock.value: %s is none of %s", jsonvalue.Marshal(word),
					strings.Join(mockWords, ", "))
			}
		}
	default:
		t.problems.warn(at, "x-mock on a schema is a word (%s) or an object, not %s",
			strings.Join(mockWords, ", "), jsonvalue.TypeOf(v))
	}
}

// applyExtension adds a schema's x-mock to a flattened schema; what it has already wins.
func (t *schemaTable) applyExtension(s *Schema, o *jsonvalue.Object) {
	switch v, _ := o.Get(extension); v := v.(type) {
	case string:
		setText(&s.Mock.Value, v)
	case *jsonvalue.Object:
		word, _ := v.Get("value")
		setText(&s.Mock.Value, word)
		id, _ := v.Get("id")
		setText(&s.Mock.ID, id)
		if initial, ok := v.Get("initial"); ok && !s.Mock.HasInitial {
			s.Mock.Initial, s.Mock.HasInitial = initial, true
		}
		if value, ok := v.Get(defaultKey); ok && !s.HasDefault {
			s.Default, s.HasDefault = value, true
		}
		s.Mock.Course.add(courseOf(v))
		flag, _ := v.Get("assumed")
		s.Mock.Assumed = s.Mock.Assumed || flag == true
	}
}

// assumed reads the x-mock of a response, parameter or header: {assumed: true} or nothing, beside
// other words that it may have.
func (b *documentBuilder) assumed(o *jsonvalue.Object, at string, words ...string) bool {
	if v, ok := o.Get(extension); ok {
		b.knownWords(jsonvalue.Join(at, extension), v, append([]string{"assumed"}, words...)...)
	}
	return b.flag(jsonvalue.Join(at, extension) + "/assumed")
}

// hint is the x-mock of an operation: what it does, where its path and method do not tell.
type hint struct {
	merge    bool   // update: merge
	creates  bool   // creates: true
	resource string // resource: NAME
	action   Action // action: …; NoAction also for none
	explicit bool   // action is given
}

// actionWords are the words of x-mock {action: …}.
var actionWords = []string{string(List), string(Create), string(Read), string(Update), string(Replace),
	string(Delete), "none"}

// hint reads the x-mock of an operation.
func (b *documentBuilder) hint(o *jsonvalue.Object, at string) hint {
	v, ok := o.Get(extension)
	if !ok {
		return hint{}
	}
	at = jsonvalue.Join(at, extension)
	b.knownWords(at, v, "update", "creates", "resource", "action", "assumed")
	h := hint{resource: b.text(at + "/resource"), creates: b.flag(at + "/creates")}
	how, given := member(v, "update")
	if h.merge = how == "merge"; given && !h.merge {
		b.warn(at+"/update", "x-mock.update is merge, or left out; not %s", jsonvalue.Marshal(how))
	}
	if name, given := member(v, "resource"); given && h.resource == "" {
		b.warn(at+"/resource", "x-mock.resource is the name of a collection, such as agents; not %s",
			jsonvalue.Marshal(name))
	}
	word, given := member(v, "action")
	text, _ := word.(string)
	switch {
	case !given:
	case !slices.Contains(actionWords, text):
		b.warn(at+"/action", "x-mock.action: %s is none of %s%s", jsonvalue.Marshal(word),
			strings.Join(actionWords, ", "), meant(text, actionWords))
	case text == "none":
		h.explicit = true
	default:
		h.explicit, h.action = true, Action(text)
	}
	return h
}

// knownWords reports members of an x-mock object that have no meaning there.
func (p *problems) knownWords(pointer string, v any, words ...string) {
	o, ok := v.(*jsonvalue.Object)
	if !ok {
		p.warn(pointer, "x-mock is an object of %s here, not %s", strings.Join(words, ", "), jsonvalue.TypeOf(v))
		return
	}
	for _, m := range o.Members {
		if !slices.Contains(words, m.Name) {
			p.warn(jsonvalue.Join(pointer, m.Name), "x-mock has no word %q here; it has %s%s", m.Name,
				strings.Join(words, ", "), meant(m.Name, words))
		}
	}
}

// meant suggests the word that was likely meant.
func meant(word string, words []string) string {
	if near := nearest.To(word, words); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// scope returns the scope that the root's x-mock declares, or nil.
func (b *documentBuilder) scope() *Scope {
	v, ok := b.root.Get(extension)
	if !ok {
		return nil
	}
	b.knownWords("/"+extension, v, "scope")
	at := "/" + extension + "/scope"
	v, ok = member(v, "scope")
	if !ok {
		return nil
	}
	b.knownWords(at, v, "header", "property")
	scope := &Scope{Header: b.text(at + "/header"), Property: b.text(at + "/property")}
	if scope.Header == "" {
		b.warn(at, "x-mock.scope names a header: {header: x-workspace-id, property: workspaceId}")
		return nil
	}
	return scope
}
