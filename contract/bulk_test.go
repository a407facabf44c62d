package contract_test

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// album is a backend that takes several stamps at once.
type album struct {
	answers func(ids []string, stamps []map[string]any) any // to a creation; nil: nothing

	mu     sync.Mutex
	stamps map[string]map[string]any
	order  []string
	count  int
}

const realStamp = "00000000-0000-4000-8000-000000000000"

func newAlbum(answers func([]string, []map[string]any) any) *album {
	return &album{answers: answers, order: []string{realStamp},
		stamps: map[string]map[string]any{realStamp: {"stampId": realStamp, "motif": "a real one", "ink": "red"}}}
}

func (a *album) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/stamps"), "/")
	stamp, known := a.stamps[id]
	respond := func(status int, body any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	switch {
	case id != "" && !known:
		w.WriteHeader(http.StatusNotFound)
	case id != "" && r.Method == http.MethodGet:
		respond(http.StatusOK, stamp)
	case id != "" && r.Method == http.MethodDelete:
		delete(a.stamps, id)
		a.order = slices.DeleteFunc(a.order, func(other string) bool { return other == id })
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet:
		list := []any{}
		for _, id := range a.order {
			list = append(list, a.stamps[id])
		}
		respond(http.StatusOK, map[string]any{"stamps": list})
	default:
		a.create(w, r, respond)
	}
}

func (a *album) create(w http.ResponseWriter, r *http.Request, respond func(int, any)) {
	var sent struct {
		Stamps []map[string]any `json:"stamps"`
	}
	body, _ := io.ReadAll(r.Body)
	err := json.Unmarshal(body, &sent)
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
		err = http.ErrNotSupported
	}
	for _, stamp := range sent.Stamps {
		motif, isText := stamp["motif"].(string)
		if id, there := stamp["stampId"]; there && id == "" {
			err = http.ErrNotSupported
		}
		if ink, there := stamp["ink"]; !isText || motif == "" || there && ink != "black" && ink != "red" {
			err = http.ErrNotSupported
		}
	}
	if n := len(sent.Stamps); err != nil || n < 2 || n > 20 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var ids []string
	for _, stamp := range sent.Stamps {
		a.count++
		id, given := stamp["stampId"].(string)
		if !given {
			id = fmt.Sprintf("%08x-0000-4000-8000-abcdefabcdef", a.count)
		}
		stamp["stampId"] = id
		a.stamps[id], a.order, ids = stamp, append(a.order, id), append(ids, id)
	}
	if a.answers == nil {
		w.WriteHeader(http.StatusCreated)
		return
	}
	respond(http.StatusCreated, a.answers(ids, sent.Stamps))
}

// What a creation of several makes is the run's, however the answer names it, and is removed. What nothing
// names is left behind, and an error. What the answer names and the run has not made stays.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		schema  string // of the answer
		answers func(ids []string, stamps []map[string]any) any
		left    string // the report says of what is left
	}{
		"items": {`{$ref: "#/components/schemas/Stamps"}`, func(_ []string, stamps []map[string]any) any {
			return map[string]any{"stamps": stamps}
		}, ""},
		"identities": {"{type: object, properties: {ids: {type: array, items: {type: string}}}}",
			func(ids []string, _ []map[string]any) any { return map[string]any{"ids": ids} }, ""},
		"identities alone": {"{type: array, items: {type: string}}",
			func(ids []string, _ []map[string]any) any { return ids }, ""},
		"identities by number": {"{type: object, properties: {insertedIds: {type: object}}}",
			func(ids []string, _ []map[string]any) any {
				byNumber := map[string]string{}
				for i, id := range ids {
					byNumber[fmt.Sprint(i)] = id
				}
				return map[string]any{"count": len(ids), "insertedIds": byNumber}
			}, ""},
		"the first": {`{$ref: "#/components/schemas/Stamps"}`, func(_ []string, stamps []map[string]any) any {
			return map[string]any{"stamps": stamps[:1]}
		}, "1 of the 2 items that addStamps created"},
		"nothing": {"{}", nil, "that addStamps created"},
		"one that was there": {`{$ref: "#/components/schemas/Stamps"}`, func(ids []string, stamps []map[string]any) any {
			return map[string]any{"stamps": []any{stamps[0], map[string]any{"stampId": realStamp, "motif": "a"}}}
		}, "addStamps"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAlbum(c.answers)
			r, err := contract.Run(t.Context(), stamps(t, c.schema), fixtures.Derive(stamps(t, c.schema)),
				contracttest.Handler(a), contract.Options{}.Timed(clock.now, clock.sleep))
			if err != nil {
				t.Fatal(err)
			}
			if a.stamps[realStamp] == nil {
				t.Error("the stamp that was there is gone")
			}
			behind := slices.ContainsFunc(r.Fixtures, func(f contract.Result) bool { return f.ID == "run-left-behind" })
			if n := len(a.stamps) - 1; c.left == "" && (n > 0 || len(r.Left) > 0) ||
				c.left != "" && (n == 0 || !behind || !strings.Contains(strings.Join(r.Left, "\n"), c.left)) {
				t.Errorf("%d stamps are left, and named are %d: %.3q", n, len(r.Left), r.Left)
			}
			if c.left == "" && (r.Summary.Errored > 0 || r.Summary.Passed < 20) {
				t.Errorf("%+v\n%s", r.Summary, textOf(t, r))
			}
		})
	}
}

// Where clients give the identities, none of several is that of an item that was there, whatever the
// document's example has.
func TestSeveralWithIdentities(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string]func([]string, []map[string]any) any{
		"shown": func(_ []string, stamps []map[string]any) any { return map[string]any{"stamps": stamps} },
		"not":   nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAlbum(answers)
			doc := stampsWith(t, func(text string) string {
				text = strings.Replace(text, "        motif: {type: string, minLength: 1}",
					"        motif: {type: string, minLength: 1}\n        stampId: {type: string, format: uuid}", 1)
				return strings.Replace(text, "          application/json:\n            schema:",
					`          application/json:
            example: {stamps: [{stampId: 00000000-0000-4000-8000-000000000001, motif: a}, {stampId: `+realStamp+`, motif: b}]}
            schema:`, 1)
			})
			r, err := contract.Run(t.Context(), doc, fixtures.Derive(doc), contracttest.Handler(a),
				contract.Options{}.Timed(clock.now, clock.sleep))
			if err != nil {
				t.Fatal(err)
			}
			if real := a.stamps[realStamp]; real == nil || real["motif"] != "a real one" || a.count < 20 {
				t.Errorf("of %d stamps, the real one is %v", a.count, real)
			}
			if left := len(a.stamps) - 1; left > 0 && (answers != nil || len(r.Left) == 0) {
				t.Errorf("%d are left; named are %q", left, r.Left)
			}
		})
	}
}

// stamps is the document of a creation of at least two stamps, with another schema of its answer.
func stamps(t *testing.T, answer string) *openapi.Document {
	t.Helper()
	return stampsWith(t, func(text string) string {
		return strings.Replace(text, `"201": {description: The new stamps., content: {application/json: `+
			`{schema: {$ref: "#/components/schemas/Stamps"}}}}`, `"201": {description: The new stamps., content: `+
			`{application/json: {schema: `+answer+`}}}`, 1)
	})
}

func stampsWith(t *testing.T, edit func(string) string) *openapi.Document {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "testdata", "shapes", "several-at-least.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi.Parse("stamps.yaml", []byte(edit(string(source))))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
