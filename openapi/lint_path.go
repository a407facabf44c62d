package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// pathItem warns of a path's faults that its operations share, and declares the parameters in its
// name that they do not declare: as texts.
func (l *linter) pathItem(path, pointer string) {
	if strings.ContainsAny(path, "?#") {
		l.mention(pointer, "a path has no ? and no #: what is behind a ? is read as parameters with `in: query`, and "+
			"operations that differ only there are told apart by the parameters that allow one value")
	}
	written := splitPath(path)
	v, at, err := l.bundle.resolve(pointer)
	item, _ := v.(*jsonvalue.Object)
	if err != nil || item == nil || l.bundle.partial {
		return
	}
	var names []string
	for _, m := range pathParameter.FindAllStringSubmatch(written.path, -1) {
		if slices.Contains(names, m[1]) {
			l.warn(pointer, "path %s has {%s} twice", path, m[1])
			continue
		}
		names = append(names, m[1])
	}
	shared := l.named(item, at, "path")
	for _, method := range methods {
		operation, ok := item.Get(method)
		if _, isObject := operation.(*jsonvalue.Object); !ok || !isObject {
			continue
		}
		own := l.named(operation, jsonvalue.Join(at, method), "path")
		for _, name := range names {
			if !slices.Contains(shared, name) && !slices.Contains(own, name) {
				l.undeclared(path, name, jsonvalue.Join(at, method))
			}
		}
		l.behindPath(written, item, at, method)
	}
}

// undeclared declares a parameter of a path for one operation.
func (l *linter) undeclared(path, name, pointer string) {
	if key := name + " " + pointer; l.visited[key] { // several paths refer to one item
		return
	} else {
		l.visited[key] = true
	}
	l.warn(pointer, "path %s has {%s}, but no parameter with `in: path` has this name; it may be any text", path, name)
	l.declare(pointer, name, "path", jsonvalue.ObjectOf("type", "string"))
}

// declare adds a required parameter to an operation.
func (l *linter) declare(pointer, name, in string, schema *jsonvalue.Object) {
	l.mends.put(jsonvalue.Join(pointer, "parameters")+"/"+appended, jsonvalue.ObjectOf(
		"name", name, "in", in, "required", true, "schema", schema))
}

// behindPath declares the query parameters that an operation has in its path and nowhere else.
func (l *linter) behindPath(written writtenPath, item *jsonvalue.Object, at, method string) {
	operation, _ := item.Get(method)
	for _, q := range written.query {
		variable := pathParameter.FindStringSubmatch(q.value)
		known := l.declares(item, at, "query", q.name) ||
			l.declares(operation, jsonvalue.Join(at, method), "query", q.name)
		if variable != nil {
			known = known || l.declares(item, at, "path", variable[1]) ||
				l.declares(operation, jsonvalue.Join(at, method), "path", variable[1])
		}
		schema := jsonvalue.ObjectOf("type", "string")
		if variable == nil {
			schema.Set("enum", []any{q.value})
		}
		if !known {
			l.declare(jsonvalue.Join(at, method), q.name, "query", schema)
		}
	}
}

// declares reports whether an object declares a parameter.
func (l *linter) declares(o any, pointer, in, name string) bool {
	return slices.Contains(l.named(o, pointer, in), name)
}

// named returns the names of the parameters that an object declares in the path, the query, ….
func (l *linter) named(o any, pointer, in string) (names []string) {
	list, _ := member(o, "parameters")
	for i := range asList(list) {
		p, _, _ := l.bundle.resolve(index(jsonvalue.Join(pointer, "parameters"), i))
		place, _ := member(p, "in")
		if name, _ := member(p, "name"); place == in {
			text, _ := name.(string)
			names = append(names, text)
		}
	}
	return names
}
