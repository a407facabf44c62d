package ownership

import (
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// A name that a person has chosen is not taken for one that a run has made, however alike it is.
func TestMarkIn(t *testing.T) {
	t.Parallel()
	m := string(NewMark(7, "update-keeps-what-is-left-out"))
	last := m[len(m)-1]
	other := m[:len(m)-1] + string(markAlphabet[(int(last)+1)%len(markAlphabet)])
	if other == m {
		other = m[:len(m)-1] + "_"
	}
	for _, c := range []struct{ name, want string }{
		{"agentmock-" + m, m}, {"agentmock-" + m + "-defaults", m}, {" agentmock-" + m + " ", m},
		{"agentmock-" + m + "“ü", m},
		{"agentmock-" + other, ""}, {"agentmock-" + m + "x", ""}, {"agentmock-" + m[:11], ""}, {m, ""},
		{"Copy of agentmock-" + m, ""}, {"agentmock-", ""}, {"agentmock-support", ""}, {"agentmock-0123456789ab", ""},
		{"agentmock-salesoffice1", ""}, {"", ""},
	} {
		if got := MarkIn(c.name); string(got) != c.want {
			t.Errorf("%q has the mark %q, want %q", c.name, got, c.want)
		}
	}
	mistaken := 0
	for i := range 100_000 {
		if MarkIn(fmt.Sprintf("agentmock-team%08d", i)) != "" {
			mistaken++
		}
	}
	if mistaken > 2 {
		t.Errorf("%d of 100,000 chosen names are taken for a run's", mistaken)
	}
}

// Marks tell fixtures and runs apart.
func TestNewMark(t *testing.T) {
	t.Parallel()
	seen := map[Mark]bool{}
	for i := range 1000 {
		seen[NewMark(1, fmt.Sprint(i))] = true
	}
	if len(seen) != 1000 {
		t.Errorf("1000 texts have %d marks", len(seen))
	}
	m := NewMark(1, "a")
	if m != NewMark(1, "a") || !m.OfRun(1) || m.OfRun(2) || seen[NewMark(2, "1")] {
		t.Errorf("%q is not that of run 1 alone", m)
	}
}

func TestMarkOf(t *testing.T) {
	t.Parallel()
	name := "agentmock-" + string(NewMark(7, "a"))
	for _, c := range []struct {
		item *jsonvalue.Object
		want string
	}{
		{jsonvalue.ObjectOf("_id", "1", "name", name), name},
		{jsonvalue.ObjectOf("_id", "1", "title", name), name},
		{jsonvalue.ObjectOf("name", "Support", "description", name), ""}, // a person has renamed it
		{jsonvalue.ObjectOf("name", "Support", "variables", jsonvalue.ObjectOf("name", name)), ""},
		{jsonvalue.ObjectOf("variables", jsonvalue.ObjectOf("name", name)), ""},
		{nil, ""},
	} {
		m, got := MarkOf(c.item)
		if (m != "") != (c.want != "") || m != "" && got != c.want {
			t.Errorf("%v: %q, %q; want %q", c.item, m, got, c.want)
		}
	}
}
