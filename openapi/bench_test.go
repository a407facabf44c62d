package openapi_test

import (
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func BenchmarkParse(b *testing.B) {
	source := openapi.Agent().Source()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := openapi.Parse("agent.yaml", source); err != nil {
			b.Fatal(err)
		}
	}
}

// update returns a valid update and its response.
func update(t testing.TB) (*openapi.Operation, *openapi.Request, *openapi.ResponseData) {
	t.Helper()
	op := openapi.Agent().Operation("updateAgent")
	request := typed("application/json", string(asBytes(t, op.Body.JSON().Examples[0].Value)))
	request.Path = map[string]string{"agentId": "a"}
	request.Header.Set("x-api-key", "k")
	request.Header.Set("x-workspace-id", "w")
	return op, request, &openapi.ResponseData{Status: 200, Header: request.Header,
		Body: asBytes(t, op.Response(200).JSON().Examples[0].Value)}
}

// BenchmarkValidate measures one update and its response, parsing included.
func BenchmarkValidate(b *testing.B) {
	op, request, response := update(b)
	b.Run("request", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if found := op.ValidateRequest(request); len(found) > 0 {
				b.Fatal(found)
			}
		}
	})
	b.Run("response", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if found := op.ValidateResponse(response); len(found) > 0 {
				b.Fatal(found)
			}
		}
	})
}

func asBytes(t testing.TB, v any) []byte {
	t.Helper()
	return []byte(asJSON(t, v))
}

// bakery returns a document of collections, each with a schema of its own and one that nothing uses,
// as JSON on one line or on many.
func bakery(collections int, oneLine bool) []byte {
	paths, schemas := &jsonvalue.Object{}, &jsonvalue.Object{}
	parse := func(format string, args ...any) any {
		v, err := jsonvalue.Parse(fmt.Appendf(nil, format, args...), jsonvalue.Limits{})
		if err != nil {
			panic(err)
		}
		return v
	}
	for i := range collections {
		content := fmt.Sprintf(`{"application/json": {"schema": {"$ref": "#/components/schemas/Loaf%d"}}}`, i)
		answer := `{"description": "größer", "content": ` + content + `}`
		paths.Set(fmt.Sprintf("/shelf%d/loaves", i), parse(`{"post": {"operationId": "bake%d",
			"requestBody": {"content": %s}, "responses": {"201": %s}}}`, i, content, answer))
		paths.Set(fmt.Sprintf("/shelf%d/loaves/{loafId}", i), parse(`{"get": {"operationId": "look%d",
			"parameters": [{"name": "loafId", "in": "path", "required": true, "schema": {"type": "string"}}],
			"responses": {"200": %s}}}`, i, answer))
		schemas.Set(fmt.Sprintf("Loaf%d", i), parse(`{"allOf": [{"$ref": "#/components/schemas/Dough"}],
			"properties": {"loafId": {"type": "string", "readOnly": true}, "crust": {"enum": ["thin", "thick"]}}}`))
		schemas.Set(fmt.Sprintf("Recipe%d", i), parse(`{"properties": {"of": {"$ref": "#/components/schemas/Loaf%d"},
			"steps": {"type": "array", "items": {"type": "string"}}}}`, i))
	}
	schemas.Set("Dough", parse(`{"type": "object", "required": ["grams"], "properties": {"grams": {"type": "integer"}}}`))
	doc := jsonvalue.ObjectOf("openapi", "3.1.0", "info", jsonvalue.ObjectOf("title", "Bakery", "version", "1"),
		"paths", paths, "components", jsonvalue.ObjectOf("schemas", schemas))
	if oneLine {
		return jsonvalue.Marshal(doc)
	}
	return jsonvalue.MarshalIndent(doc)
}

// TestLoadWorkGrowsWithTheDocument: twice the document is not more than about twice the work.
func TestLoadWorkGrowsWithTheDocument(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	for _, oneLine := range []bool{true, false} {
		work := func(collections int) float64 {
			text := bakery(collections, oneLine)
			return testing.AllocsPerRun(1, func() {
				doc, err := openapi.Parse("bakery.json", text)
				if err != nil || len(doc.Operations) != 2*collections || len(doc.Resources) != collections {
					t.Fatal(err)
				}
			})
		}
		if once, twice := work(300), work(600); twice > 2.2*once {
			t.Errorf("one line %t: %.0f allocations for 300 collections, %.0f for twice as many", oneLine, once, twice)
		}
	}
}

// BenchmarkLoad compares loading a large document to reading its values alone.
func BenchmarkLoad(b *testing.B) {
	for name, text := range map[string][]byte{"one line": bakery(2000, true), "many lines": bakery(2000, false)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := openapi.Parse("bakery.json", text); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+", values alone", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := jsonvalue.Parse(text, jsonvalue.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
