package mockserver

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/agentmock/agentmock/openapi"
)

// check is one check of a request: what it found, and the status if it found anything.
type check struct {
	status     int
	violations []openapi.Violation
}

// validate runs all checks of a request, in order of precedence. It returns nil if none found anything.
// Whether an item exists is only told to requests with good credentials and parameters.
func (x *exchange) validate() *response {
	credentials := x.validateCredentials()
	parameters := x.endpoint.operation.ValidateParameters(x.request)
	if x.endpoint.strict {
		parameters = append(parameters, x.undeclared()...)
	}
	mediaType, body := x.validateBody()
	var missing []openapi.Violation
	if len(credentials)+len(parameters) == 0 {
		missing = x.missingItem()
	}
	return x.refusal(
		check{http.StatusUnauthorized, credentials},
		check{http.StatusBadRequest, parameters},
		check{http.StatusUnsupportedMediaType, mediaType},
		check{x.body.status, x.body.violations},
		check{http.StatusNotFound, missing},
		check{http.StatusBadRequest, body},
	)
}

// refusal returns nil if no check found anything. Else the first check that did decides the status;
// the violations of all are listed.
func (x *exchange) refusal(checks ...check) *response {
	status := 0
	var list []openapi.Violation
	for _, c := range checks {
		if len(c.violations) > 0 {
			status = cmp.Or(status, c.status)
			list = append(list, c.violations...)
		}
	}
	if status == 0 {
		return nil
	}
	res := x.refuse(status, list...)
	if scheme := authenticationScheme(x.endpoint.operation); scheme != "" && res.status == http.StatusUnauthorized {
		res.set("WWW-Authenticate", scheme)
	}
	return res
}

// refuse returns an error response with violations that may be about what the client has sent.
func (x *exchange) refuse(status int, list ...openapi.Violation) *response {
	status = describedStatus(x.endpoint.operation, status)
	return refuse(status, x.api.withoutSecrets(list, x.secrets())...)
}

// describedStatus returns a status as the document has it for refusals of that kind: documents tend to
// describe one of those that are near to each other.
func describedStatus(op *openapi.Operation, status int) int {
	if op.Refusal(status) != nil {
		return status
	}
	for _, near := range nearStatuses[status] {
		if op.Refusal(near) != nil {
			return near
		}
	}
	return status
}

var nearStatuses = map[int][]int{
	http.StatusBadRequest:            {http.StatusUnprocessableEntity},
	http.StatusUnauthorized:          {http.StatusForbidden},
	http.StatusRequestEntityTooLarge: {http.StatusBadRequest, http.StatusUnprocessableEntity},
	http.StatusUnsupportedMediaType:  {http.StatusBadRequest, http.StatusUnprocessableEntity},
}

// missingItem returns a violation if the item that the path names does not exist, or the one that
// the path's collection belongs to.
func (x *exchange) missingItem() []openapi.Violation {
	c := x.endpoint.collection
	if c == nil {
		return nil
	}
	snapshot := x.session.store.latest()
	last := len(x.key.place) - 1
	parent := c.parent
	if parent != nil && !parent.always && x.key.open == nil && len(c.Parents) == len(parent.Parents)+1 {
		above := collectionKey{path: parent.CollectionPath, place: x.key.place[:last]}
		if id := x.key.place[last]; snapshot.get(above, id) == nil {
			return x.unknownItem(c.Parents[len(c.Parents)-1], parent.Name, id)
		}
	}
	if c.always || x.endpoint.operation.Creates {
		return nil
	}
	if id := x.itemID(); id != "" && snapshot.find(x.key, id) == nil {
		return x.unknownItem(x.endpoint.operation.ItemParameter, c.Name, id)
	}
	return nil
}

func (x *exchange) unknownItem(parameter, collection, id string) []openapi.Violation {
	where := ""
	if workspace := x.api.scopeOf(x.http.Header); workspace != "" {
		where = fmt.Sprintf(" of %s %q", x.api.doc.Scope.Header, workspace)
	}
	id = truncate(id, 200)
	return []openapi.Violation{{
		Rule: ruleUnknownItem, In: "path", Name: parameter, Actual: id,
		Message: fmt.Sprintf("path %s: there is no %q among the %s%s", parameter, id, collection, where),
	}}
}
