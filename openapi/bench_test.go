package openapi_test

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
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

// BenchmarkValidate measures one update and its response, parsing included.
func BenchmarkValidate(b *testing.B) {
	doc := openapi.Agent()
	op := doc.Operation("updateAgent")
	request := typed("application/json", string(asBytes(b, op.Body.JSON().Examples[0].Value)))
	request.Path = map[string]string{"agentId": "a"}
	request.Header.Set("x-api-key", "k")
	request.Header.Set("x-workspace-id", "w")
	response := &openapi.ResponseData{Status: 200, Header: request.Header,
		Body: asBytes(b, op.Response(200).JSON().Examples[0].Value)}
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
