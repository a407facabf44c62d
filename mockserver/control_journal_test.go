package mockserver_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestJournalFromWhereItWas reads the journal on from an entry, and without headers and bodies.
func TestJournalFromWhereItWas(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{JournalEntries: 5})
	c.send("GET", "/__mock/requests", "").want(200).holds(map[string]string{"/requests": "[]", "/last": "0"})
	c.created(minimalAgent)
	for range 6 {
		c.send("GET", agents, "").want(200)
	}
	c.send("GET", "/__mock/requests?after=5", "").want(200).holds(map[string]string{"/requests/0/sequence": "6",
		"/requests/1/sequence": "7", "/requests/2": "", "/last": "7", "/dropped": "2"})
	c.send("GET", "/__mock/requests?after=1&limit=1&view=full", "").want(200).holds(map[string]string{
		"/requests/0/sequence": "7", "/requests/1": "", "/requests/0/response/body/0/name": `"Renewals"`})
	for _, after := range []string{"7", "8", "18446744073709551615"} {
		c.send("GET", "/__mock/requests?after="+after, "").want(200).
			holds(map[string]string{"/requests": "[]", "/last": "7"})
	}
	c.send("GET", "/__mock/requests?view=summary", "").want(200).holds(map[string]string{"/requests/0/operation": `"listAgents"`,
		"/requests/0/request": "", "/requests/0/response": "", "/requests/0/status": "200"})
	c.send("GET", "/__mock/requests?view=long", "").refuses(400, "view")
	c.send("GET", "/__mock/requests?wait=26", "").refuses(400, "wait")
	c.send("DELETE", "/__mock/requests", "").want(204)
	c.send("GET", "/__mock/requests", "").want(200).holds(map[string]string{"/last": "7", "/dropped": "0"})
}

// TestLongPoll waits for an entry that a filter selects: until it comes, until the session ends, the client
// goes, or the server stops.
func TestLongPoll(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	poll := func(query string) chan *reply {
		answer := make(chan *reply, 1)
		go func() { answer <- c.send("GET", "/__mock/requests?wait=25&"+query, "") }()
		return answer
	}
	updates := poll("operation=updateAgent&view=summary")
	path := c.created(minimalAgent)
	select {
	case r := <-updates:
		t.Errorf("answered by a creation: %s", r.body)
	default:
	}
	c.send("PUT", path, `{"llmModel":"gpt-5"}`).want(200)
	(<-updates).want(200).holds(map[string]string{"/requests/0/operation": `"updateAgent"`, "/requests/1": "", "/last": "2"})
	(<-poll("after=1")).want(200).holds(map[string]string{"/requests/0/sequence": "2"}) // which is there

	inSession := poll("session=w1")
	for len(c.Sessions()) == 0 {
		runtime.Gosched()
	}
	c.EndSession("w1")
	(<-inSession).want(200).holds(map[string]string{"/requests": "[]"})

	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequestWithContext(ctx, "GET", "http://localhost/__mock/requests?wait=25&after=2", nil)
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"requests":[]`) {
		t.Errorf("after the client has gone: %d %s", w.Code, w.Body)
	}
}

// TestLongPollEndsWithTheServer stops a server for which a client waits: it gets its answer.
func TestLongPollEndsWithTheServer(t *testing.T) {
	t.Parallel()
	s, err := mockserver.New(openapi.Agent(), mockserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	answered := make(chan error, 1)
	go func() {
		res, err := http.Get("http://" + listener.Addr().String() + "/__mock/requests?wait=25&session=w1")
		if err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s", res.Status)
		}
		answered <- err
	}()
	for len(s.Sessions()) == 0 { // the call has come
		runtime.Gosched()
	}
	stop()
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestRequestsCanBeSentAgain reads requests of all kinds with their commands and fixtures.
func TestRequestsCanBeSentAgain(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	c.send("PUT", path, `{"llmModel":"gpt-5","name":"It's {{odd}}",`+withKey("11labs_byo", clear1)+`}`).want(200)
	c.send("PUT", path, `{"llmModel":"gpt-99"}`).refuses(400)
	c.send("PUT", path, `{"llmModel":`).refuses(400)
	c.send("PUT", path, `{"llmModel":"gpt-99","name":5}`).refuses(400)
	c.send("GET", path+"?a=b%20c", "").want(200)
	c.send("GET", agents, "").want(200)
	c.send("GET", agents+"/nope", "").refuses(404)
	c.with("X-Api-Key").send("GET", agents, "").refuses(401)
	c.with("X-Workspace-Id").send("GET", agents, "").refuses(400)
	c.with("Content-Type", "text/plain").send("POST", agents, minimalAgent).refuses(415)
	c.send("DELETE", path, "").want(204)
	last := 12
	for i := 1; i <= last; i++ {
		r := c.send("GET", fmt.Sprintf("/__mock/requests/%d", i), "").want(200)
		text, command := r.text("/fixture"), r.text("/curl")
		list, err := fixtures.Parse(openapi.Agent(), "recorded.yaml", []byte(text))
		if err != nil || len(list) != 1 || list[0].Skip != "" {
			t.Errorf("request %d: %v\n%s", i, err, text)
		}
		if strings.Contains(text+command, "CLEAR") || strings.Contains(text+command, apiKey) {
			t.Errorf("request %d shows a secret: %s\n%s", i, text, command)
		}
		if strings.Contains(command, "$AGENTMOCK_API_KEY") != (i != 9) || !strings.Contains(command, c.URL) {
			t.Errorf("request %d: %s", i, command)
		}
	}
	c.send("GET", "/nowhere", "").refuses(404)
	c.send("GET", "/__mock/requests/13", "").want(200).holds(map[string]string{"/fixture": ""})
	c.send("GET", "/__mock/requests/14", "").refuses(404, "1 to 13")
	c.send("GET", "/__mock/requests/0", "").refuses(400)
	c.send("GET", "/__mock/requests/1?session=w", "").refuses(404, "empty")
}

// TestOperations checks that each operation is described with a request that the server takes.
func TestOperations(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{Workspaces: []string{"ws-1"}})
	r := c.send("GET", "/__mock/operations", "").want(200)
	r.holds(map[string]string{"/operations/0/id": `"listAgents"`, "/operations/0/parameters/0/name": `"x-api-key"`,
		"/operations/0/parameters/1/name": `"x-workspace-id"`, "/operations/0/parameters/1/example": `"ws-1"`,
		"/operations/0/body": "", "/operations/5": ""})
	for i, op := range openapi.Agent().Operations {
		at := fmt.Sprintf("/operations/%d", i)
		request := openapi.Request{Path: map[string]string{}, Header: http.Header{}}
		for j := range r.at(at + "/parameters").([]any) {
			p := fmt.Sprintf("%s/parameters/%d", at, j)
			switch name, value := r.text(p+"/name"), r.text(p+"/example"); r.text(p + "/in") {
			case "path":
				request.Path[name] = value
			case "header":
				request.Header.Set(name, value)
			}
		}
		if op.Body != nil {
			request.Body = jsonvalue.Marshal(r.at(at + "/body"))
			request.Header.Set("Content-Type", r.text(at+"/mediaType"))
		}
		if found := op.ValidateRequest(&request); len(found) > 0 {
			t.Errorf("%s: %v", op.ID, found)
		}
	}
}
