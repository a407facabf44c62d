package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// schemaMaker makes the schema of a type as encoding/json writes it.
type schemaMaker struct {
	t    *testing.T
	docs map[string]string // of fields, by Type.Field
	defs map[string]any
	of   map[string]reflect.Type // by the names of definitions
}

// enums has the allowed values of types that are text.
var enums = map[reflect.Type]any{
	reflect.TypeFor[contract.Outcome](): []contract.Outcome{contract.Passed, contract.Failed, contract.Errored,
		contract.Skipped},
	reflect.TypeFor[coverage.Kind](): coverage.Kinds(),
}

func (m *schemaMaker) schema(typ reflect.Type) map[string]any {
	switch {
	case typ == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case enums[typ] != nil:
		return map[string]any{"enum": enums[typ]}
	case typ.Kind() != reflect.Interface && typ.Implements(reflect.TypeFor[json.Marshaler]()):
		m.t.Fatalf("%s writes its JSON itself: say here what that is", typ)
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return m.schema(typ.Elem())
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Interface:
		return map[string]any{}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": m.schema(typ.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": m.schema(typ.Elem())}
	case reflect.Struct:
		return m.reference(typ)
	}
	m.t.Fatalf("no schema is known of %s", typ)
	return nil
}

// reference refers to the definition of a struct, which it enters.
func (m *schemaMaker) reference(typ reflect.Type) map[string]any {
	name := strings.ToLower(typ.Name()[:1]) + typ.Name()[1:]
	if known := m.of[name]; known != nil && known != typ {
		m.t.Fatalf("%s and %s would have one definition", known, typ)
	}
	if m.defs[name] == nil {
		m.of[name] = typ
		object := map[string]any{"type": "object", "additionalProperties": false}
		m.defs[name] = object
		properties, required := map[string]any{}, []string{}
		m.fields(typ, properties, &required)
		object["properties"], object["required"] = properties, required
	}
	return map[string]any{"$ref": "#/$defs/" + name}
}

func (m *schemaMaker) fields(typ reflect.Type, properties map[string]any, required *[]string) {
	for f := range typ.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && tag == "":
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			m.fields(embedded, properties, required)
			continue
		case !f.IsExported() || tag == "-":
			continue
		}
		s := m.schema(f.Type)
		if doc := m.docs[typ.Name()+"."+f.Name]; doc != "" {
			s["description"] = doc
		}
		properties[tag] = s
		if !strings.Contains(options, "omit") {
			*required = append(*required, tag)
		}
	}
}

// comments returns the comments on the fields of all structs in some folders.
func comments(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	docs := map[string]string{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(folder, err)
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if s, ok := spec.Type.(*ast.StructType); ok {
					for _, f := range s.Fields.List {
						text := strings.Join(strings.Fields(f.Doc.Text()+" "+f.Comment.Text()), " ")
						for _, field := range f.Names {
							docs[spec.Name.Name+"."+field.Name] = text
						}
					}
				}
				return true
			})
		}
	}
	return docs
}

// TestJSONSchema makes the schema from the types, so that it has every member and no others.
func TestJSONSchema(t *testing.T) {
	t.Parallel()
	m := &schemaMaker{t: t, docs: comments(t, ".", "..", "../coverage", "../../openapi"), defs: map[string]any{},
		of: map[string]reflect.Type{}}
	root := m.schema(reflect.TypeFor[jsonReport]())
	root["$schema"], root["$defs"] = "https://json-schema.org/draft/2020-12/schema", m.defs
	root["title"] = "JSON report of agentmock verify"
	want, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if bytes.Equal(JSONSchema(), want) {
		return
	}
	if flag.Lookup("update").Value.String() != "true" {
		t.Fatal("report.schema.json is not the schema of a report any more; -update writes it")
	}
	if err := os.WriteFile("report.schema.json", want, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReportsMeetTheSchema has the reports of the golden files judged, and spoilt ones.
func TestReportsMeetTheSchema(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := faults(t, data); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		for _, spoilt := range [][2]string{{`"level": "`, `"extra": "`}, {`"outcome": "failed"`, `"outcome": "lost"`},
			{`"durationMs": 1903`, `"durationMs": "1903"`}} {
			if len(faults(t, bytes.Replace(data, []byte(spoilt[0]), []byte(spoilt[1]), 1))) == 0 {
				t.Errorf("%s with %s is not refused", name, spoilt[1])
			}
		}
	}
}

func faults(t *testing.T, data []byte) []openapi.Violation {
	t.Helper()
	schema, err := openapi.CompileSchema("report.schema.json", JSONSchema())
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonvalue.Parse(data, jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value, openapi.ResponseView)
}
