package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// unknown warns of a member that the specification does not have in an object. A schema may have
// more keywords than are known, so that only what looks like a typing error is reported there.
func (l *linter) unknown(k *objectKind, o *jsonvalue.Object, m jsonvalue.Member, pointer string) {
	near := nearest.To(m.Name, slices.DeleteFunc(slices.Clone(k.order), func(name string) bool {
		_, taken := o.Get(name)
		return taken || !likely(k.fields[name].typ, m.Value)
	}))
	switch {
	case k.name == "schema":
		if near != "" && len(m.Name) >= 4 && len(near) >= 4 {
			l.warn(pointer, "%q is no keyword of schemas%s", m.Name, didYouMean(near))
		}
	case near != "":
		l.warn(pointer, "%q is no field of %s%s", m.Name, k.article(), didYouMean(near))
	case (k.name == "parameter" || k.name == "header") && grammar()["schema"].fields[m.Name].typ != "":
		l.schemaWord(o, m, pointer)
	case k.name == "response" && m.Name == "schema":
		l.warn(pointer, "schema is no field of a response; it is read as content: {application/json: {schema: …}}")
		l.value("schema", m.Value, pointer)
		parent, _ := splitLast(pointer)
		l.mends.move(jsonvalue.Join(parent, "content"), pointer, func(v any) any {
			return jsonvalue.ObjectOf("application/json", jsonvalue.ObjectOf("schema", v))
		})
	default:
		l.warn(pointer, "%q is no field of %s; it has %s", m.Name, k.article(), strings.Join(k.order, ", "))
	}
}

// likely reports whether a value may have been meant for a field of a type.
func likely(typ string, v any) bool {
	switch {
	case typ == "any" || valueTypes[typ] == nil && typ[0] != '[':
		_, isObject := v.(*jsonvalue.Object)
		return typ == "any" || isObject || typ == "schema" && ofType("boolean")(v)
	case typ[0] == '[':
		return ofType("array")(v)
	case typ == "type" || typ == "names":
		return ofType("string")(v) || ofType("array")(v)
	}
	return valueTypes[typ].fits(v)
}

// schemaWord reads a keyword of schemas beside a parameter's name as Swagger 2 means it.
func (l *linter) schemaWord(o *jsonvalue.Object, m jsonvalue.Member, pointer string) {
	parent, _ := splitLast(pointer)
	l.warn(pointer, "%s stands in the parameter's schema: schema: {%[1]s: …}; it is read so", m.Name)
	at := jsonvalue.Join(parent, "schema")
	_, own := o.Get("schema")
	_, content := o.Get("content")
	if own || content {
		return
	}
	if !l.mends.has(at) {
		l.mends.put(at, &jsonvalue.Object{})
	}
	l.value(grammar()["schema"].fields[m.Name].typ, m.Value, pointer)
	l.mends.move(jsonvalue.Join(at, m.Name), pointer, nil)
}
