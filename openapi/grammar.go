package openapi

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// grammarLines holds the objects of the OpenAPI specification, one a line: the name of the object,
// blanks, and its fields as name:type. Behind a name, ! marks a required field, and ^ one that
// OpenAPI 3.0 lacks; the name * stands for all others. A type is the name of an object, [type] for a
// list, {type} for an object whose members are named by the author, or one of the types of
// valueTypes.
//
//go:embed grammar.txt
var grammarLines string

// objectKind is one kind of object of the specification.
type objectKind struct {
	name   string
	fields map[string]field
	order  []string // the names of the fields
	others string   // the type of all other members; "" where there are none
}

// field is one field of an object.
type field struct {
	typ      string
	required bool
	since31  bool
}

// grammar returns the kinds of objects by name.
var grammar = sync.OnceValue(func() map[string]*objectKind {
	kinds := map[string]*objectKind{}
	for line := range strings.Lines(grammarLines) {
		words := strings.Fields(line)
		k := &objectKind{name: words[0], fields: map[string]field{}}
		for _, word := range words[1:] {
			name, typ, _ := strings.Cut(word, ":")
			bare := strings.TrimRight(name, "!^")
			if bare == "*" {
				k.others = typ
				continue
			}
			k.order = append(k.order, bare)
			k.fields[bare] = field{typ, strings.Contains(name, "!"), strings.Contains(name, "^")}
		}
		kinds[k.name] = k
	}
	return kinds
})

// article spells the kind for a sentence: "an operation".
func (k *objectKind) article() string {
	switch {
	case slices.Contains([]string{"info", "components", "contact", "discriminator", "xml", "flows"}, k.name):
		return k.name
	case k.name == "docs":
		return "externalDocs"
	case k.name == "body":
		return "a request body"
	case k.name == "media":
		return "a media type"
	case k.name == "scheme":
		return "a security scheme"
	case k.name == "security":
		return "a security requirement"
	case strings.ContainsRune("aeiou", rune(k.name[0])):
		return "an " + k.name
	}
	return "a " + k.name
}
