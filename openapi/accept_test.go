package openapi

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// tally counts what checks said of values.
type tally struct{ valid, accepted, invalid, rejected int }

// compare compares what the check of a schema says of a value with what the library does.
func (n *tally) compare(t *testing.T, s *Schema, v any, view View) {
	t.Helper()
	src := jsonvalue.Marshal(v)
	text, plain := jsonvalue.Scan(src, jsonvalue.Limits{})
	if !plain {
		t.Fatalf("%s is not plain", src)
	}
	var said verdict
	accepted := s.Accepts(text.Root(), view)
	if c := s.compiledFor(view); c.err == nil {
		said = c.check.of(text.Root())
	}
	found := s.judge(v, view)
	if valid := len(found) == 0; said == yes && !valid || said == no && valid || accepted && !valid {
		t.Fatalf("%s %s in view %d: %s: accepted %t, said %d, but %v", s.doc.Name, s.pointer, view, src, accepted, said,
			found)
	}
	if s.acceptsValue(v, view) != (accepted && !strings.Contains(string(src), "\ufffd")) {
		t.Fatalf("%s %s: the text %s is accepted: %t, and its value otherwise", s.doc.Name, s.pointer, src, accepted)
	}
	if len(found) == 0 {
		n.valid++
	} else {
		n.invalid++
	}
	switch said {
	case yes:
		n.accepted++
	case no:
		n.rejected++
	}
}

// TestAcceptsDocuments: of all schemas of all documents, nothing is accepted that is not valid, and
// next to everything that is.
func TestAcceptsDocuments(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../testdata/shapes/*.yaml")
	more, _ := filepath.Glob("../testdata/*.yaml")
	var n tally
	for _, file := range append(append(files, more...), "agent.yaml") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Parse(filepath.Base(file), text)
		if err != nil {
			t.Fatal(err)
		}
		n.compareDocument(t, doc)
	}
	if n.accepted < n.valid*99/100 || n.rejected < n.invalid*99/100 || n.valid < 20000 || n.invalid < 10000 {
		t.Errorf("%+v", n)
	}
	t.Logf("%+v", n)
}

func (n *tally) compareDocument(t *testing.T, doc *Document) {
	t.Helper()
	values := valueMaker{rand.New(rand.NewPCG(1, 2))}
	for _, pointer := range doc.schemas.sorted {
		s := doc.schemas.at(pointer)
		for _, example := range s.Examples {
			n.compare(t, s, example, RequestView)
			n.compare(t, s, example, ResponseView)
		}
		for i := range 30 {
			view := View(i % 2)
			if c := s.compiledFor(view); c.err == nil {
				n.compare(t, s, values.value(6, c.library), view)
			}
		}
	}
}

// TestAcceptsRandomSchemas: of schemas of all keywords, nothing is accepted that is not valid.
func TestAcceptsRandomSchemas(t *testing.T) {
	t.Parallel()
	var n tally
	for seed := range uint64(1500) {
		n.compareRandom(t, seed)
	}
	if n.accepted < n.valid*9/10 || n.rejected < n.invalid*9/10 || n.valid < 5000 || n.invalid < 5000 {
		t.Errorf("%+v", n)
	}
	t.Logf("%+v", n)
}

func (n *tally) compareRandom(t *testing.T, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	text := schemaMaker{random}.document()
	s, err := CompileSchema(string(text), text)
	if err != nil {
		return
	}
	for i := range 20 {
		view := View(i % 2)
		if c := s.compiledFor(view); c.err == nil {
			n.compare(t, s, valueMaker{random}.value(4, c.library), view)
		}
	}
}

// FuzzAccepts: a schema accepts nothing that is not valid.
func FuzzAccepts(f *testing.F) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 0))
		f.Add(seed, schemaMaker{random}.document(), jsonvalue.Marshal(valueMaker{random}.any(4)))
	}
	f.Fuzz(func(t *testing.T, seed uint64, schema, value []byte) {
		var n tally
		n.compareRandom(t, seed)
		s, err := CompileSchema("schema.json", schema)
		v, broken := jsonvalue.Parse(value, jsonvalue.Limits{Depth: 20})
		if err != nil || broken != nil || len(value) > 10000 {
			return
		}
		if _, plain := jsonvalue.Scan(jsonvalue.Marshal(v), jsonvalue.Limits{}); !plain {
			return
		}
		for _, view := range []View{RequestView, ResponseView} {
			n.compare(t, s, v, view)
			if c := s.compiledFor(view); c.err == nil {
				n.compare(t, s, valueMaker{rand.New(rand.NewPCG(seed, 1))}.value(4, c.library), view)
			}
		}
	})
}
