package main

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

func TestStateFrom(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, data, want, mistake string }{
		{"state.json", `{"agents": []}`, `{"agents": []}`, ""},
		{"state", `{"agents": [1]}`, `{"agents": [1]}`, ""},
		{"state.json", `no JSON`, `no JSON`, ""}, // the mock says so, with the place
		{"state.yaml", "agents:\n- name: A\n  days: 1.50\n", `{"agents":[{"name":"A","days":1.50}]}`, ""},
		{"state.YML", "agents: [", "", "state.YML:"},
		{"state.ndjson", "{\"name\":\"A\"}\n\n {\"name\":\"B\"}\r\n", `{"agents":[{"name":"A"},{"name":"B"}]}`, ""},
		{"state.jsonl", "", `{"agents":[]}`, ""},
		{"state.ndjson", "{}\n{} {}\n", "", "state.ndjson:2: not one JSON value"},
	} {
		got, err := stateFrom(openapi.Agent(), row.name, []byte(row.data))
		if row.mistake == "" && (err != nil || string(got) != row.want) {
			t.Errorf("%s, %q: %s, %v; want %s", row.name, row.data, got, err, row.want)
		}
		if row.mistake != "" && (err == nil || !strings.Contains(err.Error(), row.mistake)) {
			t.Errorf("%s, %q: error %v, want %s", row.name, row.data, err, row.mistake)
		}
	}
}
