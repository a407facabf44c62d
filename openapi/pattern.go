package openapi

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// textPattern is a regular expression of a document (ECMA-262) as RE2 can try it. Lookarounds at the
// beginning and the end of the expression become conditions of their own.
type textPattern struct {
	alternatives [][]condition
	loose        string // what of the expression is not enforced; "" where all of it is
}

// condition is an expression that a text matches, or does not, or the most characters that it has.
type condition struct {
	*regexp.Regexp
	not  bool
	most int // 0: any number
}

func (c condition) meets(text string) bool {
	if c.most > 0 {
		return utf8.RuneCountInString(text) <= c.most
	}
	return c.MatchString(text) != c.not
}

// newTextPattern compiles a regular expression. What RE2 takes means the same there, but for its
// escapes; the rest is taken apart.
func newTextPattern(source string) (*textPattern, error) {
	plain := escapedRune.ReplaceAllString(source, `\x{$1}`)
	re, plainErr := regexp.Compile(plain)
	if plainErr == nil && !surrogate.MatchString(source) {
		return &textPattern{alternatives: [][]condition{{{Regexp: re}}}}, nil
	}
	t := &patternReader{text: []rune(source)}
	sequences, err := t.whole()
	if err != nil {
		return nil, err
	}
	p := &textPattern{}
	for _, s := range sequences {
		conditions, err := s.conditions(t)
		if err != nil {
			return nil, err
		}
		p.alternatives = append(p.alternatives, conditions)
	}
	p.loose = strings.Join(t.loose, ", ")
	return p, nil
}

// matches reports whether a text meets the pattern.
func (p *textPattern) matches(text string) bool {
	for _, conditions := range p.alternatives {
		met := true
		for _, c := range conditions {
			met = met && c.meets(text)
		}
		if met {
			return true
		}
	}
	return false
}

// main returns an expression of RE2 that every text meets which meets the pattern.
func (p *textPattern) main() string {
	texts := make([]string, len(p.alternatives))
	for i, conditions := range p.alternatives {
		texts[i] = conditions[0].String()
	}
	return strings.Join(texts, "|")
}

// more returns what else a text matches, and what it does not. Of several alternatives nothing is
// said.
func (p *textPattern) more() (also, not []string) {
	if len(p.alternatives) != 1 {
		return nil, nil
	}
	for _, c := range p.alternatives[0][1:] {
		switch {
		case c.most > 0: // no text that is made is so long
		case c.not:
			not = append(not, c.String())
		default:
			also = append(also, c.String())
		}
	}
	return also, not
}

// piece is an item of a sequence, with its quantifier, as RE2 spells it.
type piece struct {
	out      string
	min, max int  // the number of characters that it takes; max is unbounded where that is -1
	repeats  int  // the product of nested counts, which RE2 bounds
	bound    int  // an upper bound of repetitions that is too large to be written; 0 for none
	single   bool // a repetition of single characters
	look     *lookaround
	// tempered is what the repeated group ((?!tempered).)* must not meet anywhere
	tempered string
	// inner has the items of a group with lookarounds, which the group's sequence takes in its place
	inner sequence
}

// lookaround is a condition at a place of a sequence.
type lookaround struct {
	behind, negative bool
	body             string
}

// sequence is one alternative of an expression.
type sequence []piece

// text returns a sequence without its lookarounds.
func (s sequence) text() string {
	var out strings.Builder
	for _, p := range s {
		if p.look == nil {
			out.WriteString(p.out)
		}
	}
	return out.String()
}

// width returns the number of characters that a sequence takes.
func (s sequence) width() (least, most int) {
	for _, p := range s {
		least += p.min
		if p.max < 0 || most < 0 {
			most = -1
		} else {
			most += p.max
		}
	}
	return least, most
}

func (s sequence) fixed() bool {
	least, most := s.width()
	return least == most
}

// atStart reports whether a sequence matches at the beginning of a text only.
func (s sequence) atStart() bool {
	for _, p := range s {
		if p.look == nil {
			return p.out == "^"
		}
		if !p.look.behind && !p.look.negative && strings.HasPrefix(p.look.body, "(?:^") {
			return true
		}
	}
	return false
}

// lastText returns what a sequence ends with; lookarounds do not count.
func (s sequence) lastText() string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].look == nil {
			return s[i].out
		}
	}
	return ""
}

// conditions returns what a sequence demands of a text: to match it without its lookarounds, and
// each of those.
func (s sequence) conditions(t *patternReader) ([]condition, error) {
	var list []condition
	add := func(expression string, not bool) error {
		re, err := regexp.Compile(surrogates.Replace(expression))
		if err == nil {
			list = append(list, condition{Regexp: re, not: not})
		}
		return err
	}
	if err := add(s.text(), false); err != nil {
		return nil, err
	}
	for i, p := range s {
		switch anchored := len(s) == 3 && s[0].out == "^" && s[2].out == "$"; {
		case p.bound > 0 && anchored && p.single:
			list = append(list, condition{most: p.bound})
		case p.bound > 0 && i < len(s)-1: // at the end, more may follow
			t.leftOut(fmt.Sprintf("the upper bound %d", p.bound))
		case p.tempered != "" && !anchored:
			t.leftOut("its lookahead in a repeated group")
		}
		if err := s.look(t, i, add); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// look adds the condition of the lookaround at an index, if there is one.
func (s sequence) look(t *patternReader, i int, add func(string, bool) error) error {
	switch p := s[i]; {
	case p.tempered != "" && len(s) == 3 && s[0].out == "^" && s[2].out == "$":
		return add(p.tempered, true)
	case p.look == nil:
		return nil
	case p.look.behind:
		return s.behind(t, i, add)
	}
	return s.ahead(t, i, add)
}

// ahead adds the condition of a lookahead. Without a fixed place, a negative one says nothing about
// the whole text, and a positive one that the text has it somewhere.
func (s sequence) ahead(t *patternReader, i int, add func(string, bool) error) error {
	before, behind, look := s[:i], s[i+1:], s[i].look
	text := before.text()
	anchored := s.atStart()
	if anchored && !strings.HasPrefix(text, "^") {
		text = "^" + text
	}
	switch {
	case anchored && before.fixed():
		return add(text+look.body, look.negative)
	case look.negative:
		t.leftOut("a negative lookahead without a fixed place")
		return nil
	case behind.text() != "" && (i > 0 || !strings.HasPrefix(look.body, "(?:.*")):
		t.leftOut("the place of a lookahead")
	}
	return add(text+look.body, false)
}

// behind adds the condition of a lookbehind.
func (s sequence) behind(t *patternReader, i int, add func(string, bool) error) error {
	before, after, look := s[:i], s[i+1:], s[i].look
	text := after.text()
	anchored := s.lastText() == "$"
	if anchored && !strings.HasSuffix(text, "$") {
		text += "$"
	}
	switch {
	case anchored && after.fixed():
		return add(look.body+text, look.negative)
	case look.negative && before.text() == "^": // nothing is before the text
		return nil
	case look.negative:
		t.leftOut("a negative lookbehind without a fixed place")
		return nil
	case before.text() != "":
		t.leftOut("the place of a lookbehind")
	}
	return add(look.body+text, false)
}

var escapedRune = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

var surrogate = regexp.MustCompile(`\\u[dD][89a-fA-F]`)

// surrogates spells the characters beyond the basic plane, which ECMA-262 may write in two halves.
var surrogates = strings.NewReplacer(
	`[\x{D800}-\x{DBFF}][\x{DC00}-\x{DFFF}]`, `[\x{10000}-\x{10FFFF}]`,
)
