package openapi

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// validate asks kin-openapi whether the document keeps to the OpenAPI specification: a second
// reader, for what the builder does not look at. It sees the bundle, so that there is nothing left
// to fetch, without schemas: those were compiled, and the library takes some lawful ones of 3.1 for
// failures.
func (b *documentBuilder) validate() {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = false
	doc, err := loader.LoadFromData(jsonvalue.Marshal(b.withoutSchemas()))
	if err != nil {
		b.specProblem(err)
		return
	}
	err = doc.Validate(context.Background(),
		openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(),
		openapi3.DisableSchemaPatternValidation(), openapi3.AllowExtraSiblingFields("summary", "description"))
	var many openapi3.MultiError
	switch {
	case err == nil:
	case errors.As(err, &many):
		for _, one := range many {
			b.specProblem(one)
		}
	default:
		b.specProblem(err)
	}
}

// withoutSchemas copies the document, with schemas that take everything, path items in their
// places, and without webhooks.
func (b *documentBuilder) withoutSchemas() *jsonvalue.Object {
	root := pruned(b.root, false).(*jsonvalue.Object)
	root.Delete("webhooks")
	if components, ok := root.Get("components"); ok {
		if o, ok := components.(*jsonvalue.Object); ok {
			o.Delete("schemas")
			o.Delete("pathItems") // unknown to the library
		}
	}
	paths, _ := root.Get("paths")
	for i, m := range members(paths) {
		if _, isRef := refOf(m.Value); isRef {
			item, _, _ := b.bundle.resolve(jsonvalue.Join("/paths", m.Name))
			paths.(*jsonvalue.Object).Members[i].Value = pruned(item, false)
		}
	}
	return root
}

// pruned copies a value; a member named schema is one, unless the author chose the names.
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

// specProblem turns the wrappers around an error into the place where it is.
func (b *documentBuilder) specProblem(err error) {
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
			pointer, inner = jsonvalue.Join("/components/"+section(e.Section), e.Name), e.Cause
		case *openapi3.RequiredFieldError:
			if field := strings.ReplaceAll(e.Field, ".", "/"); strings.Contains(field, "/") {
				pointer = "/" + field
			}
		}
	}
	if pointer != "" {
		if _, ok := jsonvalue.Lookup(b.bundle.value, pointer); !ok && !strings.Contains(inner.Error(), "required") {
			pointer = pointer[:strings.LastIndexByte(pointer, '/')]
		}
	}
	b.add(pointer, "%v", inner)
}

// section is the key of components for the library's word: "request body" is requestBodies.
func section(word string) string {
	switch word {
	case "request body":
		return "requestBodies"
	case "security scheme":
		return "securitySchemes"
	}
	return word + "s"
}
