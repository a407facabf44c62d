// Package contract replays fixtures against an implementation of an API and reports where its
// responses differ from the OpenAPI document.
//
//	doc := openapi.Agent()
//	list := append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
//	list = contract.Selection{Level: fixtures.Smoke}.Select(list)
//	target := contract.Target{BaseURL: "http://127.0.0.1:4010", APIKey: key, WorkspaceID: "ws-demo"}
//	report, err := contract.Run(ctx, doc, list, target, contract.Options{})
//	report.Summary.Violations // 0: it conforms
//
// An error means that the run did not take place; a broken contract is data. Data takes one way: the
// steps of a fixture become exchanges (what was sent, what is wanted, what came back), checks return
// findings about exchanges and about items beside what is known of them, and findings become the
// report. Checks lists the checks.
//
// What the document does not forbid is a note at most. A refusal counts only where its valid twin
// succeeded in the same run. Package contract/report writes reports, package contract/contracttest
// runs fixtures as Go tests. Nothing here prints.
package contract
