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

// controlPath is the URL prefix of the control API.
const controlPath = "/__mock"

// maxState bounds in bytes the bodies of the control API, which may be whole states.
const maxState = 256 << 20

//go:embed control.yaml
var controlSource []byte

// controlDocument compiles control.yaml once; documents are immutable.
var controlDocument = sync.OnceValues(func() (*openapi.Document, error) {
	return openapi.Parse("control.yaml", controlSource)
})

// control serves the control API, which control.yaml describes. Its requests are validated like
// those of the API.
type control struct {
	server  *Server
	doc     *openapi.Document
	service *service
}

func newControl(s *Server) (*control, error) {
	doc, err := controlDocument()
	if err != nil {
		return nil, err
	}
	c := &control{server: s, doc: doc}
	actions := map[string]func(*exchange) *response{
		"getHealth":          c.health,
		"getControlDocument": c.document,
		"reset":              c.reset,
		"getState":           c.getState,
		"setState":           c.setState,
		"editItem":           c.editItem,
		"seed":               c.seed,
		"listRequests":       c.listRequests,
		"clearRequests":      c.clearRequests,
	}
	c.service, err = newService(doc.Operations, func(op *openapi.Operation) *endpoint {
		return &endpoint{operation: op, success: newSuccess(op), act: actions[op.ID]}
	})
	return c, err
}

func isControlPath(path string) bool {
	return path == controlPath || strings.HasPrefix(path, controlPath+"/")
}

func (c *control) respond(w http.ResponseWriter, r *http.Request) *response {
	if isPreflight(r) {
		return c.server.preflight(r, c.service.router.methods(r.URL))
	}
	if refusal := c.server.refuseForeign(r); refusal != nil {
		return refusal
	}
	return c.service.respond(&exchange{server: c.server, http: r,
		body: readBody(w, r, max(maxState, c.server.options.MaxBody))})
}

func (c *control) health(x *exchange) *response {
	doc, snapshot := c.server.doc, c.server.store.snapshot()
	items := &jsonvalue.Object{}
	for _, collection := range c.server.collections {
		items.Set(collection.Name, snapshot.counts[collection.CollectionPath])
	}
	return x.endpoint.success.with(jsonvalue.Marshal(jsonvalue.ObjectOf(
		"status", "ok",
		"document", jsonvalue.ObjectOf(
			"name", doc.Name, "title", doc.Title, "version", doc.Version, "sha256", doc.SHA256, "operations",
			len(doc.Operations)),
		"items", items,
		"time", c.server.clock.Now().Format(timeForm),
	)))
}

func (c *control) document(x *exchange) *response {
	return x.endpoint.success.with(c.doc.YAML(c.server.address(x.http)))
}

func (c *control) reset(x *exchange) *response {
	c.server.Reset()
	return x.endpoint.success.response()
}

func (c *control) getState(x *exchange) *response { return x.endpoint.success.with(c.server.State()) }

func (c *control) setState(x *exchange) *response {
	if err := c.server.setState(x.value); err != nil {
		return refuseState(err)
	}
	return x.endpoint.success.response()
}

func (c *control) editItem(x *exchange) *response {
	item, err := c.server.edit(ItemRef{
		Collection: x.request.Path["collection"], ID: x.request.Path["id"], Workspace: x.request.Query.Get("workspace"),
	}, x.value)
	if err != nil {
		return refuseState(err)
	}
	return x.endpoint.success.with(item)
}

// refuseState is for a state, or a change of an item, that is not accepted.
func refuseState(err error) *response {
	var invalid *StateError
	switch {
	case errors.As(err, &invalid):
		return refuse(http.StatusBadRequest, invalid.Violations...)
	case errors.Is(err, ErrUnknownItem):
		return refuse(http.StatusNotFound, openapi.Violation{Rule: ruleUnknownItem, In: "path", Message: err.Error()})
	case errors.Is(err, ErrAmbiguousItem):
		return refuse(http.StatusConflict, openapi.Violation{Rule: ruleAmbiguousItem, In: "path", Message: err.Error()})
	}
	return refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleState, In: "state", Message: err.Error()})
}

// defaultSeedCount is the count of a seed call that names none. control.yaml has the same default.
const defaultSeedCount = 10

func (c *control) seed(x *exchange) *response {
	o, err := seedOptionsOf(x.value)
	if err == nil {
		var added int
		if added, err = c.server.Seed(o); err == nil {
			return x.endpoint.success.with(jsonvalue.Marshal(jsonvalue.ObjectOf("added", added)))
		}
	}
	return refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleState, In: "body", Message: err.Error()})
}

func seedOptionsOf(value any) (SeedOptions, error) {
	o := SeedOptions{Count: defaultSeedCount}
	object, _ := value.(*jsonvalue.Object)
	if v, ok := object.Get("count"); ok {
		n, err := wholeNumber(v)
		if err != nil || n > MaxSeedCount {
			return o, fmt.Errorf("body /count: %v is not a whole number up to %d", v, MaxSeedCount)
		}
		o.Count = int(n) //nolint:gosec // bounded above
	}
	if v, ok := object.Get("seed"); ok {
		n, err := wholeNumber(v)
		if err != nil {
			return o, fmt.Errorf("body /seed: %v is not a whole number of 64 bits", v)
		}
		o.Seed = n
	}
	if v, ok := object.Get("profile"); ok {
		o.Profile = fixtures.Profile(headerText(v))
	}
	if v, ok := object.Get("workspace"); ok {
		o.Workspace = headerText(v)
	}
	return o, nil
}

// wholeNumber returns an integer in any spelling that schemas accept: 10, 1e1, 10.0.
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

func (c *control) listRequests(x *exchange) *response {
	out, err := json.Marshal(c.server.Requests(filterOf(x.request.Query)))
	if err != nil { // no entry can cause it
		return refuse(http.StatusInternalServerError)
	}
	return x.endpoint.success.with(out)
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

func (c *control) clearRequests(x *exchange) *response {
	c.server.ClearRequests()
	return x.endpoint.success.response()
}
