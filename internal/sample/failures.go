package sample

import (
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// failures are the demands for which a run found no value: they are not tried again, so that what cannot be
// made costs the same however often it is demanded.
type failures map[string]failure

// failure is why there is no value of a demand, from a depth on: a value that is deeper has less room. It holds
// the demand, so that no other one gets a schema or list at the same address, of which its id is made.
type failure struct {
	demand demand
	depth  int
	err    error
}

// note remembers that no value was found. That of one schema alone, in the levels that are filled in, holds for
// all levels.
func (f failures) note(d *demand, depth int, err error) {
	if d.plain() && depth <= fullDepth {
		depth = 0
	}
	id := d.id()
	if known, ok := f[id]; !ok || depth < known.depth {
		f[id] = failure{*d, depth, err}
	}
}

// known returns the reason why there is no value at a depth; nil where none is known.
func (f failures) known(d *demand, depth int) error {
	if len(f) == 0 {
		return nil
	}
	if known, ok := f[d.id()]; ok && depth >= known.depth {
		return known.err
	}
	return nil
}

// nameOf names a schema by its parts: references to the same schema have one name.
func nameOf(s *openapi.Schema) string {
	name := " schema"
	for _, p := range s.Parts() {
		if !p.Reference {
			name += fmt.Sprintf(" %p", p.Schema)
		}
	}
	return name
}

// id names a demand: two with the same name have the same values.
func (d *demand) id() string {
	var b strings.Builder
	pointers := func(kind string, list []*openapi.Schema) {
		b.WriteString(kind)
		for _, s := range list {
			b.WriteString(nameOf(s))
		}
	}
	pointers("schemas", d.schemas)
	if d.plain() {
		return b.String()
	}
	pointers("against", d.against)
	pointers("items", d.items)
	for _, list := range d.only {
		fmt.Fprintf(&b, "only %p %d", list, len(list))
	}
	for _, in := range d.inside {
		fmt.Fprintf(&b, "inside %q %p %p %d", in.member, in.against, in.only, len(in.only))
	}
	fmt.Fprintf(&b, "with %q without %q", d.with, d.without)
	for _, made := range d.decided {
		fmt.Fprintf(&b, "decided %p %q", made.part, made.keyword)
	}
	return b.String()
}
