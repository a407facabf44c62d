package mockserver_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// A server is an http.Handler. A refusal explains itself.
func Example() {
	mock, err := mockserver.New(openapi.Agent(), mockserver.Options{})
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(mock)
	defer server.Close()

	body := `{"name": "Renewals", "llmModel": "gpt-4o-mni", "ttsModel": {}}`
	request, _ := http.NewRequest("POST", server.URL+"/v1/api/agents", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("x-api-key", "any")
	request.Header.Set("x-workspace-id", "ws-demo")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, strings.Contains(string(text), `did you mean \"gpt-4o-mini\"?`))
	// Output: 400 true
}

// A test starts a server, runs the code under test against its URL, and looks at the requests.
func ExampleRunT() {
	test := func(t *testing.T) {
		agent := map[string]any{"_id": "a1", "name": "A", "llmModel": "gpt-5", "ttsModel": map[string]any{}}
		mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{
			State: map[string]any{"agents": []any{agent}},
		})
		mock.Clock().Set(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))

		// … the code under test calls mock.URL …

		if n := len(mock.Requests(mockserver.Filter{Operation: "updateAgent", Status: 200}).Requests); n != 1 {
			t.Errorf("%d updates, want 1", n)
		}
	}
	_ = test
}

// Edit changes members that no request can change.
func ExampleServer_Edit() {
	mock, err := mockserver.New(openapi.Agent(), mockserver.Options{
		State: []byte(`{"agents": [{"_id": "a1", "name": "A", "llmModel": "gpt-5", "ttsModel": {}}]}`),
	})
	if err != nil {
		panic(err)
	}
	a1 := mockserver.ItemRef{Collection: "agents", ID: "a1"}
	agent, err := mock.Edit(a1, map[string]any{"status": "error"})
	fmt.Println(strings.Contains(string(agent), `"status":"error"`), err)

	_, err = mock.Edit(a1, map[string]any{"status": 7})
	var invalid *mockserver.StateError
	fmt.Println(errors.As(err, &invalid), invalid.Violations[0].Message)

	_, err = mock.Edit(mockserver.ItemRef{Collection: "agents", ID: "a2"}, map[string]any{"status": "error"})
	fmt.Println(errors.Is(err, mockserver.ErrUnknownItem), err)
	// Output:
	// true <nil>
	// true state /status: 7 where a string is expected
	// true no such item: there is no "a2" among the agents
}
