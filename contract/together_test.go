package contract

import (
	"testing"

	"github.com/agentmock/agentmock/fixtures"
)

// What requests at the same time write may show in each of their answers, or not; the next answer has to
// show what was accepted.
func TestSimultaneousWrites(t *testing.T) {
	t.Parallel()
	const name, settings = `{"name":"b"}`, `{"settings":{"speed":2}}`
	for _, c := range []struct {
		first, second int // the statuses
		read          string
		want          string
	}{
		{200, 200, `{"_id":"1","name":"b","settings":{"speed":2}}`, ""},
		{200, 200, `{"_id":"1","name":"b","settings":{"speed":1}}`, "value-stored /settings/speed"},
		{200, 200, `{"_id":"1","name":"a","settings":{"speed":2}}`, "value-stored /name"},
		{200, 409, `{"_id":"1","name":"b","settings":{"speed":1}}`, ""},
		{200, 409, `{"_id":"1","name":"a","settings":{"speed":1}}`, "value-stored /name"},
	} {
		s := testSession(t)
		it := agentItem(t, s)
		s.track(exchanged(t, s, "updateAgent", `{"settings":{"speed":1}}`, 200,
			`{"_id":"1","name":"a","settings":{"speed":1}}`))
		x := exchanged(t, s, "updateAgent", name, c.first, `{"_id":"1","name":"b","settings":{"speed":2}}`)
		y := exchanged(t, s, "updateAgent", settings, c.second, `{"_id":"1","name":"a","settings":{"speed":2}}`)
		s.openWrites([]*exchange{x, y})
		if got := told(withoutNotes(append(s.track(x), s.track(y)...))); got != "" {
			t.Errorf("%+v: found %q in the answers to the writes", c, got)
		}
		s.closeWrites([]*exchange{x, y})
		if !it.unseen || it.open != nil {
			t.Errorf("%+v: unseen %t, open %v", c, it.unseen, it.open)
		}
		if got := told(withoutNotes(s.track(exchanged(t, s, "getAgent", "", 200, c.read)))); got != c.want {
			t.Errorf("%+v: found %q, want %q", c, got, c.want)
		}
	}
}

// Two writes of the same place leave it to chance.
func TestSimultaneousWritesOfTheSame(t *testing.T) {
	t.Parallel()
	s := testSession(t)
	it := agentItem(t, s)
	x := exchanged(t, s, "updateAgent", `{"name":"b","llmModel":"gpt-5"}`, 200, `{"_id":"1"}`)
	y := exchanged(t, s, "updateAgent", `{"name":"c","llmModel":"gpt-5"}`, 200, `{"_id":"1"}`)
	s.openWrites([]*exchange{x, y})
	s.closeWrites([]*exchange{x, y})
	if _, known := it.known["llmModel"]; !known {
		t.Error("what both wrote alike is not known")
	}
	if _, known := it.known["name"]; known {
		t.Error("one of two different values is taken for the one that counts")
	}
}

func TestWithThoseTogether(t *testing.T) {
	t.Parallel()
	steps := []fixtures.Step{{}, {Together: true}, {Together: true}, {}}
	for i, want := range []int{3, 2, 1, 1} {
		if got := withThoseTogether(steps[i:]); got != want {
			t.Errorf("from %d on: %d, want %d", i, got, want)
		}
	}
}
