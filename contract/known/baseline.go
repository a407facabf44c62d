// Package known lets violations be accepted that are known, so that a contract run fails for new ones only.
// A baseline is the file that lists them, by their fingerprints:
//
//	b, err := known.Parse("baseline.yaml", data)
//	b.Apply(report, known.All) // marks what is known, and counts again
//	b = b.Update(report, known.All)
//	data = b.Marshal()
//
// The package neither runs anything nor touches files. A Baseline does not change; it is safe for concurrent
// use.
package known

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Baseline is a list of known violations. The zero value knows none.
type Baseline struct {
	// Name is that of the file. Where it ends in .json, the file is JSON; otherwise it is YAML.
	Name string
	// Level is the deepest one of the runs that wrote it; "": none has.
	Level fixtures.Level
	// Known are the violations, sorted as Update sorts them or as they stand in the file. Nobody may change
	// them.
	Known []contract.Accepted
}

//go:embed baseline.schema.json
var schemaSource []byte

// Schema is the JSON Schema (2020-12) of baseline files, for editors.
func Schema() []byte { return bytes.Clone(schemaSource) }

var format = sync.OnceValues(func() (*openapi.Schema, error) {
	return openapi.CompileSchema("baseline.schema.json", schemaSource)
})

// Parse reads a baseline, YAML or JSON. The name stands in messages: the error has a line for each thing
// that is wrong, with its place in the file.
func Parse(name string, data []byte) (*Baseline, error) {
	file, err := source.Parse(name, data)
	if err != nil {
		return nil, err
	}
	schema, err := format()
	if err != nil { // a mistake in this package, which its tests would show
		return nil, err
	}
	var wrong []error
	problem := func(pointer, format string, args ...any) {
		at := file.Position(pointer)
		wrong = append(wrong, fmt.Errorf("%s:%d: "+format, append([]any{name, at.Line}, args...)...))
	}
	for _, v := range schema.Validate(file.Value, openapi.RequestView) {
		message := strings.TrimPrefix(v.Message, "body ")
		if v.Suggestion != "" {
			message += fmt.Sprintf("; did you mean %q?", v.Suggestion)
		}
		problem(v.Pointer, "%s", message)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	root, _ := file.Value.(*jsonvalue.Object)
	b := &Baseline{Name: name, Level: fixtures.Level(text(root, "level"))}
	list, _ := root.Get("known")
	first := map[string]int{}
	for i, value := range list.([]any) {
		pointer := fmt.Sprintf("/known/%d", i)
		at := file.Position(pointer)
		a := decode(value)
		a.Position = openapi.Position{File: name, Line: at.Line, Column: at.Column}
		if _, err := time.Parse(time.DateOnly, a.Expires); a.Expires != "" && err != nil {
			problem(pointer+"/expires", "%s/expires: there is no day %s; write one such as 2026-12-31", pointer,
				a.Expires)
		}
		if line, twice := first[a.Fingerprint]; twice {
			problem(pointer+"/fingerprint", "%s/fingerprint: %s stands at line %d, too; strike one of them", pointer,
				a.Fingerprint, line)
		}
		first[a.Fingerprint] = at.Line
		b.Known = append(b.Known, a)
	}
	return b, errors.Join(wrong...)
}

func decode(value any) contract.Accepted {
	o, _ := value.(*jsonvalue.Object)
	a := contract.Accepted{Fingerprint: text(o, "fingerprint"), Reason: text(o, "reason"), Expires: text(o, "expires"),
		Check: text(o, "check"), Operation: text(o, "operation"), Place: text(o, "place"), Message: text(o, "message")}
	list, _ := o.Get("fixtures")
	ids, _ := list.([]any)
	for _, id := range ids {
		s, _ := id.(string)
		a.Fixtures = append(a.Fixtures, s)
	}
	a.Own = is(o, "own")
	return a
}

func is(o *jsonvalue.Object, name string) bool {
	value, _ := o.Get(name)
	b, _ := value.(bool)
	return b
}

func text(o *jsonvalue.Object, name string) string {
	value, _ := o.Get(name)
	s, _ := value.(string)
	return s
}

// header begins a baseline in YAML.
const header = `# Violations that are known and accepted, by agentmock verify --write-baseline.
# Give each a reason, and a last day (expires: 2026-12-31) if it is to be looked at again.
`

// Marshal returns the file.
func (b *Baseline) Marshal() []byte {
	list := []any{}
	for i := range b.Known {
		list = append(list, encode(&b.Known[i]))
	}
	root := &jsonvalue.Object{}
	if b.Level != "" {
		root.Set("level", string(b.Level))
	}
	root.Set("known", list)
	if strings.HasSuffix(strings.ToLower(b.Name), ".json") {
		return append(jsonvalue.MarshalIndent(root), '\n')
	}
	return slices.Concat([]byte(header), source.MarshalYAML(root))
}

func encode(a *contract.Accepted) *jsonvalue.Object {
	o := &jsonvalue.Object{}
	for _, m := range []struct{ name, text string }{
		{"fingerprint", a.Fingerprint}, {"reason", a.Reason}, {"expires", a.Expires}, {"check", a.Check},
		{"operation", a.Operation}, {"place", a.Place}, {"message", a.Message},
	} {
		if m.text != "" {
			o.Set(m.name, strings.ToValidUTF8(m.text, "\ufffd"))
		}
	}
	if len(a.Fixtures) > 0 {
		var ids []any
		for _, id := range a.Fixtures {
			ids = append(ids, id)
		}
		o.Set("fixtures", ids)
	}
	if a.Own {
		o.Set("own", true)
	}
	return o
}
