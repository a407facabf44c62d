package mockserver

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// controlPath is below which a server is controlled.
const controlPath = "/__mock"

// maxState bounds in bytes what the control takes, which may be a whole state.
const maxState = 256 << 20

//go:embed control.yaml
var controlSource []byte

// controlDocument compiles control.yaml once; documents are immutable.
var controlDocument = sync.OnceValues(func() (*openapi.Document, error) {
	return openapi.Parse("control.yaml",
		controlSource)
})

// control serves what control.yaml describes. Its requests are judged as those of the API are.
type control struct {
	server    *Server
	doc       *openapi.Document
	router    *router
	endpoints map[*openapi.Operation]*endpoint
}

func newControl(s *Server) (*control, error) {
	doc, err := controlDocument()
	if err != nil {
		return nil, err
	}
	routes, err := newRouter(doc.Operations)
	if err != nil {
		return nil, err
	}
	c := &control{server: s, doc: doc, router: routes, endpoints: map[*openapi.Operation]*endpoint{}}
	acts := map[string]func(*call) *answer{
		"getHealth":     c.health,
		"reset":         c.reset,
		"getState":      c.getState,
		"setState":      c.setState,
		"editItem":      c.editItem,
		"seed":          c.seed,
		"listRequests":  c.listRequests,
		"clearRequests": c.clearRequests,
	}
	for _, op := range doc.Operations {
		c.endpoints[op] = &endpoint{server: s, operation: op, success: newSuccess(op), act: acts[op.ID],
			maxBody: max(maxState, s.options.MaxBody)}
	}
	return c, nil
}

// answer serves one request to the control.
func (c *control) answer(w http.ResponseWriter, r *http.Request) *answer {
	if isPreflight(r) {
		return c.server.preflight(r, c.router.methods(r.URL))
	}
	if a := c.server.guard(r); a != nil {
		return a
	}
	found, wrongMethod := c.router.find(r.Method, r.URL)
	switch {
	case found != nil && found.operation.ID == "getControlDocument":
		return &answer{status: http.StatusOK, mediaType: "application/yaml", body: c.doc.YAML(c.server.address(r))}
	case found != nil:
		return c.endpoints[found.operation].answer(w, r, found.parameters, &sent{})
	case wrongMethod && r.Method == http.MethodOptions:
		return (&answer{status: http.StatusNoContent}).set("Allow", strings.Join(c.router.methods(r.URL), ", "))
	case wrongMethod:
		return c.router.refuseMethod(r, c.server.known)
	}
	return c.router.refuseRoute(r, c.server.known)
}

// with is the success with a body.
func (s *success) with(v any) *answer {
	a := s.answer()
	a.body = jsonvalue.Marshal(v)
	return a
}

func (c *control) health(call *call) *answer {
	doc := c.server.doc
	items := &jsonvalue.Object{}
	w := c.server.store.world()
	for _, collection := range c.server.collections {
		items.Set(collection.name, w.counts[collection.resource.CollectionPath])
	}
	return call.success.with(jsonvalue.ObjectOf(
		"status", "ok",
		"document", jsonvalue.ObjectOf(
			"name", doc.Name, "title", doc.Title, "version", doc.Version, "sha256", doc.SHA256, "operations",
			len(doc.Operations)),
		"items", items,
		"time", c.server.clock.Now().Format(timeForm),
	))
}

func (c *control) reset(call *call) *answer {
	c.server.Reset()
	return call.success.answer()
}

func (c *control) getState(call *call) *answer {
	a := call.success.answer()
	a.body = c.server.State()
	return a
}

func (c *control) setState(call *call) *answer {
	if err := c.server.SetState(call.value); err != nil {
		return refuseState(err)
	}
	return call.success.answer()
}

// refuseState says why a state is not taken.
func refuseState(err error) *answer {
	var bad *StateError
	switch {
	case errors.As(err, &bad):
		return refuse(http.StatusBadRequest, bad.Violations...)
	case errors.Is(err, ErrUnknownItem):
		return refuse(http.StatusNotFound, openapi.Violation{Rule: ruleUnknownItem, In: "path", Message: err.Error()})
	}
	return refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleState, In: "state", Message: err.Error()})
}

func (c *control) editItem(call *call) *answer {
	path := call.request.Path
	item, err := c.server.edit(path["collection"], call.request.Query.Get("workspace"), path["id"], call.value)
	if err != nil {
		return refuseState(err)
	}
	a := call.success.answer()
	a.body = item
	return a
}

// defaultSeeding is how many items a request to seed adds that does not say; control.yaml says so
// too.
const defaultSeeding = 10

func (c *control) seed(call *call) *answer {
	asked, err := seedingOf(call.value)
	if err == nil {
		var added int
		if added, err = c.server.Seed(asked); err == nil {
			return call.success.with(jsonvalue.ObjectOf("added", added))
		}
	}
	return refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleState, In: "body", Message: err.Error()})
}

func seedingOf(value any) (SeedOptions, error) {
	asked := SeedOptions{Count: defaultSeeding}
	object, _ := value.(*jsonvalue.Object)
	if object == nil {
		return asked, nil
	}
	if v, ok := object.Get("count"); ok {
		n, err := wholeNumber(v)
		if err != nil || n > MaxSeedCount {
			return asked, fmt.Errorf("body /count: %v is not a whole number up to %d", v, MaxSeedCount)
		}
		asked.Count = int(n) //nolint:gosec // bounded above
	}
	if v, ok := object.Get("seed"); ok {
		n, err := wholeNumber(v)
		if err != nil {
			return asked, fmt.Errorf("body /seed: %v is not a whole number of 64 bits", v)
		}
		asked.Seed = n
	}
	if v, ok := object.Get("profile"); ok {
		asked.Profile = fixtures.Profile(headerText(v))
	}
	if v, ok := object.Get("workspace"); ok {
		asked.Workspace = headerText(v)
	}
	return asked, nil
}

// wholeNumber reads integers in any spelling that the schema lets pass: 10, 1e1, 10.0.
func wholeNumber(v any) (uint64, error) {
	n, _ := v.(json.Number)
	if whole, err := strconv.ParseUint(string(n), 10, 64); err == nil {
		return whole, nil
	}
	f, err := n.Float64()
	if err != nil || f < 0 || f >= 1<<63 || f != float64(uint64(f)) {
		return 0, strconv.ErrRange
	}
	return uint64(f), nil
}

func (c *control) listRequests(call *call) *answer {
	journal := c.server.Requests(filterOf(call.request.Query))
	out, err := json.Marshal(journal)
	if err != nil { // nothing in an entry can bring this about
		return refuse(http.StatusInternalServerError)
	}
	a := call.success.answer()
	a.body = out
	return a
}

func filterOf(query url.Values) Filter {
	number := func(name string) int {
		n, _ := wholeNumber(json.Number(query.Get(name)))
		return int(min(n, 1<<31)) //nolint:gosec // bounded here
	}
	return Filter{
		Operation: query.Get("operation"), Method: query.Get("method"), Workspace: query.Get("workspace"),
		Status: number("status"), Limit: number("limit"),
	}
}

func (c *control) clearRequests(call *call) *answer {
	c.server.ClearRequests()
	return call.success.answer()
}
