package openapi_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestManyViolations: a megabyte of errors is reported at once, with the first of them and the
// number of the rest. It counts bytes, so nothing else runs meanwhile.
func TestManyViolations(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	doc := load(t, schemaDocument("3.1.0", `    List: {type: array, items: {type: object, required: [a, b], properties: {c: {type: string}}}}
    Map: {type: object, additionalProperties: {type: string}}
    Closed: {type: object, properties: {colour: {}, size: {}}, additionalProperties: false}
    Sealed: {type: object, unevaluatedProperties: false}
    Long: {type: object, additionalProperties: {items: {type: string}}}
    Either: {type: array, items: {oneOf: [{type: object, required: [a]}, {type: object, required: [b]}]}}
`))
	var members []string
	for i := range 20_000 {
		members = append(members, fmt.Sprintf(`"member%d":%d`, i, i))
	}
	object := "{" + strings.Join(members, ",") + "}"
	for _, c := range []struct {
		schema, body string
		more         int
	}{
		{"List", "[" + strings.Repeat(`{"c":1},`, 30_000) + "{}]", -1},
		{"Map", object, 20_000 - openapi.MaxViolations},
		{"Closed", object, 20_000 - openapi.MaxViolations},
		{"Sealed", object, 20_000 - openapi.MaxViolations},
		{"Long", `{"` + strings.Repeat("n", 1<<19) + `":[` + strings.Repeat("1,", 1000) + `1]}`,
			1001 - openapi.MaxViolations},
		{"Either", "[" + strings.Repeat(`{"c":1},`, 20_000) + "{}]", 20_001 - openapi.MaxViolations},
	} {
		t.Run(c.schema, func(t *testing.T) {
			value, bad := openapi.ReadJSON([]byte(c.body))
			if bad != nil {
				t.Fatal(bad)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			found := doc.Schema(c.schema).Validate(value, openapi.RequestView)
			runtime.ReadMemStats(&after)
			if room := after.TotalAlloc - before.TotalAlloc; room > 2000*uint64(len(c.body)) {
				t.Errorf("%d bytes allocated for %d", room, len(c.body))
			}
			last := found[len(found)-1]
			if len(found) != openapi.MaxViolations+1 || last.Rule != "and-more" || c.more >= 0 &&
				last.Actual != c.more {
				t.Errorf("%d violations, the last is %+v", len(found), last)
			}
			if size := len(asJSON(t, found)); size > 300_000 {
				t.Errorf("%d bytes of violations", size)
			}
		})
	}
}

// TestViolationsAreStable: the library finds them in random order.
func TestViolationsAreStable(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", everyKeyword[1:]))
	value, _ := openapi.ReadJSON([]byte(`{"kind":1,"legs":3.5,"tags":[1,2,1],"nick":"","fixed":1,"closed":{"z":1,"y":2,"x":3},"sealed":{"q":1,"p":2},"either":{},"any":[],"toys":{"A":1,"B":2,"C":3}}`))
	first := asJSON(t, doc.Schema("Pet").Validate(value, openapi.RequestView))
	for range 50 {
		if again := asJSON(t, doc.Schema("Pet").Validate(value, openapi.RequestView)); again != first {
			t.Fatalf("%s\n%s", first, again)
		}
	}
	found := doc.Schema("Pet").Validate(value, openapi.RequestView)
	if !slices.IsSortedFunc(found, func(a, b openapi.Violation) int {
		return strings.Compare(a.Pointer,
			b.Pointer)
	}) || len(found) < 14 {
		t.Errorf("%d violations, not sorted: %v", len(found), found)
	}
}

// TestValidateBoundsNumbers: values that did not come through ReadJSON may have numbers that would
// take the library minutes.
func TestValidateBoundsNumbers(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0",
		"    S: {type: number, minimum: -5, maximum: 5}\n    I: {type: integer, multipleOf: 3}\n"))
	for n, want := range map[json.Number]string{
		"1e10000000": "maximum ", "-1e10000000": "minimum ", "1e-10000000": "", "-1e-10000000": "",
		"0e99999999999999999999": "", "1e99999999999999999999": "maximum ",
		json.Number(strings.Repeat("9", 1_000_000)): "maximum ", json.Number("-" +
			strings.Repeat("9", 1_000_000)): "minimum ",
		json.Number("4." + strings.Repeat("9", 1_000_000)): "", json.Number("0." +
			strings.Repeat("0", 1_000_000) + "1"): "", json.Number("0." + strings.Repeat("0", 1_000_000)): "",
		json.Number("6." + strings.Repeat("9", 1_000_000)): "maximum ",
	} {
		var parts []string
		for _, v := range doc.Schema("S").Validate(n, openapi.RequestView) {
			parts = append(parts, v.Rule+" "+v.Pointer)
			if len(v.Message) > 500 || len(asJSON(t, v.Actual)) > 500 {
				t.Errorf("%d bytes", len(v.Message))
			}
		}
		if got := strings.Join(parts, ", "); got != want {
			t.Errorf("%.40s: %q, want %q", n, got, want)
		}
	}
	for _, v := range []any{make(chan int), struct{}{}, []any{func() {}}} { // no JSON at all
		if found := doc.Schema("I").Validate(v, openapi.RequestView); len(found) == 0 {
			t.Errorf("%T is taken", v)
		}
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", `    Token: {type: string, x-mock: secret, minLength: 50}
    S:
      type: object
      maxProperties: 0
      additionalProperties: false
      properties:
        key: {type: string, x-mock: secret, enum: [MARKERx]}
        byRef: {$ref: '#/components/schemas/Token'}
        mapped: {type: string, x-mock: {value: secret}, pattern: '^$'}
        list: {type: array, maxItems: 0, uniqueItems: true, items: {type: string, x-mock: secret, maxLength: 1}}
        object: {type: object, x-mock: secret, properties: {inner: {const: 1}}, additionalProperties: false}
        password: {type: string, format: password, maxLength: 1}
        maybe: {anyOf: [{type: string, format: password, maxLength: 1}, {type: 'null'}]}
        not: {x-mock: secret, not: {type: string}}
        format: {x-mock: secret, format: date-time}
        nested: {type: string}
        number: {x-mock: secret, maximum: 3}
`))
	const marker = "MARKER"
	body := map[string]any{
		"key": marker, "byRef": marker, "mapped": marker, "list": []any{marker, marker},
		"object":   map[string]any{"inner": marker, "more": []any{marker}},
		"password": marker, "maybe": marker, "not": marker, "format": marker,
		"nested": map[string]any{"key": marker, "password": []any{marker}}, "number": json.Number("777777777"),
		"extra": map[string]any{"key": map[string]any{"deep": marker}},
	}
	found := doc.Schema("S").Validate(body, openapi.RequestView)
	if len(found) < 14 {
		t.Errorf("only %d violations", len(found))
	}
	for _, wrong := range []any{map[string]any{"key": []any{marker}},
		map[string]any{"key": map[string]any{marker: marker}}, map[string]any{"byRef": []any{[]any{marker}}},
		map[string]any{"list": marker}} {
		found = append(found, doc.Schema("S").Validate(wrong, openapi.RequestView)...)
	}
	for _, v := range found {
		text := asJSON(t, v)
		if v.Pointer != "/key/"+marker && (strings.Contains(strings.ReplaceAll(text, "MARKERx", ""), marker) ||
			strings.Contains(text, "777777777")) {
			t.Errorf("shows the secret: %s", text)
		}
	}
	want := "byRef format key list mapped not number object"
	if got := strings.Join(doc.SecretNames(), " "); got != want {
		t.Errorf("secrets %s, want %s", got, want)
	}
}

// TestConcurrentValidate makes the race detector look at what is compiled late.
func TestConcurrentValidate(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.0.3", `    Tree: {type: object, nullable: true, properties: {id: {type: string, readOnly: true}, children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
`))
	tree := doc.Schema("Tree")
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for _, s := range []*openapi.Schema{tree, tree.Property("children").Schema,
				tree.Property("children").Schema.Items, tree.Property("id").Schema} {
				s.Validate(map[string]any{"id": 1}, openapi.View(i%2))
			}
			doc.JSON("http://127.0.0.1:1")
		}()
	}
	wait.Wait()
}
