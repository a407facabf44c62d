package openapi_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// api is a document of operations, one a line, as testdata/resources.txt explains.
func api(components string, lines ...string) string {
	byPath := map[string][]string{}
	var paths []string
	for _, line := range lines {
		request, answer, _ := strings.Cut(line, " -> ")
		method, rest, _ := strings.Cut(request, " /")
		path, body, _ := strings.Cut("/"+rest, " ")
		status, answer, _ := strings.Cut(answer, " ")
		operation := ""
		if at := strings.IndexByte(method, '<'); at > 0 {
			operation = "x-mock: " + method[at+1:len(method)-1] + ", "
			method = method[:at]
		}
		if body != "" {
			operation += "requestBody: {" + content(body) + "}, "
		}
		response := "description: x"
		if answer != "" {
			response += ", " + content(answer)
		}
		if byPath[path] == nil {
			paths = append(paths, path)
		}
		byPath[path] = append(byPath[path], fmt.Sprintf("    %s: {%sresponses: {'%s': {%s}}}\n",
			strings.ToLower(method), operation, status, response))
	}
	text := head + "paths:\n"
	for _, path := range paths {
		var parameters []string
		for _, part := range strings.Split(path, "{")[1:] {
			name, _, _ := strings.Cut(part, "}")
			parameters = append(parameters, "{name: "+name+", in: path, required: true, schema: {type: string}}")
		}
		text += "  \"" + path + "\":\n    parameters: [" + strings.Join(parameters, ", ") + "]\n" +
			strings.Join(byPath[path], "")
	}
	return text + "components:\n  schemas:\n" + components
}

func content(schema string) string {
	if inner, isList := strings.CutPrefix(schema, "["); isList {
		inner = named(strings.TrimSuffix(inner, "]"))
		return "content: {application/json: {schema: {type: array, items: " + inner + "}}}"
	}
	return "content: {application/json: {schema: " + named(schema) + "}}"
}

var componentRef = regexp.MustCompile(`@(\w+)`)

func named(schema string) string {
	if strings.HasPrefix(schema, "{") {
		return componentRef.ReplaceAllString(schema, "{$$ref: '#/components/schemas/$1'}")
	}
	return "{$ref: '#/components/schemas/" + schema + "'}"
}

// model is what was inferred, a line for each resource and each of its operations.
func model(doc *openapi.Document) string {
	var out strings.Builder
	for _, r := range doc.Resources {
		fmt.Fprintf(&out, "%s %s", r.Name, r.CollectionPath)
		switch {
		case r.Singleton:
			out.WriteString(" single")
		default:
			fmt.Fprintf(&out, " id=%s", r.Identity)
		}
		if r.Parent != nil {
			fmt.Fprintf(&out, " in=%s", r.Parent.Name)
		}
		if r.ClientID {
			out.WriteString(" client")
		}
		out.WriteString("\n")
		for _, op := range r.Operations {
			fmt.Fprintf(&out, "  %s %s %s", op.Action, op.Method, op.Path)
			for name, value := range map[string]bool{" creates": op.Creates, " bulk": op.Bulk} {
				if value {
					out.WriteString(name)
				}
			}
			if op.BodyWrapper != "" {
				fmt.Fprintf(&out, " sent=%s", op.BodyWrapper)
			}
			if op.Wrapper != "" {
				fmt.Fprintf(&out, " shown=%s", op.Wrapper)
			}
			out.WriteString("\n")
		}
	}
	return strings.TrimSpace(out.String())
}

const boats = `    Boat: {allOf: [{$ref: '#/components/schemas/BoatInput'}, {required: [boat_id], properties: {boat_id: {type: string}}}]}
    BoatInput: {type: object, properties: {hull: {type: string}, sails: {type: integer}}}
    Receipt: {type: object, properties: {boat_id: {type: string}}}
    Crew: {type: object, properties: {id: {type: string}, rank: {type: string}}}
    Done: {type: object, properties: {ok: {type: boolean}}}
`

// TestInference: one document for each way in which operations belong together, and for each in
// which they only seem to.
func TestInference(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/resources.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range strings.Split(string(data), "\n# ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		operations, want, _ := strings.Cut(rest, "\n\n")
		lines := strings.Split(operations, "\n")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := model(load(t, api(boats, lines...)))
			if got != strings.Trim(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			slices.Reverse(lines)
			if again := model(load(t, api(boats, lines...))); again != got {
				t.Errorf("in another order\n%sinstead of\n%s", again, got)
			}
		})
	}
}

// TestIdentityNames: what the path parameter calls the identity, and what the item does.
func TestIdentityNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ collection, parameter, properties, want string }{
		{"calls", "call_id", "callId name", "callId"},
		{"calls", "callId", "uuid id name", "id"},
		{"Calls", "Sid", "sid account_sid", "sid"},
		{"items", "item_uuid", "uuid name", "uuid"},
		{"collections", "collectionName", "title name", "name"},
		{"clusters", "name", "name uid", "name"},
		{"users", "uid", "name uid", "uid"},
		{"flags", "key", "_id key", "key"},
		{"orgs", "orgSlug", "id slug", "slug"},
		{"sessions", "sessionId", "$id user", "$id"},
		{"people", "person", "name id", "id"},
		{"categories", "id", "categoryId name", "categoryId"},
		{"phone-numbers", "phoneNumberId", "number id", "id"},
		{"settings", "settingKeyOrId", "name id", "id"},
		{"history", "history_item_id", "history_item_id text", "history_item_id"},
		{"boxes", "box", "box size", "box"},
		{"things", "ref", "thing", "id"},
		{"notes", "noteId", "note guid", "guid"},
	} {
		var properties []string
		for _, name := range strings.Fields(c.properties) {
			properties = append(properties, name+": {type: string}")
		}
		item := "{type: object, properties: {" + strings.Join(properties, ", ") + "}}"
		path := "/" + c.collection + "/{" + c.parameter + "}"
		doc := load(t, api(boats, "GET "+path+" -> 200 "+item, "DELETE "+path+" -> 204"))
		if got := doc.Resources[0].Identity; got != c.want {
			t.Errorf("/%s/{%s} of %s: %s, want %s", c.collection, c.parameter, c.properties, got, c.want)
		}
	}
}

// TestItemSchemas: which answer describes a whole item.
func TestItemSchemas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want  string
		lines []string
	}{
		{"Boat", []string{"POST /boats BoatInput -> 201 Receipt", "GET /boats -> 200 [Receipt]",
			"GET /boats/{boat_id} -> 200 Boat"}},
		{"Boat", []string{"POST /boats BoatInput -> 201 Receipt", "GET /boats -> 200 [Boat]",
			"DELETE /boats/{boat_id} -> 204"}},
		{"Boat", []string{"POST /boats BoatInput -> 201 Boat", "GET /boats/{boat_id} -> 200 Done"}},
		{"BoatInput", []string{"POST /boats BoatInput -> 201 Receipt", "GET /boats/{boat_id} -> 200 BoatInput"}},
		{"BoatInput", []string{"GET /boats -> 200 [Boat]", "GET /boats/{boat_id} -> 200 BoatInput"}},
	} {
		r := load(t, api(boats, c.lines...)).Resources[0]
		if r.Schema == nil || r.Schema.Name != c.want || r.Identity != "boat_id" {
			t.Errorf("%s: %+v, identity %s; want %s", c.lines, r.Schema, r.Identity, c.want)
		}
	}
}
