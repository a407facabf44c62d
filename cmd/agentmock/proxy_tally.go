package main

import (
	"cmp"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// proxyTally counts what has passed a proxy, and its violations by operation and rule. It is safe for concurrent use.
type proxyTally struct {
	mu       sync.Mutex
	requests int
	unjudged int // of which a part was not judged
	counts   map[offence]*offences
}

// offence is a kind of violation.
type offence struct {
	ofAnswers bool
	operation string // its id; "" for none
	rule      string
}

// offences are those of a kind.
type offences struct {
	count int
	first openapi.Violation
}

func (t *proxyTally) add(p mockserver.Passed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	if len(p.Unjudged) > 0 {
		t.unjudged++
	}
	operation := ""
	if p.Operation != nil {
		operation = p.Operation.ID
	}
	t.count(false, operation, p.Violations)
	t.count(true, operation, p.ResponseViolations)
}

// count counts violations. The lock is held.
func (t *proxyTally) count(ofAnswers bool, operation string, list []openapi.Violation) {
	if t.counts == nil {
		t.counts = map[offence]*offences{}
	}
	for _, v := range list {
		kind := offence{ofAnswers, operation, v.Rule}
		if t.counts[kind] == nil {
			t.counts[kind] = &offences{first: v}
		}
		t.counts[kind].count++
	}
}

// violations returns how many there were.
func (t *proxyTally) violations() (ofRequests, ofAnswers int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for kind, of := range t.counts {
		if kind.ofAnswers {
			ofAnswers += of.count
		} else {
			ofRequests += of.count
		}
	}
	return ofRequests, ofAnswers
}

// kinds returns the kinds of violations: those of answers first, which are the backend's, and the most frequent first.
func (t *proxyTally) kinds() []offence {
	return slices.SortedFunc(maps.Keys(t.counts), func(a, b offence) int {
		if a.ofAnswers != b.ofAnswers {
			if a.ofAnswers {
				return -1
			}
			return 1
		}
		return cmp.Or(t.counts[b].count-t.counts[a].count, strings.Compare(a.operation, b.operation),
			strings.Compare(a.rule, b.rule))
	})
}

func (k offence) side() string {
	if k.ofAnswers {
		return "answer"
	}
	return "request"
}

// where returns the first place of a kind, without anything that was sent.
func (o *offences) where() string {
	place := o.first.In
	if o.first.Name != "" {
		place += " " + o.first.Name
	} else if o.first.Pointer != "" {
		place += " " + o.first.Pointer
	}
	if len(place) > 100 {
		place = strings.ToValidUTF8(place[:100], "") + "…"
	}
	if at := o.first.Document.String(); at != "" {
		place += " (" + at + ")"
	}
	return place
}

// print writes the summary for people.
func (t *proxyTally) print(e env) {
	ofRequests, ofAnswers := t.violations()
	t.mu.Lock()
	defer t.mu.Unlock()
	text := count(t.requests, "request") + " passed"
	if t.unjudged > 0 {
		text += ", of which " + count(t.unjudged, "exchange") + " could not be judged as a whole"
	}
	e.say("%s; %s of requests, %s of answers", text, count(ofRequests, "violation"), count(ofAnswers, "violation"))
	for _, kind := range t.kinds() {
		of := t.counts[kind]
		e.say("  %5d  %-7s  %-24s  %-20s  %s", of.count, kind.side(), cmp.Or(kind.operation, "no operation"), kind.rule,
			of.where())
	}
}

// log writes the summary for programs, one record for each kind of violation.
func (t *proxyTally) log(log *slog.Logger) {
	ofRequests, ofAnswers := t.violations()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, kind := range t.kinds() {
		of := t.counts[kind]
		log.Info("violations", "of", kind.side(), "operation", kind.operation, "rule", kind.rule, "count", of.count,
			"first", of.where())
	}
	log.Info("summary", "requests", t.requests, "unjudged", t.unjudged, "requestViolations", ofRequests,
		"answerViolations", ofAnswers)
}
