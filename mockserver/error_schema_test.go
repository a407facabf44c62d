package mockserver_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The documents describe each member of a violation as it is served, with its type, and no other one.
func TestViolationsAreDescribed(t *testing.T) {
	t.Parallel()
	refusal := func(doc *openapi.Document, operation, pointer string) *openapi.Schema {
		return doc.Operation(operation).Response(400).JSON().Schema.At(pointer)
	}
	entry := controlDocument().Operation("listRequests").Response(200).JSON().Schema.At("/requests/0")
	for name, s := range map[string]*openapi.Schema{
		"agent.yaml":                refusal(openapi.Agent(), "updateAgent", "/error/details/0"),
		"control.yaml, refusals":    refusal(controlDocument(), "seed", "/error/details/0"),
		"control.yaml, the journal": entry.At("/violations/0"),
	} {
		compareSchema(t, name, reflect.TypeFor[openapi.Violation](), s)
	}
}

// compareSchema compares a schema to the JSON of a Go type.
func compareSchema(t *testing.T, name string, typ reflect.Type, s *openapi.Schema) {
	t.Helper()
	if s == nil {
		t.Fatalf("%s: not described", name)
	}
	types := map[reflect.Kind]string{reflect.String: "string", reflect.Int: "integer", reflect.Struct: "object",
		reflect.Interface: ""}
	var names []string
	for i := range typ.NumField() {
		field := typ.Field(i)
		member, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, member)
		at := name + " " + member
		p := s.Property(member)
		if p == nil {
			t.Errorf("%s: not described", at)
			continue
		}
		if got, want := strings.Join(p.Schema.Types, " "), types[field.Type.Kind()]; got != want {
			t.Errorf("%s: type %q, want %q", at, got, want)
		}
		if field.Type.Kind() == reflect.Struct {
			compareSchema(t, at, field.Type, p.Schema)
		}
	}
	for _, p := range s.Properties {
		if !slices.Contains(names, p.Name) {
			t.Errorf("%s: %s is described and never served", name, p.Name)
		}
	}
}

// The examples of refusals in the document are what the mock answers, but for the place of the rule.
func TestExamplesOfRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{}).in("ws-demo")
	known := strings.TrimPrefix(c.created(minimalAgent), agents+"/")
	put := func(c *client, id, body string) *reply { return c.send("PUT", agents+"/"+id, body) }
	seen := map[string]bool{}
	for _, tt := range []struct {
		status int
		name   string
		reply  *reply
	}{
		{400, "body", put(c, known, `{"llmModel":"gpt-4o-mni"}`)},
		{400, "header", put(c.with("x-workspace-id"), "a", `{"llmModel":"gpt-5"}`)},
		{401, "missing", put(c.with("x-api-key"), "a", `{"llmModel":"gpt-5"}`)},
		{404, "unknown", put(c, "678c6a17c3f1e80b52d49aff", `{"llmModel":"gpt-5"}`)},
		{413, "tooLarge", put(c, known, strings.Repeat(" ", mockserver.DefaultMaxBody+1))},
		{415, "text", put(c.with("Content-Type", "text/plain"), known, `x`)},
	} {
		response := c.doc.Operation("updateAgent").Response(tt.status)
		examples := response.JSON().Examples
		i := slices.IndexFunc(examples, func(e openapi.Example) bool { return e.Name == tt.name })
		if i < 0 {
			t.Errorf("%d has no example %s", tt.status, tt.name)
			continue
		}
		got := jsonvalue.Remove(tt.reply.value, "/error/details/0/document")
		if want := examples[i].Value; !jsonvalue.Equal(got, want) {
			t.Errorf("%d %s:\ngot  %s\nwant %s", tt.status, tt.name, jsonvalue.Marshal(got), jsonvalue.Marshal(want))
		}
		seen[response.Status+tt.name] = true
	}
	for _, r := range c.doc.Operation("updateAgent").Responses {
		if r.Status[0] != '4' || r.StatusCode() == http.StatusTooManyRequests {
			continue
		}
		for _, e := range r.JSON().Examples {
			if !seen[r.Status+e.Name] {
				t.Errorf("the example %s of %s is not tried", e.Name, r.Status)
			}
		}
	}
}
