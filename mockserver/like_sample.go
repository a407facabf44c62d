package mockserver

import (
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxGroups bounds the groups of members that likeSample tries: each is a validation of the whole object.
const maxGroups = 64

// likeSample returns a sample of a schema with those members of a value with which it is valid, or most of
// them; the value itself where there is no sample.
func likeSample(v any, s *openapi.Schema, made maker) any {
	example := made(s, "")
	if example == nil || !meets(s, example) {
		return v
	}
	sample, alike := example.(*jsonvalue.Object)
	object, isObject := v.(*jsonvalue.Object)
	if !isObject || !alike {
		return jsonvalue.Clone(example)
	}
	m := &mixture{schema: s, sample: sample, object: object, taken: make([]bool, len(object.Members))}
	m.take(m.takePlain())
	return jsonvalue.Clone(m.mixed())
}

// mixture is a sample with some members of another object.
type mixture struct {
	schema         *openapi.Schema
	sample, object *jsonvalue.Object
	taken          []bool // by the index of the object's member
	groups         int    // that were tried
}

// takePlain takes the members with which the sample is valid whatever else it has. It returns the others.
func (m *mixture) takePlain() (others []int) {
	text, ok := jsonvalue.Scan(jsonvalue.Marshal(m.sample), jsonvalue.Limits{})
	separable := ok && m.schema.Accepts(text.Root(), openapi.ResponseView)
	for i, member := range m.object.Members {
		if separable {
			if text, ok = jsonvalue.Scan(jsonvalue.Marshal(member.Value), jsonvalue.Limits{}); ok {
				m.taken[i] = m.schema.AcceptsMember(member.Name, text.Root(), openapi.ResponseView)
			}
		}
		if !m.taken[i] {
			others = append(others, i)
		}
	}
	return others
}

// take takes some members if the object is valid with all of them; else it tries each half by itself.
func (m *mixture) take(members []int) {
	if len(members) == 0 || m.groups == maxGroups {
		return
	}
	m.groups++
	m.set(members, true)
	if meets(m.schema, m.mixed()) {
		return
	}
	m.set(members, false)
	if half := len(members) / 2; half > 0 {
		m.take(members[:half])
		m.take(members[half:])
	}
}

func (m *mixture) set(members []int, taken bool) {
	for _, i := range members {
		m.taken[i] = taken
	}
}

// mixed returns the sample with the members that are taken. It shares their values.
func (m *mixture) mixed() *jsonvalue.Object {
	out := &jsonvalue.Object{Members: append(make([]jsonvalue.Member, 0, len(m.object.Members)), m.sample.Members...)}
	at := map[string]int{}
	for i, member := range out.Members {
		at[member.Name] = i
	}
	for i, member := range m.object.Members {
		if !m.taken[i] {
			continue
		}
		if place, there := at[member.Name]; there {
			out.Members[place] = member
		} else {
			out.Members = append(out.Members, member)
		}
	}
	return out
}
