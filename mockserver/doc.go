// Package mockserver serves an API from its OpenAPI document: with memory, refusing what the
// document refuses and saying why.
//
//	s, err := mockserver.New(openapi.Agent(), mockserver.Options{Agents: 12})
//	err = s.Serve(ctx, listener) // or http.ListenAndServe("127.0.0.1:4010", s)
//
// In tests:
//
//	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{})
//	mock.Clock().Set(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
//	// let the code under test talk to mock.URL, then look at mock.Requests(…) and mock.State()
//
// What an operation does follows from the document: from its path and method, from its schemas, and
// from x-mock where OpenAPI has no words. No line of this package knows what an agent is.
// Operations of which nothing can be inferred answer with their example.
//
// Under /__mock/ the server is controlled, as control.yaml describes. It does not follow links
// between items, page lists, or check that what an item refers to exists.
package mockserver
