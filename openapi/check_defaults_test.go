package openapi_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The keyword default in the body of an update that merges is warned of where it stands, once and at every
// level; elsewhere, and as a word of x-mock, it is not.
func TestDefaultsOfUpdates(t *testing.T) {
	t.Parallel()
	const text = head + `paths:
  /things:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'201': {$ref: '#/components/responses/Thing'}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, default: a}}]
    get: {responses: {'200': {$ref: '#/components/responses/Thing'}}}
    put:
      operationId: change
      x-mock: {update: merge}
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Change'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Change'}}
      responses: {'200': {$ref: '#/components/responses/Thing'}}
    patch:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'200': {$ref: '#/components/responses/Thing'}}
components:
  responses:
    Thing: {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  schemas:
    Colour: {type: string, default: red} # of Colour
    New:
      type: object
      properties:
        name: {type: string, default: new}
        on: {type: boolean, default: false}
    Change:
      type: object
      properties:
        name: {type: string, default: changed} # of name
        on: {type: boolean, x-mock: {default: false}}
        seen: {type: boolean, readOnly: true, default: false}
        colour: {$ref: '#/components/schemas/Colour'}
        inner:
          allOf: [{type: object, properties: {deep: {type: array, items: {type: integer, default: 1}}}}] # of deep
        again: {$ref: '#/components/schemas/Change'}
        choice:
          oneOf: [{type: object, properties: {a: {type: string, default: x}}}, {type: 'null'}] # of a
    Thing:
      type: object
      properties:
        id: {type: string, readOnly: true}
        name: {type: string}
        on: {type: boolean, default: true}
`
	lines := strings.Split(text, "\n")
	var got []string
	for _, p := range load(t, text).Check() {
		_, of, _ := strings.Cut(lines[p.Position.Line-1], "# of ")
		if !strings.Contains(p.Message, "default in the body of change") || !p.Warning {
			of = p.String()
		}
		got = append(got, of)
	}
	if got := strings.Join(got, " "); got != "Colour name deep a" {
		t.Errorf("warned of %q", got)
	}
	replacing := strings.Replace(text, "      x-mock: {update: merge}\n", "", 1)
	if found := load(t, replacing).Check(); len(found) != 0 {
		t.Errorf("of a PUT that replaces: %v", found)
	}
}

// A default that is a word of x-mock is one, is judged as one, and does not win over the keyword beside it.
func TestDefaultWord(t *testing.T) {
	t.Parallel()
	schemaOf := func(properties string) (*openapi.Schema, []openapi.Problem) {
		doc := load(t, head+`paths:
  /x:
    put:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                p: `+properties+`
      responses: {'200': {description: d}}
components: {schemas: {Five: {type: integer, default: 5}}}
`)
		return doc.Operations[0].Body.JSON().Schema.Member("p"), doc.Check()
	}
	for _, c := range []struct{ property, want, problem string }{
		{`{type: integer, x-mock: {default: 3}}`, "3", ""},
		{`{type: integer, default: 4, x-mock: {default: 3}}`, "4", ""},
		{`{$ref: '#/components/schemas/Five', x-mock: {default: 3}}`, "3", ""},
		{`{allOf: [{type: integer, x-mock: {default: 3}}]}`, "3", ""},
		{`{type: integer, maximum: 2, x-mock: {default: 3}}`, "3", "x-mock.default: body: 3 must be at most 2"},
		{`{type: integer, x-mock: {default: "3"}}`, "3", `default "3" is of another type than integer; it is read as 3`},
		{`{type: integer, x-mock: {default: many}}`, "", `default "many" is of another type than integer; it is left out`},
		{`{type: string, x-mock: secret}`, "", ""},
	} {
		s, problems := schemaOf(c.property)
		got := ""
		if s.HasDefault {
			got = string(jsonvalue.Marshal(s.Default))
		}
		text := ""
		for _, p := range problems {
			text += p.Message
		}
		if got != c.want || !strings.HasPrefix(text, c.problem) || c.problem == "" && text != "" {
			t.Errorf("%s: default %q, want %q; problems %s", c.property, got, c.want, text)
		}
	}
}

// No client that is generated from the built-in document has a default to send in an update; what makes a
// new agent has them as keywords.
func TestAgentDefaults(t *testing.T) {
	t.Parallel()
	doc := openapi.Agent()
	if problems := doc.Check(); len(problems) > 0 {
		t.Error(problems)
	}
	// Both ways to say it mean the same to what is behind the document.
	create, update := doc.Operation("createAgent").SentSchema(), doc.Operation("updateAgent").SentSchema()
	for name, want := range map[string]string{"llmModel": `"gpt-4o-mini"`, "smartCallback": "false",
		"maxAttemptsForSmartCallback": "5"} {
		for _, s := range []*openapi.Schema{create, update} {
			if p := s.Member(name); !p.HasDefault || string(jsonvalue.Marshal(p.Default)) != want {
				t.Errorf("%s %s: default %v, want %s", s.Name, name, p.Default, want)
			}
		}
	}
	source := string(doc.Source())
	if n := strings.Count(source, "\n          default: "); n != 3 {
		t.Errorf("%d properties with the keyword; want those of the creation", n)
	}
	_, from, _ := strings.Cut(source, "    AgentUpdate:\n")
	rest, _, _ := strings.Cut(from, "    Agent:\n")
	if strings.Contains(strings.ReplaceAll(rest, "x-mock:\n            default:", ""), "default: ") {
		t.Error("the keyword default stands in the schema of updates, or in what it refers to")
	}
}
