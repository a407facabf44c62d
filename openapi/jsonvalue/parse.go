package jsonvalue

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// The bounds of what Parse accepts.
const (
	DefaultDepth = 64   // levels of arrays and objects, where Limits has no other
	MaxDigits    = 1000 // characters of one number
	MaxExponent  = 1000 // absolute value of a number's exponent
)

// Limits bounds what Parse accepts. The zero value is strict.
type Limits struct {
	Depth int // levels of arrays and objects; 0: DefaultDepth

	// Lenient accepts all that the grammar of RFC 8259 allows: duplicate names (the last one
	// counts), invalid UTF-8 and lone surrogates (replaced by U+FFFD), and numbers of any length.
	// Depth stays bounded.
	Lenient bool
}

// Kind is the rule that a text breaks.
type Kind string

// The kinds of Error. All but Malformed are within the grammar of RFC 8259.
const (
	Malformed     Kind = "malformed-json"
	DuplicateName Kind = "duplicate-name"
	InvalidText   Kind = "invalid-text"
	TooDeep       Kind = "too-deep"
	NumberTooLong Kind = "number-too-long"
)

// Error is the reason why a text is not one acceptable JSON value. It never quotes the contents of
// strings, which may be secret.
type Error struct {
	Kind         Kind
	Pointer      string // JSON pointer to the value
	Offset       int    // bytes from the start
	Line, Column int    // from 1; columns count characters
	Reason       string
}

// Error returns the line, the column and the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Parse reads exactly one JSON value (RFC 8259), with only white space around it. The error is an
// *Error.
func Parse(data []byte, limits Limits) (any, error) {
	return ParseVisit(data, limits, nil)
}

// ParseVisit is Parse with a visitor that learns at which byte each value starts; for a member, its
// name. It visits the values as they are written: each once, before those inside it. The depth is
// 0 for the outermost value, and one more for the members or items of each.
func ParseVisit(data []byte, limits Limits, visit func(depth, offset int)) (any, error) {
	p := &parser{data: data, limits: limits, visit: visit}
	return p.parse()
}

type parser struct {
	data        []byte
	dec         *jsontext.Decoder
	limits      Limits
	longNumbers bool // are accepted
	visit       func(depth, offset int)
}

func (p *parser) parse() (any, error) {
	p.limits.Depth = cmp.Or(p.limits.Depth, DefaultDepth)
	p.dec = jsontext.NewDecoder(bytes.NewReader(p.data),
		jsontext.AllowDuplicateNames(p.limits.Lenient), jsontext.AllowInvalidUTF8(p.limits.Lenient))
	if bytes.HasPrefix(p.data, []byte("\ufeff")) {
		return nil, p.fail(Malformed, 0, "a byte order mark before the value; leave it out")
	}
	v, err := p.value(0, p.next())
	if err != nil {
		return nil, err
	}
	at := p.next()
	if _, err := p.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, p.fail(Malformed, at, "more text after the value; send exactly one JSON value")
	}
	return v, nil
}

// fail returns an error at the pointer where the decoder stands.
func (p *parser) fail(kind Kind, offset int, reason string) error {
	return p.failAt(kind, p.dec.StackPointer(), offset, reason)
}

func (p *parser) failAt(kind Kind, pointer jsontext.Pointer, offset int, reason string) error {
	before := p.data[:min(offset, len(p.data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &Error{Kind: kind, Pointer: string(pointer), Offset: offset, Line: line, Column: column, Reason: reason}
}

// value reads one value. Its place is at: where it starts, or its name.
func (p *parser) value(depth, at int) (any, error) {
	start := p.next()
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, p.syntax(err)
	}
	if p.visit != nil {
		p.visit(depth, at)
	}
	switch kind := tok.Kind(); kind {
	case '{', '[':
		if depth >= p.limits.Depth {
			return nil, p.fail(TooDeep, start, fmt.Sprintf("nested deeper than %d levels", p.limits.Depth))
		}
		if kind == '{' {
			return p.object(depth + 1)
		}
		return p.array(depth + 1)
	case '"':
		return tok.String(), nil
	case '0':
		return p.number(tok.String(), start)
	case 't', 'f':
		return tok.Bool(), nil
	}
	return nil, nil
}

// next returns the offset of the next token.
func (p *parser) next() int {
	at := int(p.dec.InputOffset())
	for at < len(p.data) && strings.IndexByte(" \t\r\n,:", p.data[at]) >= 0 {
		at++
	}
	return at
}

func (p *parser) object(depth int) (any, error) {
	o := &Object{}
	var index map[string]int // only for duplicates, which only a lenient decoder accepts
	for p.dec.PeekKind() != '}' {
		at := p.next()
		tok, err := p.dec.ReadToken()
		if err != nil {
			return nil, p.syntax(err)
		}
		name := tok.String()
		value, err := p.value(depth, at)
		if err != nil {
			return nil, err
		}
		if p.limits.Lenient {
			if index == nil {
				index = map[string]int{}
			}
			if i, seen := index[name]; seen {
				o.Members[i].Value = value
				continue
			}
			index[name] = len(o.Members)
		}
		o.Members = append(o.Members, Member{name, value})
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, p.syntax(err)
	}
	return o, nil
}

func (p *parser) array(depth int) (any, error) {
	items := []any{}
	for p.dec.PeekKind() != ']' {
		item, err := p.value(depth, p.next())
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return nil, p.syntax(err)
	}
	return items, nil
}

func (p *parser) number(n string, at int) (any, error) {
	if p.longNumbers || p.limits.Lenient {
		return json.Number(n), nil
	}
	if len(n) > MaxDigits {
		return nil, p.fail(NumberTooLong, at,
			fmt.Sprintf("a number of %d characters; at most %d are taken", len(n), MaxDigits))
	}
	if i := strings.IndexAny(n, "eE"); i >= 0 {
		exponent, err := strconv.Atoi(n[i+1:])
		if err != nil || exponent > MaxExponent || exponent < -MaxExponent {
			return nil, p.fail(NumberTooLong, at,
				fmt.Sprintf("a number with the exponent %s; at most ±%d is taken", clip(n[i+1:]), MaxExponent))
		}
	}
	return json.Number(n), nil
}

var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// IsNumber reports whether a text is a JSON number (RFC 8259 §6).
func IsNumber(text string) bool { return number.MatchString(text) }

// clipped is the number of characters of a name or number that an error quotes.
const clipped = 60

func clip(s string) string {
	if utf8.RuneCountInString(s) > clipped {
		return string([]rune(s)[:clipped]) + "…"
	}
	return s
}

// syntax translates an error of the decoder, whose own text quotes the input.
func (p *parser) syntax(err error) error {
	pointer, at := p.dec.StackPointer(), len(p.data)
	var broken *jsontext.SyntacticError
	if errors.As(err, &broken) {
		pointer, at, err = broken.JSONPointer, int(broken.ByteOffset), broken.Err
	}
	switch text := err.Error(); {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return p.failAt(DuplicateName, pointer, at,
			fmt.Sprintf("the name %q occurs twice in one object", clip(pointer.LastToken())))
	case strings.Contains(text, "UTF-8"):
		return p.failAt(InvalidText, pointer, at, "bytes that are not UTF-8")
	case strings.Contains(text, "surrogate"):
		return p.failAt(InvalidText, pointer, at, "an escape of half a surrogate pair")
	case len(bytes.TrimSpace(p.data)) == 0:
		return p.failAt(Malformed, pointer, 0, "the text is empty; send a JSON value")
	case broken == nil || errors.Is(err, io.ErrUnexpectedEOF):
		return p.failAt(Malformed, pointer, len(p.data), "the text ends in the middle of a value")
	case strings.Contains(text, "depth"):
		return p.failAt(TooDeep, pointer, at, fmt.Sprintf("nested deeper than %d levels", p.limits.Depth))
	}
	return p.failAt(Malformed, pointer, at, "not JSON: "+unexpected(p.data, at))
}

// unexpected describes the character at which the grammar is broken.
func unexpected(data []byte, at int) string {
	if at >= len(data) {
		return "the text ends too early"
	}
	r, _ := utf8.DecodeRune(data[at:])
	switch {
	case r == '\'':
		return "a single quote; strings take double quotes"
	case r == ',' || r == '}' || r == ']':
		return fmt.Sprintf("%q where a value or a name is expected (a trailing comma?)", r)
	case r < 0x20:
		return fmt.Sprintf("the control character %U, which must be escaped", r)
	case r < utf8.RuneSelf:
		return fmt.Sprintf("unexpected %q", r)
	}
	return fmt.Sprintf("unexpected character %U", r)
}
