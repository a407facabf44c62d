package mockserver

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// The ids of the faults that Options.Latency and Options.RateLimit are.
const (
	latencyID   = "latency"
	rateLimitID = "rate-limit"
)

// faults are those of a session. They are safe for concurrent use.
type faults struct {
	// active are those that a request may meet, in the order in which it is compared to them; nil for none.
	active atomic.Pointer[[]*fault]
	mu     sync.Mutex
	all    []*fault // in the order in which they were added
	last   int      // the number of the last id
}

// fault is a Fault with its counts, which are those of faults.mu.
type fault struct {
	Fault
	limiter *limiter // of a rate limit
}

// faultsOf returns the faults that a session begins with.
func faultsOf(o *Options) []Fault {
	var list []Fault
	if o.Latency != (Delay{}) {
		list = append(list, Fault{ID: latencyID, Delay: o.Latency})
	}
	if o.RateLimit != (Rate{}) {
		list = append(list, Fault{ID: rateLimitID, RateLimit: o.RateLimit})
	}
	return append(list, o.Faults...)
}

// begin adds the faults that a session begins with, which have been checked.
func (f *faults) begin(list []Fault) {
	for _, one := range list {
		f.put(one)
	}
	f.order()
}

// put adds a fault. The lock is held.
func (f *faults) put(added Fault) *fault {
	if added.ID != latencyID && added.ID != rateLimitID {
		f.last++
		added.ID = fmt.Sprintf("f%d", f.last)
	}
	added.Left, added.Count = added.Times, 0
	one := &fault{Fault: added}
	if added.RateLimit != (Rate{}) {
		one.limiter = newLimiter(added.RateLimit)
	}
	f.all = append(f.all, one)
	return one
}

// add adds a fault that has been checked, in the place of one that is used up where there are too many.
func (f *faults) add(added Fault) (Fault, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) >= MaxFaults {
		i := slices.IndexFunc(f.all, (*fault).usedUp)
		if i < 0 {
			return Fault{}, faultError("", nil, fmt.Sprintf("there are %d faults, and no more may be; remove some: "+
				"DELETE %s/faults", len(f.all), controlPath))
		}
		f.all = slices.Delete(f.all, i, i+1)
	}
	added.ID = ""
	one := f.put(added)
	f.order()
	return one.Fault, nil
}

func (f *faults) list() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]Fault, len(f.all))
	for i, one := range f.all {
		list[i] = one.Fault
	}
	return list
}

// remove removes those that are selected, and reports whether there were any.
func (f *faults) remove(selected func(*fault) bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.all)
	f.all = slices.DeleteFunc(slices.Clone(f.all), selected)
	f.order()
	return len(f.all) < before
}

// order makes active anew: rate limits, those with Times, those without, of which the newest is the first. The
// lock is held.
func (f *faults) order() {
	var limits, counted, others []*fault
	for _, one := range f.all {
		switch {
		case one.usedUp():
		case one.limiter != nil:
			limits = append(limits, one)
		case one.Times > 0:
			counted = append(counted, one)
		default:
			others = append(others, one)
		}
	}
	slices.Reverse(others)
	if active := slices.Concat(limits, counted, others); len(active) > 0 {
		f.active.Store(&active)
	} else {
		f.active.Store(nil)
	}
}

func (f *fault) usedUp() bool { return f.Times > 0 && f.Left <= 0 }

// met is what a request meets.
type met struct {
	fault  *fault   // of one kind; nil for none
	delays []*fault // those that delay alone
	wait   time.Duration
	until  time.Time // of a rate limit: when the next request will be answered
}

// meet returns what a request meets, and counts it.
func (f *faults) meet(x *exchange, selected func(*fault) bool) (m met) {
	f.mu.Lock()
	defer f.mu.Unlock()
	active := f.active.Load()
	if active == nil {
		return m
	}
	changed := false
	for _, one := range *active {
		switch {
		case one.usedUp() || !selected(one):
			continue
		case one.delaysAlone():
			m.delays = append(m.delays, one)
		case m.fault != nil:
			continue
		case one.limiter != nil:
			until, ok := one.limiter.allow(x.credential(), x.session.clock.Now())
			if ok {
				continue
			}
			m.until, m.fault = until, one
		default:
			m.fault = one
		}
		m.wait += one.Delay.nth(x.server.options.Seed, uint64(one.Count))
		one.Count++
		one.Left = max(0, one.Left-1)
		changed = changed || one.usedUp()
	}
	if changed {
		f.order()
	}
	m.wait = min(m.wait, MaxDelay)
	return m
}

// release takes back that a request has met a fault, which does not apply to its answer.
func (f *faults) release(one *fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	wasUsedUp := one.usedUp()
	one.Count--
	if one.Times > 0 {
		one.Left++
	}
	if wasUsedUp {
		f.order()
	}
}
