// Package contract replays fixtures against an implementation of an API and reports every way in
// which it departs from the API's document.
//
//	doc := openapi.Agent()
//	list := append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
//	list = contract.Selection{Level: fixtures.Smoke}.Select(list)
//	report, err := contract.Run(ctx, doc, list, contract.Target{BaseURL: "http://127.0.0.1:4010", APIKey: key, WorkspaceID: "ws-demo"}, contract.Options{})
//	report.Summary.Violations // 0: it conforms
//
// An error means that the run did not take place; a broken contract is data. Data takes one way: a
// fixture's steps become exchanges (a request as it was sent, an answer as it was received), checks
// look at exchanges and at what is known of the items that they are about, and what the checks find
// becomes the report. Checks lists the checks.
//
// What the document does not forbid is a note at most. A refusal counts only where its valid twin
// succeeded in the same run. Package contract/report writes reports, contract/contracttest runs
// fixtures as Go tests. Nothing here prints.
package contract
