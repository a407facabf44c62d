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

// find returns the index of a member; false where there is none.
func (m *members) find(name string) (int, bool) {
	if m.places != nil {
		i, ok := m.places[name]
		return i, ok
	}
	for i := range m.Members {
		if m.Members[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// get is Object.Get.
func (m *members) get(name string) (value any, ok bool) {
	if i, ok := m.find(name); ok {
		return m.Members[i].Value, true
	}
	return nil, false
}

// set is Object.Set.
func (m *members) set(name string, value any) {
	if i, ok := m.find(name); ok {
		m.Members[i].Value = value
		return
	}
	if m.places != nil {
		m.places[name] = len(m.Members)
	}
	m.Members = append(m.Members, jsonvalue.Member{Name: name, Value: value})
	if m.places == nil {
		m.index()
	}
}
