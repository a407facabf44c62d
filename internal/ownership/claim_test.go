package ownership

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// An identity that the run has not come by yet may be written to if it is shown to be free.
func TestMayWriteWhatIsFree(t *testing.T) {
	t.Parallel()
	const long = "agentmock-4f0c2b"
	for name, c := range map[string]struct {
		shop  shop
		id    string
		err   string
		reads int
	}{
		"free": {shop{}, "3", "", 1},
		"gone": {shop{status: 410}, "3", "", 1},
		"foreign": {shop{items: map[string]string{"3": "Real"}}, "3",
			"that the run has not made (a read finds it)", 1},
		"shown without an item":       {shop{status: 204}, "3", "that the run has not made", 1},
		"foreign in the list alone":   {shop{listed: []string{"3"}, blind: true}, "3", "(the list has it)", 0},
		"free by the list":            {shop{listed: []string{"4"}, blind: true}, "3", "", 0},
		"unsure: an error":            {shop{status: 500}, "3", "a read was answered 500", 1},
		"unsure: forbidden":           {shop{status: 403}, "3", "a read was answered 403", 1},
		"unsure: no answer":           {shop{dead: true}, "3", "a read was not answered", 1},
		"unsure: pages, no read":      {shop{blind: true, paged: true}, "3", "neither a read nor a whole list", 0},
		"random: pages, no read":      {shop{blind: true, paged: true}, long, "", 0},
		"refused: no identity":        {shop{status: 400}, "3.5", "", 1},
		"refused, though it is one":   {shop{status: 400}, "3", "a read was answered 400", 1},
		"random, but a read finds it": {shop{full: true}, long, "(a read finds it)", 1},
	} {
		form := integers
		if c.id == long {
			form = texts
		}
		r, s := newRegistry(t, form), c.shop
		wantError(t, name, r.MayWrite(t.Context(), &s, c.id), c.err)
		if s.reads != c.reads {
			t.Errorf("%s: %d reads, want %d", name, s.reads, c.reads)
		}
		if r.Owns(&s, c.id) {
			t.Errorf("%s: it counts as the run's before anything was made", name)
		}
		if c.err != "" {
			continue
		}
		wantError(t, name+", again", r.MayWrite(t.Context(), &s, c.id), "")
		if s.reads != c.reads {
			t.Errorf("%s: what is known was asked for again", name)
		}
	}
}

// An answer to a creation names an item. It is the run's if a read shows what was sent.
func TestCreatedAndRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shop             shop
		created, written string // the errors
		owns             bool
	}{
		"shows what was sent": {shop{items: map[string]string{"21": "agentmock-a"}}, "", "", true},
		"was there before":    {shop{listed: []string{"21"}}, `names "21", which was there before the run`, "", false},
		"shows another item": {shop{items: map[string]string{"21": "Real"}}, "",
			`names "21", and a read of it does not show what was sent`, false},
		"is not there": {shop{}, "", "", false},
		"unsure":       {shop{status: 503}, "", "a read was answered 503", false},
		"no answer":    {shop{dead: true}, "", "cannot be seen", false},
		"no read":      {shop{blind: true}, "", "", true},
	} {
		r, s := newRegistry(t, serverID), c.shop
		r.Look(t.Context(), &s)
		err := r.Created(&s, crate("", "agentmock-a"), "", "21")
		wantError(t, name, err, c.created)
		var foreign *Foreign
		if c.created != "" {
			if !errors.As(err, &foreign) || foreign.ID != "21" {
				t.Errorf("%s: %v is no *Foreign", name, err)
			}
			wantError(t, name, r.MayWrite(t.Context(), &s, "21"), c.created)
			wantError(t, name, r.Created(&s, crate("", "agentmock-b"), "", "21"), "which is not the run's")
			_, err := r.MayRemove(t.Context(), &s, "21")
			wantError(t, name, err, c.created)
			continue
		}
		for range 2 { // what is foreign stays foreign
			wantError(t, name, r.MayWrite(t.Context(), &s, "21"), c.written)
		}
		if r.Owns(&s, "21") != c.owns {
			t.Errorf("%s: owned is %t", name, !c.owns)
		}
	}
}

// Where a read shows none of what was sent, the list says whether an item with a short identity is new.
func TestCreatedAndNotShown(t *testing.T) {
	t.Parallel()
	const proof = "a read of it shows none of the members that were sent"
	for name, c := range map[string]struct {
		before, after []string
		paged         bool
		id, err       string
	}{
		"listed since":       {[]string{"20"}, []string{"20", "21"}, true, "21", ""},
		"none listed before": {[]string{}, []string{"21"}, true, "21", ""},
		"not listed":         {[]string{"20"}, []string{"20"}, true, "21", proof},
		"no list before":     {nil, []string{"21"}, true, "21", proof},
		"a whole list":       {[]string{"20"}, nil, false, "21", ""},
		"a long identity":    {nil, nil, true, "5d1a6f0e-6c1e-4b44", ""},
	} {
		r, s := newRegistry(t, serverID), &shop{listed: c.before, paged: c.paged, items: map[string]string{c.id: "Any"}}
		r.Look(t.Context(), s)
		wantError(t, name, r.Created(s, jsonvalue.ObjectOf("colour", "agentmock-red"), "", c.id), "")
		s.listed = c.after
		wantError(t, name+", seen", r.Seen(s, c.id, crate(c.id, "Any")), "")
		err := r.MayWrite(t.Context(), s, c.id)
		wantError(t, name, err, c.err)
		if errors.As(err, new(*Foreign)) || errors.As(err, new(*Unproved)) != (c.err != "") {
			t.Errorf("%s: %T is no *Unproved", name, err)
		}
		_, err = r.MayRemove(t.Context(), s, c.id)
		wantError(t, name+", to remove", err, c.err)
		if r.Owns(s, c.id) != (c.err == "") {
			t.Errorf("%s: owned is %t", name, c.err != "")
		}
	}
}

// A read that a fixture makes anyway is evidence like one that the registry makes.
func TestSeen(t *testing.T) {
	t.Parallel()
	for shown, owns := range map[string]bool{"agentmock-a": true, "Real": false} {
		r, s := newRegistry(t, serverID), &shop{items: map[string]string{"21": shown}}
		r.Look(t.Context(), s)
		wantError(t, shown, r.Created(s, crate("", "agentmock-a"), "", "21"), "")
		err := r.Seen(s, "21", crate("21", shown))
		if r.Owns(s, "21") != owns || errors.As(err, new(*Foreign)) == owns {
			t.Errorf("%s: owned is %t, %v", shown, !owns, err)
		}
		wantError(t, "an item of somebody else's", r.Seen(s, "1", crate("1", "Real")), "")
	}
}

// An answer that names another item than the one that was given an identity.
func TestCreatedUnderAnotherIdentity(t *testing.T) {
	t.Parallel()
	r, s := newRegistry(t, texts), &shop{listed: []string{"real"}, items: map[string]string{"real": "Real"}}
	given := func() string {
		t.Helper()
		id, err := r.Fresh(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		return Text(id)
	}
	first, second := given(), given()
	wantError(t, "its own", r.Created(s, crate(first, "a"), first, first), "")
	wantError(t, "that of a real one", r.Created(s, crate(second, "b"), second, "real"), "was there before the run")
	wantError(t, "that of the run's first", r.Created(s, crate(second, "b"), second, first), "the run had made before")
	if !r.Owns(s, first) || r.Owns(s, second) || r.Owns(s, "real") {
		t.Error("only the first is the run's")
	}
	third := given()
	wantError(t, "that of one not made", r.Created(s, crate(third, "c"), third, second), "")
	if s.items[second] = "Real"; r.Owns(s, second) {
		t.Error("an answer alone makes an item the run's")
	}
	wantError(t, "and not shown", r.MayWrite(t.Context(), s, second), "does not show what was sent")
}

func TestMayRemove(t *testing.T) {
	t.Parallel()
	const uuid = "5d1a6f0e-6c1e-4b44-9f0b-3a3b6f2f9a11"
	for name, c := range map[string]struct {
		id, now string // what the item shows now; "": it is gone
		err     string
		reads   int
		gone    bool
	}{
		"short, still the run's":         {"21", "agentmock-a", "", 1, false},
		"short, given to somebody since": {"21", "Theirs", "it shows nothing of what the run has sent", 1, false},
		"short, gone":                    {"21", "", "", 1, true},
		"long":                           {uuid, "agentmock-a", "", 0, false},
		"written since":                  {"21", "agentmock-b", "", 1, false},
	} {
		r, s := newRegistry(t, serverID), &shop{items: map[string]string{c.id: "agentmock-a"}}
		r.Look(t.Context(), s)
		wantError(t, name, r.Created(s, crate("", "agentmock-a"), "", c.id), "")
		wantError(t, name, r.MayWrite(t.Context(), s, c.id), "")
		r.Wrote(s, c.id, crate("", "agentmock-b"))
		s.reads = 0
		if s.items[c.id] = c.now; c.now == "" {
			delete(s.items, c.id)
		}
		gone, err := r.MayRemove(t.Context(), s, c.id)
		wantError(t, name, err, c.err)
		wantRequests(t, name, s, 1, c.reads)
		if gone != c.gone {
			t.Errorf("%s: gone is %t", name, gone)
		}
	}
}

// What nothing shows to be the run's is not removed.
func TestMayRemoveNeedsProof(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shop shop
		made bool // an answer has named it
		err  string
	}{
		"never heard of": {shop{items: map[string]string{"21": "Real"}},
			false, "nothing shows that the run has made it"},
		"named, not shown":      {shop{items: map[string]string{"21": "Real"}}, true, "does not show what was sent"},
		"named, cannot be seen": {shop{status: 500}, true, "a read was answered 500"},
		"named, no answer":      {shop{dead: true}, true, "cannot be seen"},
	} {
		r, s := newRegistry(t, serverID), c.shop
		r.Look(t.Context(), &s)
		if c.made {
			wantError(t, name, r.Created(&s, crate("", "agentmock-a"), "", "21"), "")
		}
		_, err := r.MayRemove(t.Context(), &s, "21")
		wantError(t, name, err, c.err)
	}
}

// Where the server gives identities, no request is sent that proves nothing.
func TestRequestsForServerIdentities(t *testing.T) {
	t.Parallel()
	const items = 10
	for name, c := range map[string]struct {
		thrifty, paged bool
		reads          int
	}{
		"thrifty":                  {true, false, 0},
		"thrifty, a list of pages": {true, true, items},
		"full":                     {false, false, items},
	} {
		r, s := newRegistry(t, serverID), &shop{listed: []string{"real"}, items: map[string]string{}, paged: c.paged}
		r.Thrifty = c.thrifty
		for i := range items {
			id := "678c6a17c3f1e80b52d49a0" + string(rune('a'+i))
			s.items[id] = "agentmock-a"
			r.Look(t.Context(), s)
			wantError(t, name, r.Created(s, crate("", "agentmock-a"), "", id), "")
			for range 3 {
				wantError(t, name, r.MayWrite(t.Context(), s, id), "")
			}
			_, err := r.MayRemove(t.Context(), s, id)
			wantError(t, name, err, "")
			r.Removed(s, id)
		}
		wantRequests(t, name, s, 1, c.reads)
	}
}

// What the first listing has is somebody else's without another request.
func TestListedItemsAreNotAskedFor(t *testing.T) {
	t.Parallel()
	r, s := newRegistry(t, serverID), &shop{listed: []string{"3"}, items: map[string]string{"3": "Real"}}
	r.Look(t.Context(), s)
	wantError(t, "listed", r.MayWrite(t.Context(), s, "3"), "(the list has it)")
	wantRequests(t, "listed", s, 1, 0)
}

// A write makes an item only under an identity that was shown to be free.
func TestAdoptAndLend(t *testing.T) {
	t.Parallel()
	r, s := newRegistry(t, texts), &shop{}
	if r.Adopt(s, "5") || r.Owns(s, "5") {
		t.Error("an identity that nobody asked about was adopted")
	}
	wantError(t, "free", r.MayWrite(t.Context(), s, "5"), "")
	if !r.Adopt(s, "5") || !r.Owns(s, "5") || r.Adopt(s, "5") {
		t.Error("a free identity is adopted once")
	}
	r.Lend(s, "6")
	wantError(t, "lent", r.MayWrite(t.Context(), s, "6"), "")
	if wantRequests(t, "lent", s, 0, 1); !r.Owns(s, "6") {
		t.Error("a lent item is not the run's")
	}
	r.Removed(s, "5")
	if r.Owns(s, "5") {
		t.Error("what was removed is still the run's")
	}
}

// An item that the run has made in one workspace may show in another, and is the run's there, too.
func TestOwnItemElsewhere(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, texts)
	here, there := &shop{name: "a"}, &shop{name: "b", items: map[string]string{}}
	id, err := r.Fresh(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	own := Text(id)
	wantError(t, "creation", r.Created(here, crate(own, "agentmock-a"), own, own), "")
	there.items[own] = "agentmock-a"
	wantError(t, "the run's", r.MayWrite(t.Context(), there, own), "")
	there.items["other"] = "agentmock-a"
	wantError(t, "not the run's", r.MayWrite(t.Context(), there, "other"), "a read finds it")
}

func TestLikeness(t *testing.T) {
	t.Parallel()
	object := jsonvalue.ObjectOf
	type sent []*jsonvalue.Object
	for name, c := range map[string]struct {
		sent  sent
		shown *jsonvalue.Object
		want  likeness
	}{
		"all of it":             {sent{object("a", "x", "b", true)}, object("b", true, "a", "x"), likely},
		"some of it":            {sent{object("a", "x", "b", true)}, object("a", "x", "b", false), partly},
		"nothing of it":         {sent{object("a", "x", "b", true)}, object("a", "y", "b", false), different},
		"no member in common":   {sent{object("a", "x")}, object("b", "x"), silent},
		"a name further inside": {sent{object("a", mark+"x")}, object("b", object("c", []any{mark + "x"})), likely},
		"a name sent inside":    {sent{object("a", []any{object("b", mark+"x")})}, object("b", mark+"x"), likely},
		"another name inside":   {sent{object("a", mark+"x")}, object("b", object("c", mark+"y")), silent},
		"members not shown":     {sent{object("a", "x", "b", true)}, object("a", "x"), likely},
		"a name of the run's":   {sent{object("a", mark+"x", "b", true)}, object("a", mark+"x", "b", false), likely},
		"another run's name":    {sent{object("a", mark+"x")}, object("a", mark+"y"), different},
		"an older value":        {sent{object("a", "x"), object("a", "y")}, object("a", "x"), likely},
		"the identity alone":    {sent{object("id", "1")}, object("id", "1", "a", "x"), likely},
		"defaults filled in":    {sent{object("a", object("b", "x"))}, object("a", object("b", "x", "c", "y")), likely},
		"an object cut down":    {sent{object("a", object("b", "x"))}, object("a", object("c", "y")), different},
		"an object, not a text": {sent{object("a", object("b", "x"))}, object("a", "x"), different},
		"a thing by its name":   {sent{object("a", "x")}, object("a", object("b", "y", "name", "x")), likely},
		"another thing":         {sent{object("a", "x")}, object("a", object("name", "y")), different},
		"things by their names": {sent{object("a", []any{"x"})}, object("a", []any{object("name", "x")}), likely},
		"fewer things":          {sent{object("a", []any{"x", "y"})}, object("a", []any{"x"}), different},
		"nothing was sent":      {nil, object("a", "x"), likely},
	} {
		var s sentValues
		for _, body := range c.sent {
			s = s.with(body, "id")
		}
		if got := s.shownBy(c.shown); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// slowShop is a shop whose reads wait until they are let go.
type slowShop struct {
	shop
	asked chan string // the identities that reads ask for
	goOn  chan struct{}
}

func (s *slowShop) Read(ctx context.Context, id string) (int, *jsonvalue.Object, bool) {
	s.asked <- id
	<-s.goOn
	return s.shop.Read(ctx, id)
}

// TestMayWriteWaitsForFresh: an identity that Fresh is about to look at is not free to write to until
// it has been shown that no item has it.
func TestMayWriteWaitsForFresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRegistry(t, texts)
		s := &slowShop{shop: shop{full: true, paged: true}, asked: make(chan string), goOn: make(chan struct{})}
		go func() { _, _ = r.Fresh(t.Context(), s) }()
		id := <-s.asked
		verdict := make(chan error, 1)
		go func() { verdict <- r.MayWrite(t.Context(), s, id) }()
		synctest.Wait()
		select {
		case err := <-verdict:
			t.Errorf("%q may be written to before a read: %v", id, err)
		default:
		}
		s.goOn <- struct{}{}
		for range maxAsked - 1 { // Fresh goes on with other identities
			<-s.asked
			s.goOn <- struct{}{}
		}
		wantError(t, "after the read", <-verdict, "a read finds it")
	})
}
