package openapi

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// secondOpinion reports where the document breaks the OpenAPI specification as kin-openapi sees it,
// and lint does not look: it gets the document as lint has mended it. The library gets the bundle, so
// that it has nothing to fetch, and no schemas: those are compiled elsewhere, and it rejects some
// valid ones of OpenAPI 3.1.
func (d *Document) secondOpinion(found *problems) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = false
	doc, err := loader.LoadFromData(jsonvalue.Marshal(d.withoutSchemas()))
	if err != nil { // it wants to read something that is none of its
		return
	}
	err = doc.Validate(context.Background(),
		openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(),
		openapi3.DisableSchemaPatternValidation(), openapi3.AllowExtraSiblingFields("summary", "description"))
	var many openapi3.MultiError
	if !errors.As(err, &many) && err != nil {
		many = openapi3.MultiError{err}
	}
	for _, one := range many {
		d.specProblem(found, one)
	}
}

// withoutSchemas copies the document with empty schemas, references to path items followed, and no
// webhooks.
func (d *Document) withoutSchemas() *jsonvalue.Object {
	root := pruned(d.bundle.value, false).(*jsonvalue.Object)
	root.Delete("webhooks")
	components, _ := root.Get("components")
	if o, ok := components.(*jsonvalue.Object); ok {
		o.Delete("schemas")
		o.Delete("pathItems") // unknown to the library
	}
	paths, _ := root.Get("paths")
	for i, m := range members(paths) {
		if _, isRef := refOf(m.Value); isRef {
			item, _, _ := d.bundle.resolve(jsonvalue.Join("/paths", m.Name))
			paths.(*jsonvalue.Object).Members[i].Value = pruned(item, false)
		}
	}
	return root
}

// pruned returns a copy of a value with empty schemas. A member called schema is one, unless the
// author chooses the names of the members.
func pruned(v any, named bool) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = pruned(item, false)
		}
		return out
	case *jsonvalue.Object:
		out := &jsonvalue.Object{Members: make([]jsonvalue.Member, len(v.Members))}
		for i, m := range v.Members {
			switch {
			case named:
				m.Value = pruned(m.Value, false)
			case m.Name == "schema":
				m.Value = &jsonvalue.Object{}
			case m.Name == "example" || m.Name == "value":
				m.Value = true // examples may be large, and are checked elsewhere
			case slices.Contains(dataKeys, m.Name):
			default:
				m.Value = pruned(m.Value, slices.Contains(mapKeys, m.Name))
			}
			out.Members[i] = m
		}
		return out
	}
	return v
}

// sections are the members of components that the library names otherwise than without their s.
var sections = map[string]string{"request body": "requestBodies", "security scheme": "securitySchemes"}

// specProblem reports an error of the library at the place that its wrappers name, unless it names
// none, or lint has found something there.
func (d *Document) specProblem(found *problems, err error) {
	pointer := ""
	inner := err
	for e := err; e != nil; e = errors.Unwrap(e) {
		switch e := e.(type) {
		case *openapi3.SectionValidationError:
			pointer, inner = "/"+e.Section, e.Cause
		case *openapi3.PathValidationError:
			pointer, inner = jsonvalue.Join("/paths", e.Path), e.Cause
		case *openapi3.OperationValidationError:
			pointer, inner = pointer+"/"+strings.ToLower(e.Method), e.Cause
		case *openapi3.ComponentValidationError:
			pointer, inner = jsonvalue.Join("/components/"+cmp.Or(sections[e.Section], e.Section+"s"), e.Name), e.Cause
		case *openapi3.RequiredFieldError: // lint knows which fields are required, and where
			return
		}
	}
	if _, exists := d.bundle.lookup(pointer); !exists || pointer == "" {
		return
	}
	for _, known := range d.warnings {
		if strings.HasPrefix(known.Pointer+"/", pointer+"/") || strings.HasPrefix(pointer+"/", known.Pointer+"/") {
			return
		}
	}
	found.warn(pointer, "%v", inner)
}
