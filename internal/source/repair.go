package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// maxRepairs bounds how many errors of a file are listed, and maxListed, in bytes, how long the texts
	// are together in which they are looked for; maxTried how much is read again to find where one is.
	maxRepairs = 20
	maxListed  = 256 << 10
	maxTried   = 64 << 20
	nowhere    = -2 // the index of no line, not even of the one of an error without a line
)

// ParseAll is Parse for a reader who wants to know all errors at once: of a YAML file with errors it
// returns them, and what is left of the file without the lines that they are in. The file is nil where
// nothing is.
func ParseAll(name string, data []byte) (*File, []*Error) {
	file, err := Parse(name, data)
	var errs []*Error
	end := nowhere // the line after those that were taken out for a quote or a bracket
	for range maxRepairs {
		var broken *Error
		if !errors.As(err, &broken) {
			break
		}
		lines := bytes.SplitAfter(data, []byte("\n"))
		at := broken.Line - 1
		if at != end { // what follows at once may be the rest of the same error
			errs = append(errs, broken)
		}
		if broken.kind != "" || at < 0 || at >= len(lines) || isBlank(lines[at]) ||
			len(data)*len(errs) > maxListed {
			return nil, errs
		}
		data, end = without(lines, at)
		if !strings.HasSuffix(broken.Reason, notClosed) {
			end = nowhere
		}
		file, err = parseYAML(name, data)
	}
	if err != nil {
		file = nil
	}
	return file, errs
}

func isBlank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

func indentation(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t")) }

// without returns a text whose line at an index, and those that belong to it, are blank, and the index
// of the first line after them.
func without(lines [][]byte, at int) (data []byte, end int) {
	for end = at + 1; end < len(lines); end++ {
		if !isBlank(lines[end]) && indentation(lines[end]) <= indentation(lines[at]) {
			break
		}
	}
	for i, line := range lines {
		if i >= at && i < end {
			line = bytes.Repeat([]byte("\n"), bytes.Count(line, []byte("\n")))
		}
		data = append(data, line...)
	}
	return data, end
}

// culprit returns the line, from 1, at which a text in YAML stops to be YAML, whatever follows: the
// library names the end of what it could not make sense of, which may be far behind. It returns the
// library's error for the text up to that line.
func culprit(data []byte) (line int, err error) {
	all := &lineReader{text: data, ends: []int{0}}
	if err = syntaxError(all); err == nil {
		return 0, nil
	}
	tried := 0
	wrong := func(n int) error { // of the first n lines
		text := data[:all.ends[n]]
		tried += len(text)
		return syntaxError(bytes.NewReader(text))
	}
	// What follows the lines that were read makes no difference: the last good line is before, mostly
	// shortly before.
	end := len(all.ends) - 1
	good, bad := end-1, end
	for good > 0 && tried < maxTried && wrong(good) != nil {
		bad, good = good, max(0, good-1-(end-good)/16)
	}
	end = bad
	for tried < maxTried {
		for bad-good > 1 && tried < maxTried {
			if middle := (good + bad) / 2; wrong(middle) != nil {
				bad = middle
			} else {
				good = middle
			}
		}
		// a list or text over several lines is wrong until it ends
		next := bad + 1
		for next < end && tried < maxTried && wrong(next) != nil {
			next += 1 + (next-bad)/16
		}
		if next >= end {
			break
		}
		good, bad = next, end
	}
	if tried >= maxTried {
		return 0, err
	}
	return bad, wrong(bad)
}

// lineReader reads a text line by line, so that no more is read than is needed.
type lineReader struct {
	text []byte
	read int
	ends []int // 0, and the ends of the lines of which something was read
}

// Read reads from one line. The error is io.EOF or nil.
func (r *lineReader) Read(p []byte) (int, error) {
	if r.read == len(r.text) {
		return 0, io.EOF
	}
	if r.read == r.ends[len(r.ends)-1] {
		end := bytes.IndexByte(r.text[r.read:], '\n')
		if end < 0 {
			end = len(r.text) - 1 - r.read
		}
		r.ends = append(r.ends, r.read+end+1)
	}
	n := copy(p, r.text[r.read:r.ends[len(r.ends)-1]])
	r.read += n
	return n, nil
}

// syntaxError returns the library's error for a text in YAML.
func syntaxError(text io.Reader) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	dec := yaml.NewDecoder(text)
	for {
		var node yaml.Node
		if err := dec.Decode(&node); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

const notClosed = " is not closed"

// hint says what is likely wrong with a line that is no YAML; "" where nothing is plain.
func hint(line string) string {
	text := strings.TrimSpace(line)
	indent := line[:indentation([]byte(line))]
	_, value, hasValue := strings.Cut(strings.TrimPrefix(text, "- "), ": ")
	value = strings.TrimSpace(value)
	switch {
	case strings.Contains(indent, "\t"):
		return "indent with blanks, not with tabs"
	case hasValue && value != "" && strings.ContainsRune("@`%", rune(value[0])):
		return fmt.Sprintf("quote a value that starts with %c", value[0])
	case hasValue && strings.HasPrefix(value, "*"):
		return "quote a value that starts with *, which else names an anchor"
	case open(value, `"`) || open(value, "'"):
		return "a quote" + notClosed
	case strings.Count(text, "[")+strings.Count(text, "{") > strings.Count(text, "]")+strings.Count(text, "}"):
		return "a bracket" + notClosed
	case hasValue && !strings.ContainsAny(value[:min(len(value), 1)], `"'[{|>&!#`) && strings.Contains(value, ": "):
		return "quote a value that has a colon and a blank in it"
	case bracketInValue.MatchString(text):
		return "quote a value that has a bracket in it"
	case !strings.Contains(text, ":") && !strings.HasPrefix(text, "-"):
		return "a colon is missing"
	}
	return "is it indented as what it belongs to?"
}

// bracketInValue matches a value in a list or an object on one line that has a bracket behind its
// beginning.
var bracketInValue = regexp.MustCompile(`[\[{].*: [^\s\[\]{}"',][^\[\]{}"',]*[\[{]`)

// open reports whether a value starts with a quote that is not closed on its line.
func open(value, quote string) bool {
	return strings.HasPrefix(value, quote) && strings.Count(value, quote)%2 == 1
}
