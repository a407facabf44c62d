package source

import (
	"bytes"
	"cmp"
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

// maxRepeated bounds the number of values that aliases may repeat.
const maxRepeated = 200_000

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
		return nil, yamlError(name, data, err)
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		return nil, &Error{Name: name, Position: Position{second.Line, second.Column},
			Reason: "a second YAML document; one is expected"}
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlError(name, data, err)
	}
	file = &File{Name: name, Data: data, root: placeOf(root.Content[0])}
	c := &converter{name: name}
	file.Value, file.root.inside, err = c.value(root.Content[0], 0)
	if err != nil {
		return nil, err
	}
	return file, nil
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?(?:line (\d+): )?`)

// yamlError moves the line number from the library's text into the position, and looks where the text
// really stops to be YAML.
func yamlError(name string, data []byte, err error) error {
	line := 0
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) { // nothing is whole before its end
		culprits := yamlLine.FindStringSubmatch(err.Error())
		line, _ = strconv.Atoi(culprits[1])
	} else if at, found := culprit(data); at > 0 && found != nil {
		line, err = at, found
	}
	text := err.Error()
	reason := "not YAML: " + text[len(yamlLine.FindString(text)):]
	if lines := bytes.Split(data, []byte("\n")); line > 0 && line <= len(lines) {
		reason += ": " + hint(string(lines[line-1]))
	}
	return &Error{Name: name, Position: Position{line, min(line, 1)}, Reason: reason}
}

// converter turns YAML nodes into JSON values and the places of what is in them.
type converter struct {
	name     string // of the file
	aliases  int    // number of aliases around the current node
	repeated int    // number of values inside aliases
}

func (c *converter) fail(n *yaml.Node, format string, args ...any) error {
	return &Error{Name: c.name, Position: Position{n.Line, n.Column}, Reason: fmt.Sprintf(format, args...)}
}

func placeOf(n *yaml.Node) place { return place{Position: Position{n.Line, n.Column}} }

func (c *converter) value(n *yaml.Node, depth int) (value any, inside []place, err error) {
	if c.aliases > 0 {
		c.repeated++
	}
	if c.repeated > maxRepeated {
		return nil, nil, c.fail(n, "more than %d values are repeated by aliases", maxRepeated)
	}
	if depth > maxDepth {
		return nil, nil, c.fail(n, "nested deeper than %d levels (an alias inside its own anchor?)", maxDepth)
	}
	switch n.Kind {
	case yaml.AliasNode:
		c.aliases++
		defer func() { c.aliases-- }()
		return c.value(n.Alias, depth+1)
	case yaml.SequenceNode:
		items := make([]any, len(n.Content))
		places := make([]place, len(n.Content))
		for i, item := range n.Content {
			places[i] = placeOf(item)
			if items[i], places[i].inside, err = c.value(item, depth+1); err != nil {
				return nil, nil, err
			}
		}
		return items, places, nil
	case yaml.MappingNode:
		o := &mapping{object: &jsonvalue.Object{}, lines: map[string]int{}}
		if err := c.object(o, n, depth); err != nil {
			return nil, nil, err
		}
		return o.object, o.places, nil
	}
	value, err = c.scalar(n)
	return value, nil, err
}

// mapping is an object in the making, with the places of its members.
type mapping struct {
	object *jsonvalue.Object
	places []place
	lines  map[string]int // of its members
}

func (m *mapping) add(name string, value any, at place) {
	m.lines[name] = at.Line
	m.object.Members = append(m.object.Members, jsonvalue.Member{Name: name, Value: value})
	m.places = append(m.places, at)
}

func (c *converter) object(o *mapping, n *yaml.Node, depth int) error {
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return c.fail(key, "a key that is no string; JSON has only strings as names")
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if first, twice := o.lines[key.Value]; twice {
			return c.fail(key, "the key %q occurs twice; it is first on line %d", key.Value, first)
		}
		at := placeOf(key)
		v, inside, err := c.value(value, depth+1)
		if err != nil {
			return err
		}
		at.inside = inside
		o.add(key.Value, v, at)
	}
	for _, value := range merged {
		if err := c.merge(o, value, depth); err != nil {
			return err
		}
	}
	return nil
}

// merge adds the members of a "<<" key that the object does not have itself.
func (c *converter) merge(o *mapping, n *yaml.Node, depth int) error {
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			if err := c.merge(o, item, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	v, inside, err := c.value(n, depth)
	if err != nil {
		return err
	}
	other, ok := v.(*jsonvalue.Object)
	if !ok {
		return c.fail(n, "a merge key takes a mapping or a list of them")
	}
	for i, m := range other.Members {
		if _, own := o.lines[m.Name]; !own {
			o.add(m.Name, jsonvalue.Clone(m.Value), inside[i])
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

// zeros matches whole numbers with zeros at the beginning.
var zeros = regexp.MustCompile(`^[-+]?0\d+$`)

// number keeps the digits of numbers that JSON can spell, and converts those that only YAML can
// (0x1F, 1_000, .5, +3).
func (c *converter) number(n *yaml.Node) (any, error) {
	text := strings.ReplaceAll(n.Value, "_", "")
	if zeros.MatchString(text) { // no octal number since YAML 1.2
		sign, digits := "", text
		if digits[0] == '-' || digits[0] == '+' {
			sign, digits = strings.TrimPrefix(digits[:1], "+"), digits[1:]
		}
		return json.Number(sign + cmp.Or(strings.TrimLeft(digits, "0"), "0")), nil
	}
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
