package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func TestParseAll(t *testing.T) {
	t.Parallel()
	rest := strings.Repeat("more:\n  - {a: 1}\n", 1) + strings.Repeat("# far behind\n", 40)
	for _, c := range []struct {
		name, text string
		want       []string // lines and parts of reasons
		left       string   // what can be read; "" for nothing
	}{
		{"sound", "a: 1\n", nil, `{"a":1}`},
		{"a tab", "a:\n  b: 1\n\tc: 2\n" + rest, []string{"3: indent with blanks, not with tabs"},
			`{"a":{"b":1},"more":[{"a":1}]}`},
		{"a quote", "a: \"x\nb: 2\n" + rest, []string{"1: a quote is not closed"}, `{"b":2,"more":[{"a":1}]}`},
		{"a quote with another behind", "a: 'x\nb: 2\nc: 'y'\n", []string{"1: a quote is not closed"}, `{"b":2,"c":"y"}`},
		{"a bracket", "a: [1, 2\nb: 2\n" + rest, []string{"1: a bracket is not closed"}, `{"b":2,"more":[{"a":1}]}`},
		{"a list over lines before it", "a: [1,\n 2,\n 3]\nb: 'x\n  y'\nc: @d\n" + rest,
			[]string{"6: quote a value that starts with @"}, `{"a":[1,2,3],"b":"x y","more":[{"a":1}]}`},
		{"a colon too many", "a: b: c\nd: 1\n", []string{"1: quote a value that has a colon and a blank in it"}, `{"d":1}`},
		{"no colon", "a:\n  b: 1\n  word\n  c: 2\n", []string{"3: a colon is missing"}, `{"a":{"b":1,"c":2}}`},
		{"indentation", "a:\n    b: 1\n  c: 2\nd: 3\n", []string{"3: is it indented"}, `{"a":{"b":1},"d":3}`},
		{"several", "a: 'x\nb: 1\nc: @y\nd: {e: 1\nf: 2\n",
			[]string{"1: a quote", "3: quote a value that starts with @", "4: a bracket"}, `{"b":1,"f":2}`},
		{"keys", "a: 1\nb: 2\na:\n  c: 3\nb: 4\n", []string{`3: the key "a" occurs twice`, `5: the key "b" occurs twice`},
			`{"a":1,"b":2}`},
		{"nothing", "", []string{"1: the file is empty"}, ""},
	} {
		file, errs := source.ParseAll("f.yaml", []byte(c.text))
		got := []string{}
		for i, err := range errs {
			text := fmt.Sprintf("%d: %s", err.Line, err.Reason)
			if i < len(c.want) {
				line, part, _ := strings.Cut(c.want[i], ": ")
				if strings.HasPrefix(text, line+": ") && strings.Contains(text, part) {
					text = c.want[i]
				}
			}
			got = append(got, text)
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		left := ""
		if file != nil {
			left = string(jsonvalue.Marshal(file.Value))
		}
		if left != c.left {
			t.Errorf("%s: left is %s, want %s", c.name, left, c.left)
		}
	}
}

// TestLookingForAnErrorIsBounded: where a text stops to be YAML is found in a few times the work of reading it.
func TestLookingForAnErrorIsBounded(t *testing.T) {
	text := strings.Repeat("- name: raku\n  glaze: ash\n", 2000)
	work := func(text string) float64 {
		return testing.AllocsPerRun(1, func() { _, _ = source.Parse("f.yaml", []byte(text)) })
	}
	sound := work(text)
	for name, c := range map[string]struct {
		wrong string
		most  float64
	}{
		"a colon too many": {"- name: raku: 1\n", 10},
		"no colon":         {"- name: raku\n  glaze\n  kiln: 1\n", 10},
		"a quote":          {"- name: 'raku\n", 100},
		"a bracket":        {"- name: [raku\n", 100},
	} {
		for _, at := range []int{0, len(text) / 2, len(text)} {
			if got := work(text[:at] + c.wrong + text[at:]); got > c.most*sound {
				t.Errorf("%s at %d: %.0f allocations, %.0f without it", name, at, got, sound)
			}
		}
	}
}
