package openapi

import "github.com/agentmock/agentmock/openapi/jsonvalue"

// AcceptsMember reports whether an object that Accepts has accepted is plainly valid with another value
// for a member, or with one more member: where each rule of the schema is about single members. Where
// it is false, Accepts decides about the whole object.
func (s *Schema) AcceptsMember(name string, n jsonvalue.Node, view View) bool {
	if s == nil || s.anything || s.doc == nil {
		return true
	}
	c := s.compiledFor(view)
	return c.err != nil || c.check.ofMember(name, n, newWalk(n)) == yes
}

// ofMember returns what the check says of an object that gets a member, if it says yes of the object.
func (c *check) ofMember(name string, n jsonvalue.Node, w *walk) verdict {
	switch {
	case c == nil:
		return unsure
	case c.always != unsure:
		return c.always
	case c.vague || len(c.values) > 0 || c.composed():
		return unsure
	}
	v := c.object.ofMember(name, n, w)
	for i := 0; i < len(c.all) && v != no; i++ {
		v = min(v, c.all[i].ofMember(name, n, w))
	}
	return v
}

func (c *objectCheck) ofMember(name string, n jsonvalue.Node, w *walk) verdict {
	switch {
	case c == nil:
		return yes
	case c.size.most >= 0 || c.names != nil || len(c.needs) > 0 || c.rest != nil:
		return unsure
	}
	return c.member(c.members[name], name, n, w)
}
