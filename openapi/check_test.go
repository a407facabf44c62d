package openapi_test

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	text := head + `paths:
  /x:
    post:
      parameters:
        - {name: a, in: query, schema: {type: integer}, example: x}
        - name: b
          in: query
          schema: {type: integer, default: many}
          examples:
            good: {value: 1}
            bad: {value: no}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/S'}
            example: {id: not needed}
          text/plain:
            schema: {type: object}
            example: a text that spells an object
      responses:
        '200':
          description: d
          headers:
            X-N: {schema: {type: integer}, example: x}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/S'}
              examples:
                named: {$ref: '#/components/examples/E'}
                null: {value: null}
components:
  examples:
    E:
      value: {id: 1}
  schemas:
    S:
      type: object
      required: [id, name]
      properties:
        id: {type: string, readOnly: true, example: 5}
        name: {type: string, writeOnly: true, examples: [n, 6]}
        status: {enum: [a, b], default: c}
        at: {type: string, readOnly: true, x-mock: {initial: 7}}
      example: {id: i}
    T:
      required: [x]
      example: {}
`
	doc := load(t, text)
	lines := strings.Split(text, "\n")
	problems := doc.Check()
	for i, want := range []struct{ line, message string }{
		{"name: a, in", `example: body: "x" where an integer is expected`},
		{"schema: {type: integer, default", `default "many" is of another type than integer`},
		{"bad: {", `example bad: body: "no" where an integer is expected`},
		{"example: {id: not", "example: body /name: missing; it is required"},
		{"X-N:", `example: body: "x" where an integer is expected`},
		{"null: {value", "example null: body: null where"},
		{"value: {id: 1}", "example named: body /id: 1 where a string is expected"},
		{"id: {type", "example: body: 5 where a string is expected"},
		{"name: {type", "example: body: 6 where a string is expected"},
		{"status:", `default: body: "c" is not one of "a", "b"`},
		{"at: {", "x-mock.initial: body: 7 where a string is expected"},
		{"example: {}", "example: body /x: missing"},
	} {
		if i >= len(problems) {
			t.Fatalf("%d problems: %v", len(problems), problems)
		}
		p := problems[i]
		if !strings.Contains(lines[p.Position.Line-1], want.line) || !strings.HasPrefix(p.Message, want.message) {
			t.Errorf("got %s\nwant %s on the line of %s", p, want.message, want.line)
		}
	}
	if len(problems) != 12 {
		t.Errorf("%d problems: %v", len(problems), problems)
	}
	if problems := load(t, head+"paths: {}\n").Check(); len(problems) != 1 ||
		!strings.Contains(problems[0].String(), "no operations") {
		t.Error(problems)
	}
}
