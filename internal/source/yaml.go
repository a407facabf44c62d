package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

const (
	// maxRepeated bounds the number of values that aliases may repeat. maxPointer bounds the
	// pointers, in bytes, whose positions are kept: with a long key above many values, their
	// pointers alone would be far larger than the file.
	maxRepeated = 200_000
	maxPointer  = 8 << 10
)

func parseYAML(name string, data []byte) (file *File, err error) {
	defer func() { // the library has panicked on hostile input
		if r := recover(); r != nil {
			file, err = nil, &Error{Name: name, Reason: fmt.Sprintf("not YAML: %v", r)}
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	switch err := dec.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, &Error{Name: name, Position: Position{1, 1}, Reason: "the file is empty"}
	case err != nil:
		return nil, yamlError(name, err)
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		return nil, &Error{Name: name, Position: Position{second.Line, second.Column},
			Reason: "a second YAML document; one is expected"}
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlError(name, err)
	}
	c := &converter{file: &File{Name: name, Data: data, positions: map[string]Position{}}}
	c.file.Value, err = c.value(root.Content[0], "", 0)
	if err != nil {
		return nil, err
	}
	return c.file, nil
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?(?:line (\d+): )?`)

// yamlError moves the line number from the library's text into the position.
func yamlError(name string, err error) error {
	text := err.Error()
	m := yamlLine.FindStringSubmatch(text)
	line, _ := strconv.Atoi(m[1])
	return &Error{Name: name, Position: Position{line, min(line, 1)}, Reason: "not YAML: " + text[len(m[0]):]}
}

// converter turns YAML nodes into JSON values and keeps their positions.
type converter struct {
	file     *File
	aliases  int // number of aliases around the current node
	repeated int // number of values inside aliases
}

func (c *converter) fail(n *yaml.Node, format string, args ...any) error {
	return &Error{Name: c.file.Name, Position: Position{n.Line, n.Column}, Reason: fmt.Sprintf(format, args...)}
}

func (c *converter) value(n *yaml.Node, pointer string, depth int) (any, error) {
	if c.aliases > 0 {
		c.repeated++
	}
	if c.repeated > maxRepeated {
		return nil, c.fail(n, "more than %d values are repeated by aliases", maxRepeated)
	}
	if depth > maxDepth {
		return nil, c.fail(n, "nested deeper than %d levels (an alias inside its own anchor?)", maxDepth)
	}
	c.place(pointer, n)
	switch n.Kind {
	case yaml.AliasNode:
		c.aliases++
		defer func() { c.aliases-- }()
		return c.value(n.Alias, pointer, depth+1)
	case yaml.SequenceNode:
		items := []any{}
		for i, item := range n.Content {
			v, err := c.value(item, child(pointer, strconv.Itoa(i)), depth+1)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		return items, nil
	case yaml.MappingNode:
		return c.object(n, pointer, depth)
	}
	return c.scalar(n)
}

// unplaced is not a JSON pointer; it stands for that of a value whose position is not kept.
const unplaced = "-"

func child(pointer, token string) string {
	if pointer == unplaced || len(pointer)+len(token) > maxPointer {
		return unplaced
	}
	return jsonvalue.Join(pointer, token)
}

// place keeps the position of a value. The first one counts: that of a member is its key's.
func (c *converter) place(pointer string, n *yaml.Node) {
	if _, known := c.file.positions[pointer]; !known && pointer != unplaced {
		c.file.positions[pointer] = Position{n.Line, n.Column}
	}
}

func (c *converter) object(n *yaml.Node, pointer string, depth int) (any, error) {
	o := &jsonvalue.Object{}
	lines := map[string]int{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return nil, c.fail(key, "a key that is no string; JSON has only strings as names")
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if first, twice := lines[key.Value]; twice {
			return nil, c.fail(key, "the key %q occurs twice; it is first on line %d", key.Value, first)
		}
		lines[key.Value] = key.Line
		at := child(pointer, key.Value)
		c.place(at, key)
		v, err := c.value(value, at, depth+1)
		if err != nil {
			return nil, err
		}
		o.Members = append(o.Members, jsonvalue.Member{Name: key.Value, Value: v})
	}
	for _, value := range merged {
		if err := c.merge(o, lines, value, pointer, depth); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// merge adds the members of a "<<" key that the object does not have itself.
func (c *converter) merge(o *jsonvalue.Object, has map[string]int, n *yaml.Node, pointer string, depth int) error {
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			if err := c.merge(o, has, item, pointer, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	v, err := c.value(n, pointer, depth+1)
	if err != nil {
		return err
	}
	other, ok := v.(*jsonvalue.Object)
	if !ok {
		return c.fail(n, "a merge key takes a mapping or a list of them")
	}
	for _, m := range other.Members {
		if _, own := has[m.Name]; !own {
			has[m.Name] = n.Line
			o.Members = append(o.Members, jsonvalue.Member{Name: m.Name, Value: jsonvalue.Clone(m.Value)})
		}
	}
	return nil
}

func (c *converter) scalar(n *yaml.Node) (any, error) {
	// a plain number, also where the library finds it too large for a float
	const marked = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle |
		yaml.TaggedStyle
	if n.Style&marked == 0 && jsonvalue.IsNumber(n.Value) {
		return json.Number(n.Value), nil
	}
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), nil
	case "!!int", "!!float":
		return c.number(n)
	}
	return n.Value, nil
}

// number keeps the digits of numbers that JSON can spell, and converts those that only YAML can
// (0x1F, 1_000, .5, +3).
func (c *converter) number(n *yaml.Node) (any, error) {
	text := strings.ReplaceAll(n.Value, "_", "")
	if i, ok := new(big.Int).SetString(text, 0); ok && n.ShortTag() == "!!int" {
		return json.Number(i.String()), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	spelled, jsonErr := json.Marshal(f)
	if err != nil || jsonErr != nil {
		return nil, c.fail(n, "%q is a number that JSON cannot say", n.Value)
	}
	return json.Number(spelled), nil
}
