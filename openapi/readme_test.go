package openapi_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestReadmeOperations: the second document of the README says what its operations do.
func TestReadmeOperations(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(strings.Split(string(readme), "```yaml\n")[2], "```")
	const want = `guests /search id=tag
  create POST /check-in
  read GET /guests/{collar}
  replace PUT /guests/{collar} creates
  update POST /guests/{collar}/groom
  list POST /search`
	if got := model(load(t, text)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, word := range []string{"scope:", "resource:", "action:", "update: merge", "creates: true", "id:", "value:",
		"initial:", "default:", "assumed:", "none"} {
		if !strings.Contains(string(readme), "`"+word) {
			t.Errorf("the table of words lacks %s", word)
		}
	}
}

// TestReadmeDocument: the document that the README shows means what its comments say.
func TestReadmeDocument(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(readme), "```yaml\n")
	text, _, _ = strings.Cut(text, "```")
	doc := load(t, text)
	if problems := doc.Check(); len(problems) > 0 {
		t.Error(problems)
	}
	if doc.Scope == nil || *doc.Scope != (openapi.Scope{Header: "x-shop", Property: "shop"}) {
		t.Errorf("scope %+v", doc.Scope)
	}
	pets := doc.DefaultResource()
	if pets == nil || pets.Name != "pets" || pets.Identity != "tag" || pets.Update == nil || pets.Replace != nil {
		t.Fatalf("%+v", pets)
	}
	if r := pets.Create.Response(400); r == nil || !r.Assumed {
		t.Errorf("%+v", r)
	}
	for name, want := range map[string]string{"tag": openapi.MockObjectID, "bornAt": openapi.MockNow,
		"changedAt": openapi.MockUpdated, "chipKey": openapi.MockSecret, "vet": openapi.MockSecret} {
		if got := pets.Schema.Member(name).Mock.Value; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if mood := pets.Schema.Member("mood").Mock; !mood.HasInitial || mood.Initial != "calm" || !mood.Assumed {
		t.Errorf("%+v", mood)
	}
	if meals := pets.Schema.Member("meals"); !meals.HasDefault || meals.Default != json.Number("2") {
		t.Errorf("%+v", meals)
	}
	if got := doc.SecretNames(); !slices.Equal(got, []string{"chipKey", "vet"}) {
		t.Errorf("secrets %q", got)
	}
	for _, word := range []string{"scope", "update: merge", "assumed", "initial", "default:", "id:", "value:",
		openapi.MockObjectID, openapi.MockNow, openapi.MockUpdated, openapi.MockSecret} {
		if !strings.Contains(text, word) {
			t.Errorf("the README's document does not show %s", word)
		}
	}
}
