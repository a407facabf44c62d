package sample

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"unicode"
)

// spelled returns the shortest text that all patterns of the rules match, of an allowed length. It
// follows the automata of the patterns together, one character after the other, and gives up after
// maxSpellings ways to begin.
func (r run) spelled(w *rules) (string, bool) {
	s := speller{rules: w, least: least(w.MinLength)}
	for _, text := range w.patterns {
		if p := compilePattern(text); p.err == nil {
			s.programs = append(s.programs, p.prog)
		}
	}
	s.wanted = len(s.programs)
	for _, text := range w.unlike {
		if p := compilePattern(text); p.err == nil {
			s.programs = append(s.programs, p.prog)
		}
	}
	if len(s.programs) == 0 {
		return "", false
	}
	s.alphabet = alphabetOf(s.programs)
	return s.search(func(text string) bool { return r.fits(w, text) })
}

// maxSpellings bounds the beginnings that are looked at, and how many complete texts are judged.
const maxSpellings, maxSpelled = 6000, 200

type speller struct {
	*rules
	programs []*syntax.Prog
	wanted   int // programs of patterns that must match; the others must not
	alphabet []rune
	least    int
}

// beginning is a text that may become one that the patterns match.
type beginning struct {
	before *beginning
	last   rune // -1 for the empty text
	states []automaton
}

// automaton is the state of one pattern: the instructions that may come next, or that it has matched.
type automaton struct {
	next    []uint32
	matched bool
}

func (s *speller) search(good func(string) bool) (string, bool) {
	layer := []*beginning{{last: -1, states: make([]automaton, len(s.programs))}}
	seen, judged := 0, 0
	for length := 0; len(layer) > 0 && (s.MaxLength == nil || length <= *s.MaxLength); length++ {
		following, known := []*beginning(nil), map[string]bool{}
		for _, b := range layer {
			if length >= s.least && s.complete(b) {
				if text := b.text(); good(text) {
					return text, true
				}
				if judged++; judged > maxSpelled {
					return "", false
				}
			}
			for _, c := range s.alphabet {
				next := s.step(b, c)
				if next == nil || known[next.key()] {
					continue
				}
				known[next.key()] = true
				following = append(following, next)
			}
		}
		if seen += len(following); seen > maxSpellings {
			return "", false
		}
		layer = following
	}
	return "", false
}

// step returns the beginning with one more character; nil where no text of the patterns begins so.
func (s *speller) step(b *beginning, c rune) *beginning {
	next := &beginning{before: b, last: c, states: make([]automaton, len(s.programs))}
	for i, prog := range s.programs {
		state := b.states[i]
		if !state.matched {
			var reached []uint32
			reached, state.matched = closure(prog, state.next, syntax.EmptyOpContext(b.last, c), true)
			state.next = nil
			for _, pc := range reached {
				if out := prog.Inst[pc].Out; prog.Inst[pc].MatchRune(c) && !slices.Contains(state.next, out) {
					state.next = append(state.next, out)
				}
			}
			slices.Sort(state.next)
			if i < s.wanted && !state.matched && len(state.next) == 0 && anchored(prog) {
				return nil
			}
		}
		if i >= s.wanted && state.matched {
			return nil
		}
		if state.matched {
			state.next = nil
		}
		next.states[i] = state
	}
	return next
}

// anchored reports whether a pattern matches at the beginning of a text only.
func anchored(prog *syntax.Prog) bool { return prog.StartCond()&syntax.EmptyBeginText != 0 }

// complete reports whether the text as it is matches the patterns that it must, and no other.
func (s *speller) complete(b *beginning) bool {
	for i, prog := range s.programs {
		matched := b.states[i].matched
		if !matched {
			_, matched = closure(prog, b.states[i].next, syntax.EmptyOpContext(b.last, -1), true)
		}
		if matched != (i < s.wanted) {
			return false
		}
	}
	return true
}

// closure returns the instructions that read a character and are reached without reading any, from
// some instructions and, where a match may begin here, from the start. It reports whether the match
// is reached.
func closure(prog *syntax.Prog, from []uint32, context syntax.EmptyOp, begin bool) (reached []uint32, matched bool) {
	stack, seen := slices.Clone(from), map[uint32]bool{}
	if begin {
		stack = append(stack, uint32(prog.Start))
	}
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		switch in := prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, in.Arg, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^context == 0 {
				stack = append(stack, in.Out)
			}
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, in.Out)
		case syntax.InstMatch:
			matched = true
		case syntax.InstFail:
		default:
			reached = append(reached, pc)
		}
	}
	slices.Sort(reached)
	return reached, matched
}

func (b *beginning) text() string {
	var runes []rune
	for ; b.before != nil; b = b.before {
		runes = append(runes, b.last)
	}
	slices.Reverse(runes)
	return string(runes)
}

// key tells beginnings apart that can go on differently.
func (b *beginning) key() string {
	key := []byte{kindOf(b.last)}
	for _, state := range b.states {
		if state.matched {
			key = append(key, 'm')
		}
		for _, pc := range state.next {
			key = binary.LittleEndian.AppendUint32(key, pc)
		}
		key = append(key, ';')
	}
	return string(key)
}

// kindOf returns what assertions tell of a character.
func kindOf(c rune) byte {
	switch {
	case c == '\n':
		return 'n'
	case syntax.IsWordChar(c):
		return 'w'
	}
	return 'o'
}

// alphabetOf returns characters of which some spell a match, if there is one: of every range of
// every class the first one, before it some that are easier to read.
func alphabetOf(programs []*syntax.Prog) []rune {
	alphabet := []rune("a0A -_./:@")
	for _, prog := range programs {
		for _, in := range prog.Inst {
			if in.Op != syntax.InstRune && in.Op != syntax.InstRune1 {
				continue
			}
			for i := 0; i < len(in.Rune); i += 2 {
				alphabet = append(alphabet, in.Rune[i], in.Rune[min(i+1, len(in.Rune)-1)])
				if len(in.Rune) == 1 {
					alphabet = append(alphabet, unicode.SimpleFold(in.Rune[0]))
				}
			}
			if len(alphabet) > 400 {
				break
			}
		}
	}
	slices.SortStableFunc(alphabet, func(a, b rune) int { return readable(b) - readable(a) })
	var unique []rune
	for _, c := range alphabet {
		if !slices.Contains(unique, c) {
			unique = append(unique, c)
		}
	}
	return unique[:min(len(unique), 120)]
}

// readable returns how well a character can be read.
func readable(c rune) int {
	switch {
	case c >= ' ' && c <= '~':
		return 2
	case unicode.IsPrint(c):
		return 1
	}
	return 0
}
