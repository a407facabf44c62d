package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/clients"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestNodeClients generates clients of the document that the mock serves. Each must compile as it is, and lose
// nothing by an update.
func TestNodeClients(t *testing.T) {
	t.Parallel()
	if os.Getenv(nodeVariable) == "" {
		t.Skipf("SKIPPED: make node, which sets %s, generates clients", nodeVariable)
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("SKIPPED: no %s in the PATH, so no clients were generated", program)
		}
	}
	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{Agents: defaultAgents})
	p, err := clients.New(t.Context(), t.TempDir(), mock.URL, openapi.Agent().JSON(mock.URL))
	if err != nil {
		t.Fatal(err)
	}
	all := clients.TypeScript()
	for _, c := range all {
		if err := p.Generate(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Compile(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if err := p.Use(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("playwright", func(t *testing.T) {
		t.Parallel()
		if err := p.Playwright(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("oapi-codegen", func(t *testing.T) {
		t.Parallel()
		if err := p.UseGo(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
