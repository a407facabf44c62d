// Package coverage tells what of a document a contract run has exercised: each operation, parameter,
// property, allowed value, documented status and law of updates, and in which way.
//
//	meter := coverage.NewMeter(doc, nil)
//	meter.Exchange(coverage.Exchange{Operation: op, Request: request, Body: body, Accepted: true, Status: 200})
//	result := meter.Coverage()
//	fmt.Println(result.Percent, result.Holes())
//
// What there is to exercise follows from the document alone, never from a run, so that two coverages of one
// document can be merged exactly. The package sends nothing and judges no answer: whether it is right is
// package contract's business.
package coverage
