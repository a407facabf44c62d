package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// chooser makes the choices of a random document: first those that its data encodes, which a fuzzer
// varies, then pseudo-random ones.
type chooser struct {
	data []byte
	rest *rand.Rand
}

func newChooser(data []byte) *chooser {
	seed := uint64(len(data))
	for _, b := range data {
		seed = seed*31 + uint64(b)
	}
	return &chooser{data: data, rest: rand.New(rand.NewPCG(seed, 1))}
}

// below returns a number from 0 to n-1.
func (c *chooser) below(n int) int {
	if len(c.data) < 2 {
		return c.rest.IntN(n)
	}
	choice := int(c.data[0])<<8 | int(c.data[1])
	c.data = c.data[2:]
	return choice % n
}

func (c *chooser) chance(percent int) bool { return c.below(100) < percent }

func pick[T any](c *chooser, list ...T) T { return list[c.below(len(list))] }

// randomDocument returns a document that is grown, or a sound one with a few places spoilt.
func randomDocument(c *chooser, sound []any) []byte {
	var doc any
	if c.chance(40) {
		doc = (&grower{chooser: c}).document()
		if c.chance(50) {
			doc = spoil(c, doc, 1+c.below(3))
		}
	} else {
		doc = spoil(c, jsonvalue.Clone(sound[c.below(len(sound))]), 1+c.below(6))
	}
	return jsonvalue.Marshal(doc)
}

// soundDocuments are the documents of the repository, as values.
var soundDocuments = sync.OnceValues(func() ([]any, error) {
	var files []string
	for _, pattern := range []string{"openapi/agent.yaml", "testdata/*.yaml", "testdata/shapes/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	var docs []any
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		parsed, err := source.Parse(file, data)
		if err != nil {
			return nil, err
		}
		docs = append(docs, parsed.Value)
	}
	return docs, nil
})

// spoil changes a number of random places of a value.
func spoil(c *chooser, doc any, places int) any {
	for range places {
		pointers := allPointers(doc, "", nil)
		if len(pointers) == 0 {
			return doc
		}
		at := pick(c, pointers...)
		value, _ := jsonvalue.Lookup(doc, at)
		switch c.below(5) {
		case 0:
			doc = jsonvalue.Remove(doc, at)
		case 1: // another part of the document, small enough not to grow without end
			if other, _ := jsonvalue.Lookup(doc, pick(c, pointers...)); len(jsonvalue.Marshal(other)) < 2000 {
				doc, _ = jsonvalue.Put(doc, at, jsonvalue.Clone(other))
			}
		case 2:
			doc, _ = jsonvalue.Put(doc, at, jsonvalue.ObjectOf("$ref", "#"+pick(c, pointers...)))
		case 3:
			if text, isText := value.(string); isText {
				other := pick(c, text+"/", strings.ToUpper(text), "{"+text, text+"}", "", text+"é \u0000")
				doc, _ = jsonvalue.Put(doc, at, other)
			}
		default:
			doc, _ = jsonvalue.Put(doc, at, strange(c))
		}
	}
	return doc
}

// allPointers appends the pointers to everything inside a value.
func allPointers(v any, at string, list []string) []string {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			child := fmt.Sprintf("%s/%d", at, i)
			list = allPointers(item, child, append(list, child))
		}
	case *jsonvalue.Object:
		for _, m := range v.Members {
			child := jsonvalue.Join(at, m.Name)
			list = allPointers(m.Value, child, append(list, child))
		}
	}
	return list
}

// strange returns a value that is wrong in most places.
func strange(c *chooser) any {
	return pick[any](c, nil, true, false, "", "x", "{id}", "default", "object", "array", "number", json.Number("0"),
		json.Number("-1"), json.Number("1e300"), json.Number("2.5"), []any{}, []any{nil}, []any{"id", "id"},
		&jsonvalue.Object{}, jsonvalue.ObjectOf("type", "string"), jsonvalue.ObjectOf("type", []any{}),
		jsonvalue.ObjectOf("", &jsonvalue.Object{}), jsonvalue.ObjectOf("nullable", true),
		jsonvalue.ObjectOf("allOf", []any{jsonvalue.ObjectOf("type", "object"), jsonvalue.ObjectOf("type", "null")}),
		jsonvalue.ObjectOf("not", &jsonvalue.Object{}), jsonvalue.ObjectOf("enum", []any{nil, json.Number("1"), "a"}))
}

// grower grows documents.
type grower struct {
	*chooser
	names []string // of component schemas
}

func (g *grower) document() any {
	for i := range 1 + g.below(5) {
		g.names = append(g.names, pick(g.chooser, "Item", "Pot", "a-b", "X.Y", "ID", "Übung")+fmt.Sprint(i))
	}
	schemas := &jsonvalue.Object{}
	for _, name := range g.names {
		schemas.Set(name, g.schema(0))
	}
	paths := &jsonvalue.Object{}
	for range 1 + g.below(4) {
		path := pick(g.chooser, "/pots", "/a/b", "/pots/{potId}/lids", "/settings", "/create-pot", "/")
		paths.Set(path, g.pathItem(path))
		if g.chance(70) {
			item := strings.TrimRight(path, "/") + pick(g.chooser, "/{id}", "/{potId}", "/{a}-{b}", "/{name}.json")
			paths.Set(item, g.pathItem(item))
		}
	}
	key := jsonvalue.ObjectOf("type", "apiKey", "in", pick(g.chooser, "header", "query", "cookie"), "name", "k")
	return jsonvalue.ObjectOf("openapi", pick(g.chooser, "3.0.3", "3.1.0"), "info",
		jsonvalue.ObjectOf("title", "Grown", "version", "1"), "paths", paths,
		"components", jsonvalue.ObjectOf("schemas", schemas, "securitySchemes", jsonvalue.ObjectOf("key", key)))
}

func (g *grower) pathItem(path string) any {
	item := &jsonvalue.Object{}
	for _, method := range []string{"get", "post", "put", "patch", "delete", "head"} {
		if g.chance(45) {
			item.Set(method, g.operation(path))
		}
	}
	return item
}

func (g *grower) operation(path string) any {
	op, parameters := &jsonvalue.Object{}, []any{}
	for _, part := range strings.Split(path, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		parameters = append(parameters, jsonvalue.ObjectOf("name", name, "in", "path", "required", true, "schema",
			g.scalar()))
	}
	for range g.below(3) {
		parameters = append(parameters, jsonvalue.ObjectOf(
			"name", pick(g.chooser, "limit", "page", "q", "X-A", "User-Agent"),
			"in", pick(g.chooser, "query", "header", "cookie"), "required", g.chance(30), "schema", g.schema(3)))
	}
	op.Set("parameters", parameters)
	if g.chance(60) {
		op.Set("requestBody", jsonvalue.ObjectOf("required", g.chance(50), "content", g.content()))
	}
	responses := &jsonvalue.Object{}
	for range 1 + g.below(3) {
		response := jsonvalue.ObjectOf("description", "d")
		if g.chance(70) {
			response.Set("content", g.content())
		}
		if g.chance(20) {
			header := jsonvalue.ObjectOf("required", true, "schema", g.scalar())
			response.Set("headers", jsonvalue.ObjectOf("X-H", header))
		}
		responses.Set(pick(g.chooser, "200", "201", "204", "202", "default", "4XX", "404", "302"), response)
	}
	op.Set("responses", responses)
	if g.chance(20) {
		op.Set("security", []any{jsonvalue.ObjectOf("key", []any{})})
	}
	return op
}

func (g *grower) content() any {
	media := &jsonvalue.Object{}
	if g.chance(90) {
		media.Set("schema", g.schema(0))
	}
	return jsonvalue.ObjectOf(pick(g.chooser, "application/json", "application/json", "application/json", "*/*",
		"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml",
		"application/merge-patch+json"), media)
}

func (g *grower) scalar() any {
	return pick[any](g.chooser, jsonvalue.ObjectOf("type", "string"), jsonvalue.ObjectOf("type", "integer", "minimum",
		json.Number("3")), jsonvalue.ObjectOf("type", "string", "format", pick(g.chooser, "uuid", "date-time", "byte")),
		jsonvalue.ObjectOf("type", "boolean"), jsonvalue.ObjectOf("type", "string", "pattern", "^[a-c]{2,4}$"),
		jsonvalue.ObjectOf("type", "string", "enum", []any{"red", "blue"}), &jsonvalue.Object{})
}

func (g *grower) schema(depth int) any {
	if depth > 3 || g.chance(25) {
		return g.scalar()
	}
	parts := func() []any {
		list := []any{g.schema(depth + 1)}
		for g.chance(50) {
			list = append(list, g.schema(depth+1))
		}
		return list
	}
	switch g.below(9) {
	case 0, 1:
		return jsonvalue.ObjectOf("$ref", "#/components/schemas/"+pick(g.chooser, g.names...))
	case 2:
		return jsonvalue.ObjectOf("type", "array", "items", g.schema(depth+1))
	case 3:
		return jsonvalue.ObjectOf("oneOf", parts(), "discriminator", jsonvalue.ObjectOf("propertyName", "kind"))
	case 4:
		return jsonvalue.ObjectOf(pick(g.chooser, "allOf", "anyOf", "oneOf"), parts())
	case 5:
		return jsonvalue.ObjectOf("type", "object", "additionalProperties", g.schema(depth+1))
	}
	properties, names := &jsonvalue.Object{}, []any{}
	for range g.below(5) {
		name := pick(g.chooser, "id", "name", "potId", "kind", "items", "data", "createdAt", "", "a/b")
		property := g.schema(depth + 1)
		if o, ok := property.(*jsonvalue.Object); ok && g.chance(15) {
			o.Set(pick(g.chooser, "readOnly", "writeOnly", "nullable", "deprecated"), true)
		}
		if properties.Set(name, property); g.chance(50) && !slices.Contains(names, any(name)) {
			names = append(names, name)
		}
	}
	object := jsonvalue.ObjectOf("type", "object", "properties", properties)
	if len(names) > 0 {
		object.Set("required", names)
	}
	return object
}
