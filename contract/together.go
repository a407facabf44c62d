package contract

import (
	"context"
	"fmt"
	"sync"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// withThoseTogether returns how many steps are sent at the same time as the first one, itself included.
func withThoseTogether(steps []fixtures.Step) int {
	n := 1
	for n < len(steps) && steps[n].Together {
		n++
	}
	return n
}

// simultaneously executes steps whose requests are sent at the same time. What each of them writes is
// compared with its own answer, and all of it with the next answer that shows the item.
func (s *session) simultaneously(ctx context.Context, steps []fixtures.Step, o *outcome) error {
	exchanges, err := s.prepareAll(ctx, steps, o)
	if err != nil {
		return err
	}
	errs := make([]error, len(exchanges))
	var all sync.WaitGroup
	for i, x := range exchanges {
		all.Go(func() { errs[i] = s.run.roundTrip(ctx, x) })
	}
	all.Wait()
	s.openWrites(exchanges)
	defer s.closeWrites(exchanges)
	var failed error
	for i, x := range exchanges {
		if errs[i] != nil {
			return errs[i]
		}
		found, err := s.receive(ctx, x)
		s.run.record(o, found)
		if err == nil {
			err = s.judge(x, &steps[i], o)
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	return failed
}

// prepareAll returns the exchanges of steps, which are not sent yet.
func (s *session) prepareAll(ctx context.Context, steps []fixtures.Step, o *outcome) ([]*exchange, error) {
	var exchanges []*exchange
	for i := range steps {
		op, request, err := s.resolve(&steps[i].Request)
		if err != nil {
			return nil, fmt.Errorf("a step cannot be sent: %w", err)
		}
		x, found, err := s.prepare(ctx, sent{op: op, request: request, mutation: steps[i].Mutation,
			together: true}, wantedBy(s.fixture, &steps[i]))
		s.run.record(o, found)
		if err != nil {
			return nil, err
		}
		exchanges = append(exchanges, x)
	}
	return exchanges, nil
}

// openWrites marks what requests that were under way at the same time write: the answer to one may show
// it as it was before another, or after.
func (s *session) openWrites(exchanges []*exchange) {
	for _, x := range exchanges {
		if it := s.itemOf(x); it != nil {
			for _, m := range x.sent.item().Members {
				if it.open == nil {
					it.open = map[string]bool{}
				}
				it.open[m.Name] = true
			}
		}
	}
}

// closeWrites makes what the requests wrote the known state of their items: an update keeps what it
// leaves out, so that each of those that were accepted must show. What two of them wrote differently,
// and what was not accepted, is no longer known.
func (s *session) closeWrites(exchanges []*exchange) {
	wrote, unclear := map[*item]*jsonvalue.Object{}, map[*item][]string{}
	for _, x := range exchanges {
		it := s.itemOf(x)
		if it == nil {
			continue
		}
		if wrote[it] == nil {
			wrote[it] = &jsonvalue.Object{}
		}
		for _, m := range x.sent.item().Members {
			before, twice := wrote[it].Get(m.Name)
			accepted := x.succeeded() && x.sent.op.Action == openapi.Update
			switch {
			case twice && jsonvalue.Equal(before, m.Value):
			case twice || !accepted:
				unclear[it] = append(unclear[it], m.Name)
			default:
				wrote[it].Set(m.Name, m.Value)
				it.know(x.sent.op, jsonvalue.ObjectOf(m.Name, m.Value))
			}
		}
	}
	for it, body := range wrote {
		it.open, it.wrote, it.unseen = nil, body, true
		for _, name := range unclear[it] {
			delete(it.known, name)
		}
	}
}
