package contract_test

import (
	"context"
	"fmt"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/openapi"
)

func ExampleRun() {
	doc := openapi.Agent()
	list := append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
	list = contract.Selection{Filters: []string{"values-*"}}.Select(list)

	// A target is a URL: contract.Target{BaseURL: "http://127.0.0.1:4010", APIKey: key}. Here it is
	// a handler.
	target := contracttest.Handler(backend.New(backend.Options{}))
	report, err := contract.Run(context.Background(), doc, list, target, contract.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Summary.Violations, "violations,", report.OK())
	// Output:
	// 0 violations, true
}
