package mockserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestRename, TestBrokenAgent and TestRetries are the tests that README.md shows.
func TestRename(t *testing.T) {
	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: []byte(`{"agents": [{"_id": "a1", "name": "Old",
		"llmModel": "gpt-5", "ttsModel": {"provider": "rime", "voiceId": "mistv2_Brook"}}]}`)})

	req, _ := http.NewRequest("PUT", mock.URL+"/v1/api/agents/a1",
		strings.NewReader(`{"llmModel": "gpt-5", "name": "New"}`))
	req.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-demo"}, "Content-Type": {"application/json"}}
	res, err := http.DefaultClient.Do(req) // your code under test
	if err != nil || res.StatusCode != 200 || !strings.Contains(string(mock.State()), `"name":"New"`) {
		t.Errorf("not renamed: %v %s %+v", err, mock.State(), mock.Requests(mockserver.Filter{}))
	}
}

func TestBrokenAgent(t *testing.T) {
	agent := map[string]any{"_id": "a1", "name": "Renewals", "llmModel": "gpt-5", "ttsModel": map[string]any{}}
	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: map[string]any{"agents": []any{agent}}})
	mock.Clock().Set(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) // stops it; Advance moves it
	a1 := mockserver.ItemRef{Collection: "agents", ID: "a1"}
	if _, err := mock.Edit(a1, map[string]any{"status": "error"}); err != nil {
		t.Fatal(err)
	}

	req, _ := http.NewRequest("GET", mock.URL+"/v1/api/agents/a1", nil)
	req.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-demo"}}
	if _, err := http.DefaultClient.Do(req); err != nil { // your code under test
		t.Fatal(err)
	}

	for _, e := range mock.Requests(mockserver.Filter{Status: 4}).Requests { // all 4xx
		t.Errorf("%s %s was refused: %v", e.Method, e.Path, e.Violations)
	}
	mock.Reset() // back to the state at start
}

func TestRetries(t *testing.T) {
	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{})
	_, err := mock.AddFault(mockserver.Fault{Operation: "listAgents", Status: 503, Times: 2}) // the next two requests
	if err != nil {
		t.Fatal(err)
	}

	for tries := 1; ; tries++ {
		req, _ := http.NewRequest("GET", mock.URL+"/v1/api/agents", nil)
		req.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-demo"}}
		res, err := http.DefaultClient.Do(req) // your code under test
		if err != nil || tries > 3 {
			t.Fatal(tries, err)
		}
		if res.StatusCode == 200 {
			return
		}
	}
}
