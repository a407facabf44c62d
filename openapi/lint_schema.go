package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// keyword checks one keyword of a schema whose value has a type of the grammar.
func (l *linter) keyword(m jsonvalue.Member, pointer, typ string) {
	if check := l.keywordCheck(m.Name); check != nil && check(m.Value, pointer) {
		return
	}
	l.note(pointer, m)
	l.value(typ, m.Value, pointer)
}

// keywordCheck returns what checks a keyword by more than the type of its value; nil for most. It
// reports whether that is all: otherwise the value is checked by its type.
func (l *linter) keywordCheck(name string) func(v any, pointer string) (done bool) {
	switch name {
	case "required":
		return l.required
	case "items":
		return l.items
	case "examples":
		return l.exampleList
	case "discriminator":
		return l.discriminator
	case "exclusiveMinimum", "exclusiveMaximum":
		return l.exclusive
	case "nullable":
		return l.nullable
	case "pattern":
		return l.patternText
	case "patternProperties":
		return l.patternNames
	case "$ref":
		return l.refText
	}
	return nil
}

func (l *linter) required(v any, pointer string) bool {
	flag, isFlag := v.(bool)
	if isFlag {
		l.warn(pointer, "required is a list of names in the object around, not %t; it is left out", flag)
		l.mends.remove(pointer)
	}
	return isFlag
}

func (l *linter) items(v any, pointer string) bool {
	list, isList := v.([]any)
	if isList {
		l.tuple(list, pointer)
	}
	return isList
}

// exampleList reads examples by name, as media types have them, as the list that schemas have.
func (l *linter) exampleList(v any, pointer string) bool {
	examples, isObject := v.(*jsonvalue.Object)
	if !isObject {
		return false
	}
	values := []any{}
	for _, named := range examples.Members {
		value, wrapped := member(named.Value, "value")
		if !wrapped {
			value = named.Value
		}
		values = append(values, value)
	}
	l.warn(pointer, "examples is a list in a schema, not object; its values are read as one")
	l.mends.put(pointer, values)
	return true
}

func (l *linter) discriminator(v any, pointer string) bool {
	text, isText := v.(string)
	if isText {
		l.warn(pointer, "discriminator is an object; it is read as {propertyName: %s}", text)
		l.mends.put(pointer, jsonvalue.ObjectOf("propertyName", text))
	}
	return isText
}

func (l *linter) exclusive(v any, pointer string) bool {
	if flag, isFlag := v.(bool); isFlag && !l.is30 {
		l.mention(pointer, "%s: %t is of OpenAPI 3.0; it is honoured, but in OpenAPI 3.1 it is a number",
			lastToken(pointer), flag)
	}
	return false
}

func (l *linter) nullable(_ any, pointer string) bool {
	if !l.is30 {
		l.mention(pointer,
			`nullable is of OpenAPI 3.0; it is honoured, but in OpenAPI 3.1 write type: [string, "null"]`)
	}
	return false
}

func (l *linter) patternText(v any, pointer string) bool {
	text, isText := v.(string)
	if isText && !l.pattern(text, pointer) {
		l.mends.remove(pointer)
	}
	return isText
}

func (l *linter) patternNames(v any, pointer string) bool {
	for _, named := range members(v) {
		if at := jsonvalue.Join(pointer, named.Name); !l.pattern(named.Name, at) {
			l.mends.remove(at)
		}
	}
	return false
}

func (l *linter) refText(v any, pointer string) bool {
	_, isText := v.(string)
	if !isText {
		l.warn(pointer, "$ref is a text, not %s; any value is allowed", jsonvalue.TypeOf(v))
		l.mends.remove(pointer)
	}
	return true
}

// note keeps which schemas a keyword applies to the same value.
func (l *linter) note(pointer string, m jsonvalue.Member) {
	parent, _ := splitLast(pointer)
	switch m.Name {
	case "allOf", "oneOf", "anyOf":
		for i := range asList(m.Value) {
			l.inside[parent] = append(l.inside[parent], index(pointer, i))
		}
	case "not", "if", "then", "else":
		l.inside[parent] = append(l.inside[parent], pointer)
	case "dependentSchemas":
		for _, named := range members(m.Value) {
			l.inside[parent] = append(l.inside[parent], jsonvalue.Join(pointer, named.Name))
		}
	}
}

// tuple reads a list of schemas in items as older drafts of JSON Schema mean it.
func (l *linter) tuple(list []any, pointer string) {
	for i, item := range list {
		l.value("schema", item, index(pointer, i))
	}
	parent, _ := splitLast(pointer)
	switch len(list) {
	case 0:
		l.warn(pointer, "items is one schema, not a list; it is left out")
	case 1:
		l.warn(pointer, "items is one schema, not a list; its only one is read as that of all items")
		l.mends.move(pointer, index(pointer, 0), nil)
		return
	default:
		l.warn(pointer, "items is one schema, not a list; it is read as prefixItems")
		l.mends.move(jsonvalue.Join(parent, "prefixItems"), pointer, nil)
	}
	l.mends.remove(pointer)
}

// schema checks what concerns several keywords of a schema.
func (l *linter) schema(o *jsonvalue.Object, pointer string) {
	typ, _ := o.Get("type")
	if _, has := o.Get("oneOf"); has {
		l.oneOfs = append(l.oneOfs, jsonvalue.Join(pointer, "oneOf"))
	}
	_, items := o.Get("items")
	if typ == "array" && !items && l.is30 {
		l.warn(pointer, "items: missing; a schema of type array has it in OpenAPI 3.0; any items are allowed")
	}
	name, _ := typ.(string)
	if !slices.Contains(jsonTypes, name) || name == "null" && l.nullBeside(o, pointer) {
		return
	}
	if !l.enumOfType(o, name, pointer) {
		return // the type does not count
	}
	value, has := o.Get(defaultKey)
	l.defaultOfType(o, name, value, has, jsonvalue.Join(pointer, defaultKey))
	mock, _ := o.Get(extension)
	value, has = member(mock, defaultKey)
	l.defaultOfType(o, name, value, has, jsonvalue.Join(pointer, extension)+"/"+defaultKey)
}

// defaultOfType checks that a default at a pointer is of the schema's type.
func (l *linter) defaultOfType(o *jsonvalue.Object, name string, value any, has bool, at string) {
	if !has || isOfType(value, name) || mayBeNull(o, value) {
		return
	}
	if meant, ok := readAs(value, name); ok {
		l.warn(at, "default %s is of another type than %s; it is read as %s", clippedJSON(value), name,
			jsonvalue.Marshal(meant))
		l.mends.put(at, meant)
		return
	}
	l.warn(at, "default %s is of another type than %s; it is left out", clippedJSON(value), name)
	l.mends.remove(at)
}

// nullBeside reads the type null beside alternatives as one more of them: null is none of theirs, so
// that no value could meet both.
func (l *linter) nullBeside(o *jsonvalue.Object, pointer string) bool {
	for _, name := range []string{"oneOf", "anyOf"} {
		v, _ := o.Get(name)
		list, at := asList(v), jsonvalue.Join(pointer, name)
		nullable := func(s any) bool {
			typ, known := member(s, "type")
			null, _ := member(s, "nullable")
			return !known || null == true || typ == "null" || slices.Contains(asList(typ), any("null"))
		}
		if len(list) == 0 || slices.ContainsFunc(list, nullable) {
			continue
		}
		l.warn(jsonvalue.Join(pointer, "type"), "type null excludes every schema of %s; it is read as one more of them",
			name)
		l.mends.remove(jsonvalue.Join(pointer, "type"))
		l.mends.move(at, at, func(v any) any {
			return append(slices.Clone(asList(v)), jsonvalue.ObjectOf("type", "null"))
		})
		return true
	}
	return false
}

// enumOfType checks that values of an enum are of the schema's type. Where none is, nothing would be
// valid: the values say what is meant, unless the schema describes what is in a list or an object.
// It reports whether the type counts.
func (l *linter) enumOfType(o *jsonvalue.Object, typ, pointer string) bool {
	enum, _ := o.Get("enum")
	values, at := asList(enum), jsonvalue.Join(pointer, "enum")
	fits := len(values) == 0
	for i, value := range values {
		meant, readable := readAs(value, typ)
		fits = fits || readable || value == nil || isOfType(value, typ)
		if readable && !isOfType(value, typ) {
			l.warn(index(at, i), "enum has %s where a value of type %s is expected; it is read as %s",
				clippedJSON(value), typ, jsonvalue.Marshal(meant))
			l.mends.put(index(at, i), meant)
		}
	}
	if fits {
		return true
	}
	_, items := o.Get("items")
	_, members := o.Get("properties")
	if items || members {
		l.warn(at, "enum has no value of type %s, which the schema describes; it is left out", typ)
		l.mends.remove(at)
		return true
	}
	at = jsonvalue.Join(pointer, "type")
	l.warn(at, "type %s allows no value of enum, such as %s; it is left out", typ, clippedJSON(values[0]))
	l.mends.remove(at)
	return false
}

// readAs reads a value as one of another type, where that is plain.
func readAs(v any, typ string) (any, bool) {
	switch typ {
	case "string":
		return asText(v)
	case "boolean":
		return flagOf(v)
	case "integer":
		return numberOf(isWhole)(v)
	case "number":
		return numberOf(ofType("number"))(v)
	}
	return nil, false
}

// isOfType reports whether a value is of a type of JSON Schema.
func isOfType(v any, name string) bool {
	found := jsonvalue.TypeOf(v)
	return found == name || found == "number" && name == "integer"
}

// mayBeNull reports whether a value is null where the schema allows it.
func mayBeNull(o *jsonvalue.Object, v any) bool {
	nullable, _ := o.Get("nullable")
	return v == nil && nullable == true
}

// ruleWords are the keywords that OpenAPI 3.0 ignores beside a $ref, and whose authors mean a rule.
var ruleWords = []string{"nullable", "type", "enum", "required", "properties", "allOf", "oneOf", "anyOf", "pattern",
	"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "readOnly", "writeOnly", "format"}

// besideRef mentions keywords beside a $ref that OpenAPI 3.0 ignores.
func (l *linter) besideRef(o *jsonvalue.Object, pointer string) {
	if !l.is30 {
		return
	}
	for _, m := range o.Members {
		if slices.Contains(ruleWords, m.Name) {
			l.mention(jsonvalue.Join(pointer, m.Name),
				"%s beside $ref is ignored in OpenAPI 3.0; put the $ref into an allOf beside it", m.Name)
		}
	}
}

// noObject deals with a value where an object of the specification is expected.
func (l *linter) noObject(k *objectKind, v any, pointer string) {
	found := jsonvalue.TypeOf(v)
	instead := any(&jsonvalue.Object{})
	switch text, isText := v.(string); k.name {
	case "schema":
		l.noSchema(v, pointer)
		return
	case "response":
		l.warn(pointer, "a response is an object, not %s", found)
		l.mends.put(pointer, jsonvalue.ObjectOf("description", text))
		return
	case "security":
		if isText {
			instead = jsonvalue.ObjectOf(text, []any{})
		}
	case "parameter", "operation", "path", "example", "link", "callback", "scheme":
		l.warn(pointer, "%s is an object, not %s; it is left out", k.article(), found)
		l.mends.remove(pointer)
		return
	}
	l.warn(pointer, "%s is an object, not %s", k.article(), found)
	l.mends.put(pointer, instead)
}

// noSchema deals with a value where a schema is expected.
func (l *linter) noSchema(v any, pointer string) {
	_, name := splitLast(pointer)
	text, isText := v.(string)
	switch v.(type) {
	case bool:
		if l.is30 && name != "additionalProperties" {
			l.mention(pointer, "a schema that is true or false is of OpenAPI 3.1; it is honoured, "+
				"but tools for OpenAPI 3.0 refuse it")
		}
		return
	}
	what := map[bool]string{false: " or true or false"}[l.is30]
	if isText && slices.Contains(jsonTypes, strings.ToLower(text)) {
		l.warn(pointer, "a schema is an object%s, not string; it is read as {type: %s}", what, strings.ToLower(text))
		l.mends.put(pointer, jsonvalue.ObjectOf("type", strings.ToLower(text)))
		return
	}
	l.warn(pointer, "a schema is an object%s, not %s; any value is allowed", what, jsonvalue.TypeOf(v))
	l.mends.put(pointer, &jsonvalue.Object{})
}
