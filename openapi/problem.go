package openapi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a document.
type Problem struct {
	Position Position
	Pointer  string // JSON pointer into the file
	Message  string // what is wrong, and what would be right
	// Warning is true where the document is used without what is faulty: its other rules hold.
	Warning bool
}

// wide is the column from which a line alone does not tell where to look.
const wide = 200

// Where returns the pointer, shortened where it is long.
func (p Problem) Where() string { return clippedPointer(p.Pointer) }

// Place returns "file:line", and with the column where the line alone does not tell the place: in a
// file of one line.
func (p Problem) Place() string {
	at := p.Position
	if at.Line == 1 && at.Column > 1 || at.Column > wide {
		return fmt.Sprintf("%s:%d", at, at.Column)
	}
	return at.String()
}

// String returns "file:line: pointer: message".
func (p Problem) String() string {
	where := p.Place()
	if where != "" {
		where += ": "
	}
	if p.Pointer != "" {
		where += clippedPointer(p.Pointer) + ": "
	}
	return where + p.Message
}

// LoadError lists everything that is wrong with a document that cannot be used, warnings included,
// sorted by position.
type LoadError struct {
	Problems []Problem
	Files    []string // as Document.Files has them
}

// Error returns one line for each problem.
func (e *LoadError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// problems collects what is wrong while a document is compiled.
type problems struct {
	bundle *bundle
	list   []Problem
}

// add records an error at a pointer into the bundle.
func (p *problems) add(pointer, format string, args ...any) {
	_, inFile := p.bundle.fileOf(pointer)
	p.put(Problem{Position: p.bundle.position(pointer), Pointer: inFile, Message: fmt.Sprintf(format, args...)})
}

// warn records a warning at a pointer into the bundle.
func (p *problems) warn(pointer, format string, args ...any) {
	p.add(pointer, format, args...)
	p.list[len(p.list)-1].Warning = true
}

func (p *problems) put(problem Problem) { p.list = append(p.list, problem) }

// sorted returns the problems by position, each once.
func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Position.File, b.Position.File), cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(p.list)
}

// err returns all problems where one of them is not a warning.
func (p *problems) err() error {
	if !slices.ContainsFunc(p.list, func(p Problem) bool { return !p.Warning }) {
		return nil
	}
	return &LoadError{Problems: p.sorted()}
}
