package openapi

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// linter walks a document as the grammar of the specification has it, warns of what departs from it,
// and notes how to mend that: a document with faults is served without the faulty rules, and what
// reads it afterwards meets none of them.
type linter struct {
	*problems
	is30    bool
	visited map[string]bool
	mends   mender
	// mentioned counts what is reported once for the whole document, at its first place.
	mentioned map[string]*mention
	order     []string
	// inside has the schemas that validate the same value as another, by pointer: those of allOf and
	// the like, and what $ref refers to.
	inside map[string][]string
	// oneOfs are the lists of alternatives, inner ones first, and targets what references lead to.
	oneOfs, targets []string
}

// mention is something of which a document often has many.
type mention struct {
	pointer string
	more    int
}

// lint warns of the bundle's faults and mends them.
func (b *bundle) lint(found *problems, is30 bool) {
	l := &linter{problems: found, is30: is30, visited: map[string]bool{}, mentioned: map[string]*mention{},
		inside: map[string][]string{}}
	l.object(grammar()["document"], b.value, "")
	l.circles()
	l.loosen()
	l.report()
	if len(l.mends.list) > 0 {
		b.value = l.mends.apply(b.value)
	}
}

// value checks one value against the name of a type in the grammar.
func (l *linter) value(typ string, v any, pointer string) {
	switch {
	case typ == "any":
	case typ[0] == '[':
		l.list(strings.Trim(typ, "[]"), v, pointer)
	case typ[0] == '{':
		l.byName(strings.Trim(typ, "{}"), v, pointer)
	case valueTypes[typ] != nil:
		l.scalar(typ, v, pointer)
	default:
		l.object(grammar()[typ], v, pointer)
	}
}

// list checks a list of values of a type.
func (l *linter) list(typ string, v any, pointer string) {
	name := lastToken(pointer)
	list, isList := v.([]any)
	switch {
	case !isList && typ == "text" && jsonvalue.TypeOf(v) == "string":
		l.warn(pointer, "%s is a list, not string; %q is read as [%[2]s]", name, v)
		l.mends.put(pointer, []any{v})
	case !isList && typ == "schema" && jsonvalue.TypeOf(v) == "object":
		l.warn(pointer, "%s is a list of schemas, not object; it is read as a list of one", name)
		l.value(typ, v, pointer)
		l.mends.move(pointer, pointer, func(v any) any { return []any{v} })
	case !isList:
		l.warn(pointer, "%s is a list, not %s; it is left out", name, jsonvalue.TypeOf(v))
		l.mends.remove(pointer)
	case typ == "schema" && len(list) == 0:
		l.warn(pointer, "%s is a list of at least one schema; it is left out", name)
		l.mends.remove(pointer)
	case typ == "text":
		l.texts(list, pointer)
	default:
		for i, item := range list {
			l.value(typ, item, index(pointer, i))
		}
	}
}

// texts checks a list of texts; those of required and of tags occur once.
func (l *linter) texts(list []any, pointer string) {
	var kept []any
	for i, item := range list {
		text, isText := item.(string)
		switch {
		case !isText && item == nil || jsonvalue.TypeOf(item) == "object" || jsonvalue.TypeOf(item) == "array":
			l.warn(index(pointer, i), "%s has texts, not %s; it is left out", lastToken(pointer),
				jsonvalue.TypeOf(item))
			continue
		case !isText:
			l.warn(index(pointer, i), "%s has texts, not %s; quote it", lastToken(pointer), jsonvalue.TypeOf(item))
			text = string(jsonvalue.Marshal(item))
		case slices.Contains(kept, item):
			l.warn(index(pointer, i), "%q is in the list already", item)
			continue
		}
		kept = append(kept, text)
	}
	if !jsonvalue.Equal(kept, list) && len(list) > 0 {
		l.mends.put(pointer, slices.Concat([]any{}, kept))
	}
}

// byName checks an object whose members are named by the author.
func (l *linter) byName(typ string, v any, pointer string) {
	o, isObject := v.(*jsonvalue.Object)
	switch {
	case isObject:
		for _, m := range o.Members {
			if !strings.HasPrefix(m.Name, "x-") || typ == "schema" || typ == "header" {
				l.value(typ, m.Value, jsonvalue.Join(pointer, m.Name))
			}
			if pointer == "/paths" {
				l.pathItem(m.Name, jsonvalue.Join(pointer, m.Name))
			}
		}
	case pointer == "/paths":
		l.add(pointer, "paths is an object, not %s", jsonvalue.TypeOf(v))
		l.mends.put(pointer, &jsonvalue.Object{})
	default:
		l.warn(pointer, "%s is an object, not %s; it is left out", lastToken(pointer), jsonvalue.TypeOf(v))
		l.mends.remove(pointer)
	}
}

// object checks an object of a kind, and what is in it.
func (l *linter) object(k *objectKind, v any, pointer string) {
	if key := k.name + " " + pointer; l.visited[key] {
		return
	} else {
		l.visited[key] = true
	}
	o, isObject := v.(*jsonvalue.Object)
	switch {
	case v == nil && l.bundle.partial:
		return
	case !isObject:
		l.noObject(k, v, pointer)
		return
	}
	if _, isRef := refOf(o); isRef && !l.reference(k, o, pointer) {
		return
	}
	for _, m := range o.Members {
		l.member(k, o, m, jsonvalue.Join(pointer, m.Name))
	}
	l.missing(k, o, pointer)
	if k.name == "schema" {
		l.schema(o, pointer)
	}
}

// reference checks the object that a $ref leads to, and reports whether members beside it count.
func (l *linter) reference(k *objectKind, o *jsonvalue.Object, pointer string) (goOn bool) {
	siblings := k.name == "path" || k.name == "schema" && !l.is30
	ref, _ := refOf(o)
	target, err := refPointer(ref)
	if err == nil {
		_, _, err = l.bundle.resolve(pointer)
	}
	if err != nil {
		l.dangling(k, pointer, err)
		return siblings
	}
	l.targets = append(l.targets, target)
	if v, ok := l.bundle.lookup(target); ok {
		l.object(k, v, target)
	}
	if k.name == "schema" {
		l.inside[pointer] = append(l.inside[pointer], target)
		l.besideRef(o, pointer)
	}
	return siblings
}

// dangling deals with a reference that leads nowhere.
func (l *linter) dangling(k *objectKind, pointer string, err error) {
	at := jsonvalue.Join(pointer, "$ref")
	anything := jsonvalue.ObjectOf("*/*", &jsonvalue.Object{})
	var instead any
	meaning := "it is left out"
	switch k.name {
	case "path":
		l.unresolved(at, err, "")
		return
	case "schema":
		instead, meaning = &jsonvalue.Object{}, "any value is allowed"
		if !l.is30 {
			l.mends.remove(at)
			l.unresolved(at, err, meaning)
			return
		}
	case "response":
		instead, meaning = jsonvalue.ObjectOf("content", anything), "any body is allowed"
	case "body":
		instead, meaning = jsonvalue.ObjectOf("content", anything), "any body is allowed"
	case "header", "media":
		instead, meaning = &jsonvalue.Object{}, "any value is allowed"
	}
	l.unresolved(at, err, meaning)
	if instead == nil {
		l.mends.remove(pointer)
		return
	}
	l.mends.put(pointer, instead)
}

// unresolved reports a reference that leads nowhere, unless the refCollector has done so.
func (l *linter) unresolved(pointer string, err error, meaning string) {
	switch {
	case meaning == "":
		l.add(pointer, "%v; without it, nothing is known about the path", err)
	case errors.Is(err, errForeign) || l.bundle.partial:
	default:
		l.warn(pointer, "%v; %s", err, meaning)
	}
}

// member checks one member of an object.
func (l *linter) member(k *objectKind, o *jsonvalue.Object, m jsonvalue.Member, pointer string) {
	f, known := k.fields[m.Name]
	switch {
	case strings.HasPrefix(m.Name, "x-"):
	case !known && k.others != "":
		l.value(k.others, m.Value, pointer)
	case !known:
		l.unknown(k, o, m, pointer)
	case m.Value == nil && f.typ != "any" && f.typ != "type":
		if !l.bundle.partial {
			l.warn(pointer, "%s is null; leave it out", m.Name)
		}
		l.mends.remove(pointer)
	default:
		if f.since31 && l.is30 {
			l.mention(pointer, "%s is a word of OpenAPI 3.1; it is honoured, but tools for OpenAPI 3.0 ignore it",
				m.Name)
		}
		if k.name == "schema" {
			l.keyword(m, pointer, f.typ)
			return
		}
		l.value(f.typ, m.Value, pointer)
	}
}

// missing warns of fields that an object needs and lacks.
func (l *linter) missing(k *objectKind, o *jsonvalue.Object, pointer string) {
	if l.bundle.partial {
		return
	}
	for _, name := range k.order {
		value, has := o.Get(name)
		switch {
		case k.name == "info" && value == "":
			l.warn(jsonvalue.Join(pointer, name), "%s is empty; say which it is", name)
		case has || !k.fields[name].required:
		case name == "responses" && !l.is30: // OpenAPI 3.1 does not require it
		case name == "openapi":
		case name == "info":
			l.warn(pointer, "info: missing; an OpenAPI document has info: {title: …, version: …}")
		default:
			l.warn(pointer, "%s: missing; %s has one", name, k.article())
		}
	}
	_, schema := o.Get("schema")
	_, content := o.Get("content")
	if k.name == "parameter" && !schema && !content && !l.mends.has(jsonvalue.Join(pointer, "schema")) {
		l.warn(pointer, "schema: missing; a parameter has a schema or content; any value is allowed")
	}
}

// mention notes something that is reported once for the whole document.
func (l *linter) mention(pointer, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if known := l.mentioned[text]; known != nil {
		known.more++
		return
	}
	l.mentioned[text] = &mention{pointer: pointer}
	l.order = append(l.order, text)
}

// report adds what was mentioned to the problems.
func (l *linter) report() {
	for _, text := range l.order {
		m := l.mentioned[text]
		if m.more > 0 {
			text += fmt.Sprintf(" (here, and in %d more places)", m.more)
		}
		l.warn(m.pointer, "%s", text)
	}
}
