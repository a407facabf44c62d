package openapi

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// BenchmarkAccept measures how the body of an update is found to be valid: reading included, alone,
// and by the library, whose value is there already.
func BenchmarkAccept(b *testing.B) {
	media := Agent().Operation("updateAgent").Body.JSON()
	example := jsonvalue.Clone(media.Examples[0].Value).(*jsonvalue.Object)
	example.Set("name", "Customer Support "+strings.Repeat("and more ", 18))
	src := jsonvalue.Marshal(example)
	text, ok := jsonvalue.Scan(src, jsonvalue.Limits{})
	if !ok || !media.Schema.Accepts(text.Root(), RequestView) {
		b.Fatal("it is not accepted")
	}
	library, value := media.Schema.compiledFor(RequestView).library, plain(example)
	var again jsonvalue.Text
	for _, way := range []struct {
		name    string
		isValid func() bool
	}{
		{"scan and accept", func() bool {
			text, ok := jsonvalue.Scan(src, jsonvalue.Limits{})
			return ok && media.Schema.Accepts(text.Root(), RequestView)
		}},
		{"scan again and accept", func() bool {
			return again.Scan(src, jsonvalue.Limits{}) && media.Schema.Accepts(again.Root(), RequestView)
		}},
		{"accept", func() bool { return media.Schema.Accepts(text.Root(), RequestView) }},
		{"validate a value", func() bool { return len(media.Schema.Validate(example, RequestView)) == 0 }},
		{"library", func() bool { return library.Validate(value) == nil }},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if !way.isValid() {
					b.Fatal("it is not valid")
				}
			}
		})
	}
}
