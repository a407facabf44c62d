package mutants_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
)

func ExampleCatalogue() {
	sound := backend.New(backend.Options{NewID: func() string { return "1" }})
	body := `{"name": "Renewals", "llmModel": "gpt-6", "ttsModel": {}}`
	for _, d := range mutants.Catalogue() {
		if d.ID != "enum-not-checked-on-create" {
			continue
		}
		for _, h := range []http.Handler{sound, d.Plant(sound)} {
			r := httptest.NewRequest("POST", "/v1/api/agents", strings.NewReader(body))
			r.Header.Set("x-api-key", "k")
			r.Header.Set("x-workspace-id", "ws")
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			fmt.Println(w.Code)
		}
		fmt.Println(d.Family, "-", d.Summary)
	}
	// Output:
	// 400
	// 201
	// enum - accepts any string as llmModel in a creation
}
