package openapi

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// tally counts what checks said of values. Exact ones compare the violations that reduced schemas find,
// not only whether they find some: the order of equal ones differs, and members without a name confuse.
type tally struct {
	valid, accepted, invalid, rejected int
	exact                              bool
}

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
		said = c.check.of(text.Root(), newWalk(text.Root()))
	}
	found := s.judge(v, nil, view)
	if valid := len(found) == 0; said == yes && !valid || said == no && valid || accepted && !valid {
		t.Fatalf("%s %s in view %d: %s: accepted %t, said %d, but %v", s.doc.Name, s.pointer, view, src, accepted, said,
			found)
	}
	if narrowed := s.judge(v, text, view); !reflect.DeepEqual(narrowed, found) {
		t.Fatalf("%s %s in view %d: %s: narrowed to what is not plainly valid %v, else %v", s.doc.Name, s.pointer, view,
			src, narrowed, found)
	}
	if reduced := s.judgeReduced(v, text, view); (len(reduced) == 0) != (len(found) == 0) ||
		n.exact && !reflect.DeepEqual(reduced, found) {
		t.Fatalf("%s %s in view %d: %s: by a reduced schema %v, else %v", s.doc.Name, s.pointer, view, src, reduced,
			found)
	}
	if all := s.Validate(v, view); !reflect.DeepEqual(all, found) {
		t.Fatalf("%s %s in view %d: %s: all in all %v, want %v", s.doc.Name, s.pointer, view, src, all, found)
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
	if testing.Short() {
		t.Skip("compares many schemas in one goroutine")
	}
	t.Parallel()
	files, _ := filepath.Glob("../testdata/shapes/*.yaml")
	more, _ := filepath.Glob("../testdata/*.yaml")
	n := tally{exact: true}
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
	if n.accepted < n.valid*99/100 || n.rejected < n.invalid*99/100 || n.valid < 8000 || n.invalid < 3000 {
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
		for i := range 12 {
			view := View(i % 2)
			if c := s.compiledFor(view); c.err == nil {
				n.compare(t, s, values.value(6, c.library), view)
			}
		}
	}
}

// TestAcceptsRandomSchemas: of schemas of all keywords, nothing is accepted that is not valid.
func TestAcceptsRandomSchemas(t *testing.T) {
	if testing.Short() {
		t.Skip("compares many schemas in one goroutine")
	}
	t.Parallel()
	n := tally{exact: true}
	for seed := range uint64(600) {
		n.compareRandom(t, rand.New(rand.NewPCG(seed, 0)), 20)
	}
	if n.accepted < n.valid*9/10 || n.rejected < n.invalid*9/10 || n.valid < 4000 || n.invalid < 2000 {
		t.Errorf("%+v", n)
	}
	t.Logf("%+v", n)
}

func (n *tally) compareRandom(t *testing.T, random *rand.Rand, values int) {
	t.Helper()
	text := schemaMaker{random}.document()
	s, err := CompileSchema(string(text), text)
	if err != nil {
		return
	}
	for i := range values {
		view := View(i % 2)
		if c := s.compiledFor(view); c.err == nil {
			n.compare(t, s, valueMaker{random}.value(4, c.library), view)
		}
	}
}

// FuzzAccepts: a schema accepts nothing that is not valid. The input is what the makers of schemas and
// values choose by, one byte for each choice, so that small changes of it make small changes of them.
func FuzzAccepts(f *testing.F) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 0))
		choices := make([]byte, 200)
		for i := range choices {
			choices[i] = byte(random.IntN(256))
		}
		f.Add(choices)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		var n tally
		n.compareRandom(t, rand.New(&byteSource{choices}), 4)
	})
}

// byteSource makes each byte a random number, and all those beyond the last one small.
type byteSource struct{ choices []byte }

func (s *byteSource) Uint64() uint64 {
	n := uint64(1) << 32 // those without low bits are drawn again
	if len(s.choices) > 0 {
		n += uint64(s.choices[0]) << 56
		s.choices = s.choices[1:]
	}
	return n
}
