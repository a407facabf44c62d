package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestRename is the test that README.md shows.
func TestRename(t *testing.T) {
	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{State: []byte(`{"agents": [{"_id": "a1", "name": "Old",
		"llmModel": "gpt-5", "ttsModel": {"provider": "rime", "voiceId": "mistv2_Brook"}}]}`)})

	req, _ := http.NewRequest("PUT", mock.URL+"/v1/api/agents/a1", strings.NewReader(`{"llmModel": "gpt-5", "name": "New"}`))
	req.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-demo"}, "Content-Type": {"application/json"}}
	res, err := http.DefaultClient.Do(req) // your code under test
	if err != nil || res.StatusCode != 200 || !strings.Contains(string(mock.State()), `"name":"New"`) {
		t.Errorf("not renamed: %v %s %+v", err, mock.State(), mock.Requests(mockserver.Filter{}))
	}
}
