package randomdoc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// grower grows documents.
type grower struct {
	*Chooser
	names []string // of component schemas
}

func (g *grower) document() any {
	for i := range 1 + g.Below(5) {
		g.names = append(g.names, pick(g.Chooser, "Item", "Pot", "a-b", "X.Y", "ID", "Übung")+fmt.Sprint(i))
	}
	schemas := &jsonvalue.Object{}
	for _, name := range g.names {
		schemas.Set(name, g.schema(0))
	}
	paths := &jsonvalue.Object{}
	for range 1 + g.Below(4) {
		path := pick(g.Chooser, "/pots", "/a/b", "/pots/{potId}/lids", "/settings", "/create-pot", "/")
		paths.Set(path, g.pathItem(path))
		if g.Chance(70) {
			item := strings.TrimRight(path, "/") + pick(g.Chooser, "/{id}", "/{potId}", "/{a}-{b}", "/{name}.json")
			paths.Set(item, g.pathItem(item))
		}
	}
	key := jsonvalue.ObjectOf("type", "apiKey", "in", pick(g.Chooser, "header", "query", "cookie"), "name", "k")
	return jsonvalue.ObjectOf("openapi", pick(g.Chooser, "3.0.3", "3.1.0"), "info",
		jsonvalue.ObjectOf("title", "Grown", "version", "1"), "paths", paths,
		"components", jsonvalue.ObjectOf("schemas", schemas, "securitySchemes", jsonvalue.ObjectOf("key", key)))
}

func (g *grower) pathItem(path string) any {
	item := &jsonvalue.Object{}
	for _, method := range []string{"get", "post", "put", "patch", "delete", "head"} {
		if g.Chance(45) {
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
	for range g.Below(3) {
		parameters = append(parameters, jsonvalue.ObjectOf(
			"name", pick(g.Chooser, "limit", "page", "q", "X-A", "User-Agent"),
			"in", pick(g.Chooser, "query", "header", "cookie"), "required", g.Chance(30), "schema", g.schema(3)))
	}
	op.Set("parameters", parameters)
	if g.Chance(60) {
		op.Set("requestBody", jsonvalue.ObjectOf("required", g.Chance(50), "content", g.content()))
	}
	responses := &jsonvalue.Object{}
	for range 1 + g.Below(3) {
		response := jsonvalue.ObjectOf("description", "d")
		if g.Chance(70) {
			response.Set("content", g.content())
		}
		if g.Chance(20) {
			header := jsonvalue.ObjectOf("required", true, "schema", g.scalar())
			response.Set("headers", jsonvalue.ObjectOf("X-H", header))
		}
		responses.Set(pick(g.Chooser, "200", "201", "204", "202", "default", "4XX", "404", "302"), response)
	}
	op.Set("responses", responses)
	if g.Chance(20) {
		op.Set("security", []any{jsonvalue.ObjectOf("key", []any{})})
	}
	return op
}

func (g *grower) content() any {
	media := &jsonvalue.Object{}
	if g.Chance(90) {
		media.Set("schema", g.schema(0))
	}
	return jsonvalue.ObjectOf(pick(g.Chooser, "application/json", "application/json", "application/json", "*/*",
		"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml",
		"application/merge-patch+json"), media)
}

func (g *grower) scalar() any {
	return pick[any](g.Chooser, jsonvalue.ObjectOf("type", "string"), jsonvalue.ObjectOf("type", "integer", "minimum",
		json.Number("3")), jsonvalue.ObjectOf("type", "string", "format", pick(g.Chooser, "uuid", "date-time", "byte")),
		jsonvalue.ObjectOf("type", "boolean"), jsonvalue.ObjectOf("type", "string", "pattern", "^[a-c]{2,4}$"),
		jsonvalue.ObjectOf("type", "string", "enum", []any{"red", "blue"}), &jsonvalue.Object{})
}

func (g *grower) schema(depth int) any {
	if depth > 3 || g.Chance(25) {
		return g.scalar()
	}
	parts := func() []any {
		list := []any{g.schema(depth + 1)}
		for g.Chance(50) {
			list = append(list, g.schema(depth+1))
		}
		return list
	}
	switch g.Below(9) {
	case 0, 1:
		return jsonvalue.ObjectOf("$ref", "#/components/schemas/"+pick(g.Chooser, g.names...))
	case 2:
		return jsonvalue.ObjectOf("type", "array", "items", g.schema(depth+1))
	case 3:
		return jsonvalue.ObjectOf("oneOf", parts(), "discriminator", jsonvalue.ObjectOf("propertyName", "kind"))
	case 4:
		return jsonvalue.ObjectOf(pick(g.Chooser, "allOf", "anyOf", "oneOf"), parts())
	case 5:
		return jsonvalue.ObjectOf("type", "object", "additionalProperties", g.schema(depth+1))
	}
	properties, names := &jsonvalue.Object{}, []any{}
	for range g.Below(5) {
		name := pick(g.Chooser, "id", "name", "potId", "kind", "items", "data", "createdAt", "", "a/b")
		property := g.schema(depth + 1)
		if o, ok := property.(*jsonvalue.Object); ok && g.Chance(15) {
			o.Set(pick(g.Chooser, "readOnly", "writeOnly", "nullable", "deprecated"), true)
		}
		if properties.Set(name, property); g.Chance(50) && !slices.Contains(names, any(name)) {
			names = append(names, name)
		}
	}
	object := jsonvalue.ObjectOf("type", "object", "properties", properties)
	if len(names) > 0 {
		object.Set("required", names)
	}
	return object
}
