package contract

import (
	"fmt"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// differing are the differences between what is known and what is shown, of the properties whose
// being different has one of the causes.
func (o *observation) differing(causes ...cause) []difference {
	var list []difference
	for _, p := range o.item.resource.Schema.Properties {
		want, ok := o.expected(p)
		if !ok || !includes(causes, o.cause(p.Name)) {
			continue
		}
		got, present := o.shown.Get(p.Name)
		differences := shows(want, got, present, p.Schema, jsonvalue.Join("", p.Name))
		if len(differences) == 0 && present && empty(want) && !empty(got) && o.cause(p.Name) != bySending &&
			o.cause(p.Name) != byWriting {
			differences = []difference{{pointer: jsonvalue.Join("", p.Name), want: want, got: got,
				position: p.Schema.Position}}
		}
		for _, d := range differences {
			if d.absent && o.how == listed {
				d.note = "an entry of a list may be a summary"
			}
			list = append(list, d)
		}
	}
	return list
}

// expected is the value that the answer must show for a property.
func (o *observation) expected(p *openapi.Property) (any, bool) {
	name := p.Name
	if p.Schema.Mock.Value == openapi.MockUpdated {
		if o.sent != nil || o.item.wrote != nil || o.how == listed {
			return nil, false // it may, or must, have moved
		}
		want, ok := o.item.known[name]
		return want, ok
	}
	if !o.item.tracks[name] {
		return nil, false
	}
	if o.sent != nil {
		if value, ok := o.sent.Get(name); ok {
			return value, true
		}
		if o.how == created || o.op.Action == openapi.Replace {
			return nil, false
		}
	}
	want, ok := o.item.known[name]
	return want, ok
}

func includes(causes []cause, c cause) bool {
	for _, have := range causes {
		if have == c {
			return true
		}
	}
	return false
}

// state makes findings of differences.
func state(rule string, differences []difference, say func(difference) string) []finding {
	var list []finding
	for _, d := range differences {
		v := openapi.Violation{
			Rule: rule, In: "state", Pointer: d.pointer, Message: say(d), Expected: truncateValue(d.want),
			Actual: truncateValue(d.got), Document: d.position,
		}
		if d.note != "" {
			v.Message += "; " + d.note
		}
		list = append(list, finding{v, d.note != ""})
	}
	return list
}

// found says in words what stands at the place of a difference.
func found(d difference) string {
	if d.absent {
		return "it is missing"
	}
	return "it is " + quote(d.got)
}

func valueReturned(o *observation) []finding {
	return state(checkReturned, o.differing(bySending), func(d difference) string {
		return fmt.Sprintf("%s was sent as %s, and in the answer %s", d.pointer, quote(d.want), found(d))
	})
}

func valueStored(o *observation) []finding {
	if o.how == listed {
		return nil
	}
	return state(checkStored, o.differing(byWriting), func(d difference) string {
		return fmt.Sprintf("%s was written as %s, and later %s", d.pointer, quote(d.want), found(d))
	})
}

func leftOutKeeps(o *observation) []finding {
	if o.how == listed {
		return nil
	}
	return state(checkKept, o.differing(byLeaving), func(d difference) string {
		return fmt.Sprintf("%s was %s, an update left it out, and now %s", d.pointer, quote(d.want), found(d))
	})
}

func refusalChanged(o *observation) []finding {
	if o.how == listed {
		return nil
	}
	return state(checkRefusalChanged, o.differing(byRefusal), func(d difference) string {
		return fmt.Sprintf("%s was %s before a request that was refused, and now %s", d.pointer, quote(d.want),
			found(d))
	})
}

func neighbourUntouched(o *observation) []finding {
	if o.how == listed {
		return nil
	}
	return state(checkNeighbour, o.differing(byOthers), func(d difference) string {
		return fmt.Sprintf("%s was %s, another item was written, and now %s", d.pointer, quote(d.want), found(d))
	})
}

func steady(o *observation) []finding {
	if o.how == listed {
		return nil
	}
	return state(checkSteady, o.differing(byNothing), func(d difference) string {
		return fmt.Sprintf("%s was %s, nothing was written, and now %s", d.pointer, quote(d.want), found(d))
	})
}

func defaultFilled(o *observation) []finding {
	create := o.item.resource.Create
	if o.how != created || create == nil || create.Body == nil || create.Body.JSON() == nil || o.sent == nil {
		return nil
	}
	var differences []difference
	for _, p := range create.Body.JSON().Schema.Properties {
		_, sent := o.sent.Get(p.Name)
		got, present := o.shown.Get(p.Name)
		if !sent && present && p.Schema.HasDefault && o.item.tracks[p.Name] && !jsonvalue.Equal(got, p.Schema.Default) {
			differences = append(differences, difference{pointer: jsonvalue.Join("", p.Name),
				want: p.Schema.Default, got: got, position: p.Schema.Position})
		}
	}
	return state(checkDefault, differences, func(d difference) string {
		return fmt.Sprintf("%s was left out at creation; its default is %s, and %s", d.pointer, quote(d.want), found(d))
	})
}

func identityKept(o *observation) []finding {
	return o.fixed(checkIdentity, func(p *openapi.Property) bool { return p.Name == o.item.resource.Identity })
}

func createdAtKept(o *observation) []finding {
	return o.fixed(checkCreatedAt, func(p *openapi.Property) bool { return p.Schema.Mock.Value == openapi.MockNow })
}

func (o *observation) fixed(rule string, of func(*openapi.Property) bool) []finding {
	var differences []difference
	for _, p := range o.item.resource.Schema.Properties {
		want, known := o.item.fixed[p.Name]
		got, present := o.shown.Get(p.Name)
		if of(p) && known && present { // whether it must be there is the schema's business
			differences = append(differences, shows(want, got, true, p.Schema, jsonvalue.Join("", p.Name))...)
		}
	}
	return state(rule, differences, func(d difference) string {
		return fmt.Sprintf("%s never changes, but was %s, and now %s", d.pointer, quote(d.want), found(d))
	})
}

func workspaceShown(o *observation) []finding {
	if o.scope == nil || o.scope.Property == "" {
		return nil
	}
	got, present := o.shown.Get(o.scope.Property)
	if !present || jsonvalue.Equal(got, o.own) {
		return nil
	}
	d := difference{pointer: jsonvalue.Join("", o.scope.Property), want: o.own, got: got}
	if p := o.item.resource.Schema.Property(o.scope.Property); p != nil {
		d.position = p.Schema.Position
	}
	return state(checkWorkspace, []difference{d}, func(d difference) string {
		return fmt.Sprintf("%s of an item in the workspace %s is %s", d.pointer, quote(d.want), quote(d.got))
	})
}
