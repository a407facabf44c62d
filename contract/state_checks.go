package contract

import (
	"fmt"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The state checks see an item in a response, beside what is known of it.

// changed returns the state check that finds differences after one event; see stateFindings.
func changed(because event, message string) func(*observation) []Finding {
	return func(o *observation) []Finding {
		if o.kind == listEntry {
			return nil // its differences are the list's
		}
		return stateFindings(o.differing(because), message)
	}
}

// stateFindings makes findings of differences. The message takes the pointer, the known value and
// what was found instead.
func stateFindings(differences []difference, message string) []Finding {
	var list []Finding
	for _, d := range differences {
		list = append(list, d.finding(fmt.Sprintf(message, d.pointer, quote(d.want), d.found())))
	}
	return list
}

// finding returns the finding about a difference, a note where the documents allow it. The message says
// where long texts begin to differ.
func (d difference) finding(message string) Finding {
	f := Finding{note: d.note != "", trait: d.trait, Violation: openapi.Violation{In: "state", Pointer: d.pointer,
		Message: message + contrast(d.want, d.got), Expected: truncateValue(d.want), Actual: truncateValue(d.got)}}
	if d.schema != nil {
		f.Document = d.schema.Position
	}
	if f.trait.kind == "" {
		f.trait.kind, f.trait.want, f.trait.shown = d.kind(), d.want, d.got
	}
	if f.note {
		f.Message += "; " + d.note
	}
	return f
}

func defaultFilled(o *observation) []Finding {
	schema := o.op.SentSchema()
	if o.kind != createResponse || schema == nil || o.sent == nil {
		return nil
	}
	var differences []difference
	for _, p := range schema.Properties {
		_, sent := o.sent.Get(p.Name)
		got, present := o.shown.Get(p.Name)
		if sent || !present || !p.Schema.HasDefault || !o.item.tracks[p.Name] {
			continue
		}
		want, comparable := openapi.Returned(p.Schema.Default, p.Schema, o.shows().Member(p.Name))
		o.defaults = o.defaults || comparable
		if comparable && !jsonvalue.Equal(got, want) {
			differences = append(differences,
				difference{pointer: jsonvalue.Join("", p.Name), want: want, got: got, schema: p.Schema})
		}
	}
	return stateFindings(differences, "%s was left out at creation; its default is %s, and %s")
}

func identityKept(o *observation) []Finding {
	return o.fixed(func(p *openapi.Property) bool { return p.Name == o.item.resource.Identity })
}

func createdAtKept(o *observation) []Finding {
	return o.fixed(func(p *openapi.Property) bool { return p.Schema.Mock.Value == openapi.MockNow })
}

// fixed finds changes of properties that never change.
func (o *observation) fixed(of func(*openapi.Property) bool) []Finding {
	var differences []difference
	for _, p := range propertiesOf(o.item.resource) {
		want, known := o.item.fixed[p.Name]
		got, present := o.shown.Get(p.Name)
		if of(p) && known && present { // whether it must be there is the schema's business
			if p.Name == o.item.resource.Identity && sameName(want, got) {
				continue
			}
			for _, d := range compare(want, got, true, p.Schema, jsonvalue.Join("", p.Name)) {
				if p.Schema.Mock.Inferred {
					d.note = "only its name says what it is"
				}
				o.mark(&d, o.shown, d.pointer)
				differences = append(differences, d)
			}
		}
	}
	return stateFindings(differences, "%s never changes, but was %s, and now %s")
}

// clockTolerance is how far the two times of an item may be in the wrong order: a server may read its
// clock twice, or keep the one time in whole seconds.
const clockTolerance = time.Second

// updatedBeforeCreated finds that an item was last updated before it was created.
func updatedBeforeCreated(o *observation) []Finding {
	times := map[string]*openapi.Property{}
	for _, p := range propertiesOf(o.item.resource) {
		if mock := p.Schema.Mock; !mock.Inferred && times[mock.Value] == nil { // what only a name says is no promise
			times[mock.Value] = p
		}
	}
	created, updated := times[openapi.MockNow], times[openapi.MockUpdated]
	if created == nil || updated == nil {
		return nil
	}
	at, _ := o.shown.Get(created.Name)
	got, _ := o.shown.Get(updated.Name)
	from, okFrom := instant(at)
	to, okTo := instant(got)
	if !okFrom || !okTo || from.Sub(to) <= clockTolerance {
		return nil
	}
	d := difference{pointer: jsonvalue.Join("", updated.Name), want: at, got: got, schema: updated.Schema}
	return []Finding{d.finding(fmt.Sprintf("%s is %s, which is before /%s: %s", d.pointer, quote(got), created.Name,
		quote(at)))}
}

func workspaceShown(o *observation) []Finding {
	if o.scope == nil || o.scope.Property == "" {
		return nil
	}
	got, present := o.shown.Get(o.scope.Property)
	if !present || jsonvalue.Equal(got, o.workspace) {
		return nil
	}
	d := difference{pointer: jsonvalue.Join("", o.scope.Property), want: o.workspace, got: got,
		schema: o.item.resource.Schema.Member(o.scope.Property)}
	return []Finding{d.finding(
		fmt.Sprintf("%s of an item in the workspace %s is %s", d.pointer, quote(d.want), quote(d.got)))}
}
