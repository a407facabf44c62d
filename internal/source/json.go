package source

import (
	"bytes"
	"errors"
	"sort"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func parseJSON(name string, data []byte) (*File, error) {
	file := &File{Name: name, Data: data, positions: map[string]Position{}}
	// editors on Windows write a byte order mark, and RFC 8259 §8.1 lets a reader skip it
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	lines := lineStarts(text)
	value, err := jsonvalue.ParseVisit(text, jsonvalue.Limits{Depth: maxDepth}, func(pointer string, offset int) {
		file.positions[pointer] = place(text, lines, offset)
	})
	var broken *jsonvalue.Error
	if errors.As(err, &broken) {
		return nil, &Error{name, Position{broken.Line, broken.Column}, broken.Reason, broken.Kind}
	}
	file.Value = value
	return file, err
}

func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

func place(data []byte, lines []int, offset int) Position {
	line := sort.SearchInts(lines, offset+1)
	return Position{Line: line, Column: 1 + utf8.RuneCount(data[lines[line-1]:offset])}
}
