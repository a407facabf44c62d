package ownership

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

const crates = `openapi: 3.1.0
info: {title: Crates, version: "1"}
components:
  schemas:
    Crate:
      type: object
      required: [id]
      properties:
        id: IDENTITY
        name: {type: string}
paths:
  /crates:
    get:
      operationId: listCrates
      responses:
        '200':
          description: all
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Crate"}}}}
    post:
      operationId: createCrate
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Crate"}}}}
      responses:
        '201': {description: one, content: {application/json: {schema: {$ref: "#/components/schemas/Crate"}}}}
  /crates/{id}:
    parameters: [{name: id, in: path, required: true, schema: FORM}]
    get:
      operationId: readCrate
      responses:
        '200': {description: one, content: {application/json: {schema: {$ref: "#/components/schemas/Crate"}}}}
    delete: {operationId: deleteCrate, responses: {'204': {description: gone}}}
`

// The forms of identities.
const (
	integers = "{type: integer}"
	texts    = "{type: string}"
	serverID = "{type: string, readOnly: true}"
)

// newRegistry returns the registry of the crates, whose identities have a form.
func newRegistry(t *testing.T, form string) *Registry {
	t.Helper()
	path := strings.Replace(form, ", readOnly: true", "", 1)
	text := strings.NewReplacer("IDENTITY", form, "FORM", path).Replace(crates)
	doc, err := openapi.Parse("crates.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return New(doc.Resource("crates"), 7)
}

// shop is a target that counts the requests that it gets.
type shop struct {
	name   string
	items  map[string]string // names of the items, by identity
	listed []string
	paged  bool // the list may be one of several
	blind  bool // there is no read
	status int  // the answer to every read; 0: whether the item is there
	dead   bool // reads are not answered
	full   bool // a read of any identity finds something
	lists  int
	reads  int
}

func (s *shop) Name() string { return s.name }

func (s *shop) List(context.Context) ([]string, bool) {
	s.lists++
	return s.listed, !s.paged
}

func (s *shop) Read(_ context.Context, id string) (int, *jsonvalue.Object, bool) {
	if s.blind {
		return 0, nil, false
	}
	s.reads++
	name, there := s.items[id]
	switch {
	case s.dead:
		return 0, nil, true
	case s.status != 0:
		return s.status, nil, true
	case there || s.full:
		return http.StatusOK, crate(id, name), true
	}
	return http.StatusNotFound, nil, true
}

func crate(id, name string) *jsonvalue.Object { return jsonvalue.ObjectOf("id", id, "name", name) }

// wantError wants an error that says something; "" wants none.
func wantError(t *testing.T, what string, err error, text string) {
	t.Helper()
	if text == "" && err != nil || text != "" && (err == nil || !strings.Contains(err.Error(), text)) {
		t.Errorf("%s: %v, want %q", what, err, text)
	}
}

func wantRequests(t *testing.T, what string, s *shop, lists, reads int) {
	t.Helper()
	if s.lists != lists || s.reads != reads {
		t.Errorf("%s: %d lists and %d reads, want %d and %d", what, s.lists, s.reads, lists, reads)
	}
}
