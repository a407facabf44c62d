// Package mockserver serves an API from its OpenAPI document: it keeps state, and refuses what the
// document forbids with the reason.
//
//	s, err := mockserver.New(openapi.Agent(), mockserver.Options{Agents: 12})
//	err = s.Serve(ctx, listener) // or http.ListenAndServe("127.0.0.1:4010", s)
//
// In tests:
//
//	mock := mockserver.RunT(t, openapi.Agent(), mockserver.Options{})
//	mock.Clock().Set(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
//	// run the code under test against mock.URL, then look at mock.Requests(…) and mock.State()
//
// What an operation does follows from the document: its path and method, its schemas, and x-mock
// for what OpenAPI cannot express. The package has no code for any one API: "agents" are the items
// of the document's default collection. An operation from which nothing can be inferred responds
// with its example.
//
// The control API under /__mock/ is described by control.yaml. handler.go lists the steps that a
// request goes through. The server does not page lists, follow links between items, or check that
// what an item refers to exists.
package mockserver
