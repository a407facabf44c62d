package contract_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// Sweep removes what a run has left, in both workspaces, and nothing that a person has named.
func TestSweep(t *testing.T) {
	t.Parallel()
	h := sound()
	for _, name := range []string{"agentmock-support", "agentmock-0123456789ab", "Copy of agentmock-x", "Renewals"} {
		createNamed(t, h, name)
	}
	stuck := onlyDeletions(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }), h)
	r := verify(t, picked("lifecycle*", "update-keeps*", "workspace*"), contracttest.Handler(stuck), contract.Options{})
	if len(r.Left) == 0 || r.OK() {
		t.Fatalf("nothing is left: %+v", r.Summary)
	}
	sweep := func(h http.Handler, dry bool) *contract.Swept {
		t.Helper()
		swept, err := contract.Sweep(t.Context(), openapi.Agent(), contracttest.Handler(h),
			contract.Options{}.Timed(clock.now, clock.sleep), dry)
		if err != nil {
			t.Fatal(err)
		}
		return swept
	}
	before := len(agentsIn(t, h, fixtures.DefaultWorkspace))
	dry := sweep(h, true)
	if now := len(agentsIn(t, h, fixtures.DefaultWorkspace)); !dry.OK() || len(dry.Items) == 0 ||
		dry.Items[0].Removed || now != before {
		t.Errorf("a dry sweep is not one: %+v", dry)
	}
	if failed := sweep(stuck, false); failed.OK() || failed.Items[0].Reason == "" {
		t.Errorf("deletions fail, and the sweep says %+v", failed)
	}
	swept := sweep(h, false)
	if !swept.OK() || len(swept.Items) != len(dry.Items) {
		t.Errorf("%d of %d items are swept: %+v", len(swept.Items), len(dry.Items), swept)
	}
	var names []string
	for _, agent := range agentsIn(t, h, fixtures.DefaultWorkspace) {
		name, _ := agent["name"].(string)
		names = append(names, name)
	}
	for _, name := range []string{"agentmock-support", "agentmock-0123456789ab", "Copy of agentmock-x", "Renewals"} {
		if !slices.Contains(names, name) {
			t.Errorf("%q is gone; there are %q", name, names)
		}
	}
	if again := sweep(h, false); len(again.Items) > 0 {
		t.Errorf("swept twice: %+v", again)
	}
}

// createNamed creates an agent with a name.
func createNamed(t *testing.T, h http.Handler, name string) {
	t.Helper()
	body := `{"name": "` + name + `", "llmModel": "gpt-5", "ttsModel": {"provider": "rime"}}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://handler.test/v1/api/agents",
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"any"}, "X-Workspace-Id": {fixtures.DefaultWorkspace},
		"Content-Type": {"application/json"}}
	res, err := contracttest.Handler(h).Transport.RoundTrip(req)
	if err != nil || res.StatusCode/100 != 2 {
		t.Fatal(res, err)
	}
}
