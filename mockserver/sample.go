package mockserver

import (
	"log/slog"
	"strings"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// examples makes what responses show where the state has nothing. A server has one, which keeps what
// it has made: the search for a valid value is dear.
type examples struct {
	documented *samples.Documented
	log        *slog.Logger
}

func newExamples(log *slog.Logger) *examples {
	return &examples{samples.NewDocumented(openapi.ResponseView, nil), log}
}

// maker returns a value of a schema for the member of a name; nil where none was found. Values are
// shared: copy before changing.
type maker func(s *openapi.Schema, name string) any

// value returns a valid value that shows what a response of a schema looks like: its example where it
// has a valid one, else what its members show. It is a maker.
func (x *examples) value(s *openapi.Schema, name string) any {
	v, _ := x.documented.Value(samples.Place{Schema: s, Name: name}, samples.Shown)
	return v
}

// like returns a maker that takes the members of an object from an example of it, where it has them.
func (x *examples) like(example any) maker {
	return func(s *openapi.Schema, name string) any {
		if shown, ok := jsonvalue.Lookup(example, jsonvalue.Join("", name)); ok && name != "" && meets(s, shown) {
			return shown
		}
		return x.value(s, name)
	}
}

// blank returns the emptiest value that a schema allows: what a field holds that nobody has set.
func (x *examples) blank(s *openapi.Schema) any {
	v, _ := x.documented.Empty(s)
	return v
}

// header returns the value of a header of a response with a body.
func (x *examples) header(h *openapi.Parameter, body []byte) string {
	return x.documented.Header(h, body)
}

// body returns the example of a response's body. Where none is as the document wants it, the log says
// so and which rule could not be met; the response is as near as possible then.
func (x *examples) body(op *openapi.Operation, m *openapi.MediaType) []byte {
	body, err := x.documented.Body(m)
	if err != nil {
		x.log.Warn("an answer cannot be made as the document wants it, so that it is only near", "operation", op.ID,
			"reason", err.Error())
	}
	value, bad := jsonvalue.Parse(body, jsonvalue.Limits{})
	object, isObject := value.(*jsonvalue.Object)
	if bad != nil || !isObject || op.Resource == nil || m.Schema == nil {
		return body
	}
	affirm(object, m.Schema, op.Action == openapi.Delete)
	if err == nil && !meets(m.Schema, object) {
		return body
	}
	return jsonvalue.Marshal(object)
}

// concreteType returns a media type without wildcards.
func concreteType(m *openapi.MediaType) string {
	kind, _, _ := strings.Cut(m.Type, "/")
	switch {
	case !strings.Contains(m.Type, "*"):
		return m.Type
	case concrete[kind] != "":
		return concrete[kind]
	case samples.IsFile(m):
		return "application/octet-stream"
	}
	return applicationJSON
}

// concrete are media types by what stands before the slash.
var concrete = map[string]string{
	"text": "text/plain; charset=utf-8", "image": "image/png", "audio": "audio/wav", "video": "video/mp4",
}

// meets reports whether a value is valid in responses.
func meets(s *openapi.Schema, v any) bool { return s.IsValid(v, openapi.ResponseView) }
