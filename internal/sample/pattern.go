package sample

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/internal/sample/deal"
)

// pattern is a compiled regular expression (RE2) from which texts are generated.
type pattern struct {
	match *regexp.Regexp
	tree  *syntax.Regexp
	prog  *syntax.Prog
	err   error
}

// compiled are patterns by their texts: those of the documents that are in use.
var compiled sync.Map

func compilePattern(text string) *pattern {
	if p, ok := compiled.Load(text); ok {
		return p.(*pattern)
	}
	p := &pattern{}
	if p.match, p.err = regexp.Compile(text); p.err == nil {
		p.tree, p.err = syntax.Parse(text, syntax.Perl)
	}
	if p.err == nil {
		p.tree = p.tree.Simplify()
		p.prog, p.err = syntax.Compile(p.tree)
	}
	actual, _ := compiled.LoadOrStore(text, p)
	return actual.(*pattern)
}

// text returns a text that the pattern matches; more is how many repetitions are added.
func (p *pattern) text(s *deal.Stream, more int) string {
	var b strings.Builder
	steps := 1 << 14
	w := patternWriter{&b, s, more, &steps}
	w.write(p.tree)
	return b.String()
}

type patternWriter struct {
	*strings.Builder
	*deal.Stream
	more  int
	steps *int // left: repetitions of repetitions of nothing would have no end
}

func (w patternWriter) write(re *syntax.Regexp) {
	const enough = 4096
	if *w.steps--; w.Len() > enough || *w.steps < 0 {
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		w.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		w.WriteRune(w.class(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.WriteByte("abcdefghijklmnopqrstuvwxyz0123456789"[w.Below(36)])
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			w.write(sub)
		}
	case syntax.OpAlternate:
		w.write(deal.Pick(w.Stream, re.Sub))
	case syntax.OpStar:
		w.repeat(re.Sub[0], 0)
	case syntax.OpPlus:
		w.repeat(re.Sub[0], 1)
	case syntax.OpQuest:
		if w.Chance(50) || w.more > 0 {
			w.write(re.Sub[0])
		}
	}
}

func (w patternWriter) repeat(re *syntax.Regexp, least int) {
	for range least + w.Below(4) + w.more {
		if *w.steps < 0 {
			return
		}
		w.write(re)
	}
}

// class picks a character of a class: an ASCII letter or digit where it has some.
func (w patternWriter) class(ranges []rune) rune {
	var plain []rune
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if c >= ranges[i] && c <= ranges[i+1] {
				plain = append(plain, c)
			}
		}
	}
	if len(plain) > 0 {
		return deal.Pick(w.Stream, plain)
	}
	if len(ranges) < 2 {
		return 'x'
	}
	i := 2 * w.Below(len(ranges)/2)
	return ranges[i] + rune(w.Below(int(min(ranges[i+1]-ranges[i], 64))+1))
}
