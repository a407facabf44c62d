package source

// place is where a value starts, or its name where it is a member, and the places of its members or
// items, in their order.
type place struct {
	Position
	inside []place
}

// Position returns where the value at a JSON pointer starts; for a member, its name. Where the
// pointer leads nowhere, it is the position of the nearest value above.
func (f *File) Position(pointer string) Position {
	here := &f.root
	f.finder.walk(f.Value, pointer, func(i int) {
		if i < len(here.inside) { // what was added to a value has its place
			here = &here.inside[i]
		}
	})
	return here.Position
}
