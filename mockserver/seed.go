package mockserver

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// SeedOptions are the settings of Session.Seed.
type SeedOptions struct {
	// Count is the number of items to add, from 0 to MaxSeedCount.
	Count int
	// Seed selects the items: the same seed, profile and workspace always give the same ones.
	// 0 is the server's Options.Seed.
	Seed uint64
	// Profile is the kind of items. "" is the server's Options.Profile.
	Profile fixtures.Profile
	// Workspace is the value of the scope header that the items belong to. "" is the first of the
	// server's Options.Workspaces.
	Workspace string
	// BaseTime is the present of the items, from 1900 to 9000. Zero is what the server's Options say.
	BaseTime time.Time
}

// MaxSeedCount is the greatest number of items that one Seed adds.
const MaxSeedCount = 1_000_000

// Seed adds generated items to the document's default collection and returns how many: Count, or 0
// with an error, and then nothing has changed. A second call with the same settings continues where
// the first one ended; Reset and SetState begin anew. An error means a setting that is not allowed,
// a document without a collection to fill, or one whose items cannot be generated; a *StateError is
// one for more items than the server may hold.
func (s *Session) Seed(o SeedOptions) (int, error) {
	err := s.change(s.store.extend, func(a *api, t *txn) error {
		plan, err := s.seedPlan(a, o)
		if err == nil {
			_, err = plan.add(t)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return o.Count, nil
}

// seedWhatCanBe adds as many of the items as can be made, with the identities of the document's examples in the
// first of the server's workspaces. The error is a setting that is not allowed; short says why there are fewer,
// and is nil otherwise.
func (s *Session) seedWhatCanBe(o SeedOptions) (added int, short, err error) {
	plan, err := s.seedPlan(s.server.api(), o)
	if err != nil {
		return 0, nil, err
	}
	err = s.store.extend(func(t *txn) error {
		added, short = plan.add(t)
		if plan.Workspace == plan.api.options.Workspaces[0] {
			plan.nameByExamples(t, plan.made)
		}
		return nil
	})
	return added, short, err
}

// seedPlan is what one Seed adds.
type seedPlan struct {
	*fixtures.Generator
	session    *Session
	api        *api
	collection *collection
	count      int
	made       []*record // the first ones
}

func (s *Session) seedPlan(a *api, o SeedOptions) (*seedPlan, error) {
	profile, err := fixtures.ParseProfile(string(cmp.Or(o.Profile, a.options.Profile)))
	if err != nil {
		return nil, err
	}
	c := a.collectionOf(a.doc.DefaultResource())
	switch {
	case c == nil:
		return nil, errors.New("the document has no collection whose items have a schema; nothing can be generated")
	case o.Count < 0 || o.Count > MaxSeedCount:
		return nil, fmt.Errorf("%d items; between 0 and %d can be added at once", o.Count, MaxSeedCount)
	}
	g := fixtures.NewGenerator(a.doc, cmp.Or(o.Seed, a.options.Seed))
	g.Profile, g.Resource = profile, c.Name
	g.Workspace = cmp.Or(o.Workspace, a.options.Workspaces[0])
	if g.BaseTime, err = s.baseTime(o.BaseTime); err != nil {
		return nil, err
	}
	g.IdentityTime, _ = time.Parse(time.RFC3339, fixtures.DefaultBaseTime)
	return &seedPlan{Generator: g, session: s, api: a, collection: c, count: o.Count}, nil
}

// baseTime returns the present of generated items, where one is wanted or none.
func (s *Session) baseTime(wanted time.Time) (time.Time, error) {
	o := &s.server.options
	base := wanted
	switch {
	case !base.IsZero():
	case o.BaseTimeNow:
		base = s.clock.Now()
	case o.BaseTime.IsZero():
		return base, nil
	default:
		base = o.BaseTime
	}
	if outOfTime(base) {
		return base, fmt.Errorf("base time %s is not %s", base.UTC().Format(time.RFC3339), timesThatCanBe())
	}
	return base, nil
}

// maxNamed is the number of items at most that get identities of the document's examples.
const maxNamed = 32

// hopeless is the number of items in a row that cannot be made after which no more are tried.
const hopeless = 5

// add adds the items and returns how many. Those that cannot be made are passed over; the error says
// why there are fewer.
func (p *seedPlan) add(t *txn) (added int, err error) {
	p.made = nil
	b := p.session.newImporter(p.api, t, p.collection)
	b.trusted = true
	settings := fmt.Sprintf("%d %s %s", p.Seed(), p.Profile, p.Workspace)
	start := t.seeded[settings]
	next := start
	defer func() { t.noteSeeded(settings, start, next) }()
	limit := next + 2*p.count + 1000
	var first error
	for bad := 0; added < p.count; {
		for item := range ahead(next, next+p.count-added, p.make) {
			switch {
			case next == limit:
				return added, fmt.Errorf("only %d of %d items have an identity of their own", added, p.count)
			case t.full != nil:
				return added, t.overfull()
			case bad == hopeless:
				return added, first
			}
			next++
			r, err := b.addGenerated(item)
			if err != nil {
				first, bad = cmp.Or(first, err), bad+1
				continue
			}
			if bad = 0; r == nil {
				continue
			}
			if added++; added <= maxNamed {
				p.made = append(p.made, r)
			}
		}
	}
	return added, nil
}

// generated is an item of a generator, or why there is none.
type generated struct {
	value any
	err   error
}

// make makes item i. It is safe for concurrent use.
func (p *seedPlan) make(i int) generated {
	raw, err := p.Agent(i)
	if err != nil {
		return generated{nil, err}
	}
	value, err := jsonvalue.Parse(raw, jsonvalue.Limits{})
	if object, ok := value.(*jsonvalue.Object); ok && p.api.doc.Scope != nil {
		object.Set(p.collection.locators[0], p.Workspace)
	}
	return generated{value, err}
}

// addGenerated adds an item and returns its record; nil where another item has its identity.
func (b *builder) addGenerated(item generated) (*record, error) {
	if item.err != nil {
		return nil, item.err
	}
	r, violations := b.record(item.value, "")
	if len(violations) > 0 {
		return nil, stateError(violations)
	}
	if !b.txn.add(r) {
		return nil, nil
	}
	return r, nil
}
