package openapi

import "slices"

// warnOfIdentities warns of identities that a property and what else holds them (a parameter of a
// path, a property of an answer) cannot both allow, as far as their keywords tell: items are served,
// but cannot be reached by the identity that they show.
func (b *documentBuilder) warnOfIdentities() {
	for _, r := range b.doc.Resources {
		property := r.identityProperty()
		for _, schema := range r.elsewhere {
			if property == nil || !excludes(property, schema) && !excludes(schema, property) {
				continue
			}
			b.warn(schema.pointer, "no identity of %s can be what this schema allows and what that of its property %s "+
				"does (%s); let them agree, or name another property: x-mock: {id: …}", r.Name, r.Identity,
				property.Position)
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
