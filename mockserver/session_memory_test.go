package mockserver

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestSessionsGiveMemoryBack wants what a session has held to be owed to the system once it ends: Go gives garbage
// back by itself in minutes.
func TestSessionsGiveMemoryBack(t *testing.T) {
	t.Parallel()
	s, err := New(openapi.Agent(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const size = 1 << 20
	r := httptest.NewRequest("POST", "/v1/api/agents", strings.NewReader(
		`{"llmModel":"gpt-5","ttsModel":{},"name":"`+strings.Repeat("a", size)+`"}`))
	r.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"ws-demo"}, "Content-Type": {"application/json"},
		SessionHeader: {"w1"}}
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != http.StatusCreated {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	before := s.memory.owed.Load()
	if s.EndSession("w1"); s.memory.owed.Load()-before < size {
		t.Errorf("%d bytes are owed", s.memory.owed.Load()-before)
	}
}
