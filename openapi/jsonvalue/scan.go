package jsonvalue

import (
	"bytes"
	"cmp"
	"math"
	"strings"
	"unicode/utf8"
)

// MaxPlainName is the number of bytes of the longest member name that Scan takes.
const MaxPlainName = 1000

// Scan reads a text in one pass, without decoding it. It reports false where the text is not plainly
// a JSON value that Parse accepts with any limits of this depth: Parse then decides, and says why.
// The text must not change as long as Raw and Append of its nodes are used.
func Scan(src []byte, limits Limits) (*Text, bool) {
	t := &Text{}
	return t, t.Scan(src, limits)
}

// Scan is like the function Scan, but reuses the memory of t, whose earlier nodes become invalid;
// what they returned stays as it is.
func (t *Text) Scan(src []byte, limits Limits) bool {
	if len(src) > math.MaxInt32 {
		return false
	}
	t.src, t.text = src, string(src)
	t.tape, t.names = t.tape[:0], t.names[:0]
	if cap(t.tape) == 0 {
		t.tape = make([]token, 0, min(valuesAndNames(src), 8+len(src)/4))
	}
	s := scanner{Text: t, depth: cmp.Or(limits.Depth, DefaultDepth)}
	s.space()
	if !s.value() {
		return false
	}
	s.space()
	return s.at == len(s.text)
}

// valuesAndNames returns about how many there are in a text: more where strings look like them.
func valuesAndNames(src []byte) int {
	count := 1
	for _, c := range []string{",", ":", "{", "["} {
		count += bytes.Count(src, []byte(c))
	}
	return count
}

// Clear lets go of the text, and keeps the memory for the next one; it returns how many values would
// find a place in it.
func (t *Text) Clear() int {
	t.src, t.text = nil, ""
	clear(t.names[:cap(t.names)])
	t.tape = t.tape[:0]
	return cap(t.tape)
}

// scanner reads a text from at on. Its methods report whether they have found what they look for.
type scanner struct {
	*Text
	at    int
	depth int // levels that are left
	loose int // places so far that Marshal writes otherwise
}

// peek returns the next byte; 0, with which nothing begins, at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// space skips white space.
func (s *scanner) space() {
	start := s.at
	for s.at < len(s.text) {
		if c := s.text[s.at]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			break
		}
		s.at++
	}
	if s.at > start {
		s.loose++
	}
}

// skip skips one certain byte, and white space around it.
func (s *scanner) skip(c byte) bool {
	s.space()
	if s.peek() != c {
		return false
	}
	s.at++
	s.space()
	return true
}

// value reads one value, which begins here.
func (s *scanner) value() bool {
	switch c := s.peek(); c {
	case '{', '[':
		return s.nested(c)
	case '"':
		return s.str()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

// put puts a value without values in it on the tape.
func (s *scanner) put(kind byte, start int) {
	s.tape = append(s.tape, token{kind: kind, start: uint32(start), end: uint32(s.at)})
}

func (s *scanner) word(word string) bool {
	if !strings.HasPrefix(s.text[s.at:], word) {
		return false
	}
	s.at += len(word)
	s.put(word[0], s.at-len(word))
	return true
}

// nested reads an object or an array.
func (s *scanner) nested(kind byte) bool {
	if s.depth == 0 {
		return false
	}
	s.depth--
	place, loose := len(s.tape), s.loose
	s.put(kind, s.at)
	s.at++
	s.space()
	count, ok := s.inside(kind + 2) // as { and } are that far apart in ASCII, and [ and ] as well
	if !ok {
		return false
	}
	s.depth++
	k := &s.tape[place]
	k.end, k.next, k.count, k.loose = uint32(s.at), uint32(len(s.tape)), uint32(count), s.loose > loose
	return kind == '[' || s.distinct(place)
}

// inside reads what is in an object or an array, with the brace or bracket at its end.
func (s *scanner) inside(end byte) (count int, ok bool) {
	if s.peek() == end {
		s.at++
		return 0, true
	}
	for {
		if end == '}' && !s.memberName() || !s.value() {
			return 0, false
		}
		count++
		s.space()
		switch s.peek() {
		case end:
			s.at++
			return count, true
		case ',':
			s.at++
			s.space()
		default:
			return 0, false
		}
	}
}

// memberName reads the name of a member, and the colon after it.
func (s *scanner) memberName() bool {
	return s.peek() == '"' && s.str() && s.named() && s.skip(':')
}

// named makes the string that was read last a name.
func (s *scanner) named() bool {
	k := &s.tape[len(s.tape)-1]
	if k.escaped {
		k.next = uint32(len(s.names))
		s.names = append(s.names, unquoted(s.text[k.start:k.end]))
	}
	return k.end-k.start <= MaxPlainName
}

// fewNames is the number of members up to which names are compared with each other.
const fewNames = 48

// distinct reports whether no two members of an object have one name.
func (s *scanner) distinct(place int) bool {
	if s.tape[place].count > fewNames {
		return s.distinctAmongMany(place)
	}
	var seen uint64 // a bit for each kind of name: those of one kind are compared
	end := s.tape[place].next
	for at := uint32(place) + 1; at < end; at = s.after(at + 1) {
		name := s.name(at)
		bit := uint64(1) << kindOfName(name)
		if seen&bit != 0 {
			for before := uint32(place) + 1; before < at; before = s.after(before + 1) {
				if s.name(before) == name {
					return false
				}
			}
		}
		seen |= bit
	}
	return true
}

// kindOfName returns a number below 64 that equal names have in common.
func kindOfName(name string) uint {
	if name == "" {
		return 0
	}
	last := len(name) - 1
	return (uint(len(name)) + 5*uint(name[0]) + 11*uint(name[last/2]) + 23*uint(name[last])) % 64
}

func (s *scanner) distinctAmongMany(place int) bool {
	seen := make(map[string]bool, s.tape[place].count)
	end := s.tape[place].next
	for at := uint32(place) + 1; at < end; at = s.after(at + 1) {
		seen[s.name(at)] = true
	}
	return len(seen) == int(s.tape[place].count)
}

// What a byte is within a string: an ordinary character if it is none of these.
const (
	special = 1 + iota // a quote, a backslash
	control            // not allowed
	unicode            // part of a longer character
)

// inString tells what each byte is within a string.
var inString = func() (table [256]byte) {
	for c := range table {
		switch {
		case c == '"' || c == '\\':
			table[c] = special
		case c < ' ':
			table[c] = control
		case c >= utf8.RuneSelf:
			table[c] = unicode
		}
	}
	return table
}()

// str reads a string.
func (s *scanner) str() bool {
	start, loose := s.at, s.loose
	extra, escaped := 0, false // bytes beyond one for each character
	s.at++
	s.ordinary()
	for s.at < len(s.text) {
		switch c := s.text[s.at]; inString[c] {
		case 0:
			s.at++
		case unicode:
			r, size := utf8.DecodeRuneInString(s.text[s.at:])
			if r == utf8.RuneError && size == 1 {
				return false
			}
			s.at += size
			extra += size - 1
		case control:
			return false
		default:
			if c == '"' {
				s.at++
				s.tape = append(s.tape, token{kind: '"', start: uint32(start), end: uint32(s.at),
					count: uint32(s.at - start - 2 - extra), escaped: escaped, loose: s.loose > loose})
				return true
			}
			size := s.escape()
			if size == 0 {
				return false
			}
			escaped = true
			s.at += size
			extra += size - 1
		}
	}
	return false
}

// ordinary skips ordinary characters, eight at a time.
func (s *scanner) ordinary() {
	for len(s.text)-s.at >= 8 && plainEight(s.text[s.at:]) {
		s.at += 8
	}
}

// escape returns the length of the escape that begins here, which stands for one character; 0 where
// it is not right.
func (s *scanner) escape() int {
	rest := s.text[s.at:]
	if len(rest) < 2 {
		return 0
	}
	switch rest[1] {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		return 2
	case '/':
		s.loose++
		return 2
	case 'u':
	default:
		return 0
	}
	unit, ok := hexUnit(rest)
	switch {
	case !ok || 0xDC00 <= unit && unit < 0xE000:
		return 0
	case 0xD800 <= unit && unit < 0xDC00:
		low, ok := hexUnit(rest[6:])
		s.loose++
		if !ok || low < 0xDC00 || low >= 0xE000 {
			return 0
		}
		return 12
	}
	s.loose++ // also where Marshal does the same: few texts have control characters
	return 6
}

// hexUnit returns the number in an escape \uXXXX at the beginning of a text.
func hexUnit(text string) (unit uint32, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for _, c := range []byte(text[2:6]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | uint32(c)
	}
	return unit, true
}

// number reads a number (RFC 8259 §6) within the bounds of Parse.
func (s *scanner) number() bool {
	start := s.at
	if s.peek() == '-' {
		s.at++
	}
	if s.peek() == '0' {
		s.at++
	} else if !s.digits() {
		return false
	}
	if s.peek() == '.' {
		s.at++
		if !s.digits() {
			return false
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		if s.at++; s.peek() == '+' || s.peek() == '-' {
			s.at++
		}
		exponent := s.at
		if !s.digits() || s.at-exponent > 3 { // less than MaxExponent
			return false
		}
	}
	s.put('0', start)
	return s.at-start <= MaxDigits
}

// digits reads one digit or more.
func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
