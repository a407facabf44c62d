// Package dotenv reads files of environment variables, as many tools write and read them (.env).
//
//	variables, err := dotenv.Parse(".env", data)
//
// A line is NAME=VALUE, with or without export before it. A value stands as it is, in single quotes, in
// which nothing is special, or in double quotes with \n, \r, \t, \\, \" and \$; in quotes it may go over
// several lines. A comment is a line that begins with #, or what follows a blank and a # behind a value.
// Nothing is expanded: a $ is a $, because secrets have some.
//
// The libraries that there are quote the line that they do not understand, secret and all, and do not
// say which it is.
package dotenv

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Variable is one variable of a file.
type Variable struct {
	Name, Value string
	Line        int // from 1
}

// Error is the reason why a file cannot be read, and where. It never quotes a value.
type Error struct {
	File         string
	Line, Column int // from 1; columns count characters
	Reason       string
}

// Error returns "file:line:column: reason".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Reason)
}

// Parse reads a file. A name that occurs twice is in the result twice, and the last one counts. The error is
// an *Error; name is that of the file in it.
func Parse(name string, data []byte) ([]Variable, error) {
	text := strings.TrimPrefix(string(data), "\ufeff")
	p := &parser{file: name, text: strings.ReplaceAll(text, "\r\n", "\n")}
	if !utf8.ValidString(p.text) || strings.ContainsRune(p.text, 0) {
		p.at = strings.IndexFunc(p.text, func(r rune) bool { return r == utf8.RuneError || r == 0 })
		return nil, p.fail("not text: a byte that is no UTF-8, or zero")
	}
	var list []Variable
	for p.skipEmpty(); p.at < len(p.text); p.skipEmpty() {
		v, err := p.variable()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// parser is at a byte of a text.
type parser struct {
	file, text string
	at         int
	counted    int // the byte up to which lines are counted
	passed     int // lines
}

// fail returns an error for the place where the parser is.
func (p *parser) fail(format string, args ...any) error {
	before := p.text[:p.at]
	start := strings.LastIndexByte(before, '\n') + 1
	return &Error{p.file, p.line(), 1 + utf8.RuneCountInString(before[start:]), fmt.Sprintf(format, args...)}
}

// line returns the line where the parser is. It counts on from the last call.
func (p *parser) line() int {
	if p.at < p.counted {
		p.counted, p.passed = 0, 0
	}
	p.passed += strings.Count(p.text[p.counted:p.at], "\n")
	p.counted = p.at
	return 1 + p.passed
}

// skip passes the characters of a set.
func (p *parser) skip(set string) {
	p.at = len(p.text) - len(strings.TrimLeft(p.text[p.at:], set))
}

// skipEmpty passes empty lines and those with a comment alone.
func (p *parser) skipEmpty() {
	for p.skip(" \t\n"); strings.HasPrefix(p.text[p.at:], "#"); p.skip(" \t\n") {
		p.restOfLine()
	}
}

// restOfLine passes what is left of the line, and returns it.
func (p *parser) restOfLine() string {
	rest, _, _ := strings.Cut(p.text[p.at:], "\n")
	p.at += len(rest)
	return rest
}

func (p *parser) variable() (v Variable, err error) {
	v.Line = p.line()
	if rest, ok := strings.CutPrefix(p.text[p.at:], "export"); ok && strings.IndexAny(rest, " \t") == 0 {
		p.at += len("export")
		p.skip(" \t")
	}
	start := p.at
	for p.at < len(p.text) && isNameByte(p.text[p.at]) {
		p.at++
	}
	if v.Name = p.text[start:p.at]; v.Name == "" {
		return v, p.fail("a line begins with the name of a variable, as in NAME=value, or with #")
	}
	if v.Name[0] >= '0' && v.Name[0] <= '9' {
		p.at = start
		return v, p.fail("the name of a variable does not begin with a digit")
	}
	p.skip(" \t")
	if !strings.HasPrefix(p.text[p.at:], "=") {
		return v, p.fail("there is no = behind the name %s", v.Name)
	}
	p.at++
	p.skip(" \t")
	v.Value, err = p.value(v.Name)
	return v, err
}

// isNameByte reports whether a byte can be part of a name. Shells take no dots and hyphens, other programs do.
func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-'
}

// value reads the value of a name, and what else its line has.
func (p *parser) value(name string) (string, error) {
	var quote byte
	if p.at < len(p.text) {
		quote = p.text[p.at]
	}
	if quote != '\'' && quote != '"' {
		line := p.restOfLine()
		for i := range line { // a # within a word is a part of it
			if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
				line = line[:i]
				break
			}
		}
		return strings.TrimRight(line, " \t"), nil
	}
	open := p.at
	p.at++
	value, closed := p.quoted(quote)
	if !closed {
		p.at = open
		return "", p.fail("the quote of %s is not closed", name)
	}
	p.skip(" \t")
	if rest := p.text[p.at:]; rest != "" && rest[0] != '\n' && rest[0] != '#' {
		return "", p.fail("the value of %s goes on behind its closing quote", name)
	}
	p.restOfLine()
	return value, nil
}

// quoted reads up to the closing quote, and passes it.
func (p *parser) quoted(quote byte) (value string, closed bool) {
	var out strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		switch {
		case c == quote:
			return out.String(), true
		case c == '\\' && quote == '"' && p.at < len(p.text):
			out.WriteString(unescaped(p.text[p.at]))
			p.at++
		default:
			out.WriteByte(c)
		}
	}
	return "", false
}

// unescaped returns what a backslash before a byte means in double quotes. Before others it is one.
func unescaped(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	case '\\', '"', '$', '`':
		return string(rune(c))
	case '\n': // the line goes on
		return ""
	}
	return `\` + string([]byte{c})
}
