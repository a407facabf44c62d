package contract_test

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

const document = `
openapi: 3.1.0
info: {title: Clock, version: "1"}
paths:
  /now:
    get:
      operationId: now
      responses:
        "200":
          description: the time
          content:
            application/json:
              schema: {type: object, required: [time], properties: {time: {type: string, format: date-time}}}
`

// The handler answers with a time that the document does not allow.
func ExampleRun() {
	doc, err := openapi.Parse("clock.yaml", []byte(document))
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"time": "noon"}`)
	})

	// A running server is contract.Target{BaseURL: "http://127.0.0.1:4010", APIKey: key}.
	target := contracttest.Handler(handler)
	list := contract.Selection{Filters: []string{"now-answers"}}.Select(fixtures.Derive(doc))
	report, err := contract.Run(context.Background(), doc, list, target, contract.Options{})
	if err != nil {
		fmt.Println(err) // the run did not take place
		return
	}
	for _, result := range report.Fixtures {
		for _, v := range result.Violations {
			fmt.Println(result.ID, v.Check, v.Pointer, v.Actual, v.Document)
		}
	}
	// Output:
	// now-answers response-schema /time noon clock.yaml:13
}
