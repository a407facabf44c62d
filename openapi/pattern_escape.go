package openapi

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

var (
	hexEscape   = regexp.MustCompile(`^\\(?:x([[:xdigit:]]{2})|u([[:xdigit:]]{4})|[xu]\{([[:xdigit:]]+)\})`)
	lowHalf     = regexp.MustCompile(`^\\u([dD][c-fC-F][0-9A-Fa-f]{2})`)
	property    = regexp.MustCompile(`^\\([pP])(?:\{(\^?)([\w=. -]+)\}|([A-Z]))`)
	backNumber  = regexp.MustCompile(`^\\([1-9]\d?)`)
	backName    = regexp.MustCompile(`^\\k[<'{]\w+[>'}]`)
	posixClass  = regexp.MustCompile(`^\[:\^?[a-z]+:\]`)
	classEscape = "dDwWsS"
)

// next returns the next characters of the text, as many as an escape may have.
func (t *patternReader) next() string { return string(t.text[t.at:min(len(t.text), t.at+60)]) }

// character reads an escape that stands for one character, in or out of a class.
func (t *patternReader) character() (r rune, ok bool) {
	ahead := t.next()
	if m := hexEscape.FindStringSubmatch(ahead); m != nil {
		n, err := strconv.ParseUint(m[1]+m[2]+m[3], 16, 31)
		if err != nil {
			return 0, false
		}
		t.at += len(m[0])
		r = rune(n)
		if low := lowHalf.FindStringSubmatch(t.next()); low != nil && r >= 0xD800 && r < 0xDC00 {
			second, _ := strconv.ParseUint(low[1], 16, 31)
			t.at += len(low[0])
			r = utf16.DecodeRune(r, rune(second))
		}
		return r, true
	}
	c := t.text[t.at+1]
	if c == 'c' && t.at+2 < len(t.text) && t.text[t.at+2] < 128 {
		r = t.text[t.at+2] & 31
		t.at += 3
		return r, true
	}
	if i := strings.IndexRune("tnvfr0ea", c); i >= 0 {
		t.at += 2
		return []rune("\t\n\v\f\r\x00\x1b\a")[i], true
	}
	return 0, false
}

// escape reads an escape outside a class.
func (t *patternReader) escape() (piece, error) {
	if t.at+1 >= len(t.text) {
		return piece{}, errors.New("a backslash at the end")
	}
	if r, ok := t.character(); ok {
		return one(spell(r)), nil
	}
	ahead := t.next()
	if m := property.FindStringSubmatch(ahead); m != nil {
		t.at += len(m[0])
		return one("[" + unicodeProperty(m) + "]"), nil
	}
	if m := backNumber.FindStringSubmatch(ahead); m != nil {
		t.at += len(m[0])
		n, _ := strconv.Atoi(m[1])
		return t.again(n), nil
	}
	if m := backName.FindString(ahead); m != "" {
		t.at += len(m)
		return t.again(len(t.groups)), nil
	}
	c := t.text[t.at+1]
	t.at += 2
	switch {
	case strings.ContainsRune(classEscape, c):
		return one(`\` + string(c)), nil
	case c == 'b' || c == 'B' || c == 'A' || c == 'z':
		return piece{out: `\` + string(c)}, nil
	case c == 'Z':
		return piece{out: `\z`}, nil
	case c == 'h':
		return one(`[ \t]`), nil
	}
	return one(regexp.QuoteMeta(string(c))), nil
}

// again returns the piece for a reference to a group: anything that the group matches.
func (t *patternReader) again(number int) piece {
	t.leftOut("a back-reference")
	if number < 1 || number > len(t.groups) || t.groups[number-1] == "" {
		return piece{}
	}
	return piece{out: t.groups[number-1], max: -1, repeats: maxRepeat}
}

// spell returns a character as RE2 spells it anywhere.
func spell(r rune) string {
	if r < 128 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
		return string(r)
	}
	return fmt.Sprintf(`\x{%X}`, r)
}

// propertyNames are the names of Unicode properties that RE2 does not know, as it spells them.
var propertyNames = map[string]string{
	"Letter": "L", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt",
	"Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Number": "N", "Decimal_Number": "Nd",
	"Punctuation": "P", "Symbol": "S", "Currency_Symbol": "Sc", "Separator": "Z", "Space_Separator": "Zs",
	"Other": "C", "Control": "Cc", "Cntrl": "Cc", "Alphabetic": "L", "Alpha": "L", "Uppercase": "Lu", "Upper": "Lu",
	"Lowercase": "Ll", "Lower": "Ll", "Digit": "Nd", "Punct": "P", "White_Space": "Z", "Space": "Z",
}

// propertySets are properties that are several classes of RE2.
var propertySets = map[string]string{
	"ASCII": `\x00-\x7F`, "Alnum": `\p{L}\p{Nd}`, "LD": `\p{L}\p{Nd}`, "XDigit": `0-9A-Fa-f`, "Blank": ` \t`,
	"Any": `\x{0}-\x{10FFFF}`, "all": `\x{0}-\x{10FFFF}`, "Graph": `\p{L}\p{M}\p{N}\p{P}\p{S}`,
	"Print": `\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}`,
}

// unicodeProperty returns what \p{…} or \P{…} stands for, for use in a class.
func unicodeProperty(m []string) string {
	letter, name := m[1], m[3]+m[4]
	if _, value, ok := strings.Cut(name, "="); ok {
		name = value
	}
	if set := propertySets[name]; set != "" && letter == "p" && m[2] == "" {
		return set
	}
	if known := propertyNames[name]; known != "" {
		name = known
	} else if rest, is := strings.CutPrefix(name, "Is"); is {
		name = rest
		if known := propertyNames[rest]; known != "" {
			name = known
		}
	}
	return `\` + letter + `{` + m[2] + name + `}`
}

// class reads a class of characters.
func (t *patternReader) class() (piece, error) {
	t.at++
	var out strings.Builder
	out.WriteString("[")
	if t.take("^") {
		out.WriteString("^")
	}
	if t.peek("]") && !t.closesLater() {
		negated := out.Len() > 1
		t.at++
		if negated {
			return one(`[\x{0}-\x{10FFFF}]`), nil
		}
		return one(`[^\x{0}-\x{10FFFF}]`), nil
	}
	for first := true; ; first = false {
		if t.at >= len(t.text) {
			return piece{}, errors.New("a class that is not closed")
		}
		if !first && t.take("]") {
			break
		}
		if err := t.classItem(&out); err != nil {
			return piece{}, err
		}
	}
	out.WriteString("]")
	return one(out.String()), nil
}

// closesLater reports whether a class that starts with ] has another one: then the first means
// itself, as in most dialects, though not in ECMA-262.
func (t *patternReader) closesLater() bool {
	for _, r := range t.text[t.at+1:] {
		switch r {
		case ']':
			return true
		case '[', '(', ')':
			return false
		}
	}
	return false
}

// classItem reads a character, a range or an escape in a class.
func (t *patternReader) classItem(out *strings.Builder) error {
	if m := posixClass.FindString(t.next()); m != "" {
		t.at += len(m)
		out.WriteString(m)
		return nil
	}
	from, set, err := t.classCharacter()
	if err != nil || set != "" {
		out.WriteString(set)
		return err
	}
	out.WriteString(spell(from))
	if !t.peek("-") || t.at+1 >= len(t.text) || t.text[t.at+1] == ']' {
		return nil
	}
	t.at++
	to, set, err := t.classCharacter()
	switch {
	case err != nil:
		return err
	case set != "": // a-\d: the dash means itself
		out.WriteString(`\-` + set)
	case to < from:
		return fmt.Errorf("the range %c-%c counts down", from, to)
	default:
		out.WriteString("-" + spell(to))
	}
	return nil
}

// classCharacter reads a character of a class, or an escape that stands for a set of them.
func (t *patternReader) classCharacter() (r rune, set string, err error) {
	r = t.text[t.at]
	if r != '\\' {
		t.at++
		return r, "", nil
	}
	if t.at+1 >= len(t.text) {
		return 0, "", errors.New("a backslash at the end")
	}
	if r, ok := t.character(); ok {
		return r, "", nil
	}
	if m := property.FindStringSubmatch(t.next()); m != nil {
		t.at += len(m[0])
		return 0, unicodeProperty(m), nil
	}
	c := t.text[t.at+1]
	t.at += 2
	switch {
	case strings.ContainsRune(classEscape, c):
		return 0, `\` + string(c), nil
	case c == 'b':
		return '\b', "", nil
	case c == 'h':
		return 0, ` \t`, nil
	}
	return c, "", nil
}
