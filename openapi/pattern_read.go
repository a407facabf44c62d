package openapi

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	maxRepeat   = 1000    // of RE2, for the product of nested counts
	maxPattern  = 200_000 // length of an expression whose counts are written out
	maxNesting  = 100
	maxUnrolled = 20_000
)

// patternReader reads a regular expression of ECMA-262, with what authors borrow from other dialects.
type patternReader struct {
	text   []rune
	at     int
	depth  int
	groups []string // what the groups match, for references to them
	loose  []string // what is not enforced
}

func (t *patternReader) leftOut(what string) {
	if !slices.Contains(t.loose, what) {
		t.loose = append(t.loose, what)
	}
}

// whole reads the expression.
func (t *patternReader) whole() ([]sequence, error) {
	sequences, err := t.alternatives()
	if err == nil && t.at < len(t.text) {
		err = errors.New("a closing parenthesis without an opening one")
	}
	return sequences, err
}

func (t *patternReader) peek(text string) bool {
	return strings.HasPrefix(string(t.text[t.at:min(len(t.text), t.at+len(text))]), text)
}

// take passes a text if it comes next.
func (t *patternReader) take(text string) bool {
	if !t.peek(text) {
		return false
	}
	t.at += len(text) // only ASCII is taken
	return true
}

func (t *patternReader) alternatives() ([]sequence, error) {
	list := []sequence{nil}
	for t.at < len(t.text) && !t.peek(")") {
		if t.take("|") {
			list = append(list, nil)
			continue
		}
		p, err := t.piece()
		if err != nil {
			return nil, err
		}
		items := sequence{p}
		if p.inner != nil {
			items = p.inner
		}
		list[len(list)-1] = append(list[len(list)-1], items...)
	}
	return list, nil
}

// piece reads one item and its quantifier.
func (t *patternReader) piece() (piece, error) {
	p, err := t.atom()
	if err != nil {
		return p, err
	}
	inner := p.inner
	p.inner = nil
	least, most, given := t.quantifier()
	switch {
	case !given && inner != nil:
		return piece{inner: inner}, nil
	case inner != nil && p.tempered == "":
		t.leftOut("a lookaround in a group")
	}
	if p.tempered != "" && (!given || most >= 0) {
		p.tempered = ""
		t.leftOut("a lookaround in a group")
	}
	if !given {
		return p, nil
	}
	lazy := ""
	if t.take("?") {
		lazy = "?"
	} else {
		t.take("+") // possessive, as Java has it: it only forbids to try again
	}
	switch {
	case p.look != nil: // a condition that may be repeated is one that need not hold
		if least == 0 {
			return piece{}, nil
		}
		return p, nil
	case p.out == "" || p.max == 0:
		return p, nil
	}
	return t.repeated(p, least, most, lazy)
}

var counts = regexp.MustCompile(`^\{(\d+)(,?)(\d*)\}`)

// quantifier reads a quantifier; most is -1 where there is no upper bound.
func (t *patternReader) quantifier() (least, most int, given bool) {
	switch {
	case t.take("*"):
		return 0, -1, true
	case t.take("+"):
		return 1, -1, true
	case t.take("?"):
		return 0, 1, true
	}
	m := counts.FindStringSubmatch(string(t.text[t.at:min(len(t.text), t.at+40)]))
	if m == nil {
		return 0, 0, false
	}
	t.at += len(m[0])
	least, _ = strconv.Atoi(m[1])
	switch {
	case m[2] == "":
		most = least
	case m[3] == "":
		most = -1
	default:
		most, _ = strconv.Atoi(m[3])
	}
	return least, most, true
}

// repeated writes a repetition within the bounds of RE2: x{0,2500} as x{0,1000}x{0,1000}x{0,500}.
func (t *patternReader) repeated(p piece, least, most int, lazy string) (piece, error) {
	if most >= 0 && most < least {
		return p, fmt.Errorf("{%d,%d} counts down", least, most)
	}
	bound := 0
	if most > maxUnrolled {
		bound, most = most, -1
	}
	step := max(1, maxRepeat/max(1, p.repeats))
	if (max(least, most)/step+1)*len(p.out) > maxPattern || least > maxUnrolled {
		return p, errors.New("it repeats too much")
	}
	out := piece{tempered: p.tempered, min: least * p.min, max: -1, bound: bound, single: p.min == 1 && p.max == 1}
	out.repeats = max(1, p.repeats) * min(step, max(least, most, 1))
	if most >= 0 && p.max >= 0 {
		out.max = most * p.max
	}
	var text strings.Builder
	part := func(form string, counts ...any) { text.WriteString(p.out + fmt.Sprintf(form, counts...) + lazy) }
	for rest := least; rest > 0; rest -= step {
		switch n := min(rest, step); {
		case n == 1 && rest == least && most == -1:
			part("+")
			out.out = text.String()
			return out, nil
		case n == 1:
			text.WriteString(p.out)
		default:
			part("{%d}", n)
		}
	}
	if most < 0 {
		part("*")
	}
	for rest := most - least; rest > 0; rest -= step {
		if n := min(rest, step); n == 1 {
			part("?")
		} else {
			part("{0,%d}", n)
		}
	}
	out.out = text.String()
	return out, nil
}

// atom reads an item without its quantifier.
func (t *patternReader) atom() (piece, error) {
	r := t.text[t.at]
	switch r {
	case '(':
		return t.group()
	case '[':
		return t.class()
	case '\\':
		return t.escape()
	case '*', '+', '?':
		return piece{}, fmt.Errorf("%q at the place %d repeats nothing", string(r), t.at+1)
	}
	t.at++
	switch r {
	case '^', '$':
		return piece{out: string(r)}, nil
	case '.':
		return one("."), nil
	}
	return one(regexp.QuoteMeta(string(r))), nil
}

// one returns the piece for one character.
func one(out string) piece { return piece{out: out, min: 1, max: 1} }

var (
	flagGroup  = regexp.MustCompile(`^\(\?[imsU-]+[:)]`)
	namedGroup = regexp.MustCompile(`^\(\?(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')`)
	comment    = regexp.MustCompile(`^\(\?#[^)]*\)`)
)

// group reads what stands in parentheses.
func (t *patternReader) group() (piece, error) {
	if t.depth++; t.depth > maxNesting {
		return piece{}, errors.New("nested too deeply")
	}
	defer func() { t.depth-- }()
	ahead := string(t.text[t.at:min(len(t.text), t.at+200)])
	look := lookarounds[lookPrefix(ahead)]
	open, captures := "(?:", false
	switch m := flagGroup.FindString(ahead); {
	case look != nil:
		t.at += len(lookPrefix(ahead))
	case m != "":
		t.at += len(m)
		if strings.HasSuffix(m, ")") {
			return piece{out: m}, nil
		}
		open = m
	case comment.MatchString(ahead):
		t.at += len([]rune(comment.FindString(ahead)))
		return piece{}, nil
	case t.take("(?:") || t.take("(?>"): // the latter only forbids to try again
	case namedGroup.MatchString(ahead):
		t.at += len(namedGroup.FindString(ahead))
		captures = true
	case strings.HasPrefix(ahead, "(?"):
		return piece{}, fmt.Errorf("%.5q is not understood", ahead)
	default:
		t.at++
		captures = true
	}
	number := len(t.groups)
	if captures {
		t.groups = append(t.groups, "")
	}
	sequences, err := t.alternatives()
	if err != nil {
		return piece{}, err
	}
	if !t.take(")") {
		return piece{}, errors.New("a parenthesis that is not closed")
	}
	p := t.joined(sequences, open)
	if captures {
		t.groups[number] = p.out
	}
	if look != nil {
		if p.inner != nil {
			t.leftOut("a lookaround in another")
		}
		return piece{look: &lookaround{look.behind, look.negative, p.out}}, nil
	}
	return p, nil
}

var lookarounds = map[string]*lookaround{
	"(?=": {}, "(?!": {negative: true}, "(?<=": {behind: true}, "(?<!": {behind: true, negative: true},
}

// lookPrefix returns how a lookaround begins; "" where none does.
func lookPrefix(text string) string {
	for _, prefix := range []string{"(?=", "(?!", "(?<=", "(?<!"} {
		if strings.HasPrefix(text, prefix) {
			return prefix
		}
	}
	return ""
}

// joined returns the piece for a group's alternatives, without the lookarounds in them.
func (t *patternReader) joined(sequences []sequence, open string) piece {
	p := piece{repeats: 1, min: -1}
	texts := make([]string, len(sequences))
	for i, s := range sequences {
		texts[i] = s.text()
		least, most := s.width()
		if p.min < 0 || least < p.min {
			p.min = least
		}
		if most < 0 || p.max < 0 {
			p.max = -1
		} else {
			p.max = max(p.max, most)
		}
		for _, inner := range s {
			p.repeats = max(p.repeats, inner.repeats)
		}
	}
	p.out = open + strings.Join(texts, "|") + ")"
	if len(sequences) == 1 && len(sequences[0]) == 2 && sequences[0][0].look != nil && sequences[0][1].max == 1 &&
		!sequences[0][0].look.behind && sequences[0][0].look.negative {
		p.tempered = sequences[0][0].look.body
		return p
	}
	t.buried(&p, sequences, open)
	return p
}

// buried notes what of a group can only be enforced where the group is not repeated, or not at all.
func (t *patternReader) buried(p *piece, sequences []sequence, open string) {
	for _, s := range sequences {
		for _, inner := range s {
			if inner.bound > 0 {
				t.leftOut(fmt.Sprintf("the upper bound %d", inner.bound))
			}
		}
		switch {
		case !slices.ContainsFunc(s, func(p piece) bool { return p.look != nil || p.tempered != "" }):
		case len(sequences) == 1 && open == "(?:":
			p.inner = s
		default:
			t.leftOut("a lookaround in a group")
		}
	}
}
