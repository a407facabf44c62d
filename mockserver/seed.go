package mockserver

import (
	"cmp"
	"errors"
	"fmt"
	"maps"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// SeedOptions says which generated items to add. Zero fields mean what a server's Options say.
type SeedOptions struct {
	Count     int
	Seed      uint64
	Profile   fixtures.Profile
	Workspace string
}

// MaxSeedCount bounds how many items one Seed makes.
const MaxSeedCount = 1_000_000

// Seed adds generated items. The same seeding again goes on where the last one ended. It answers
// how many were added: all of them, or none where there is an error.
func (s *Server) Seed(o SeedOptions) (int, error) {
	profile, err := fixtures.ParseProfile(string(cmp.Or(o.Profile, s.options.Profile)))
	if err != nil {
		return 0, err
	}
	collection := s.seedable()
	switch {
	case collection == nil:
		return 0, errors.New("the document has no collection whose items have a schema; nothing can be generated")
	case o.Count < 0 || o.Count > MaxSeedCount:
		return 0, fmt.Errorf("%d items; between 0 and %d can be added at once", o.Count, MaxSeedCount)
	}
	g := fixtures.NewGenerator(s.doc, cmp.Or(o.Seed, s.options.Seed))
	g.Profile, g.Resource = profile, collection.resource.Name
	g.Workspace = cmp.Or(o.Workspace, s.options.Workspaces[0])
	added := 0
	err = s.store.write(func(c *change) error {
		giver := &giver{builder: &builder{maker: s.maker(c), collection: collection}, server: s, trusted: true}
		key := fmt.Sprintf("%d %s %s", g.Seed(), profile, g.Workspace)
		next := c.seeded[key]
		for most := next + 2*o.Count + 1000; added < o.Count; next++ {
			if next == most {
				return fmt.Errorf("only %d of %d items have an identity of their own", added, o.Count)
			}
			fresh, err := giver.generated(g, next)
			if err != nil {
				return err
			}
			if fresh {
				added++
			}
		}
		seeded := maps.Clone(c.seeded)
		if seeded == nil {
			seeded = map[string]int{}
		}
		seeded[key] = next
		c.seeded = seeded
		return nil
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// seedable returns the collection that gets generated items, the document's DefaultResource; nil
// where there is none.
func (s *Server) seedable() *collection {
	if r := s.doc.DefaultResource(); r != nil {
		return s.collectionNamed(r.Name)
	}
	return nil
}

// generated adds item i of a generator, unless there is one with its identity.
func (g *giver) generated(from *fixtures.Generator, i int) (fresh bool, err error) {
	raw, err := from.Agent(i)
	if err != nil {
		return false, err
	}
	value, err := jsonvalue.Parse(raw, jsonvalue.Limits{})
	if err != nil {
		return false, err
	}
	object, ok := value.(*jsonvalue.Object)
	if !ok {
		return false, fmt.Errorf("generated item %d is %s, not an object", i, article(jsonvalue.TypeOf(value)))
	}
	if g.server.doc.Scope != nil {
		object.Set(g.locators[0].property, from.Workspace)
	}
	r, violations := g.record(object, "")
	if len(violations) > 0 {
		return false, &StateError{Violations: violations}
	}
	if g.change.get(r.place, r.id) != nil {
		return false, nil
	}
	g.change.add(r)
	return true, nil
}
