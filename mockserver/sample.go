package mockserver

import (
	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sample returns a valid value that shows what a response of a schema looks like: its example where
// it has a valid one, else what its members show. It is nil where no valid value was found. It is
// shared: copy before changing.
func sample(s *openapi.Schema) any {
	v, _ := responses().Value(samples.Place{Schema: s}, samples.Shown)
	return v
}

// blank returns the emptiest value that a schema allows: what a field holds that nobody has set.
func blank(s *openapi.Schema) any {
	v, _ := responses().Empty(s)
	return v
}

// maker returns a value of a schema for the member of a name; nil where none was found. Values are
// shared: copy before changing.
type maker func(s *openapi.Schema, name string) any

// newMaker returns a maker of samples, which keeps them: the search for one is dear.
func newMaker() maker {
	documented := responses()
	return func(s *openapi.Schema, name string) any {
		v, _ := documented.Value(samples.Place{Schema: s, Name: name}, samples.Shown)
		return v
	}
}

// makerLike returns a maker that takes the members of an object from an example of it, where it has
// them.
func makerLike(example any) maker {
	samples := newMaker()
	return func(s *openapi.Schema, name string) any {
		if shown, ok := jsonvalue.Lookup(example, jsonvalue.Join("", name)); ok && name != "" && meets(s, shown) {
			return shown
		}
		return samples(s, name)
	}
}

func responses() *samples.Documented { return samples.NewDocumented(openapi.ResponseView, nil) }

// meets reports whether a value is valid in responses.
func meets(s *openapi.Schema, v any) bool { return len(s.Validate(v, openapi.ResponseView)) == 0 }
