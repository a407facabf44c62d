package mockserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
)

func TestJournal(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	c.send("PUT", path+"?x=1&x-api-key=CLEAR", `{"llmModel":"nope"}`).refuses(400)
	c.send("PUT", path, `{"llmModel":`).refuses(400)
	c.in("ws-2").send("GET", path, "").refuses(404)
	c.send("GET", "/nowhere", "").refuses(404)
	c.send("PATCH", agents, "{}").refuses(405)
	c.with("Authorization", "Bearer CLEAR").with("Cookie", "a=CLEAR").send("DELETE", path, "").want(204)

	journal := c.send("GET", "/__mock/requests", "").want(200)
	journal.holds(map[string]string{
		"/dropped":                                  "0",
		"/requests/0/sequence":                      "1",
		"/requests/0/operation":                     `"createAgent"`,
		"/requests/0/status":                        "201",
		"/requests/0/workspace":                     `"ws-1"`,
		"/requests/0/request/headers/X-Api-Key":     `["[redacted]"]`,
		"/requests/0/request/body":                  minimalAgent,
		"/requests/0/response/body/name":            `"Renewals"`,
		"/requests/0/violations":                    "",
		"/requests/1/path":                          `"` + path + `?x=1&x-api-key=[redacted]"`,
		"/requests/1/violations/0/rule":             `"enum"`,
		"/requests/1/violations/0/pointer":          `"/llmModel"`,
		"/requests/2/request/body":                  `"{\"llmModel\":"`,
		"/requests/3/workspace":                     `"ws-2"`,
		"/requests/4/operation":                     "",
		"/requests/4/status":                        "404",
		"/requests/5/status":                        "405",
		"/requests/6/response/body":                 "",
		"/requests/6/request/headers/Authorization": `["Bearer [redacted]"]`,
		"/requests/7":                               "",
	})
	if shown := string(journal.body); strings.Contains(shown, "CLEAR") || strings.Contains(shown, apiKey) {
		t.Errorf("the journal shows a secret: %s", shown)
	}
	for query, want := range map[string]int{
		"operation=updateAgent": 2, "status=404": 2, "status=4": 5, "status=2": 2, "method=put": 2,
		"workspace=ws-2": 1, "limit=3": 3,
		"operation=updateAgent&limit=1": 1, "operation=nope": 0,
	} {
		got := c.send("GET", "/__mock/requests?"+query, "").want(200).at("/requests").([]any)
		if len(got) != want {
			t.Errorf("%s: %d entries, want %d", query, len(got), want)
		}
	}
	c.send("GET", "/__mock/requests?limit=1", "").want(200).holds(map[string]string{"/requests/0/sequence": "7"})
	c.send("DELETE", "/__mock/requests", "").want(204)
	c.send("GET", agents, "").want(200)
	c.send("GET", "/__mock/requests", "").want(200).holds(map[string]string{"/requests/0/sequence": "8",
		"/requests/1": ""})
}

func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{JournalEntries: 70})
	for range 100 {
		c.send("GET", agents, "")
	}
	journal := c.Requests(mockserver.Filter{})
	if len(journal.Requests) != 70 || journal.Dropped != 30 || journal.Requests[0].Sequence != 31 ||
		journal.Requests[69].Sequence != 100 {
		t.Errorf("%d entries from %d, %d dropped", len(journal.Requests), journal.Requests[0].Sequence, journal.Dropped)
	}

	c = start(t, mockserver.Options{JournalBytes: 40_000})
	for i := range 20 {
		c.created(strings.Replace(minimalAgent, "Renewals", fmt.Sprint(i, strings.Repeat("x", 5000)), 1))
	}
	journal = c.Requests(mockserver.Filter{})
	if n := len(journal.Requests); n == 0 || n > 4 || journal.Dropped != uint64(20-n) ||
		journal.Requests[n-1].Sequence != 20 {
		t.Errorf("%d entries, %d dropped", n, journal.Dropped)
	}
	c.created(strings.Replace(minimalAgent, "Renewals", strings.Repeat("x", 200_000), 1))
	if got := c.Requests(mockserver.Filter{}); got.Dropped != journal.Dropped+1 ||
		len(got.Requests) != len(journal.Requests) {
		t.Errorf("an entry larger than the journal: %d dropped, %d left", got.Dropped, len(got.Requests))
	}
}

func TestLongBodiesAreCutInTheJournal(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	long := strings.Repeat("é", 50_000)
	c.created(`{"name":"` + long + `","llmModel":"gpt-5",` + withKey("11labs_byo", clear1) + `}`)
	c.send("GET", "/__mock/requests",
		"").want(200).holds(map[string]string{"/requests/0/request/truncated": "true",
		"/requests/0/response/truncated": "true"})
	e := c.Requests(mockserver.Filter{}).Requests[0]
	if n := len(e.Request.Body); n < 60_000 || n > 70_000 {
		t.Errorf("%d bytes are kept", n)
	}
}
