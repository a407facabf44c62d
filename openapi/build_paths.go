package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

func (b *documentBuilder) paths() {
	paths, at := b.optional(b.root, "", "paths", "paths")
	if paths == nil {
		b.noPaths()
		return
	}
	names := memberNames(b.root, "paths")
	sorted := slices.SortedFunc(slices.Values(names), func(a, b string) int {
		return strings.Compare("/"+strings.TrimPrefix(a, "/"), "/"+strings.TrimPrefix(b, "/"))
	})
	for _, name := range sorted {
		if !strings.HasPrefix(name, "x-") {
			b.pathItem(b.path(name, jsonvalue.Join(at, name)), jsonvalue.Join(at, name))
		}
	}
	b.unreachable(names)
	b.uniqueIDs()
}

// noPaths refuses a document that says nothing at all.
func (b *documentBuilder) noPaths() {
	_, webhooks := b.root.Get("webhooks")
	_, components := b.root.Get("components")
	switch {
	case !webhooks && !components:
		b.add("", "paths: missing; a document without paths gives nothing to serve or to check")
	case b.doc.is30():
		b.warn("", "paths: missing; there is nothing to serve or to check")
	}
}

// path returns the path that the name of a path item means.
func (b *documentBuilder) path(name, pointer string) string {
	if !strings.HasPrefix(name, "/") {
		b.warn(pointer, "path %q must start with a slash; it is read as %q", name, "/"+name)
		return "/" + name
	}
	return name
}

func (b *documentBuilder) pathItem(path, pointer string) {
	item, at := b.object(pointer, "a path")
	if item == nil {
		return
	}
	shared := b.parameters(item, at)
	for _, method := range methods {
		if _, ok := item.Get(method); !ok {
			continue
		}
		if op := b.operation(path, method, jsonvalue.Join(at, method), shared); op != nil {
			operation, _ := b.object(jsonvalue.Join(at, method), "an operation")
			op.BasePaths = b.basePaths(operation, item)
			b.doc.Operations = append(b.doc.Operations, op)
		}
	}
}

// unreachable leaves out operations whose requests belong to an earlier one: their paths differ only
// in the names of parameters. names has the paths in document order.
func (b *documentBuilder) unreachable(names []string) {
	order := map[string]int{}
	for i, name := range names {
		order["/"+strings.TrimPrefix(name, "/")] = i
	}
	served := map[string]*Operation{}
	for _, op := range b.doc.Operations {
		if first := served[op.selector()]; first == nil || order[op.written] < order[first.written] {
			served[op.selector()] = op
		}
	}
	b.doc.Operations = slices.DeleteFunc(b.doc.Operations, func(op *Operation) bool {
		first := served[op.selector()]
		if op != first {
			b.warn(op.pointer, "%s %s means the same requests as %s %s, which serves them; this one is left out",
				op.Method, op.written, first.Method, first.written)
		}
		return op != first
	})
}

// uniqueIDs gives operations whose id is taken another one, with a number.
func (b *documentBuilder) uniqueIDs() {
	taken := map[string]*Operation{}
	var again []*Operation
	for _, op := range b.doc.Operations {
		if taken[op.ID] != nil {
			again = append(again, op)
			continue
		}
		taken[op.ID] = op
	}
	for _, op := range again {
		first, id := taken[op.ID], op.ID
		for n := 2; taken[op.ID] != nil; n++ {
			op.ID = fmt.Sprintf("%s-%d", id, n)
		}
		taken[op.ID] = op
		b.warn(jsonvalue.Join(op.pointer, "operationId"),
			"operationId %q is taken by %s %s; each operation has its own; this one is called %q",
			id, first.Method, first.Path, op.ID)
	}
}
