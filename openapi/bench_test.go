package openapi

import "testing"

func BenchmarkParseAgent(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("agent.yaml", agentYAML); err != nil {
			b.Fatal(err)
		}
	}
}
