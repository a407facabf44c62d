package mockserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
)

// TestHopelessState refuses states of nothing but mistakes with the first of them, and does not look at
// them all.
func TestHopelessState(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	for _, item := range []string{`{}`, `7`, `{"name":5,"x":{"y":[]}}`} {
		many := strings.Repeat(item+",", 200_000) + item
		r := c.send("PUT", "/__mock/state", `{"agents":[`+many+`]}`).refuses(400, "/agents/0")
		if len(r.body) > 100_000 || !strings.Contains(string(r.body), "after which no others were looked for") {
			t.Errorf("%s: a refusal of %d bytes: %.300s", item, len(r.body), r.body)
		}
		equalBytes(t, "a refused state changed something", c.State(), []byte(state(oneAgent)))
	}
	r := c.send("PUT", "/__mock/state", `{"agents":[`+strings.Repeat("7,", 999)+`7]}`).refuses(400, "(and 999 more)")
	if last := r.text("/error/details/100/message"); last != "and 900 more" {
		t.Errorf("the last detail is %q", last)
	}
}

// A state takes what is not plain JSON, too: escapes, blanks, names of any length, any value of Go.
func TestStatesInOtherForms(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 3000)
	for i, text := range []string{
		state(oneAgent),
		" { \"agents\" :\n [ " + strings.Replace(oneAgent, `"name":"A"`, `"n\u0061me" : "\u0041"`, 1) + " ] } ",
		state(strings.Replace(oneAgent, `"createdAt"`, `"settings":{"`+long+`":1},"createdAt"`, 1)),
	} {
		c := start(t, mockserver.Options{})
		c.send("PUT", "/__mock/state", text).want(204)
		want := state(oneAgent)
		if i == 2 {
			want = text
		}
		equalBytes(t, fmt.Sprint("state ", i), c.State(), []byte(want))
	}
}
