package contract

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// trait is what a violation has in common with others of the same cause: the evidence by which explain
// tells whether one follows from another. Numbers stand for exchanges, sessions and values, so that a
// violation keeps none of them in memory; 0: none, or it is not known.
type trait struct {
	answers []int64 // the exchanges that show it
	session int64
	member  string // as the document names the place; see memberOf
	kind    string // the kind of difference, "" where nothing was compared: a kind… or a rule of the document
	event   event  // after which the difference is there
	value   uint64 // the value that is wrong
	wanted  uint64 // the one that would be right
	item    uint64 // the identity of the item
	// right: the value is the one that was last written, so that what it was held against was wrong.
	right bool
	// old: every member that clients write is as it was before the last write, not just this one.
	old bool
	// cleared: the answer to an update shows none of what it left out and the item had.
	cleared bool
	// hollow: the answer shows no item at all, so that each of its members is missing.
	hollow bool
	// by is the exchange, which was to be refused, that sent the value; refused says that it was.
	by      int64
	refused bool

	// place and fixture are those of the fixture that shows what belongs to the run.
	place   int
	fixture string
	// racy: the fixture sends requests at the same time, so that which check finds something is chance.
	racy   bool
	answer bool // it is the note about the answer to a question
	// expected: the step's own expectation shows it.
	expected bool

	want, shown any // the values themselves, until the violation is filed
}

// The kinds of difference that are no rules of the document. Those of a text or a number that was changed
// in a certain way say so after a comma.
const (
	kindMissing = "missing"
	kindType    = "type"
	kindText    = "text"
	kindNumber  = "number"
	kindValue   = "value" // another one
	kindGone    = "gone"  // an item is there that was deleted
	kindLost    = "lost"  // an item is not there that was created
	kindExcess  = "excess"
	kindTwice   = "twice"
)

// kind returns the kind of a difference.
func (d difference) kind() string {
	want, isText := d.want.(string)
	got, both := d.got.(string)
	switch {
	case d.absent:
		return kindMissing
	case jsonvalue.TypeOf(d.want) != jsonvalue.TypeOf(d.got):
		return kindType
	case isText && both:
		if how := alteration(want, got); how != "" {
			return kindText + how
		}
	case rounded(d.want, d.got):
		return kindNumber + ", rounded"
	}
	return kindValue
}

// mark notes the traits of a difference between an item that is shown and what is known of it. The pointer
// is one into the item.
func (o *observation) mark(d *difference, shown any, pointer string) {
	tokens := jsonvalue.Tokens(pointer)
	if len(tokens) == 0 {
		return
	}
	t, it := &d.trait, o.item
	t.event = o.event(tokens[0])
	past, now := slices.Concat(it.past, it.earlier), it.asMeant()
	if o.sent != nil {
		past, now = append(past, it.latest, now), nil
	}
	sent := o.sent
	if t.event == eventSent {
		sent = nil // is old itself
	}
	if t.event == eventOtherItem && (o.sent != nil || it.wrote != nil) {
		t.event = eventLeftOut // the item itself was written, too
	}
	t.cleared = o.clears(shown, tokens[0])
	t.old = slices.ContainsFunc(past, func(was any) bool { return o.repeats(was, shown, sent) }) &&
		!o.repeats(now, shown, nil)
	written := it.meant
	if _, given := o.sent.Get(tokens[0]); given {
		written = o.sent
	}
	if written != nil && !d.absent {
		value, was := lookup(written, pointer)
		t.right = was && jsonvalue.Equal(value, d.got)
	}
	t.old = t.old && !t.right
}

// clears reports whether an answer to an update shows nothing of what that left out, a member included.
func (o *observation) clears(shown any, name string) bool {
	now, _ := shown.(*jsonvalue.Object)
	before, _ := o.item.asMeant().(*jsonvalue.Object)
	if now == nil || before == nil || o.sent == nil || o.op.Action != openapi.Update {
		return false
	}
	left := 0
	for _, m := range before.Members {
		schema := o.item.resource.Schema.Member(m.Name)
		_, given := o.sent.Get(m.Name)
		if given || !o.item.tracks[m.Name] || empty(m.Value) ||
			schema != nil && schema.HasDefault && jsonvalue.Equal(schema.Default, m.Value) {
			continue
		}
		if value, _ := now.Get(m.Name); jsonvalue.Equal(value, m.Value) {
			return false
		}
		left++
	}
	_, given := o.sent.Get(name)
	return left > 1 && !given
}

// repeats reports whether what clients write of an item is shown as it was, but for what was sent.
func (o *observation) repeats(was, shown any, sent *jsonvalue.Object) bool {
	before, _ := was.(*jsonvalue.Object)
	now, _ := shown.(*jsonvalue.Object)
	if before == nil || now == nil {
		return false
	}
	for name, tracked := range o.item.tracks {
		w, _ := before.Get(name)
		n, _ := now.Get(name)
		_, given := sent.Get(name)
		if tracked && !given && !jsonvalue.Equal(w, n) && !(empty(w) && empty(n)) {
			return false
		}
	}
	return true
}

// digest returns a number that stands for a value, the same in each run.
func digest(v any) uint64 {
	sum := sha256.Sum256(jsonvalue.Marshal(v))
	return binary.BigEndian.Uint64(sum[:]) | 1
}

// digest is that of a value without the secrets in it: reports of shards have it.
func (s *session) digest(v any) uint64 { return digest(s.secrets.Value(v)) }

// traits completes the traits of a finding about an exchange.
func (s *session) traits(x *exchange, f *Finding) {
	t := &f.trait
	if x.number == 0 {
		x.number = s.run.numbers.Add(1)
	}
	if s.number == 0 {
		s.number = s.run.numbers.Add(1)
	}
	t.racy = slices.ContainsFunc(s.fixture.Steps, func(step fixtures.Step) bool { return step.Together })
	t.answers, t.session, t.hollow = []int64{x.number}, s.number, x.hollow()
	if id := x.sent.request.Path[x.sent.op.ItemParameter]; id != "" && t.item == 0 {
		t.item = digest(id)
	}
	switch {
	case t.kind != "":
		t.value, t.wanted = s.digest(t.shown), s.digest(t.want)
		if t.by == 0 {
			t.by, t.refused = s.sentBefore(x, f.Pointer, t.shown)
		}
	case f.Rule == "required":
		t.kind, t.value = kindMissing, digest(nil)
	case f.In == "body":
		t.kind = f.Rule
	case f.isLoss() && t.item != 0:
		t.kind = kindLost
	}
	t.want, t.shown = nil, nil
	if t.member != f.Pointer {
		f.Member = t.member
	}
}

// isLoss reports whether a finding is that the target does not know an item that is there.
func (f *Finding) isLoss() bool {
	about := f.In == "state" || f.Check == checkStatus && f.Name == "" && f.Pointer == ""
	return about && (f.Status == http.StatusNotFound || f.Status == http.StatusGone)
}

// also adds the answers that show the same.
func (t *trait) also(more trait) { t.answers = slices.Concat(t.answers, more.answers) }

// isSyntax reports whether a violation is that a body is no JSON: its pointer says how far it was read.
func isSyntax(v openapi.Violation) bool { return v.Rule == string(jsonvalue.Malformed) }

// hollow reports whether an answer that should show an item lacks its identity and more that is required.
func (x *exchange) hollow() bool {
	op := x.sent.op
	if _, isList := x.got.shown.([]any); op.Action == openapi.List && x.succeeded() {
		return !isList
	}
	if !x.succeeded() || op.Resource == nil || x.got.body == nil || op.IdentityText(x.got.shown) != "" {
		return false
	}
	if x.got.item() == nil {
		return true
	}
	missing := 0
	for _, v := range x.got.violations {
		if v.Rule == "required" && v.In == "body" {
			missing++
		}
	}
	return missing > 2
}
