package contract

import (
	"slices"

	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/openapi"
)

// newMeter returns what notes which parts of a document a run exercises.
func newMeter(doc *openapi.Document) *coverage.Meter {
	var laws []coverage.DocumentLaw
	for _, op := range doc.Operations {
		for _, id := range lawsOf(op) {
			laws = append(laws, coverage.DocumentLaw{Operation: op, ID: id})
		}
	}
	return coverage.NewMeter(doc, laws)
}

// lawsOf returns the checks, and the questions about updates, that have something to compare after requests
// of an operation: what cannot be sent and shown again in the same form follows no law.
func lawsOf(op *openapi.Operation) []string {
	r := op.Resource
	if r == nil || r.Schema == nil {
		return nil
	}
	of := written(op)
	switch op.Action {
	case openapi.Read:
		if len(r.Schema.Properties) > 0 && of.any {
			return []string{checkSteady}
		}
	case openapi.List:
		if r.Creator() != nil && r.Identity != "" {
			return []string{checkList}
		}
	case openapi.Delete:
		switch {
		case r.Read == nil || r.Creator() == nil:
		case refusable(op):
			return []string{checkRefusalChanged, checkGone}
		default:
			return []string{checkGone}
		}
	case openapi.Create, openapi.Update, openapi.Replace:
		return of.laws(op)
	}
	return nil
}

// refusable reports whether a request about an item that there is can be invalid all the same, without a body.
func refusable(op *openapi.Operation) bool {
	credentials := len(op.Security) > 0 && !slices.ContainsFunc(op.Security,
		func(all []*openapi.Credential) bool { return len(all) == 0 })
	return credentials || slices.ContainsFunc(op.Parameters,
		func(p *openapi.Parameter) bool { return p.In != "path" && (p.Required || len(p.Schema.Types) > 0) })
}

// writes is what clients write of the items of a resource, and answers show in the same form.
type writes struct {
	any, defaults, optional, nullable, nested, free, updated, looks bool
}

func written(op *openapi.Operation) writes {
	r := op.Resource
	w := writes{looks: r.Read != nil}
	for _, p := range propertiesOf(r) {
		w.updated = w.updated || p.Schema.Mock.Value == openapi.MockUpdated && !p.Schema.Mock.Inferred
		if !tracked(r, p) {
			continue
		}
		w.any = true
		sent := op.SentSchema().Property(p.Name)
		if sent == nil {
			continue
		}
		w.defaults = w.defaults || sent.Schema.HasDefault
		if sent.RequiredIn(openapi.RequestView) {
			continue
		}
		w.optional = true
		w.nullable = w.nullable || !sent.Schema.Allows("null")
		if sent.Schema.Allows("object") && slices.Contains(sent.Schema.Types, "object") {
			w.nested = w.nested || len(sent.Schema.Properties) > 1
			w.free = w.free || len(sent.Schema.Properties) == 0 && sent.Schema.Open
		}
	}
	return w
}

// laws returns the laws of an operation that writes items.
func (w *writes) laws(op *openapi.Operation) (list []string) {
	if !w.any {
		return nil
	}
	add := func(holds bool, ids ...string) {
		if holds {
			list = append(list, ids...)
		}
	}
	updates := op.Action == openapi.Update && !op.JSONPatch()
	add(op.ShownSchema() != nil, checkReturned)
	add(w.looks, checkStored)
	add(op.Action == openapi.Create && w.defaults && op.ShownSchema() != nil, checkDefault)
	add(op.Action == openapi.Update && w.optional, checkKept)
	add(op.Action != openapi.Create, checkRefusalChanged, checkNeighbour)
	add(op.Action != openapi.Create && w.updated, checkUpdatedAt)
	add(updates && w.nullable, questionNull)
	add(updates && w.nested && op.ShownSchema() != nil, questionNested)
	add(updates && w.free && op.ShownSchema() != nil, questionFree)
	return list
}

// meters notes what an exchange exercises of the document.
func (r *runner) meters(x *exchange) {
	if x.got.answer == nil {
		return
	}
	body := x.sent.body
	if body == nil && len(x.sent.request.Body) > 0 {
		body = valueOf(&x.sent)
	}
	r.meter.Exchange(coverage.Exchange{Operation: x.sent.op, Request: x.sent.request, Body: body,
		Accepted: x.succeeded() || x.wanted.kind == wantSuccess, Status: x.got.answer.Status, Answer: x.got.body,
		By: x.session.id()})
}

// lawOf maps what a difference is put down to to the law that holds then.
var lawOf = [...]string{eventSent: checkReturned, eventWritten: checkStored, eventLeftOut: checkKept,
	eventRefusal: checkRefusalChanged, eventOtherItem: checkNeighbour, eventNothing: checkSteady}

// metersLaws notes the laws that something in an observation was held against.
func (s *session) metersLaws(o *observation) {
	for because, compared := range o.compared {
		if !compared {
			continue
		}
		op := o.op
		switch event(because) {
		case eventWritten, eventLeftOut:
			op = o.item.writer
		case eventRefusal:
			op = o.item.refuser
		case eventOtherItem:
			op = o.item.neighbour
		}
		s.meters(op, lawOf[because])
	}
	if o.defaults {
		s.meters(o.op, checkDefault)
	}
}

// metersUpdatedAt notes that the time of the last update is held against an earlier one.
func (e *evaluation) metersUpdatedAt() {
	e.meters(e.x.sent.op, checkUpdatedAt)
	if e.prior != nil {
		e.meters(e.prior.item.writer, checkUpdatedAt)
	}
}

// meters notes that something was held against a law of an operation.
func (s *session) meters(op *openapi.Operation, law string) { s.run.meter.Law(op, law, s.id()) }

// id returns the id of the fixture that the session executes; "" for the run itself.
func (s *session) id() string {
	if s == nil {
		return ""
	}
	return s.fixture.ID
}

// CoverageOf returns what there is to exercise in a document, of which nothing is hit.
func CoverageOf(doc *openapi.Document) *coverage.Coverage { return newMeter(doc).Coverage() }
