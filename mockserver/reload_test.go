package mockserver_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// edited returns the built-in document with some texts replaced by others.
func edited(t *testing.T, oldNew ...string) *openapi.Document {
	t.Helper()
	source := string(openapi.Agent().Source())
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(source, oldNew[i]) {
			t.Fatalf("the document has no %q", oldNew[i])
		}
		source = strings.ReplaceAll(source, oldNew[i], oldNew[i+1])
	}
	doc, err := openapi.Parse("agent.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// ownedAgents returns the built-in document in which agents must have an owner.
func ownedAgents(t *testing.T) *openapi.Document {
	t.Helper()
	return edited(t, "        - updatedAt\n      properties:\n",
		"        - updatedAt\n        - owner\n      properties:\n"+
			"        owner: {type: string, minLength: 1, readOnly: true}\n")
}

func setDocument(t *testing.T, m *mockserver.TestServer, doc *openapi.Document) {
	t.Helper()
	if err := m.SetDocument(doc); err != nil {
		t.Fatal(err)
	}
}

// TestSetDocument edits the document of a running server: rules follow at once, and no item is lost, in any
// session, also where the document forgets their collection for a while.
func TestSetDocument(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: 3})
	id := createIn(t, m, "", "Kept")
	other := createIn(t, m, "w1", "Also kept")
	const update = `{"llmModel":"gpt-6"}`
	if res := sendIn(t, m, "", "PUT", "/v1/api/agents/"+id, update); !strings.Contains(res, "gpt-6") ||
		!strings.Contains(res, "validation_failed") {
		t.Fatal(res)
	}

	setDocument(t, m, edited(t, "- gpt-5\n      examples:", "- gpt-5\n        - gpt-6\n      examples:"))
	if res := sendIn(t, m, "", "PUT", "/v1/api/agents/"+id, update); !strings.Contains(res, `"llmModel":"gpt-6"`) {
		t.Errorf("the new model is refused: %s", res)
	}

	setDocument(t, m, edited(t, "/v1/api/agents", "/v2/bots"))
	if res := sendIn(t, m, "", "GET", "/v1/api/agents/"+id, ""); !strings.Contains(res, "not_found") {
		t.Errorf("the old path is still there: %s", res)
	}
	if res := sendIn(t, m, "", "GET", "/v2/bots", ""); res != "[]" {
		t.Errorf("the new collection has %s", res)
	}

	setDocument(t, m, openapi.Agent())
	for session, id := range map[string]string{"": id, "w1": other} {
		if res := sendIn(t, m, session, "GET", "/v1/api/agents/"+id, ""); !strings.Contains(res, "ept") {
			t.Errorf("session %q: lost: %s", session, res)
		}
		if list := sendIn(t, m, session, "GET", "/v1/api/agents", ""); strings.Count(list, `"_id"`) != 4 {
			t.Errorf("session %q: %s", session, list)
		}
	}
	m.Reset()
	if list := sendIn(t, m, "", "GET", "/v1/api/agents", ""); strings.Count(list, `"_id"`) != 3 {
		t.Errorf("after a reset: %s", list)
	}
}

// TestItemsFollowTheDocument has items get what an edited document demands, and another place where it keeps
// workspaces apart no more.
func TestItemsFollowTheDocument(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: 2, Workspaces: []string{"a", "b"}})
	setDocument(t, m, ownedAgents(t))
	if state := string(m.State()); strings.Count(state, `"owner":`) != 4 {
		t.Errorf("not every agent has what is required now: %s", state)
	}
	setDocument(t, m, edited(t, "  scope:\n", "  scopes:\n"))
	if list := sendIn(t, m, "", "GET", "/v1/api/agents", ""); strings.Count(list, `"_id"`) != 4 {
		t.Errorf("without workspaces: %s", list)
	}
	setDocument(t, m, openapi.Agent())
	if list := sendIn(t, m, "", "GET", "/v1/api/agents", ""); list != "[]" {
		t.Errorf("ws-demo has got agents: %s", list)
	}
	if health := sendIn(t, m, "", "GET", "/__mock/health", ""); !strings.Contains(health, `"agents":4`) {
		t.Error(health)
	}
}

// TestSetDocumentUnderLoad edits the document while clients create and update: every request is answered as one
// of the documents says, and nothing that was confirmed is lost.
func TestSetDocumentUnderLoad(t *testing.T) {
	t.Parallel()
	m := mockserver.RunT(t, openapi.Agent(), mockserver.Options{})
	docs := []*openapi.Document{openapi.Agent(), ownedAgents(t)}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for n := range 25 {
				name := fmt.Sprintf("Agent %d of %d", n, i)
				id := createIn(t, m, "", name)
				res := sendIn(t, m, "", "PUT", "/v1/api/agents/"+id, `{"llmModel":"gpt-5","name":"`+name+` again"}`)
				if !strings.Contains(res, name+" again") {
					t.Errorf("%s: %s", id, res)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for swapping, n := true, 0; swapping; n++ {
		select {
		case <-done:
			swapping = false
		default:
			setDocument(t, m, docs[n%2])
		}
	}
	setDocument(t, m, docs[1])
	state := string(m.State())
	if strings.Count(state, " again") != 100 || strings.Count(state, `"owner":`) != 100 {
		t.Errorf("%d agents, %d of them as the last document wants them", strings.Count(state, " again"),
			strings.Count(state, `"owner":`))
	}
}
