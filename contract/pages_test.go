package contract

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

const moorings = `openapi: 3.0.3
info: {title: Moorings, version: '1'}
paths:
  /moorings:
    get:
      operationId: listMoorings
      parameters:
        - {name: offset, in: query, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer, maximum: 50}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/M'}}}}}}
    post:
      operationId: addMooring
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/M'}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/M'}}}}}
  /moorings/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: getMooring, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/M'}}}}}}
    delete: {operationId: freeMooring, responses: {'204': {description: d}}}
components: {schemas: {M: {type: object, required: [name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}}}
`

// harbour is a backend with so many moorings of others, which come before those that are added.
func harbour(others int) http.Handler {
	var mu sync.Mutex
	added := map[int]string{}
	next := others
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		id, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/moorings/"))
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Method == http.MethodPost:
			var m struct{ Name string }
			_ = json.NewDecoder(r.Body).Decode(&m)
			next++
			added[next] = m.Name
			w.WriteHeader(http.StatusCreated)
			_ = json.NewEncoder(w).Encode(map[string]any{"id": next, "name": m.Name})
		case r.Method == http.MethodDelete:
			delete(added, id)
			w.WriteHeader(http.StatusNoContent)
		case id > 0 && added[id] == "":
			w.WriteHeader(http.StatusNotFound)
		case id > 0:
			_ = json.NewEncoder(w).Encode(map[string]any{"id": id, "name": added[id]})
		default:
			offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
			limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
			list := []any{}
			for n := 1; n <= next && len(list) < limit; n++ {
				if name, ours := added[n]; n <= others || ours {
					if offset--; offset < 0 {
						list = append(list, map[string]any{"id": n, "name": name + "."[:1-min(len(name), 1)]})
					}
				}
			}
			_ = json.NewEncoder(w).Encode(list)
		}
	})
}

// A list that others fill is looked at in longer pages, and at last left unjudged; it is never a
// violation.
func TestPagesOfAFullList(t *testing.T) {
	if testing.Short() {
		t.Skip("other runs do the same with as many goroutines")
	}
	t.Parallel()
	doc, err := openapi.Parse("moorings.yaml", []byte(moorings))
	if err != nil {
		t.Fatal(err)
	}
	for others, skipped := range map[int]int{0: 0, 30: 0, 300: 0, 5000: 3} {
		target := httptest.NewServer(harbour(others))
		defer target.Close()
		var list []*fixtures.Fixture
		for _, f := range fixtures.Derive(doc) {
			if f.Operation == "listMoorings" && !f.Refusal() && !strings.Contains(f.ID, "has-all-of") {
				list = append(list, f)
			}
		}
		report, err := Run(t.Context(), doc, list, Target{BaseURL: target.URL}, Options{Jobs: 1})
		if err != nil {
			t.Fatal(err)
		}
		if s := report.Summary; s.Violations+s.Errored > 0 || s.Skipped != skipped || s.Requests > 400 {
			t.Errorf("%d of others: %+v", others, s)
			for _, f := range report.Fixtures {
				t.Log(f.ID, f.Outcome, f.Reason, f.Violations)
			}
		}
	}
}
