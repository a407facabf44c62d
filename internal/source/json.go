package source

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func parseJSON(name string, data []byte) (*File, error) {
	file := &File{Name: name, Data: data}
	// editors on Windows write a byte order mark, and RFC 8259 §8.1 lets a reader skip it
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	at, line, column := 0, 1, 1 // values are visited in their order
	open := []*place{&file.root}
	value, err := jsonvalue.ParseVisit(text, jsonvalue.Limits{Depth: maxDepth}, func(depth, offset int) {
		passed := text[at:offset]
		if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
			line, column = line+bytes.Count(passed, []byte("\n")), 1
			passed = passed[i+1:]
		}
		at, column = offset, column+utf8.RuneCount(passed)
		if depth == 0 {
			file.root.Position = Position{line, column}
			return
		}
		parent := open[depth-1]
		parent.inside = append(parent.inside, place{Position: Position{line, column}})
		open = append(open[:depth], &parent.inside[len(parent.inside)-1])
	})
	var broken *jsonvalue.Error
	if errors.As(err, &broken) {
		return nil, &Error{name, Position{broken.Line, broken.Column}, broken.Reason, broken.Kind}
	}
	file.Value = value
	return file, err
}
