package contract_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/careless"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// anyID is the schema of identities in the document.
const anyID = "{type: integer, format: int64}"

// readOnly lets the target give the identities.
func readOnly(source string) string {
	return strings.Replace(source, "        id: {", "        id: {readOnly: true, ", 1)
}

// without takes an operation out of the document, or makes the list one of pages.
func without(source, what string) string {
	switch what {
	case "no list":
		return cutOut(source, "    get:\n      operationId: listShelves", "    post:")
	case "no read":
		return cutOut(source, "    get:\n      operationId: readShelf", "    put:")
	case "pages":
		return strings.Replace(source, "parameters: []",
			"parameters: [{name: page, in: query, required: true, schema: {type: integer, minimum: 0, maximum: 0}}]", 1)
	}
	return source
}

func cutOut(source, from, to string) string {
	start := strings.Index(source, from)
	return source[:start] + source[start+strings.Index(source[start:], to):]
}

// shelves is a document whose clients give the identities, of one form.
func shelves(t *testing.T, form string) *openapi.Document {
	t.Helper()
	return parsed(t, func(source string) string {
		return strings.ReplaceAll(source, anyID, form)
	})
}

func parsed(t *testing.T, edit func(string) string) *openapi.Document {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "shelves.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi.Parse("shelves.yaml", []byte(edit(string(source))))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func derivedRun(t *testing.T, doc *openapi.Document, h http.Handler, o contract.Options) (r *contract.Report) {
	t.Helper()
	o.Level = fixtures.Full
	synctest.Test(t, func(t *testing.T) { // which does not wait
		var err error
		if r, err = contract.Run(t.Context(), doc, fixtures.Derive(doc), contracttest.Handler(h), o); err != nil {
			t.Fatal(err)
		}
	})
	return r
}

// untouched wants a backend to have its real items, none of which was written to, and of others only
// those that the report names.
func untouched(t *testing.T, b *careless.Backend, r *contract.Report) {
	t.Helper()
	if writes := b.Writes(); len(writes) > 0 {
		t.Errorf("the real items were written to %d times: %q", len(writes), writes)
	}
	left := strings.Join(r.Left, "\n")
	if strings.Contains(left, "what createShelf has created, if anything") {
		return // its answers do not say
	}
	for _, id := range b.Made() {
		if !strings.Contains(left, "shelves "+id+":") && !strings.Contains(left, "shelves "+id+",") && id != "" {
			t.Errorf("%q is left, and not named: %q", id, left)
		}
	}
}

// A backend that stores whatever it is sent under the identity that it is sent, as many do that
// take identities from their clients, has twenty real items.
func TestRealItemsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for form, ids := range map[string]func(int) any{
		"{type: integer, format: int64}":                  careless.Integers,
		"{type: integer, format: int32, minimum: 1}":      careless.Integers,
		"{type: integer, minimum: 1, maximum: 60}":        careless.Integers,
		"{type: number}":                                  careless.Integers,
		"{type: string}":                                  careless.Texts,
		"{type: string, minLength: 2, maxLength: 8}":      careless.Texts,
		"{type: string, format: uuid}":                    careless.UUIDs,
		`{type: string, pattern: "^item-[0-9]{1,2}$"}`:    careless.Texts,
		"{type: string, enum: [item-1, item-2, a, b, c]}": careless.Texts,
	} {
		for _, paths := range []string{"everything", "no list", "no read", "pages"} {
			if testing.Short() && (paths != "everything" || !strings.Contains(form, "format")) {
				continue
			}
			t.Run(form+" "+paths, func(t *testing.T) {
				t.Parallel()
				doc := parsed(t, func(source string) string {
					source = strings.ReplaceAll(source, anyID, form)
					return without(source, paths)
				})
				b := careless.New(careless.Options{ID: ids, Upserts: true})
				r := derivedRun(t, doc, b, contract.Options{})
				untouched(t, b, r)
				if len(b.Created()) == 0 && !strings.Contains(form, "pattern") {
					t.Errorf("nothing was created: %+v", r.Summary)
				}
				for _, f := range r.Fixtures {
					if f.Outcome == contract.Errored && len(r.Left) == 0 {
						t.Errorf("%s errored: %s", f.ID, f.Reason)
					}
				}
			})
		}
	}
}

// Where the document allows no other identities than those that are taken, nothing is sent.
func TestNoFreeIdentity(t *testing.T) {
	t.Parallel()
	doc := shelves(t, "{type: integer, minimum: 1, maximum: 20}")
	b := careless.New(careless.Options{ID: careless.Integers, Upserts: true})
	r := derivedRun(t, doc, b, contract.Options{})
	untouched(t, b, r)
	f := find(t, r, "create-shelf-comes-back")
	if f.Outcome != contract.Skipped || !strings.Contains(f.Reason, "no free id was found for one of the shelves") {
		t.Errorf("%s: %s %q", f.ID, f.Outcome, f.Reason)
	}
}

// A backend that gives the identities itself and answers creations with one of its real items.
func TestAnswersWithAnotherItem(t *testing.T) {
	t.Parallel()
	for _, ids := range []func(int) any{careless.Integers, careless.UUIDs} {
		for _, given := range []bool{false, true} {
			for _, paths := range []string{"everything", "no list", "pages"} {
				if testing.Short() && paths != "everything" {
					continue
				}
				t.Run(fmt.Sprintf("%v given %t %s", ids(1), given, paths), func(t *testing.T) {
					t.Parallel()
					form := "{type: integer, format: int64}"
					if _, text := ids(1).(string); text {
						form = "{type: string, format: uuid}"
					}
					doc := parsed(t, func(source string) string {
						source = strings.ReplaceAll(source, anyID, form)
						if !given {
							source = readOnly(source)
						}
						return without(source, paths)
					})
					b := careless.New(careless.Options{ID: ids, Upserts: given, Answers: 7})
					r := derivedRun(t, doc, b, contract.Options{})
					if writes := b.Writes(); len(writes) > 0 {
						t.Errorf("the real items were written to: %q", writes)
					}
					if !slices.Contains(checksOf(r), "identity-fresh") {
						t.Errorf("it is caught by %v only: %+v", checksOf(r), r.Summary)
					}
					if given {
						untouched(t, b, r) // what was created all the same is found by its identity
					} else if !strings.Contains(strings.Join(r.Left, "\n"), fmt.Sprintf("%q", fmt.Sprint(ids(7)))) {
						t.Errorf("left are %q", r.Left)
					}
				})
			}
		}
	}
}

// What a creation makes whose answer is lost is removed where its identity is known, and named
// where it is not.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for _, given := range []bool{true, false} {
		doc := parsed(t, func(source string) string {
			if given {
				return source
			}
			return readOnly(source)
		})
		b := careless.New(careless.Options{ID: careless.Integers, Upserts: given})
		sound := contracttest.Handler(b)
		target := between(sound, func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
			res, err := inner.RoundTrip(r)
			if r.Method == http.MethodPost && err == nil {
				delivered(r)
				return nil, fmt.Errorf("the connection broke")
			}
			return res, err
		})
		r, err := contract.Run(context.Background(), doc, fixtures.Derive(doc), target, contract.Options{Jobs: 4})
		if err != nil {
			t.Fatal(err)
		}
		if given {
			untouched(t, b, r)
		} else if left := strings.Join(r.Left, "\n"); !strings.Contains(left, "what createShelf may have created") {
			t.Errorf("left are %q", left)
		}
	}
}

// The identities of a run are nobody else's, and its report is the same but for them.
func TestIdentitiesAreTheRunsOwn(t *testing.T) {
	t.Parallel()
	doc := shelves(t, "{type: string}")
	ids := func(nonce uint64) []string {
		b := careless.New(careless.Options{ID: careless.Texts, Upserts: true})
		if r := derivedRun(t, doc, b, contract.Options{Jobs: 1}.WithNonce(nonce)); !r.OK() && r.Summary.Failed == 0 {
			t.Errorf("%+v", r.Summary)
		}
		return b.Created()
	}
	first, again, other := ids(1), ids(1), ids(2)
	slices.Sort(first)
	slices.Sort(again)
	if !slices.Equal(first, again) {
		t.Error("one nonce makes different identities")
	}
	for _, id := range other {
		if strings.HasPrefix(id, "agentmock-") && slices.Contains(first, id) {
			t.Errorf("two runs share the identity %q", id)
		}
	}
}

// Against an empty mock nothing of the document is left out. Where the mock has items, only what a
// careless reader could take for one of theirs is.
func TestClientIdentitiesAgainstTheMock(t *testing.T) {
	t.Parallel()
	doc := shelves(t, anyID)
	for _, agents := range []int{0, 20} {
		mock := mockserver.RunT(t, doc, mockserver.Options{Agents: agents})
		r, err := contract.Run(t.Context(), doc, fixtures.Derive(doc), contract.Target{BaseURL: mock.URL},
			contract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !r.OK() || len(r.Left) > 0 || agents == 0 && r.Summary.Skipped > 0 {
			t.Errorf("with %d items: %+v, left %q\n%s", agents, r.Summary, r.Left, textOf(t, r))
		}
		for _, f := range r.Fixtures {
			if f.Outcome == contract.Skipped && !strings.Contains(f.Reason, "that the run has not made") {
				t.Errorf("%s: %s", f.ID, f.Reason)
			}
		}
	}
}
