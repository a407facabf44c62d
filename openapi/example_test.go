package openapi_test

import (
	"fmt"
	"net/http"

	"github.com/agentmock/agentmock/openapi"
)

func ExampleOperation_ValidateRequest() {
	op := openapi.Agent().Operation("updateAgent")
	for _, v := range op.ValidateRequest(&openapi.Request{
		Path:   map[string]string{"agentId": "678c6a17c3f1e80b52d49a07"},
		Header: http.Header{"X-Api-Key": {"k"}, "Content-Type": {"application/json"}},
		Body:   []byte(`{"llmModel": "gpt-5", "smartCallback": "yes"}`),
	}) {
		fmt.Println(v.Rule, v.Message)
	}
	// Output:
	// missing-parameter header x-workspace-id: missing; it is required
	// type body /smartCallback: "yes" where a boolean is expected
}
