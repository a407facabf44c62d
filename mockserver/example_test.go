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

// A server is an http.Handler. What it refuses it explains.
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
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, strings.Contains(string(text), `did you mean \"gpt-4o-mini\"?`))
	// Output: 400 true
}

// A test starts a server, lets the code under test talk to its URL, and looks at what came.
func ExampleRunT() {
	test := func(t *testing.T) {
		mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{
			State: []byte(`{"agents": [{"_id": "a1", "workspaceId": "ws-1", "name": "A", "llmModel": "gpt-5", "ttsModel": {}}]}`),
		})
		mock.Clock().Set(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))

		// … the code under test calls mock.URL …

		if n := len(mock.Requests(mockserver.Filter{Operation: "updateAgent", Status: 200}).Requests); n != 1 {
			t.Errorf("%d updates, want 1", n)
		}
	}
	_ = test
}

func ExampleServer_Edit() {
	mock, err := mockserver.New(openapi.Agent(), mockserver.Options{
		State: []byte(`{"agents": [{"_id": "a1", "workspaceId": "ws-1", "name": "A", "llmModel": "gpt-5", "ttsModel": {}, "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}]}`),
	})
	if err != nil {
		panic(err)
	}
	a1 := mockserver.ItemRef{Collection: "agents", ID: "a1"}
	agent, err := mock.Edit(a1, map[string]any{"status": "error"})
	fmt.Println(string(agent), err)
	_, err = mock.Edit(a1, map[string]any{"status": 7})
	var bad *mockserver.StateError
	fmt.Println(errors.As(err, &bad), bad.Violations[0].Message)
	// Output:
	// {"_id":"a1","workspaceId":"ws-1","name":"A","llmModel":"gpt-5","ttsModel":{},"status":"error","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"} <nil>
	// true state /status: 7 where a string is expected
}
