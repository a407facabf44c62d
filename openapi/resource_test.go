package openapi_test

import (
	"fmt"
	"strings"
	"testing"
)

// crud is a document of operations, one a line: method, path, and the schema of the response (in
// flow style; "" for none).
func crud(lines ...string) string {
	byPath := map[string][]string{}
	var paths []string
	for _, line := range lines {
		parts := strings.SplitN(line+"  ", " ", 3)
		if byPath[parts[1]] == nil {
			paths = append(paths, parts[1])
		}
		content := ""
		if schema := strings.TrimSpace(parts[2]); schema != "" {
			content = ", content: {application/json: {schema: " + schema + "}}"
		}
		hint := ""
		if strings.HasSuffix(parts[0], "+") {
			hint = "x-mock: {update: merge}, "
		}
		byPath[parts[1]] = append(byPath[parts[1]],
			fmt.Sprintf("    %s: {%sresponses: {'200': {description: d%s}}}\n",
				strings.ToLower(strings.TrimSuffix(parts[0], "+")), hint, content))
	}
	text := head + "paths:\n"
	for _, path := range paths {
		text += "  " + path + ":\n"
		var parameters []string
		for _, part := range strings.Split(path, "{")[1:] {
			name, _, _ := strings.Cut(part, "}")
			parameters = append(parameters, "{name: "+name+", in: path, required: true, schema: {type: string}}")
		}
		text += "    parameters: [" + strings.Join(parameters, ", ") + "]\n" + strings.Join(byPath[path], "")
	}
	return text + `components:
  schemas:
    Item: {type: object, properties: {id: {type: string}, name: {type: string}, tags: {type: array, items: {type: string}}}}
    Other: {type: object, properties: {_id: {type: string}}}
    Keyed: {type: object, x-mock: {id: key}, properties: {id: {}, key: {}}}
    User: {type: object, properties: {username: {type: string}, roles: {type: array, items: {type: object}}}}
    Bare: {type: object}
`
}

func TestResources(t *testing.T) {
	t.Parallel()
	const (
		item  = "{$ref: '#/components/schemas/Item'}"
		other = "{$ref: '#/components/schemas/Other'}"
		keyed = "{$ref: '#/components/schemas/Keyed'}"
		user  = "{$ref: '#/components/schemas/User'}"
		bare  = "{$ref: '#/components/schemas/Bare'}"
		items = "{type: array, items: " + item + "}"
	)
	for _, c := range []struct {
		name, text string
		want       string
	}{
		{"plain", crud("GET /items "+items, "POST /items "+item, "GET /items/{id} "+item,
			"PUT /items/{id} "+item, "PATCH /items/{id} "+item, "DELETE /items/{id}"),
			"items /items /items/{id} id=id list create read update replace delete"},
		{"update only", crud("PUT+ /v1/items/{itemId} " + item), "items /v1/items /v1/items/{itemId} id=id update"},
		{"replace only", crud("PUT /v1/items/{itemId} " + item), "items /v1/items /v1/items/{itemId} id=id replace"},
		{"delete only", crud("DELETE /items/{itemId}"), "items /items /items/{itemId} id=id delete"},
		{"wrapped", crud("GET /items {type: object, properties: {total: {type: integer}, data: "+items+"}}",
			"GET /items/{id} "+item), "items /items /items/{id} id=id in=data list read"},
		{"wrapped, beside another list",
			crud("GET /items {type: object, properties: {errors: {type: array, items: "+other+"}, data: "+items+"}}",
				"GET /items/{id} "+item), "items /items /items/{id} id=id in=data list read"},
		{"two lists, no hint",
			crud("GET /items {type: object, properties: {errors: {type: array, items: "+other+"}, data: "+items+"}}",
				"DELETE /items/{id}"), "items /items /items/{id} id=id in=data list delete"},
		{"wrapped by allOf", crud("GET /items {allOf: [{properties: {n: {}}}, {properties: {data: "+items+"}}]}",
			"POST /items "+item), "items /items  id=id in=data list create"},
		{"no item path", crud("GET /items "+items, "POST /items "+item), "items /items  id=id list create"},
		{"a list alone is no resource", crud("GET /items " + items), ""},
		{"an action", crud("POST /items/{id}/start "+item, "GET /items/{id} "+item, "DELETE /items/{id}"),
			"items /items /items/{id} id=id read delete"},
		{"a read alone is no resource", crud("GET /items/{id} " + item), ""},
		{"a singleton", crud("GET /me "+user, "PUT /me "+user), ""},
		{"a login", crud("POST /login " + user), ""},
		{"nested", crud("GET /shops/{shop}/items "+items, "GET /shops/{shop}/items/{id} "+item,
			"GET /shops/{shop} "+bare), // which shops there are is not known
			"items /shops/{shop}/items /shops/{shop}/items/{id} id=id of=shop list read"},
		{"two of one name", crud("PUT /a/items/{id} "+item, "PUT /b/items/{id} "+other),
			"items /a/items /a/items/{id} id=id replace\nb/items /b/items /b/items/{id} id=_id replace"},
		{"trailing slashes", crud("GET /items/ "+items, "POST /items/ "+item, "GET /items/{id}/ "+item),
			"items /items/ /items/{id}/ id=id list create read"},
		{"slash on the item alone", crud("GET /items "+items, "GET /items/{id}/ "+item),
			"items /items /items/{id}/ id=id list read"},
		{"with a suffix", crud("GET /items.json "+items, "GET /items/{id}.json "+item),
			"items /items.json /items/{id}.json id=id list read"},
		{"named identity", crud("PUT /keys/{k} " + keyed), "keys /keys /keys/{k} id=key replace"},
		{"parameter is the identity", crud("PUT /users/{username} " + user),
			"users /users /users/{username} id=username replace"},
		{"underscore", crud("PUT /others/{id} " + other), "others /others /others/{id} id=_id replace"},
		{"two parameters at the end", crud("GET /items/{a}/{b} " + item), ""},
		{"a parameter at the root", crud("GET /{id} " + item), ""},
		{"a fixed path beside the item", crud("GET /items/search "+items, "GET /items/{id} "+item, "PATCH /items/{id}"),
			"items /items /items/{id} id=id read update"},
		{"a GET that lists nothing", crud("GET /items "+user, "POST /items "+item, "GET /items/{id} "+item),
			"items /items /items/{id} id=id create read"},
		{"a POST that creates nothing", crud("GET /items "+items, "POST /items "+user, "GET /items/{id} "+item),
			"items /items /items/{id} id=id list read"},
		{"an item in an envelope", crud("GET /items {properties: {data: "+items+"}}",
			"GET /items/{id} {type: object, properties: {data: "+item+", meta: "+bare+"}}"), "items /items " +
			"/items/{id} id=id in=data list read"},
		{"a list that is an object", crud("GET /items {type: object, additionalProperties: "+item+"}",
			"GET /items/{id} "+item, "POST /items "+item), "items /items /items/{id} id=id create read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := resources(load(t, c.text)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
