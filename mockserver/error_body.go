package mockserver

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// describeError gives a refusal the headers and the body that the document describes for its status.
// The mock's own body stays where the document describes none, one that it fits, or one that cannot
// be made. Of several representations it has the one that the request's header accepts.
func (e *endpoint) describeError(res *response, accept http.Header) {
	documented := e.operation.Refusal(res.status)
	if documented == nil {
		return
	}
	from := e.success.examples
	for _, h := range documented.Headers {
		if h.Required && len(h.ValidateText(res.header.Get(h.Name), openapi.ResponseView)) > 0 {
			res.set(h.Name, from.header(h, res.body))
		}
	}
	if len(documented.Content) == 0 {
		return
	}
	media := acceptedMedia(documented.Content, cmp.Or(documented.JSON(), documented.Content[0]), accept)
	isJSON := media == documented.JSON() || media.IsJSON()
	if isJSON && plainlyDescribes(media.Schema, res.body) {
		res.mediaType = concreteType(media)
		return
	}
	write, writes := samples.Writer(media)
	body := &errorBody{status: res.status, message: res.message, violations: res.violations, examples: from}
	own, err := jsonvalue.Parse(res.body, jsonvalue.Limits{})
	switch {
	case isJSON && (err != nil || describes(media.Schema, own)): // as it is
	case isJSON:
		described := body.in(media, e.errorExample(media))
		if described == nil {
			return
		}
		res.body = jsonvalue.Marshal(described)
	case writes:
		described := body.in(media, e.errorExample(media))
		res.body = write(cmp.Or(described, own))
	case strings.HasPrefix(media.Type, "text/"):
		res.body = body.text(media)
	default:
		res.body, _ = from.documented.Body(media)
	}
	res.mediaType = concreteType(media)
}

// plainlyDescribes is describes for a text, if it can be told without decoding it.
func plainlyDescribes(s *openapi.Schema, body []byte) bool {
	memory := newScratch()
	defer memory.release()
	value, ok := memory.scan(body)
	if !ok || !s.Accepts(value, openapi.ResponseView) {
		return false
	}
	for name := range value.Members() {
		if !s.Covers(name) {
			return false
		}
	}
	return true
}

// describes reports whether a schema allows a body and, where it names members, names the body's.
func describes(s *openapi.Schema, body any) bool {
	if !meets(s, body) {
		return false
	}
	object, isObject := body.(*jsonvalue.Object)
	return !isObject || !slices.ContainsFunc(object.Members, func(m jsonvalue.Member) bool { return !s.Covers(m.Name) })
}

// errorExample returns the document's example of a body, or a sample of its schema; nil where none is
// valid. Looking for a sample takes time, so that it is kept.
func (e *endpoint) errorExample(media *openapi.MediaType) any {
	if known, ok := e.errorExamples.Load(media); ok {
		return known
	}
	example := e.success.examples.value(media.Schema, "")
	for _, documented := range media.Examples {
		if meets(media.Schema, documented.Value) {
			example = documented.Value
			break
		}
	}
	e.errorExamples.Store(media, example)
	return example
}

// errorBody is what a refusal says.
type errorBody struct {
	status     int
	message    string
	violations []openapi.Violation
	placed     bool // the message is in the body
	examples   *examples
}

// in returns the body in the form of a media type, made of an example of it; nil where that cannot be
// done.
func (b *errorBody) in(media *openapi.MediaType, example any) any {
	body := jsonvalue.Clone(example)
	if body == nil || !meets(media.Schema, body) {
		return nil
	}
	allowed := func() bool { return meets(media.Schema, body) }
	b.set(body, media.Schema, b.member, allowed, maxDepth)
	if !b.placed {
		b.set(body, media.Schema, b.anyText, allowed, maxDepth)
	}
	return body
}

// text returns the body as a text: the message, where the schema allows it.
func (b *errorBody) text(media *openapi.MediaType) []byte {
	message := b.message
	if strings.HasPrefix(media.Type, "text/html") {
		title := fmt.Sprintf("%d %s", b.status, http.StatusText(b.status))
		message = "<!DOCTYPE html>\n<title>" + title + "</title>\n<p>" + html.EscapeString(message) + "</p>\n"
	}
	if !meets(media.Schema, message) {
		body, _ := b.examples.documented.Body(media)
		return body
	}
	return []byte(message)
}

// set writes what is known of a refusal into the properties that are named for it, at any level, as
// far as the whole stays allowed: each alternative of a schema may have its own code and status.
func (b *errorBody) set(v any, s *openapi.Schema, member func(*openapi.Property) any, allowed func() bool,
	depth int,
) {
	object, ok := v.(*jsonvalue.Object)
	if !ok || s == nil || depth == 0 {
		return
	}
	for variant := range s.Variants() {
		for _, p := range variant.Properties {
			old, has := object.Get(p.Name)
			if value := member(p); value != nil && meets(p.Schema, value) && tried(object, p.Name, value, allowed) {
				b.placed = b.placed || value == b.message || p.Schema.Items != nil
			} else if has {
				b.set(old, p.Schema, member, allowed, depth-1)
			}
		}
	}
}

// tried sets a member, and reports whether that is allowed; if not, the object is as it was.
func tried(object *jsonvalue.Object, name string, value any, allowed func() bool) bool {
	old, had := object.Get(name)
	object.Set(name, value)
	switch {
	case allowed():
		return true
	case had:
		object.Set(name, old)
	default:
		object.Delete(name)
	}
	return false
}

// member returns the value of a property of an error body, by its name; nil where the name says
// nothing. type, title, status and detail are those of RFC 9457.
func (b *errorBody) member(p *openapi.Property) any {
	if p.Schema.Items != nil {
		return b.list(p)
	}
	switch plainName(p.Name) {
	case "message", "detail", "description", "reason", "msg", "errordescription", "errormessage", "details":
		return b.message
	case "title", "error":
		return http.StatusText(b.status)
	case "code", "errorcode":
		if p.Schema.Allows("string") {
			return refusalCode(b.status)
		}
		return json.Number(strconv.Itoa(b.status))
	case "status", "statuscode":
		return json.Number(strconv.Itoa(b.status))
	case "type":
		if strings.HasPrefix(p.Schema.Format, "uri") {
			return "about:blank"
		}
	}
	return nil
}

// anyText returns the message for the first required text that may be any.
func (b *errorBody) anyText(p *openapi.Property) any {
	if b.placed || !p.Required || !p.Schema.Allows("string") || p.Schema.Format != "" || p.Schema.Enum != nil {
		return nil
	}
	return b.message
}

// plainName returns a name without what distinguishes styles of writing names.
func plainName(name string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
}

// list returns the violations as a list of texts or of objects; nil where the property is not named
// for that, or cannot hold them.
func (b *errorBody) list(p *openapi.Property) any {
	switch plainName(p.Name) {
	case "detail", "details", "errors", "violations", "issues", "problems", "messages", "invalidparams", "fields":
	default:
		return nil
	}
	var list []any
	for _, v := range b.violations {
		var item any = v.Message
		if !p.Schema.Items.Allows("string") || len(p.Schema.Items.Properties) > 0 {
			item = jsonvalue.Clone(b.examples.value(p.Schema.Items, ""))
			b.set(item, p.Schema.Items, func(p *openapi.Property) any { return violationMember(p, v) },
				func() bool { return meets(p.Schema.Items, item) }, maxDepth)
		}
		list = append(list, item)
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// violationMember returns the value of a property of one entry of such a list, by its name.
func violationMember(p *openapi.Property, v openapi.Violation) any {
	where := []any{v.In}
	for _, token := range append(jsonvalue.Tokens(v.Pointer), v.Name) {
		if token != "" {
			where = append(where, token)
		}
	}
	switch plainName(p.Name) {
	case "message", "detail", "description", "reason", "msg", "errormessage", "error":
		return v.Message
	case "code", "type", "rule", "errorcode":
		return v.Rule
	case "in", "location", "source":
		return v.In
	case "loc", "path":
		if p.Schema.Items != nil {
			return where
		}
		return v.Pointer
	case "field", "property", "param", "parameter", "name", "pointer":
		return cmp.Or(v.Pointer, v.Name)
	}
	return nil
}
