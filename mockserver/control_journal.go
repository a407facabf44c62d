package mockserver

import (
	"encoding/json"
	"math"
)

// journalActions are the calls of the control API about the journal.
var journalActions = map[string]controlAction{
	"listRequests":  listRequests,
	"clearRequests": func(x *exchange) ([]byte, error) { x.session.ClearRequests(); return nil, nil },
}

func listRequests(x *exchange) ([]byte, error) {
	query := x.request.Query
	number := func(name string) int {
		return int(min(wholeNumber(query.Get(name)), math.MaxInt32)) // bounded here
	}
	return json.Marshal(x.session.Requests(Filter{
		Operation: query.Get("operation"), Method: query.Get("method"), Workspace: query.Get("workspace"),
		Status: number("status"), Limit: number("limit"),
	}))
}
