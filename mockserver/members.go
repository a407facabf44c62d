package mockserver

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// members are those of an object, which are found as quickly where there are very many. Only set may
// change the object meanwhile.
type members struct {
	*jsonvalue.Object
	places map[string]int // nil where there are few
}

// fewMembers is the number of members up to which looking at each is quicker than a map.
const fewMembers = 50

func membersOf(o *jsonvalue.Object) members {
	m := members{Object: o}
	m.index()
	return m
}

func (m *members) index() {
	if len(m.Members) <= fewMembers {
		return
	}
	m.places = make(map[string]int, 2*len(m.Members))
	for i := len(m.Members) - 1; i >= 0; i-- {
		m.places[m.Members[i].Name] = i
	}
}

// get is Object.Get.
func (m *members) get(name string) (value any, ok bool) {
	if m.places == nil {
		return m.Get(name)
	}
	i, ok := m.places[name]
	if !ok {
		return nil, false
	}
	return m.Members[i].Value, true
}

// set is Object.Set.
func (m *members) set(name string, value any) {
	if m.places == nil {
		m.Set(name, value)
		m.index()
		return
	}
	if i, ok := m.places[name]; ok {
		m.Members[i].Value = value
		return
	}
	m.places[name] = len(m.Members)
	m.Members = append(m.Members, jsonvalue.Member{Name: name, Value: value})
}
