package sample

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// schema compiles one schema, given in YAML's flow style. Others may be referred to as
// #/components/schemas/Other.
func schema(t testing.TB, text string, others ...string) *openapi.Schema {
	t.Helper()
	doc, err := openapi.Parse("test.yaml", []byte(fmt.Sprintf(`openapi: 3.1.0
info: {title: Test, version: "1"}
paths: {/things: {get: {responses: {'204': {description: none}}}}}
components:
  schemas:
    Test: %s
    %s
`, text, strings.Join(others, "\n    "))))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return doc.Schema("Test")
}

// schemas are some of each kind.
var schemas = []string{
	`{}`,
	`true`,
	`{type: string}`,
	`{type: string, minLength: 3, maxLength: 5}`,
	`{type: string, minLength: 400}`,
	`{type: string, maxLength: 0}`,
	`{type: string, pattern: '^[A-Z]{2}-\d{4}(/\w+)?$'}`,
	`{type: string, pattern: '^(a|b)+[^x]?.*$', minLength: 12, maxLength: 14}`,
	`{type: string, pattern: '\p{Greek}{3}'}`,
	`{type: string, pattern: '^((a*)*)*$', minLength: 2000}`,
	`{type: string, pattern: '^(([a-z]?)*\s?)+$', minLength: 900, maxLength: 1000}`,
	`{type: string, pattern: '^(?=.*[A-Z])(?=.*\d)(?=.*[!?]).{8,}$'}`,
	`{type: string, pattern: '(?=.*[a-z])(?=.*[0-9])', minLength: 6, maxLength: 12}`,
	`{type: string, pattern: '^(?!-)[a-z-]{1,2000}(?<!-)$', maxLength: 4}`,
	`{type: string, enum: [a, b]}`,
	`{enum: [null, 1, x]}`,
	`{const: {a: [1]}}`,
	`{type: [string, "null"], enum: [null, x]}`,
	`{type: [string, "null"]}`,
	`{type: "null"}`,
	`{type: boolean}`,
	`{type: integer}`,
	`{type: integer, minimum: 3, maximum: 3}`,
	`{type: integer, exclusiveMinimum: 3, exclusiveMaximum: 5}`,
	`{type: integer, multipleOf: 7, minimum: -20, maximum: -10}`,
	`{type: integer, multipleOf: 2.5, minimum: 1}`,
	`{type: number, minimum: 0.5, maximum: 0.6}`,
	`{type: number, exclusiveMinimum: 0, exclusiveMaximum: 1}`,
	`{type: number, minimum: 0.125, maximum: 0.125}`,
	`{type: number, multipleOf: 0.05, maximum: 1}`,
	`{type: number, minimum: 1000000}`,
	`{type: number, maximum: -1000000}`,
	`{type: number, minimum: 12345678901234567890, maximum: 12345678901234567899}`,
	`{minimum: 4}`,
	`{type: array}`,
	`{type: array, items: {type: integer}, minItems: 4, maxItems: 4, uniqueItems: true}`,
	`{type: array, items: {type: boolean}, uniqueItems: true, minItems: 2}`,
	`{type: array, items: {enum: [a, b, c]}, uniqueItems: true, minItems: 3}`,
	`{type: array, prefixItems: [{type: string}, {type: integer}], items: {type: boolean}, minItems: 3}`,
	`{type: array, maxItems: 0}`,
	`{type: object}`,
	`{type: object, properties: {a: {type: string}, b: {type: integer}}, required: [b]}`,
	`{type: object, properties: {a: {type: string}}, additionalProperties: false}`,
	`{type: object, additionalProperties: {type: integer, maximum: 5}}`,
	`{type: object, minProperties: 15}`,
	`{type: object, properties: {a: {type: string}, b: {type: string}, c: {type: string}}, required: [b], maxProperties: 1}`,
	`{oneOf: [{type: string}, {type: integer}]}`,
	`{oneOf: [{type: number, multipleOf: 3}, {type: number, multipleOf: 5}]}`,
	`{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}`,
	`{type: object, properties: {kind: {type: string}}, required: [kind], oneOf: [{properties: {kind: {const: x}, x: {type: integer}}, required: [x]}, {properties: {kind: {const: y}, y: {type: string}}, required: [y]}]}`,
	`{anyOf: [{type: string, maxLength: 2}, {type: array, items: {type: string}}]}`,
	`{allOf: [{type: object, properties: {a: {type: integer}}, required: [a]}, {properties: {b: {format: email, type: string}}, required: [b]}]}`,
	`{type: object, properties: {next: {$ref: '#/components/schemas/Test'}, name: {type: string}}}`,
	`{type: array, items: {$ref: '#/components/schemas/Test'}}`,
	`{type: object, properties: {email: {type: string, format: email}, at: {type: string, format: date-time}, day: {type: string, format: date},
      time: {type: string, format: time}, id: {type: string, format: uuid}, link: {type: string, format: uri}, host: {type: string, format: hostname},
      v4: {type: string, format: ipv4}, v6: {type: string, format: ipv6}, long: {type: string, format: duration}, p: {type: string, format: json-pointer},
      r: {type: string, format: regex}, pass: {type: string, format: password}, odd: {type: string, format: never-heard-of},
      rel: {type: string, format: relative-json-pointer}, tpl: {type: string, format: uri-template}, ref: {type: string, format: uri-reference}}}`,
}

func TestValuesAreValid(t *testing.T) {
	t.Parallel()
	for _, text := range schemas {
		s := schema(t, text)
		for kind, m := range map[string]*Generator{"": New(openapi.ResponseView, Believable),
			"lean ": New(openapi.RequestView, Lean)} {
			for i := range uint64(40) {
				v, err := m.Value(s, "value", deal.NewKey(i))
				if err != nil {
					t.Errorf("%s%s: %v", kind, text, err)
					break
				}
				if bad := s.Validate(v, m.view); len(bad) > 0 {
					t.Errorf("%s%s: %s: %v", kind, text, jsonvalue.Marshal(v), bad[0])
				}
				if again, _ := m.Value(s, "value", deal.NewKey(i)); !jsonvalue.Equal(v, again) {
					t.Errorf("%s%s: %s, and then %s", kind, text, jsonvalue.Marshal(v), jsonvalue.Marshal(again))
				}
			}
		}
	}
}

func TestExtremesAreValid(t *testing.T) {
	t.Parallel()
	m := New(openapi.ResponseView, Believable)
	for _, text := range schemas {
		s := schema(t, text)
		different := map[string]bool{}
		for i := range uint64(40) {
			v, err := m.Extreme(s, "value", deal.NewKey(1), i)
			if err != nil {
				t.Errorf("%s: %v", text, err)
				break
			}
			raw := jsonvalue.Marshal(v)
			different[string(raw)] = true
			if bad := s.Validate(v, openapi.ResponseView); len(bad) > 0 {
				t.Errorf("%s: %.200s: %v", text, raw, bad[0])
			}
		}
	}
}

func TestImpossibleSchemasSayWhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{type: integer, minimum: 5, maximum: 4}`:                                                        "test.yaml:6: no integer lies within the bounds",
		`{type: number, exclusiveMinimum: 4, maximum: 4}`:                                                "no number lies within the bounds",
		`{type: integer, exclusiveMinimum: 4, exclusiveMaximum: 5}`:                                      "no integer lies within the bounds",
		`{type: string, pattern: '^\d$', minLength: 5}`:                                                  `no text was found for pattern ^\d$, minLength 5`,
		`{type: array, items: {type: boolean}, uniqueItems: true, minItems: 3}`:                          "no 3 different items were found",
		`{type: object, properties: {a: {type: string}}, additionalProperties: false, minProperties: 2}`: "at least 2 members are demanded",
		`{type: object, properties: {a: {$ref: '#/components/schemas/Test'}}, required: [a]}`:            "the schema demands itself without end",
		`{type: object, properties: {a: {type: integer, minimum: 2, maximum: 1}}, required: [a]}`:        "no integer lies within the bounds",
		`{oneOf: [{type: string, maxLength: 9}, {type: string, maxLength: 8}], maxLength: 7}`:            "refused by the document's rule one-of",
		`{enum: []}`: "",
	} {
		if want == "" {
			continue
		}
		_, err := New(openapi.RequestView, Believable).Value(schema(t, text), "x", deal.NewKey(1))
		var impossible *Impossible
		if !errors.As(err, &impossible) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

func TestViews(t *testing.T) {
	t.Parallel()
	s := schema(t,
		`{type: object, properties: {id: {type: string, readOnly: true}, secret: {type: string, writeOnly: true}, old: {type: string, deprecated: true}}, required: [id, secret]}`)
	for view, want := range map[openapi.View]string{openapi.RequestView: "secret", openapi.ResponseView: "id"} {
		v, err := New(view, Believable).Value(s, "", deal.NewKey(1))
		if err != nil {
			t.Fatal(err)
		}
		if o := v.(*jsonvalue.Object); len(o.Members) != 1 || o.Members[0].Name != want {
			t.Errorf("view %d shows %s, want only %s", view, jsonvalue.Marshal(v), want)
		}
	}
}

func TestLeanValuesHaveOnlyWhatIsRequired(t *testing.T) {
	t.Parallel()
	s := schema(t,
		`{type: object, properties: {a: {type: string}, b: {type: object, properties: {c: {type: string}, d: {type: array}}, required: [d]}}, required: [b]}`)
	v, err := New(openapi.RequestView, Lean).Value(s, "", deal.NewKey(1))
	if got := string(jsonvalue.Marshal(v)); err != nil || got != `{"b":{"d":[]}}` {
		t.Errorf("%s, %v", got, err)
	}
}

func TestFits(t *testing.T) {
	t.Parallel()
	m := New(openapi.RequestView, Believable)
	values := []string{`""`, `"abc"`, `"2025-01-01T00:00:00Z"`, `"2025-02-28T23:59:59.999Z"`,
		`"2025-02-29T00:00:00.000Z"`, `"2025-01-01T24:00:00.000Z"`, `"ABC-1"`, `0`, `1.0`, `-3`, `0.1`, `7`,
		`1e3`, `true`, `null`, `[]`, `{}`}
	for _, text := range append(schemas, `{type: string, format: date-time}`,
		`{type: string, pattern: '^[A-Z]+-\d$'}`, `{type: [integer, "null"], maximum: 5}`) {
		if strings.Contains(text, "minItems") || strings.Contains(text, "properties") ||
			strings.Contains(text, "Properties") || strings.Contains(text, "prefixItems") {
			continue // of lists and objects it looks at the type alone
		}
		s := schema(t, text)
		for _, raw := range values {
			v, err := jsonvalue.Parse([]byte(raw), jsonvalue.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := m.Fits(s, v), len(s.Validate(v, openapi.RequestView)) == 0; got != want {
				t.Errorf("%s fits %s: %t, the schema says %t", raw, text, got, want)
			}
		}
	}
}

func TestNamesMeanSomething(t *testing.T) {
	t.Parallel()
	s := &openapi.Schema{Types: []string{"string"}}
	m := New(openapi.RequestView, Believable)
	for name, want := range map[string]string{
		"email": "@example.com", "contactEmail": "@example.com", "home_phone_number": "55501", "web-site": "",
		"companyUrl": ".example/", "avatarUrl": "/avatar/",
		"createdAt": "T", "tags": "", "HTMLDescription": ".", "customerName": " ", "startDate": "202",
	} {
		v, err := m.Value(s, name, deal.NewKey(5))
		if got, _ := v.(string); err != nil || !strings.Contains(got, want) || got == "" {
			t.Errorf("%s is %q, want something with %q (%v)", name, got, want, err)
		}
	}
}

func TestMeaningsAreSoundTexts(t *testing.T) {
	t.Parallel()
	for name, meaning := range meanings {
		for i := range uint64(30) {
			v := meaning(deal.NewKey(i).Stream())
			if v == "" || !utf8.ValidString(v) || strings.Contains(strings.ToLower(v), "lorem") || v == "string" {
				t.Errorf("%s: %q", name, v)
			}
		}
	}
}

func TestSpecimensAreSound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	long := 0
	for _, text := range extremes().Texts {
		if !utf8.ValidString(text) {
			t.Errorf("%q is not UTF-8", text)
		}
		if seen[text] {
			t.Errorf("%.40q is there twice", text)
		}
		if seen[text] = true; utf8.RuneCountInString(text) == 10_000 {
			long++
		}
	}
	if long != 2 {
		t.Errorf("%d texts have 10,000 characters, want 2", long)
	}
	for _, n := range extremes().Numbers {
		if _, ok := rat(n); !ok {
			t.Errorf("%s cannot be read", n)
		}
	}
	for n, make := range objects {
		if _, err := jsonvalue.Parse(jsonvalue.Marshal(make()), jsonvalue.Limits{Depth: 60}); err != nil {
			t.Errorf("object %d: %v", n, err)
		}
	}
}

// Every text comes up at a place, in as many items as there are texts.
func TestExtremesMissNothing(t *testing.T) {
	t.Parallel()
	s := &openapi.Schema{Types: []string{"string"}}
	m, seen := New(openapi.RequestView, Believable), map[string]bool{}
	for i := range uint64(len(extremes().Texts)) {
		v, err := m.Extreme(s, "name", deal.NewKey(1), i)
		if err != nil {
			t.Fatal(err)
		}
		seen[v.(string)] = true
	}
	if len(seen) != len(extremes().Texts) {
		t.Errorf("%d of %d texts came up", len(seen), len(extremes().Texts))
	}
}

func FuzzPattern(f *testing.F) {
	for _, p := range []string{`^a+$`, `\d{3}-[A-F]{2,5}`, `(x|y)*z?`, `[^a-z]`, `^\S+@\S+$`, `\bword\b`,
		`(?i)abc`, `a{0}`, `^$`, `[[:punct:]]`} {
		f.Add(p, uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		p := compilePattern(text)
		if p.err != nil || len(text) > 200 {
			return
		}
		if v := p.text(deal.NewKey(seed).Stream(), 0); len(v) > 1<<20 || !utf8.ValidString(v) {
			t.Errorf("%q makes %d bytes, UTF-8: %t", text, len(v), utf8.ValidString(v))
		}
	})
}
