package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// place is a place in a file, for programs that open it.
type place struct {
	path         string // with slashes; relative to the root of the run, if inside is set
	inside       bool   // the file is below the root
	line, column int    // from 1; a column of 0 is unknown
	what         string // stands there
}

// theRule is what stands where the document says what is right.
const theRule = "the rule in the document"

// uri returns the path as a URI reference.
func (p place) uri() string {
	if !p.inside && filepath.IsAbs(filepath.FromSlash(p.path)) {
		return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(p.path, "/")}).String()
	}
	return (&url.URL{Path: p.path}).String()
}

// at returns the place of a position in a file. Files are named as seen from the working directory.
func (run *Run) at(p openapi.Position) place {
	at := place{path: filepath.ToSlash(p.File), line: max(p.Line, 1), column: p.Column}
	if p.File == "-" {
		at.path = "stdin"
		return at
	}
	file := p.File
	if run.Root != "" {
		absolute, err := filepath.Abs(file)
		if err != nil {
			return at
		}
		if file, err = filepath.Rel(run.Root, absolute); err != nil || !filepath.IsLocal(file) {
			at.path = filepath.ToSlash(absolute)
			return at
		}
	}
	at.path, at.inside = filepath.ToSlash(filepath.Clean(file)), filepath.IsLocal(file)
	return at
}

// inDocument returns the place of a position in the document: no file, if the document is built in.
func (run *Run) inDocument(p openapi.Position) place {
	p.File = cmp.Or(p.File, run.Report.Document.Name, "document")
	if run.Report.Document.BuiltIn {
		return place{path: filepath.ToSlash(p.File), line: max(p.Line, 1), column: p.Column}
	}
	return run.at(p)
}

// fixtureFile returns the place of the first fixture that stands in a file.
func (run *Run) fixtureFile(list []*contract.Result) (place, bool) {
	for _, f := range list {
		if f.Source == string(fixtures.FromFile) && f.Position.File != "" {
			at := run.at(f.Position)
			at.what = "a fixture that shows it"
			return at, true
		}
	}
	return place{}, false
}

// places returns where a defect stands: the rule in the document, or the fixture's own place where there is
// none. The second, if there is one, is that of a fixture in a file. One in a file of the repository comes
// before one that is not.
func (run *Run) places(g *group) []place {
	fixture, inFile := run.fixtureFile(g.fixtures)
	position := g.finding.Document
	if position.File == "" {
		if inFile {
			return []place{fixture}
		}
		if p := g.fixtures[0].Position; g.fixtures[0].Source != string(fixtures.FromGo) {
			position = p
		}
	}
	document := run.inDocument(position)
	document.what = theRule
	switch {
	case !inFile:
		return []place{document}
	case fixture.inside && !document.inside:
		return []place{fixture, document}
	}
	return []place{document, fixture}
}

// digest returns a short text that stands for a long one.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:10])
}
