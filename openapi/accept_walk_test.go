package openapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// treeSchema returns a schema of trees: a choice of branches, of which each has children of the same
// choice. The tag names the branch by a const, by an enum of one or of several, or not at all.
func treeSchema(t testing.TB, choice string, branches int, tag string) *Schema {
	t.Helper()
	tags := map[string]string{"const": `{"const": "k%d"}`, "enum": `{"enum": ["k%d"]}`,
		"enums": `{"enum": ["k%[1]d", "l%[1]d"]}`, "pattern": `{"pattern": "^k%d$"}`, "none": `{"$comment": "%d"}`}
	list := make([]string, branches)
	for i := range list {
		list[i] = fmt.Sprintf(`{"type": "object", "required": ["kind"], "properties": {
			"children": {"type": "array", "items": {"$ref": "#"}}, "first": {"$ref": "#"},
			"kind": `+tags[tag]+`, "weight": {"type": "integer", "maximum": %[1]d}}}`, i)
	}
	s, err := CompileSchema("tree.json", fmt.Appendf(nil, `{"%s": [%s]}`, choice, strings.Join(list, ",")))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tree returns a tree with a path of a depth, of which the deepest node is given.
func tree(depth, branches int, last bool, deepest string) string {
	out := deepest
	for i := range depth {
		kind := fmt.Sprintf(`"kind": "k%d"`, (branches-1-i%2)%branches)
		switch children := `"children": [` + out + `]`; {
		case last && i%3 == 2:
			out = `{"first": ` + out + `, ` + kind + `}`
		case last:
			out = `{` + children + `, ` + kind + `}`
		default:
			out = `{` + kind + `, ` + children + `}`
		}
	}
	return out
}

// TestAcceptsDeepChoices: choices below choices take steps in proportion to the depth of a value, not
// by a power of it.
func TestAcceptsDeepChoices(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	for _, choice := range []string{"oneOf", "anyOf"} {
		for _, tag := range []string{"const", "enum", "enums", "pattern"} {
			for _, branches := range []int{4, 8} {
				walkTrees(t, choice, branches, tag)
			}
		}
	}
}

func walkTrees(t *testing.T, choice string, branches int, tag string) {
	t.Helper()
	check := treeSchema(t, choice, branches, tag).compiledFor(RequestView).check
	for depth := 1; depth <= 30; depth++ {
		for deepest, want := range map[string]verdict{`{"kind": "k1", "weight": 1}`: yes,
			`{"kind": "k1", "weight": 9}`: no, `{"kind": "x"}`: no, `{}`: no, `1`: no} {
			text, _ := jsonvalue.Scan([]byte(tree(depth, branches, depth%2 == 0, deepest)), jsonvalue.Limits{})
			w := newWalk(text.Root())
			before := w.quick + w.left
			if got := check.of(text.Root(), w); got != want {
				t.Fatalf("%s of %d by %s: %d of %s, want %d", choice, branches, tag, got, text.Root().Raw(), want)
			}
			if steps := before - w.quick - w.left; steps > 2*quickSteps+1000*depth {
				t.Fatalf("%s of %d by %s: %d steps for depth %d", choice, branches, tag, steps, depth)
			}
		}
	}
}

// TestAcceptsNoLongerWalks: a walk that has taken all its steps is unsure.
func TestAcceptsNoLongerWalks(t *testing.T) {
	t.Parallel()
	check := treeSchema(t, "oneOf", 4, "const").compiledFor(RequestView).check
	text, _ := jsonvalue.Scan([]byte(tree(20, 4, true, `{"kind": "k1"}`)), jsonvalue.Limits{})
	if got := check.of(text.Root(), &walk{left: 50}); got != unsure {
		t.Errorf("%d, want unsure", got)
	}
	if got := check.of(text.Root(), &walk{left: 5000}); got != yes {
		t.Errorf("%d, want yes", got)
	}
}
