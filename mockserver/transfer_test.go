package mockserver

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// bodyMaker makes bodies that are more or less as the document wants them, and writes them as no
// client would: what is copied as text must be what decoding and writing it anew makes of it.
type bodyMaker struct {
	*rand.Rand
	server *Server
}

// object returns an object whose members are named by some schemas, or are secrets, or unknown.
func (m bodyMaker) object(depth int, schemas ...*openapi.Schema) *jsonvalue.Object {
	names := []string{"x", "\u2028\"", "apiKey"}
	for name := range m.server.api().transfers.secretNames {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, s := range schemas {
		for variant := range s.Variants() {
			for _, p := range variant.Named() {
				names = append(names, p.Name, p.Name)
			}
		}
	}
	object := &jsonvalue.Object{}
	for range m.IntN(len(names)) {
		name := names[m.IntN(len(names))]
		var inner []*openapi.Schema
		for _, s := range schemas {
			inner = append(inner, s.Member(name))
		}
		object.Set(name, m.value(depth-1, name, inner...))
	}
	return object
}

func (m bodyMaker) value(depth int, name string, schemas ...*openapi.Schema) any {
	s := schemas[m.IntN(len(schemas))]
	switch n := m.IntN(8); {
	case n < 3 && s != nil:
		return m.server.api().examples.value(s, name)
	case depth <= 0 || n == 3:
		return []any{nil, true, "", "a/\u00e9\U0001F600\"\\\n", jsonvalue.ObjectOf(), []any{},
			"enc_abcdefghijkl"}[m.IntN(7)]
	case n < 6 && s.Item(0) == nil:
		return m.object(depth, schemas...)
	}
	list := []any{}
	for i := range m.IntN(3) {
		var inner []*openapi.Schema
		for _, s := range schemas {
			inner = append(inner, s.Item(i))
		}
		list = append(list, m.value(depth-1, name, inner...))
	}
	return list
}

// spelled returns the text of a value, with or without blanks and needless escapes.
func (m bodyMaker) spelled(v any) []byte {
	text := string(jsonvalue.Marshal(v))
	switch m.IntN(3) {
	case 0:
		return jsonvalue.MarshalIndent(v)
	case 1:
		return []byte(strings.NewReplacer("/", `\/`, "é", `\u00E9`, `\n`, `\u000a`, `"a`, `"\u0061`).Replace(text))
	}
	return []byte(text)
}

// testDocuments returns the built-in document and all of testdata.
func testDocuments(t *testing.T) map[string]*openapi.Document {
	t.Helper()
	docs := map[string]*openapi.Document{"agent": openapi.Agent()}
	for _, pattern := range []string{"../testdata/*.yaml", "../testdata/shapes/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d documents, %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			doc, err := openapi.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			docs[strings.TrimSuffix(filepath.Base(path), ".yaml")] = doc
		}
	}
	return docs
}

// TestTextsAreStoredAsTheirValues: an item, and what shows it, is the same, byte for byte, whether it is
// copied as far as it can be, or decoded as a whole.
func TestTextsAreStoredAsTheirValues(t *testing.T) {
	t.Parallel()
	rounds := 40
	if testing.Short() {
		rounds = 2
	}
	for name, doc := range testDocuments(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := &Clock{}
			clock.Set(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
			s, err := New(doc, Options{Clock: clock})
			if err != nil {
				t.Fatal(err)
			}
			m := bodyMaker{rand.New(rand.NewPCG(1, 2)), s}
			for _, op := range doc.Operations {
				c := s.api().collectionOf(op.Resource)
				if c == nil || op.Body == nil {
					continue
				}
				for _, media := range op.Body.Content {
					schema := media.Schema.At(op.BodyWrapper)
					if op.Bulk && schema.Item(0) != nil {
						schema = schema.Item(0)
					}
					for range rounds {
						m.compare(t, c, schema)
					}
				}
			}
		})
	}
}

// compare makes, changes and replaces an item of bodies as texts, and of the same bodies as values.
func (m bodyMaker) compare(t *testing.T, c *collection, schema *openapi.Schema) {
	t.Helper()
	var bodies [3][]byte
	for i := range bodies {
		bodies[i] = m.spelled(m.object(4, schema, c.Schema))
	}
	made := map[bool][]*record{}
	for _, asText := range []bool{true, false} {
		b := m.server.newBuilder(m.server.api(), newStore(bounds{}).begin(), c)
		key := collectionKey{path: c.CollectionPath, place: slices.Repeat([]string{"7"}, len(c.locators))}
		r := b.create(key, "", m.written(t, bodies[0], schema, asText), schema)
		changed := b.update(r, m.written(t, bodies[1], schema, asText), schema)
		replaced := b.replace(changed, m.written(t, bodies[2], schema, asText), schema)
		made[asText] = []*record{r, changed, replaced}
	}
	for i, r := range made[true] {
		other := made[false][i]
		if r.id != other.id || string(r.encoded) != string(other.encoded) || r.apart != other.apart {
			t.Fatalf("step %d: the texts\n%s\nmake\n%s %s %s\nand as values\n%s %s %s", i, bodies[:i+1],
				r.id, r.encoded, r.apart, other.id, other.encoded, other.apart)
		}
		if r.valid && !c.accepts(r.encoded) {
			t.Fatalf("step %d: the texts\n%s\nmake an item that is not accepted: %s", i, bodies[:i+1], r.encoded)
		}
		for _, v := range c.views {
			if got, want := v.encode(r), v.show(r.object()); string(got) != string(want) {
				t.Fatalf("%s is shown as\n%s\nand decoded as\n%s", r.encoded, got, want)
			}
		}
		if want := conformed(c, r); string(r.encoded) != want {
			t.Fatalf("%s is accepted as it is; conform makes\n%s of it", r.encoded, want)
		}
	}
}

// written returns a body of a schema, as a text or as a value.
func (m bodyMaker) written(t *testing.T, text []byte, schema *openapi.Schema, asText bool) written {
	t.Helper()
	scanned, plain := jsonvalue.Scan(text, jsonvalue.Limits{})
	value, err := jsonvalue.Parse(text, jsonvalue.Limits{})
	if err != nil || !plain {
		t.Fatalf("%s: %v, %t", text, err, plain)
	}
	if !asText {
		return writtenAs(value)
	}
	w := writtenAs(asNode(scanned.Root()))
	w.valid = schema.IsValid(value, openapi.RequestView)
	return w
}

// conformed returns an item that is accepted as it is as conform would make it; any other as it is.
func conformed(c *collection, r *record) string {
	if !c.accepts(r.encoded) {
		return string(r.encoded)
	}
	return string(jsonvalue.Marshal(c.order.sorted(c.conform(r.decoded(r.encoded)))))
}

// TestUnchangedMembersAreNotDecoded: only what needs work is decoded.
func TestUnchangedMembersAreNotDecoded(t *testing.T) {
	t.Parallel()
	doc := openapi.Agent()
	s, err := New(doc, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := s.api().collections[0]
	request := doc.Operation("updateAgent").Body.JSON().Schema
	for _, tt := range []struct{ body, want string }{
		{`{"name": "a", "settings": {"speed": [1, {"x": null}]}}`, "name: node, settings: node"},
		{`{"ttsModel":{"provider":"rime"},"variables":{"a":{"elevenLabsApiKey":"k"}}}`,
			"ttsModel: node, variables: {a: {elevenLabsApiKey: string}}"},
		{`{"ttsModel":{"provider":"x","elevenLabsApiKey":"k","y":[1]}}`,
			"ttsModel: {provider: node, elevenLabsApiKey: string, y: node}"},
		{`{"_id":"1","gapBetweenEachAttemptForSmartCallback":[{"days":1},{"days":1,"weeks":2},{"days":3}]}`,
			"_id: string, gapBetweenEachAttemptForSmartCallback: [node, {days: node, weeks: node}, node]"},
	} {
		text, _ := jsonvalue.Scan([]byte(tt.body), jsonvalue.Limits{})
		object, _ := writtenAs(asNode(text.Root())).open(s.api().transfers.get(updating, request, c.Schema), nil)
		if got := shape(object); got != "{"+tt.want+"}" {
			t.Errorf("%s is opened as %s, want %s", tt.body, got, tt.want)
		}
	}
}

// shape returns which parts of a value are decoded.
func shape(v any) string {
	var parts []string
	switch v := v.(type) {
	case *jsonvalue.Object:
		for _, m := range v.Members {
			parts = append(parts, m.Name+": "+shape(m.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, item := range v {
			parts = append(parts, shape(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *jsonvalue.Node:
		return "node"
	}
	return fmt.Sprintf("%T", v)
}
