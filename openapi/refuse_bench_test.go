package openapi_test

import (
	"bytes"
	"testing"
)

// BenchmarkRefuse measures an update with one violation.
func BenchmarkRefuse(b *testing.B) {
	op, request, _ := update(b)
	request.Body = bytes.Replace(request.Body, []byte(`"smartCallback":true`), []byte(`"smartCallback":"yes"`), 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, found := op.ValidateBody(request); len(found) != 1 {
			b.Fatal(found)
		}
	}
}
