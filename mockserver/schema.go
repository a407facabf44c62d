package mockserver

import (
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

func isReadOnly(s *openapi.Schema) bool  { return s != nil && s.ReadOnly }
func isWriteOnly(s *openapi.Schema) bool { return s != nil && s.WriteOnly }
func isSecret(s *openapi.Schema) bool    { return s != nil && s.Mock.Value == openapi.MockSecret }

// serverMade says how the server makes a property: as x-mock says, or, in documents without it, now
// and updated for read-only points in time whose names speak of creation and of change.
func serverMade(p *openapi.Property) string {
	s := p.Schema
	if s == nil {
		return ""
	}
	if s.Mock.Value != "" {
		return s.Mock.Value
	}
	if !s.ReadOnly || (s.Format != "date-time" && s.Format != "date") {
		return ""
	}
	name := strings.ToLower(p.Name)
	for _, word := range []string{"updat", "modif", "chang", "edit"} {
		if strings.Contains(name, word) {
			return openapi.MockUpdated
		}
	}
	for _, word := range []string{"creat", "added", "registered"} {
		if strings.Contains(name, word) {
			return openapi.MockNow
		}
	}
	return ""
}

// sameSchema says whether two schemas come from the same place of a document.
func sameSchema(a, b *openapi.Schema) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a == b || (a.Position == b.Position && a.Position.Line > 0) || (a.Name != "" && a.Name == b.Name)
}
