package mockserver_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// statusAt moves the clock to a time after the start of the test and checks what all ways to an agent show.
func statusAt(t *testing.T, c *client, agent string, at time.Duration, want string) {
	t.Helper()
	c.Clock().Set(time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC).Add(at))
	read := c.send("GET", agent, "").want(200)
	list := c.send("GET", agents, "").want(200)
	state := c.send("GET", "/__mock/state", "").want(200)
	for _, got := range []string{read.text("/status"), list.text("/0/status"), state.text("/agents/0/status")} {
		if got != want {
			t.Errorf("%s after the creation the agent is %q, want %q", at, got, want)
		}
	}
}

func TestAgentsBecomeReady(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{ReadyAfter: 5 * time.Second})
	created := c.send("POST", agents, minimalAgent).want(201).holds(map[string]string{"/status": `"pending"`})
	agent := agents + "/" + created.text("/_id")
	statusAt(t, c, agent, 0, "pending")
	statusAt(t, c, agent, 4999*time.Millisecond, "pending")
	statusAt(t, c, agent, 5*time.Second, "ready")
	c.send("GET", agent, "").holds(map[string]string{"/updatedAt": `"` + created.text("/createdAt") + `"`})
	statusAt(t, c, agent, 10*time.Hour, "ready")
	statusAt(t, c, agent, time.Second, "pending") // the clock has gone back
	statusAt(t, c, agent, -time.Hour, "pending")

	statusAt(t, c, agent, time.Second, "pending")
	c.send("PUT", agent, `{"llmModel":"gpt-5"}`).want(200).holds(map[string]string{"/status": `"pending"`})
	statusAt(t, c, agent, 5*time.Second, "ready") // the change has not put it off
	c.send("PUT", agent, `{"llmModel":"gpt-5","name":"Settled"}`).want(200).holds(map[string]string{"/status": `"ready"`})
	statusAt(t, c, agent, time.Second, "ready") // what was written is no work of the clock

	edit := strings.Replace(agent, agents, "/__mock/state/agents", 1)
	c.send("PATCH", edit, `{"status":"error"}`).want(200)
	statusAt(t, c, agent, 6*time.Second, "error")
	c.send("PATCH", edit, `{"status":"pending"}`).want(200).holds(map[string]string{"/status": `"pending"`})
	statusAt(t, c, agent, 10*time.Hour, "pending") // somebody has wanted it so, long after the creation
	c.send("PUT", agent, `{"llmModel":"gpt-5"}`).want(200).holds(map[string]string{"/status": `"pending"`})
	statusAt(t, c, agent, 20*time.Hour, "pending")
	c.send("DELETE", agent, "").want(204)
	equalBytes(t, "the state in the end", c.State(), []byte(`{"agents":[]}`))
}

func TestAgentsAreReadyAtOnce(t *testing.T) {
	t.Parallel()
	for _, o := range []mockserver.Options{{}, {ReadyAfter: -1}} {
		c := start(t, o)
		c.send("POST", agents, minimalAgent).want(201).holds(map[string]string{"/status": `"ready"`})
		c.Clock().Advance(-time.Hour)
		c.send("GET", agents, "").want(200).holds(map[string]string{"/0/status": `"ready"`})
	}
	slow := edited(t, "after: 0s", "after: 1h")
	c := startWith(t, slow, mockserver.Options{ReadyAfter: -1})
	c.send("POST", agents, minimalAgent).want(201).holds(map[string]string{"/status": `"ready"`})
	c = startWith(t, slow, mockserver.Options{})
	c.send("POST", agents, minimalAgent).want(201).holds(map[string]string{"/status": `"pending"`})
	c.Clock().Advance(time.Hour)
	c.send("GET", agents, "").want(200).holds(map[string]string{"/0/status": `"ready"`})
}

// TestPendingStates has items of states that are still due, and that are so no more.
func TestPendingStates(t *testing.T) {
	t.Parallel()
	item := func(id, createdAt string) string {
		return fmt.Sprintf(`{"_id":"%s","name":"A","llmModel":"m","ttsModel":{},"status":"pending","workspaceId":"ws-1",`+
			`"createdAt":"%s"}`, id, createdAt)
	}
	c := start(t, mockserver.Options{ReadyAfter: time.Minute, State: []byte(state(
		item("due", "2026-03-04T06:05:17.089+01:00"), item("over", "2026-03-04T05:05:07.089Z"),
		item("ahead", "2026-03-04T05:07:07.089Z")))})
	for _, at := range []struct {
		advance time.Duration
		want    string
	}{
		{0, "pending pending pending"},
		{10 * time.Second, "ready pending pending"},
		{110 * time.Second, "ready pending ready"},
		{-2 * time.Minute, "pending pending pending"},
	} {
		c.Clock().Advance(at.advance)
		r := c.send("GET", agents, "").want(200)
		if got := r.text("/0/status") + " " + r.text("/1/status") + " " + r.text("/2/status"); got != at.want {
			t.Errorf("%s: %s, want %s", c.Clock().Now(), got, at.want)
		}
	}
}

// roomsAt moves the clock to a time after the start of the test and checks which calls an agent is in.
func roomsAt(t *testing.T, c *client, agent string, at time.Duration, want string) {
	t.Helper()
	c.Clock().Set(time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC).Add(at))
	var rooms []string
	list, _ := c.send("GET", agent, "").want(200).at("/activeSessions").([]any)
	for i := range list {
		rooms = append(rooms, c.send("GET", agents, "").text(fmt.Sprintf("/0/activeSessions/%d/roomName", i)))
	}
	if got := strings.Join(rooms, " "); got != want {
		t.Errorf("%s after the start the agent is in %q, want %q", at, got, want)
	}
}

func TestCallsBeginAndEnd(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	agent := c.created(minimalAgent)
	edit := strings.Replace(agent, agents, "/__mock/state/agents", 1)
	edited := c.send("PATCH", edit, `{"activeSessions":[{"roomName":"timeless","status":"active"},
		{"roomName":"begun","startTime":"2026-03-04T04:56:07.089Z"},
		{"roomName":"later","startTime":"2026-03-04T05:16:07.089Z"},
		{"roomName":"long over","startTime":"2025-03-04T04:56:07.089Z"}]}`).want(200)
	if n := len(edited.at("/activeSessions").([]any)); n != 4 {
		t.Errorf("%d calls are edited, want 4", n)
	}
	all := []struct {
		at   time.Duration
		want string
	}{
		{0, "timeless begun long over"},
		{9*time.Minute + 59*time.Second, "timeless begun long over"},
		{10 * time.Minute, "timeless begun later long over"},
		{20*time.Minute - time.Millisecond, "timeless begun later long over"},
		{20 * time.Minute, "timeless later long over"},
		{39 * time.Minute, "timeless later long over"},
		{40 * time.Minute, "timeless long over"},
		{10000 * time.Hour, "timeless long over"},
		{-10 * time.Minute, "timeless begun long over"},
		{-11 * time.Minute, "timeless long over"},
	}
	for _, tt := range all {
		roomsAt(t, c, agent, tt.at, tt.want)
	}
	// A change keeps what begins later, and it ends what was over.
	roomsAt(t, c, agent, 0, "timeless begun long over")
	c.send("PUT", agent, `{"llmModel":"gpt-5"}`).want(200).holds(map[string]string{
		"/activeSessions/1/roomName": `"begun"`, "/activeSessions/3": ""})
	roomsAt(t, c, agent, 25*time.Minute, "timeless later long over")
	kept := c.State()
	c.send("PUT", agent, `{"llmModel":"gpt-4.1"}`).want(200)
	roomsAt(t, c, agent, 41*time.Minute, "timeless long over")
	roomsAt(t, c, agent, 0, "timeless long over") // begun was over when the agent was changed
	roomsAt(t, c, agent, 5*time.Minute, "timeless long over")
	// A state has what begins later, and not what is over.
	if got := strings.Count(string(kept), "roomName"); got != 3 || strings.Contains(string(kept), `"begun"`) {
		t.Errorf("the state has %s", kept)
	}
	if err := c.SetState(kept); err != nil {
		t.Fatal(err)
	}
	roomsAt(t, c, agent, 11*time.Minute, "timeless later long over")
	roomsAt(t, c, agent, 41*time.Minute, "timeless long over")
}

// TestCourseInSessions sees one agent by the clocks of several sessions, and after returns to the start.
func TestCourseInSessions(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{ReadyAfter: time.Minute, State: []byte(state(
		`{"_id":"a","name":"A","llmModel":"m","ttsModel":{},"status":"pending","workspaceId":"ws-1",` +
			`"createdAt":"2026-03-04T05:06:07.089Z","activeSessions":[{"startTime":"2026-03-04T05:06:00Z"}]}`))})
	later := c.with(mockserver.SessionHeader, "later")
	later.send("PATCH", "/__mock/clock", `{"advance": "40m"}`).want(200)
	shows := func(c *client, status string, calls int) {
		t.Helper()
		r := c.send("GET", agents+"/a", "").want(200)
		if list := r.at("/activeSessions").([]any); r.text("/status") != status || len(list) != calls {
			t.Errorf("%s, want %q in %d calls", r.body, status, calls)
		}
	}
	shows(c, "pending", 1)
	shows(later, "ready", 0)
	later.send("PUT", agents+"/a", `{"llmModel":"gpt-5"}`).want(200)
	later.send("PATCH", "/__mock/clock", `{"advance": "-40m"}`).want(200)
	shows(later, "ready", 0)
	later.send("POST", "/__mock/reset", "").want(204)
	shows(later, "pending", 1)
	c.Clock().Advance(time.Minute)
	shows(c, "ready", 1)
	shows(later, "pending", 1)
}

const jobs = `openapi: 3.1.0
info: {title: Jobs, version: '1'}
paths:
  /jobs:
    parameters: [{name: state, in: query, schema: {type: string}}, {name: sort, in: query, schema: {type: string}},
      {name: limit, in: query, schema: {type: integer}}]
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              schema:
                type: object
                properties:
                  total: {type: integer}
                  data: {type: array, items: {$ref: '#/components/schemas/Short'}}
  /jobs/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}
    patch:
      requestBody:
        content: {application/json-patch+json: {schema: {type: array}}}
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}
components:
  schemas:
    Short:
      type: object
      properties: {id: {type: string}, state: {type: string}}
    Job:
      type: object
      properties:
        id: {type: string, readOnly: true}
        name: {type: string}
        state: {type: string, readOnly: true, x-mock: {initial: queued, then: done, after: 10s}}
        made: {type: integer, readOnly: true, x-mock: now}
        runs:
          type: array
          minItems: 1
          items: {type: object, x-mock: {from: at, for: 1m}, properties: {at: {type: number}, n: {type: integer}}}
`

// TestCourseOfAnotherDocument has times in seconds, lists that are filtered and wrapped, and entries that clients
// write and of which one must be there.
func TestCourseOfAnotherDocument(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("jobs.yaml", []byte(jobs))
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc, mockserver.Options{})
	at := c.Clock().Now().Unix()
	first := "/jobs/" + c.send("POST", "/jobs", fmt.Sprintf(`{"name":"one","runs":[{"at":%d,"n":1},{"at":%d,"n":2}]}`,
		at-30, at+20)).want(201).holds(map[string]string{"/state": `"queued"`, "/runs/1": ""}).text("/id")
	c.Clock().Advance(10 * time.Second)
	c.send("POST", "/jobs", `{"name":"two"}`).want(201).holds(map[string]string{"/state": `"queued"`})
	c.send("GET", "/jobs?state=done", "").want(200).holds(map[string]string{"/total": "1", "/data/0/state": `"done"`})
	c.send("GET", "/jobs?state=queued", "").want(200).holds(map[string]string{"/total": "1"})
	c.send("GET", "/jobs?sort=-state", "").want(200).holds(map[string]string{
		"/data/0/state": `"queued"`, "/data/1/state": `"done"`})
	c.with("Content-Type", "application/json-patch+json").send("PATCH", first,
		`[{"op":"test","path":"/state","value":"done"},{"op":"replace","path":"/name","value":"new"}]`).want(200).
		holds(map[string]string{"/name": `"new"`, "/state": `"done"`, "/runs/0/n": "1", "/runs/1": ""})
	c.Clock().Advance(15 * time.Second)
	c.send("GET", first, "").want(200).holds(map[string]string{"/runs/0/n": "1", "/runs/1/n": "2", "/runs/2": ""})
	c.Clock().Advance(10 * time.Second)
	c.send("GET", first, "").want(200).holds(map[string]string{"/runs/0/n": "2", "/runs/1": ""})
	c.Clock().Advance(time.Minute)
	c.send("GET", first, "").want(200) // and its list is not empty, which the client checks by the document
}

// TestCourseOfANewDocument replaces the document by one of which things take another time.
func TestCourseOfANewDocument(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(
		`{"_id":"a","name":"A","llmModel":"m","ttsModel":{},"status":"pending","workspaceId":"ws-1",` +
			`"createdAt":"2026-03-04T05:06:07.089Z","activeSessions":[{"startTime":"2026-03-04T05:06:00Z"}]}`))})
	setDocument(t, c.TestServer, edited(t, "after: 0s", "after: 10s", "for: 30m", "for: 1m"))
	c.Clock().Advance(2 * time.Minute)
	c.send("GET", agents+"/a", "").want(200).holds(map[string]string{"/status": `"ready"`, "/activeSessions": "[]"})
	setDocument(t, c.TestServer, edited(t, "after: 0s", "after: 10s"))
	for _, when := range []string{"now", "at the start"} {
		c.send("GET", agents+"/a", "").want(200).holds(map[string]string{
			"/status": `"ready"`, "/activeSessions/0/startTime": `"2026-03-04T05:06:00Z"`})
		if c.send("POST", "/__mock/reset", "").want(204); t.Failed() {
			t.Fatalf("%s it is in a call of half an hour", when)
		}
	}
	c.Clock().Advance(-2 * time.Minute)
	c.send("GET", agents+"/a", "").want(200).holds(map[string]string{"/status": `"pending"`})
}

// TestCourseUnderLoad reads and changes one agent while the clock goes to and fro: no answer is torn, and no change
// is lost.
func TestCourseUnderLoad(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{ReadyAfter: time.Second})
	agent := strings.TrimPrefix(c.created(minimalAgent), agents+"/")
	stop := make(chan struct{})
	var clock, clients sync.WaitGroup
	clock.Go(func() {
		for step := time.Second; ; step = -step {
			select {
			case <-stop:
				return
			default:
				c.Clock().Advance(step)
			}
		}
	})
	for i := range 4 {
		clients.Go(func() {
			for n := range 50 {
				sent := fmt.Sprintf(`{"llmModel":"gpt-5","variables":{"v%d":%d}}`, i, n)
				body := `{"status":"pending"}`
				if _, err := c.Edit(mockserver.ItemRef{Collection: "agents", ID: agent}, []byte(body)); err != nil {
					t.Error(err)
				}
				for _, res := range []string{
					sendTo(t, c, "PUT", agents+"/"+agent, sent), sendTo(t, c, "GET", agents+"/"+agent, ""),
				} {
					if !strings.Contains(res, `"status":"pending"`) && !strings.Contains(res, `"status":"ready"`) {
						t.Errorf("an agent like no other: %s", res)
					}
				}
			}
		})
	}
	clients.Wait()
	close(stop)
	clock.Wait()
}

// sendTo sends a request to the workspace ws-1 and returns the body of the response.
func sendTo(t *testing.T, c *client, method, path, body string) string {
	t.Helper()
	return string(c.send(method, path, body).want(200).body)
}
