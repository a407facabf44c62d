package contract

import (
	"context"
	"net/http"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// withAnotherName sends a valid request that was refused once more with another name, where the target
// may want no two items to have the same: it says so (409), or the name is one that the run gives. The
// exchange is nil where there is nothing to rename, or where that is refused as well.
func (s *session) withAnotherName(ctx context.Context, x *exchange) (*exchange, []Finding, error) {
	place := x.sent.op.SentPlace()
	var twin any
	pointer := ""
	for _, m := range x.sent.item().Members {
		text, isText := m.Value.(string)
		ours := strings.HasPrefix(text, "agentmock-")
		said := x.got.answer.Status == http.StatusConflict && m.Name == "name"
		if isText && (ours || said) && !s.tries(x, jsonvalue.Join("", m.Name)) || isText && said {
			pointer = jsonvalue.Join("", m.Name)
			other := "agentmock-" + s.run.unique(s.fixture.ID+x.sent.url+text)
			twin, _ = jsonvalue.Put(jsonvalue.Clone(x.sent.body), jsonvalue.Join(place, m.Name), other)
			break
		}
	}
	media := x.sent.op.Body.MediaType(x.sent.request.Header)
	if twin == nil || media == nil || !media.IsJSON() {
		return nil, nil, nil
	}
	request := *x.sent.request
	request.Body = jsonvalue.Marshal(twin)
	if len(x.sent.op.ValidateRequest(&request)) > 0 {
		return nil, nil, nil
	}
	y, found, err := s.send(ctx, sent{op: x.sent.op, request: &request, byRun: x.sent.byRun},
		wanted{kind: wantAnything})
	if err != nil || !y.succeeded() {
		return nil, nil, err
	}
	y.wanted = x.wanted
	s.answer(x, questionName, pointer, answerRefuse)
	return y, found, nil
}

// trackIf tracks an exchange, if there is one.
func (s *session) trackIf(x *exchange) []Finding {
	if x == nil {
		return nil
	}
	return s.track(x)
}

// tries reports whether what a request tries stands at a place of the item.
func (s *session) tries(x *exchange, pointer string) bool {
	m := x.sent.mutation
	return m != nil && m.In == "body" && overlaps(x.sent.op.SentPlace()+pointer, m.Pointer)
}

// vocabulary returns where a body has words of a list that the target may have closed.
func (s *session) vocabulary(op *openapi.Operation, body any) []string {
	var out []string
	for _, pointer := range fixtures.Vocabulary(op, body) {
		if !s.run.given(pointer) {
			out = append(out, pointer)
		}
	}
	return out
}

// given reports whether a value that the target knows was given for a place.
func (r *runner) given(pointer string) bool {
	for at := range r.options.Values {
		if overlaps(at, pointer) {
			return true
		}
	}
	return false
}
