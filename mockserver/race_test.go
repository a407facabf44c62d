package mockserver_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Many clients write to the same agents, each its own field. No update is lost or mixed with
// another.
func TestManyClients(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{JournalEntries: 50})
	const clients, rounds = 8, 25
	paths := []string{c.created(minimalAgent), c.in("ws-2").created(minimalAgent)}
	var wait sync.WaitGroup
	for n := range clients {
		wait.Go(func() {
			client, path := c, paths[0]
			if n%2 == 1 {
				client, path = c.in("ws-2"), paths[1]
			}
			field := []string{"name", "settings", "variables", "phoneNumberIds"}[n/2]
			for i := range rounds {
				value := map[string]string{"name": fmt.Sprintf(`"%d"`, i),
					"settings": fmt.Sprintf(`{"n":%d}`, i), "variables": fmt.Sprintf(`{"n":%d}`, i),
					"phoneNumberIds": fmt.Sprintf(`["%d"]`, i)}[field]
				client.send("PUT", path, fmt.Sprintf(`{"llmModel":"gpt-5",%q:%s}`, field,
					value)).want(200).holds(map[string]string{"/" + field: value})
				// no other client writes it
				client.send("GET", path, "").want(200).holds(map[string]string{"/" + field: value})
				own := client.created(minimalAgent)
				client.send("GET", agents, "").want(200)
				client.send("DELETE", own, "").want(204)
				if n == 0 && i%5 == 0 {
					c.send("GET", "/__mock/state", "").want(200)
					c.send("GET", "/__mock/requests?limit=3", "").want(200)
				}
			}
		})
	}
	wait.Wait()
	last := fmt.Sprint(rounds - 1)
	for i, client := range []*client{c, c.in("ws-2")} {
		client.send("GET", paths[i], "").want(200).holds(map[string]string{
			"/name": `"` + last + `"`, "/settings": `{"n":` + last + `}`, "/variables": `{"n":` + last + `}`,
			"/phoneNumberIds": `["` + last + `"]`,
		})
		if list := client.send("GET", agents, "").want(200).value.([]any); len(list) != 1 {
			t.Errorf("%d agents are left", len(list))
		}
	}
}

// Every update moves updatedAt, even several within one millisecond, and no two agents get the same
// identity.
func TestConcurrentUpdates(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	const clients, rounds = 6, 20
	var mu sync.Mutex
	times, ids := map[string]bool{}, map[string]bool{}
	var wait sync.WaitGroup
	for range clients {
		wait.Go(func() {
			for range rounds {
				at := c.send("PUT", path, `{"llmModel":"gpt-5"}`).want(200).text("/updatedAt")
				id := c.created(minimalAgent)
				mu.Lock()
				times[at], ids[id] = true, true
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if len(times) != clients*rounds || len(ids) != clients*rounds {
		t.Errorf("%d times and %d identities of %d", len(times), len(ids), clients*rounds)
	}
}

// A reset or a new state between other requests leaves no item half written.
func TestResetsInTheMiddle(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	const path = agents + "/678c6a17c3f1e80b52d49a07"
	var wait sync.WaitGroup
	for n := range 4 {
		wait.Go(func() {
			for i := range 20 {
				switch n {
				case 0:
					c.Reset()
				case 1:
					if err := c.SetState(c.State()); err != nil {
						t.Error(err)
					}
				default:
					c.send("PUT", path, fmt.Sprintf(`{"llmModel":"gpt-5","name":"%d","settings":{"n":%d}}`, i,
						i)).want(200)
					r := c.send("GET", path, "").want(200)
					name := r.text("/name")
					if settings, has := jsonvalue.Lookup(r.value, "/settings/n"); name != "A" &&
						(!has || string(jsonvalue.Marshal(settings)) != name) {
						t.Errorf("name and settings of two updates: %s", r.body)
					}
				}
			}
		})
	}
	wait.Wait()
	c.Reset()
	if got := string(c.State()); !strings.Contains(got, `"name":"A"`) {
		t.Errorf("after a reset: %s", got)
	}
}
