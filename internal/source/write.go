package source

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// MarshalYAML returns a value as block-style YAML, indented by two blanks a level, with a newline
// at the end. Parse reads it back as the same value: strings that YAML would read as something else
// are quoted, and numbers keep their digits.
func MarshalYAML(v any) []byte {
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(node(v)); err != nil {
		return append(jsonvalue.MarshalIndent(v), '\n') // JSON is YAML too
	}
	return out.Bytes()
}

func node(v any) *yaml.Node {
	switch v := v.(type) {
	case nil:
		return scalar("!!null", "null")
	case bool:
		return scalar("!!bool", strconv.FormatBool(v))
	case string:
		return stringNode(v)
	case json.Number:
		return scalar("", string(v)) // without a tag it stays plain, whatever the library resolves it to
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range v {
			n.Content = append(n.Content, node(item))
		}
		if len(v) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case *jsonvalue.Object:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, m := range v.Members {
			n.Content = append(n.Content, stringNode(m.Name), node(m.Value))
		}
		if len(v.Members) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	}
	clean, err := jsonvalue.Of(v)
	if err != nil {
		return stringNode(err.Error())
	}
	return node(clean)
}

func scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

func stringNode(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	if n.Style == yaml.LiteralStyle && (strings.ContainsAny(s, "\r\t\u0085\u2028\u2029\ufeff") ||
		strings.HasPrefix(s, " ") || strings.HasPrefix(s, "\n")) {
		n.Style = yaml.DoubleQuotedStyle // block scalars would change these
	}
	if n.Style == 0 && resolvesElsewhere(s) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// resolvesElsewhere reports whether YAML 1.1 readers take a string for another value; the encoder
// does not quote all of these.
func resolvesElsewhere(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "<<", "=", "~":
		return true
	}
	return s != "" && strings.Trim(s, "0123456789:.-+_TtZz eE") == ""
}
