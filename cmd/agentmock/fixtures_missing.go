package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// maxReport bounds the reports that are read, in bytes.
const maxReport = 512 << 20

// missingFixtures returns the fixtures that exercise what a run has not, as its report tells or, without
// one, what a run of the default fixtures against a mock leaves. It says what none of them can.
func missingFixtures(ctx context.Context, e env, doc *openapi.Document, paths []string) ([]*fixtures.Fixture, error) {
	f := &filler{env: e, doc: doc}
	covered, err := f.covered(ctx, paths)
	if err != nil {
		return nil, err
	}
	holes := f.holesOf(covered)
	list, left, err := f.fill(ctx, holes)
	if err != nil {
		return nil, err
	}
	f.sayLeft(covered, len(holes), list, left)
	return list, nil
}

// filler finds the fixtures that fill holes. It tries them on a mock of the document, since only an answer
// shows whether one does.
type filler struct {
	env env
	doc *openapi.Document
}

// hole is an element of the coverage that was not hit.
type hole struct {
	index   int // in the coverage
	element *coverage.Element
	made    *fixtures.Fixture // for it; nil: none could be derived
	passed  bool              // it did, at the mock
}

// covered returns the coverage of a report, or of the default fixtures.
func (f *filler) covered(ctx context.Context, paths []string) (*coverage.Coverage, error) {
	if len(paths) == 0 {
		choice := fixtures.Choice{Level: fixtures.Standard,
			OfKind: max(2, 2*contract.DefaultBudget(fixtures.Standard)/max(1, len(f.doc.Operations)))}
		list, _ := gather(f.doc, []fixtures.Source{fixtures.FromSuite, fixtures.FromDocument}, nil, choice)
		list = contract.Selection{Level: fixtures.Standard}.Select(list)
		report, err := f.run(ctx, list, contract.Options{})
		if err != nil {
			return nil, err
		}
		return report.Coverage, nil
	}
	name := paths[0]
	data, err := readReport(f.env, name)
	if err != nil {
		return nil, unreadable("report", name, err)
	}
	var report struct {
		Document contract.DocumentInfo `json:"document"`
		Coverage *coverage.Coverage    `json:"coverage"`
	}
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, usagef("%s is no report: a file of verify --report json=FILE is needed: %w", documentName(name),
			err)
	}
	if report.Coverage == nil {
		return nil, usagef("%s has no coverage: a file of verify --report json=FILE is needed", documentName(name))
	}
	merged, err := coverage.Merge(contract.CoverageOf(f.doc), report.Coverage)
	if err != nil {
		return nil, usagef("%s is about another document than %s, or of another version of agentmock: it is about %q",
			documentName(name), documentName(f.doc.Name), report.Document.Name)
	}
	return merged, nil
}

// holesOf returns the holes of a coverage, with the fixtures that may fill them.
func (f *filler) holesOf(c *coverage.Coverage) []hole {
	var holes []hole
	var wanted []fixtures.Missing
	for i := range c.Elements {
		if el := &c.Elements[i]; !el.Hit && el.Beyond == "" {
			holes = append(holes, hole{index: i, element: el})
			wanted = append(wanted, missingOf(el))
		}
	}
	for i, made := range fixtures.Fill(f.doc, wanted) {
		if made != nil && made.Skip == "" {
			holes[i].made = made
		}
	}
	return holes
}

// missingOf returns an element in the words of package fixtures. Of an answer, only what it shows is there.
func missingOf(e *coverage.Element) fixtures.Missing {
	m := fixtures.Missing{Operation: e.Operation, In: e.In, Name: e.Name, Pointer: e.Pointer, Value: e.Value,
		HasValue: e.Kind == coverage.Enum}
	switch e.Aspect {
	case coverage.SentInvalid:
		m.Try = fixtures.Invalid
	case coverage.LeftOut:
		m.Try = fixtures.LeftOut
	case coverage.Compared:
		m.In = "law"
	}
	return m
}

// fill returns fixtures that fill the holes, each of them needed, and the holes that none fills.
func (f *filler) fill(ctx context.Context, holes []hole) (list []*fixtures.Fixture, left []hole, err error) {
	var made []*fixtures.Fixture
	for _, h := range holes {
		if h.made != nil {
			made = append(made, h.made)
		}
	}
	list, left, err = f.needed(ctx, made, holes)
	if err != nil || len(left) == 0 {
		return list, left, err
	}
	pool := fixtures.BuiltIn(f.doc)
	choice := fixtures.Choice{Operations: []string{}, OfKind: 12}
	for _, h := range left {
		if !slices.Contains(choice.Operations, h.element.Operation) {
			choice.Operations = append(choice.Operations, h.element.Operation)
		}
	}
	derived, _ := choice.Derive(f.doc)
	pool = slices.DeleteFunc(append(pool, derived...), func(fx *fixtures.Fixture) bool { return fx.Skip != "" })
	more, left, err := f.needed(ctx, pool, left)
	for _, fx := range more {
		named := *fx
		named.ID, named.Level = "missing-"+fx.ID, fixtures.Smoke
		list = append(list, &named)
	}
	return list, left, err
}

// needed returns those of several fixtures that are the first to fill a hole, and pass, in the order of the
// holes, and the holes that none of them fills.
func (f *filler) needed(ctx context.Context, list []*fixtures.Fixture, holes []hole) (
	needed []*fixtures.Fixture, left []hole, err error) {
	for len(list) > 0 {
		// one at a time, so that the same ones are chosen each time
		report, err := f.run(ctx, list, contract.Options{Jobs: 1, Budget: -1})
		if err != nil {
			return nil, nil, err
		}
		passed := map[string]bool{}
		for _, r := range report.Fixtures {
			passed[r.ID] = r.Outcome == contract.Passed
		}
		for i := range holes {
			if made := holes[i].made; made != nil {
				holes[i].passed = holes[i].passed || passed[made.ID]
			}
		}
		before := len(list)
		list = slices.DeleteFunc(slices.Clone(list), func(fx *fixtures.Fixture) bool { return !passed[fx.ID] })
		if len(list) < before {
			continue // what those that do not pass have filled, others may
		}
		byID := map[string]*fixtures.Fixture{}
		for _, fx := range list {
			byID[fx.ID] = fx
		}
		for _, h := range holes {
			fx := byID[report.Coverage.Elements[h.index].By]
			if fx == nil {
				left = append(left, h)
			} else if !slices.Contains(needed, fx) {
				needed = append(needed, fx)
			}
		}
		return needed, left, nil
	}
	return nil, holes, nil
}

// run executes fixtures against a mock of the document.
func (f *filler) run(ctx context.Context, list []*fixtures.Fixture, o contract.Options) (*contract.Report, error) {
	server, err := mockserver.New(f.doc, mockserver.Options{})
	if err != nil {
		return nil, usagef("cannot serve %s: %w", documentName(f.doc.Name), err)
	}
	listener, err := listen(ctx, defaultHost+":0")
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx)) // the run removes its items before it stops
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(serving, listener) }()
	defer func() { stop(); <-ended }()
	bar := newProgressBar(f.env)
	o.Level, o.Version = fixtures.Full, programVersion()
	o.Progress = func(p contract.Progress) { bar.show(p.Done, p.Total, "fixtures tried on a mock") }
	report, err := contract.Run(ctx, f.doc, list, contract.Target{BaseURL: "http://" + listener.Addr().String(),
		APIKey: madeUpKey, WorkspaceID: mockserver.DefaultWorkspace(f.doc)}, o)
	bar.clear()
	switch {
	case err != nil:
		return nil, usagef("agentmock fixtures derive --missing: %w", err)
	case report.Interrupted:
		return nil, &exitError{exitInterrupted, nil}
	case report.Unreachable != "":
		return nil, fmt.Errorf("the mock of %s %s", documentName(f.doc.Name), report.Unreachable)
	}
	return report, nil
}

// sayLeft says which holes no fixture fills, and why.
func (f *filler) sayLeft(c *coverage.Coverage, holes int, list []*fixtures.Fixture, left []hole) {
	for _, h := range left {
		f.env.say("left out: %s: %s", h.element.String(), h.reason())
	}
	f.env.say("%s for %d of %s; %s can be brought about by no client, as far as the document tells",
		count(len(list), "fixture"), holes-len(left), count(holes, "hole"), count(c.Beyond, "other element"))
}

// reason returns why no fixture fills a hole.
func (h *hole) reason() string {
	switch e := h.element; {
	case e.In == "answer" && e.Kind == coverage.Status:
		return "no request that follows from the document makes the mock answer so"
	case e.In == "answer":
		return "no request that follows from the document makes the mock show it"
	case e.Kind == coverage.Law:
		return "no fixture that follows from the document lets it be seen at the mock"
	case h.made != nil && !h.passed:
		return "the mock does not answer what would try it as it should"
	case e.Aspect == coverage.SentInvalid:
		return "no value was found that breaks a rule there and none elsewhere"
	case e.Aspect == coverage.LeftOut:
		return "without it, a request breaks other rules, too"
	}
	return "no request was found that has it and that the document allows without guessing"
}
