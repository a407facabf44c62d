package openapi

import "strings"

// Spelled returns the property that a name means which another schema has for it: case and
// punctuation are ignored, and of track[title] the innermost name counts. It is the property of that
// very name where there is one, and nil where there is none or several are alike.
func (s *Schema) Spelled(name string) *Property {
	if s == nil {
		return nil
	}
	if i := strings.LastIndex(strings.TrimSuffix(name, "[]"), "["); i >= 0 && strings.HasSuffix(name, "]") {
		name = strings.Trim(name[i:], "[]")
	}
	wanted := plainName(name)
	var found *Property
	for variant := range s.Variants() {
		for _, p := range variant.Properties {
			switch {
			case p.Name == name:
				return p
			case plainName(p.Name) != wanted || found != nil && found.Name == p.Name:
			case found != nil:
				return nil
			default:
				found = p
			}
		}
	}
	return found
}
