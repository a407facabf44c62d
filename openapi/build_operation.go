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
	written := splitPath(path)
	op := &Operation{
		Method: strings.ToUpper(method), Path: written.path, written: path,
		doc: b.doc, pointer: at, Position: b.bundle.position(at),
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
	op.moveToQuery(written)
	b.pathParameters(op)
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

// pathParameters leaves out parameters that the path does not have; lint adds those that are not
// declared.
func (b *documentBuilder) pathParameters(op *Operation) {
	op.Parameters = slices.DeleteFunc(op.Parameters, func(p *Parameter) bool {
		unused := p.In == "path" && !strings.Contains(op.Path, "{"+p.Name+"}")
		if unused {
			b.warn(p.pointer, "parameter %q has `in: path`, but the path %s has no {%s}; it is left out",
				p.Name, op.Path, p.Name)
		}
		return unused
	})
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
		child := jsonvalue.Join(at, m.Name)
		if strings.HasPrefix(m.Name, "x-") {
			continue
		}
		status := b.status(m.Name, child)
		if status == "" {
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
	return list
}

// status returns the status that a name means; "" where it means none.
func (b *documentBuilder) status(name, at string) string {
	if statusName.MatchString(name) {
		return name
	}
	const right = "write a number such as 200, a class such as 4XX, or default"
	for _, meant := range []string{strings.ToUpper(name), strings.ToLower(name), strings.TrimSpace(name)} {
		if statusName.MatchString(meant) {
			b.warn(at, "status %q is no status; %s; it is read as %s", name, right, meant)
			return meant
		}
	}
	b.warn(at, "status %q is no status; %s; it is left out", name, right)
	return ""
}
