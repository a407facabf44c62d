// Package randomdoc makes documents for fuzz targets: sound ones, ones that are grown, and ones that are
// spoilt in a few places. Random bytes are hardly ever a document; a fuzzer gets further with the choices
// that lead from a sound one to another.
//
//	sound, err := randomdoc.Sound("../..")
//	data := randomdoc.Random(randomdoc.NewChooser(choices), sound)
package randomdoc

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Chooser makes choices: first those that its data encodes, which a fuzzer varies, then pseudo-random
// ones.
type Chooser struct {
	data []byte
	rest *rand.Rand
}

// NewChooser returns the chooser of some data: the same choices for the same data.
func NewChooser(data []byte) *Chooser {
	seed := uint64(len(data))
	for _, b := range data {
		seed = seed*31 + uint64(b)
	}
	return &Chooser{data: data, rest: rand.New(rand.NewPCG(seed, 1))}
}

// Below returns a number from 0 to n-1.
func (c *Chooser) Below(n int) int {
	if len(c.data) < 2 {
		return c.rest.IntN(n)
	}
	choice := int(c.data[0])<<8 | int(c.data[1])
	c.data = c.data[2:]
	return choice % n
}

// Chance returns true with that probability in percent.
func (c *Chooser) Chance(percent int) bool { return c.Below(100) < percent }

func pick[T any](c *Chooser, list ...T) T { return list[c.Below(len(list))] }

// Random returns a document that is grown, or a sound one with a few places spoilt.
func Random(c *Chooser, sound []any) []byte {
	var doc any
	if c.Chance(40) {
		doc = (&grower{Chooser: c}).document()
		if c.Chance(50) {
			doc = Spoil(c, doc, 1+c.Below(3))
		}
	} else {
		doc = Spoil(c, jsonvalue.Clone(sound[c.Below(len(sound))]), 1+c.Below(6))
	}
	return jsonvalue.Marshal(doc)
}

// AddTexts adds texts to the seeds of a fuzz target that takes a text and choices for SpoiltText: the
// documents of the repository whose root is given, but for large ones, with which a fuzzer makes no
// headway, and some more. It adds each as it is, and with choices.
func AddTexts(f *testing.F, repository string, more ...string) {
	f.Helper()
	const most = 10_000 // bytes
	seeds, err := texts(repository)
	if err != nil {
		f.Fatal(err)
	}
	for i, text := range append(seeds, more...) {
		if len(text) <= most {
			f.Add(text, []byte(nil))
			f.Add(text, fmt.Append(nil, "choices", i))
		}
	}
}

// texts returns the documents of the repository whose root is given.
func texts(repository string) (texts []string, err error) {
	for _, pattern := range []string{"openapi/agent.yaml", "testdata/*.yaml", "testdata/shapes/*.yaml"} {
		files, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			texts = append(texts, string(data))
		}
	}
	return texts, nil
}

// Sound returns the documents of the repository whose root is given, as values.
func Sound(repository string) ([]any, error) {
	list, err := texts(repository)
	if err != nil {
		return nil, err
	}
	var docs []any
	for _, text := range list {
		parsed, err := source.Parse("document.yaml", []byte(text))
		if err != nil {
			return nil, err
		}
		docs = append(docs, parsed.Value)
	}
	return docs, nil
}

// SpoiltText returns a text of YAML or JSON with some places spoilt, as JSON; as it is where there are no
// choices, or where it is neither.
func SpoiltText(choices []byte, text string) string {
	if len(choices) == 0 {
		return text
	}
	parsed, err := source.Parse("text.yaml", []byte(text))
	if err != nil {
		return text
	}
	c := NewChooser(choices)
	return string(jsonvalue.Marshal(Spoil(c, parsed.Value, 1+c.Below(4))))
}

// Spoil changes a number of random places of a value: it drops, doubles, replaces and renames what is
// there, and changes references.
func Spoil(c *Chooser, doc any, places int) any {
	for range places {
		pointers := allPointers(doc, "", nil)
		if len(pointers) == 0 {
			return doc
		}
		at := pick(c, pointers...)
		value, _ := jsonvalue.Lookup(doc, at)
		switch c.Below(7) {
		case 0:
			doc = jsonvalue.Remove(doc, at)
		case 1: // another part of the document, small enough not to grow without end
			if other, _ := jsonvalue.Lookup(doc, pick(c, pointers...)); len(jsonvalue.Marshal(other)) < 2000 {
				doc, _ = jsonvalue.Put(doc, at, jsonvalue.Clone(other))
			}
		case 2:
			doc, _ = jsonvalue.Put(doc, at, jsonvalue.ObjectOf("$ref", "#"+pick(c, pointers...)))
		case 3:
			if text, isText := value.(string); isText {
				other := pick(c, text+"/", strings.ToUpper(text), "{"+text, text+"}", "", text+"é \u0000")
				doc, _ = jsonvalue.Put(doc, at, other)
			}
		case 4:
			double(value)
		case 5:
			rename(c, value, pointers)
		default:
			doc, _ = jsonvalue.Put(doc, at, strange(c))
		}
	}
	return doc
}

// double repeats the first item of a list.
func double(value any) {
	if list, ok := value.([]any); ok && len(list) > 1 {
		list[1] = jsonvalue.Clone(list[0])
	}
}

// rename gives a member of an object the name of any other of the document: a keyword that of another.
func rename(c *Chooser, value any, pointers []string) {
	o, ok := value.(*jsonvalue.Object)
	if !ok || len(o.Members) == 0 {
		return
	}
	tokens := jsonvalue.Tokens(pick(c, pointers...))
	name := tokens[len(tokens)-1]
	if _, taken := o.Get(name); !taken {
		o.Members[c.Below(len(o.Members))].Name = name
	}
}

// allPointers appends the pointers to everything inside a value.
func allPointers(v any, at string, list []string) []string {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			child := fmt.Sprintf("%s/%d", at, i)
			list = allPointers(item, child, append(list, child))
		}
	case *jsonvalue.Object:
		for _, m := range v.Members {
			child := jsonvalue.Join(at, m.Name)
			list = allPointers(m.Value, child, append(list, child))
		}
	}
	return list
}

// strange returns a value that is wrong in most places.
func strange(c *Chooser) any {
	return pick[any](c, nil, true, false, "", "x", "{id}", "default", "object", "array", "number", json.Number("0"),
		json.Number("-1"), json.Number("1e300"), json.Number("2.5"), []any{}, []any{nil}, []any{"id", "id"},
		&jsonvalue.Object{}, jsonvalue.ObjectOf("type", "string"), jsonvalue.ObjectOf("type", []any{}),
		jsonvalue.ObjectOf("", &jsonvalue.Object{}), jsonvalue.ObjectOf("nullable", true),
		jsonvalue.ObjectOf("allOf", []any{jsonvalue.ObjectOf("type", "object"), jsonvalue.ObjectOf("type", "null")}),
		jsonvalue.ObjectOf("not", &jsonvalue.Object{}), jsonvalue.ObjectOf("enum", []any{nil, json.Number("1"), "a"}))
}
