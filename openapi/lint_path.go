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
		l.mention(pointer, "a path has no ? and no #: it is served percent-encoded; what is behind a ? belongs "+
			"into parameters with `in: query`")
	}
	v, at, err := l.bundle.resolve(pointer)
	item, _ := v.(*jsonvalue.Object)
	if err != nil || item == nil || l.bundle.partial {
		return
	}
	var names []string
	for _, m := range pathParameter.FindAllStringSubmatch(path, -1) {
		if slices.Contains(names, m[1]) {
			l.warn(pointer, "path %s has {%s} twice", path, m[1])
			continue
		}
		names = append(names, m[1])
	}
	shared := l.inPath(item, at)
	for _, method := range methods {
		operation, ok := item.Get(method)
		if _, isObject := operation.(*jsonvalue.Object); !ok || !isObject {
			continue
		}
		own := l.inPath(operation, jsonvalue.Join(at, method))
		for _, name := range names {
			if !slices.Contains(shared, name) && !slices.Contains(own, name) {
				l.undeclared(path, name, jsonvalue.Join(at, method))
			}
		}
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
	l.mends.put(jsonvalue.Join(pointer, "parameters")+"/"+appended, jsonvalue.ObjectOf(
		"name", name, "in", "path", "required", true, "schema", jsonvalue.ObjectOf("type", "string")))
}

// inPath returns the names of the path parameters that an object declares.
func (l *linter) inPath(o any, pointer string) (names []string) {
	list, _ := member(o, "parameters")
	for i := range asList(list) {
		p, _, _ := l.bundle.resolve(index(jsonvalue.Join(pointer, "parameters"), i))
		in, _ := member(p, "in")
		if name, _ := member(p, "name"); in == "path" {
			text, _ := name.(string)
			names = append(names, text)
		}
	}
	return names
}
