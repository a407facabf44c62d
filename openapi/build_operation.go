package openapi

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

var pathParameter = regexp.MustCompile(`\{([^{}]*)\}`)

func (b *documentBuilder) operation(path, method, pointer string, shared []*Parameter) *Operation {
	o, at := b.object(pointer, "an operation")
	if o == nil {
		return nil
	}
	op := &Operation{
		Method: strings.ToUpper(method), Path: path, doc: b.doc, Position: b.bundle.position(at),
		ID: b.text(at + "/operationId"), Summary: b.text(at + "/summary"), Description: b.text(at + "/description"),
	}
	if op.ID == "" {
		op.ID = op.Method + " " + path
	}
	tags, _ := o.Get("tags")
	for _, tag := range asList(tags) {
		op.Tags = append(op.Tags, fmt.Sprint(tag))
	}
	op.Parameters = b.effective(shared, b.parameters(o, at))
	b.pathParameters(op, at)
	op.Security = b.security(o, at)
	op.Body = b.requestBody(o, at)
	op.Responses = b.responses(o, at)
	op.hint = b.hint(o, at)
	return op
}

// effective adds the parameters of the path that the operation's own do not override (OpenAPI 3.1
// §4.8.10.1).
func (b *documentBuilder) effective(shared, own []*Parameter) []*Parameter {
	all := slices.Clone(own)
	for _, p := range slices.Backward(shared) {
		if !slices.ContainsFunc(own, func(q *Parameter) bool { return q.In == p.In && q.sameName(p.Name) }) {
			all = slices.Insert(all, 0, p)
		}
	}
	return all
}

// pathParameters reports templates of a path that are not declared as parameters, and the reverse.
func (b *documentBuilder) pathParameters(op *Operation, at string) {
	var names []string
	for _, m := range pathParameter.FindAllStringSubmatch(op.Path, -1) {
		names = append(names, m[1])
		if slices.Index(names, m[1]) < len(names)-1 {
			b.add(at, "path %s has {%s} twice", op.Path, m[1])
		}
		if !slices.ContainsFunc(op.Parameters, func(p *Parameter) bool { return p.In == "path" && p.Name == m[1] }) {
			b.add(at, "path %s has {%s}, but no parameter with `in: path` has this name", op.Path, m[1])
		}
	}
	for _, p := range op.Parameters {
		if p.In == "path" && !slices.Contains(names, p.Name) {
			b.add(at, "parameter %q has `in: path`, but the path %s has no {%s}", p.Name, op.Path, p.Name)
		}
	}
}

func (b *documentBuilder) requestBody(o *jsonvalue.Object, at string) *RequestBody {
	body, at := b.optional(o, at, "requestBody", "a request body")
	if body == nil {
		return nil
	}
	return &RequestBody{
		Required: b.flag(at + "/required"), Content: b.content(body, at), Position: b.bundle.position(at),
	}
}

func (b *documentBuilder) content(o *jsonvalue.Object, at string) []*MediaType {
	content, at := b.optional(o, at, "content", "content")
	var list []*MediaType
	for _, named := range members(content) {
		child := jsonvalue.Join(at, named.Name)
		media, where := b.object(child, "a media type")
		if media == nil {
			continue
		}
		m := &MediaType{Type: named.Name, Position: b.bundle.position(child), Examples: b.examples(media, where)}
		if _, ok := media.Get("schema"); ok {
			m.Schema = b.doc.schemas.at(jsonvalue.Join(where, "schema"))
		}
		m.encodings = b.formEncodings(media, where)
		list = append(list, m)
	}
	return list
}

func (b *documentBuilder) examples(o *jsonvalue.Object, at string) []Example {
	var list []Example
	if v, ok := o.Get("example"); ok {
		list = append(list, Example{Value: v, Position: b.bundle.position(jsonvalue.Join(at, "example"))})
	}
	named, at := b.optional(o, at, "examples", "examples")
	for _, m := range members(named) {
		example, where := b.object(jsonvalue.Join(at, m.Name), "an example")
		if v, ok := example.Get("value"); ok {
			list = append(list, Example{m.Name, b.text(where + "/summary"), v, b.bundle.position(where + "/value")})
		}
	}
	return list
}

var statusName = regexp.MustCompile(`^([1-5]([0-9][0-9]|XX)|default)$`)

func (b *documentBuilder) responses(o *jsonvalue.Object, at string) []*Response {
	responses, at := b.optional(o, at, "responses", "responses")
	var list []*Response
	for _, m := range members(responses) {
		status := m.Name
		child := jsonvalue.Join(at, status)
		if strings.HasPrefix(status, "x-") {
			continue
		}
		if !statusName.MatchString(status) {
			b.add(child, "status %q is no status; write a number such as 200, a class such as 4XX, or default", status)
			continue
		}
		response, where := b.object(child, "a response")
		if response == nil {
			continue
		}
		list = append(list, &Response{
			Status: status, Description: b.text(where + "/description"), Content: b.content(response, where),
			Headers: b.headers(response, where), Assumed: b.assumed(response, where),
			Position: b.bundle.position(child),
		})
	}
	if _, given := o.Get("responses"); !given && strings.HasPrefix(b.doc.OpenAPI, "3.0") {
		b.add(at, "responses: missing; say at least what a success looks like")
	}
	return list
}
