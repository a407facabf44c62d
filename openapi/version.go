package openapi

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

var versionText = regexp.MustCompile(`^[vV]?(\d+)\.(\d+)(?:\.|$|-)`)

// version reads which OpenAPI the document is of, and reports whether it is understood: 3.0 and 3.1,
// however they are spelled, and later ones of 3 as 3.1.
func (b *documentBuilder) version() bool {
	v, given := b.root.Get("openapi")
	text, isText := v.(string)
	if n, isNumber := v.(json.Number); isNumber {
		text = string(n)
	}
	b.doc.OpenAPI = text
	m := versionText.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || m[1] != "3" {
		b.otherVersion(text, given)
		return false
	}
	minor := m[2]
	switch written := jsonvalue.Marshal(v); {
	case !isText:
		b.warn("/openapi", "openapi is the number %s; quote it and write all three parts: \"%[1]s.0\"", written)
	case minor != "0" && minor != "1":
		b.warn("/openapi", "openapi %s is read as 3.1: what later versions add is ignored", written)
	case !strings.HasPrefix(text, "3."+minor+"."):
		b.warn("/openapi", "openapi %s: write all three parts: \"3.%s.0\"", written, minor)
	}
	return true
}

// otherVersion refuses a document of another version.
func (b *documentBuilder) otherVersion(text string, given bool) {
	swagger, isSwagger := b.root.Get("swagger")
	switch {
	case isSwagger:
		b.add("/swagger", "a Swagger %v document; convert it to OpenAPI 3 first, for instance with "+
			"npx swagger2openapi --patch --outfile openapi.yaml %s", swagger, b.doc.Name)
	case given:
		b.add("/openapi", "openapi %q; documents of the versions 3.0.x and 3.1.x are understood", text)
	default:
		b.add("", "openapi: missing; a document starts with openapi: 3.0.3 or openapi: 3.1.0%s", b.typedOpenAPI())
	}
}

// typedOpenAPI suggests which member of the root was meant for openapi.
func (b *documentBuilder) typedOpenAPI() string {
	for _, m := range b.root.Members {
		if nearest.To(m.Name, []string{"openapi"}) != "" {
			return fmt.Sprintf("; is it what %q was meant for?", m.Name)
		}
	}
	return ""
}

// is30 reports whether the document is of OpenAPI 3.0, whose schemas are not yet JSON Schema.
func (d *Document) is30() bool {
	m := versionText.FindStringSubmatch(strings.TrimSpace(d.OpenAPI))
	return m != nil && m[2] == "0"
}
