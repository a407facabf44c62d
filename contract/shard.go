package contract

import (
	"hash/fnv"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
)

// Shard is the part of a run's fixtures that one of several runs executes, and what Merge needs to know of it.
type Shard struct {
	Index int `json:"index"` // from 1
	Of    int `json:"of"`
	// Fixtures is how many the runs execute together. Places are those of this one's among them, from 0.
	Fixtures int   `json:"fixtures"`
	Places   []int `json:"places"`
	// Succeeded has the operations that valid requests were sent to, and whether one succeeded.
	Succeeded map[string]bool `json:"succeeded,omitempty"`
}

// shardOf returns the shard, from 1, that a fixture belongs to. That follows from its id alone, but for
// refusals that share an item and its valid twin, which stay together: what is found of the item is said once.
func shardOf(f *fixtures.Fixture, shards int) int {
	key := f.ID
	if sharesItem(f) {
		key = "twin " + f.Twin.ID
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(key))
	return int(h.Sum64()%uint64(shards)) + 1
}

// InShard returns the fixtures of a list that belong to a shard, the index of which counts from 1, and
// their places in the list.
func InShard(list []*fixtures.Fixture, index, of int) (part []*fixtures.Fixture, places []int) {
	for i, f := range list {
		if shardOf(f, of) == index {
			part, places = append(part, f), append(places, i)
		}
	}
	return part, places
}

// Trace is the evidence by which Merge tells which violations of several reports have one cause. Numbers stand
// for exchanges, sessions, items and values; secrets are not in them.
type Trace struct {
	Nth       int     `json:"nth"`             // in the result, before causes were put first
	Place     int     `json:"place,omitempty"` // of the fixture that shows what belongs to the run
	Fixture   string  `json:"fixture,omitempty"`
	Answers   []int64 `json:"answers,omitempty"`
	Session   int64   `json:"session,omitempty"`
	Member    string  `json:"member,omitempty"`
	Kind      string  `json:"kind,omitempty"`
	Event     int     `json:"event,omitempty"`
	Value     uint64  `json:"value,omitempty"`
	Wanted    uint64  `json:"wanted,omitempty"`
	Item      uint64  `json:"item,omitempty"`
	By        int64   `json:"by,omitempty"`
	Right     bool    `json:"right,omitempty"`
	Old       bool    `json:"old,omitempty"`
	Cleared   bool    `json:"cleared,omitempty"`
	Hollow    bool    `json:"hollow,omitempty"`
	IsRefused bool    `json:"refused,omitempty"`
	Racy      bool    `json:"racy,omitempty"`
	IsAnswer  bool    `json:"answer,omitempty"` // the note about an answer to a question
}

// trace puts the evidence into a report that is to be merged.
func trace(results []Result) {
	for i := range results {
		for _, list := range [][]Finding{results[i].Violations, results[i].Notes} {
			for j := range list {
				t := &list[j].trait
				list[j].Trace = &Trace{Nth: j, Place: t.place, Fixture: t.fixture, Answers: t.answers,
					Session: t.session, Member: t.member, Kind: t.kind, Event: int(t.event), Value: t.value,
					Wanted: t.wanted, Item: t.item, By: t.by, Right: t.right, Old: t.old, Cleared: t.cleared,
					Hollow: t.hollow, IsRefused: t.refused, IsAnswer: t.answer,
					Racy: t.racy}
			}
		}
		results[i].Firm = results[i].firm
	}
}

// untrace takes the evidence from a finding; numbers of exchanges and sessions begin after a base.
func (f *Finding) untrace(base int64) {
	t := f.Trace
	if t == nil {
		return
	}
	after := func(n int64) int64 {
		if n == 0 {
			return 0
		}
		return n + base
	}
	f.trait = trait{place: t.Place, fixture: t.Fixture, session: after(t.Session), member: t.Member, kind: t.Kind,
		event: event(t.Event), value: t.Value, wanted: t.Wanted, item: t.Item, by: after(t.By), right: t.Right,
		old: t.Old, cleared: t.Cleared, hollow: t.Hollow, refused: t.IsRefused, racy: t.Racy}
	for _, n := range t.Answers {
		f.trait.answers = append(f.trait.answers, after(n))
	}
}

// most returns the greatest number of an exchange or a session in a report.
func (r *Report) most() int64 {
	var most int64
	for i := range r.Fixtures {
		for _, list := range [][]Finding{r.Fixtures[i].Violations, r.Fixtures[i].Notes} {
			for j := range list {
				if t := list[j].Trace; t != nil {
					most = max(most, t.Session, t.By, slices.Max(append(t.Answers, 0)))
				}
			}
		}
	}
	return most
}
