package openapi

import "slices"

// warnOfIdentities warns of identities that a property and a path cannot both allow, as far as their
// keywords tell: items are served, but cannot be reached by the identity that they show.
func (b *documentBuilder) warnOfIdentities() {
	for _, r := range b.doc.Resources {
		property := r.identityProperty()
		for _, parameter := range r.identityElsewhere() {
			if property == nil || !excludes(property, parameter) && !excludes(parameter, property) {
				continue
			}
			b.warn(parameter.pointer, "no identity of %s can be what %s allows (%s) and what this parameter does; "+
				"let them agree, or name another property: x-mock: {id: …}", r.Name, r.Identity, property.Position)
		}
	}
}

// textFormats are formats that no number has.
var textFormats = []string{"uuid", "date", "date-time", "email", "uri", "ipv4", "ipv6", "hostname"}

// excludes reports whether no text that a schema allows is allowed by another one.
func excludes(a, b *Schema) bool {
	numeric := len(a.Types) > 0 && !a.Allows("string")
	return numeric && slices.Contains(textFormats, b.Format) ||
		a.MinLength != nil && b.MaxLength != nil && *a.MinLength > *b.MaxLength
}
