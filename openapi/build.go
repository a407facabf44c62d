package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// builder turns a bundle into a Document. What is wrong is collected, so that one look shows all of
// it.
type builder struct {
	*problems
	doc  *Document
	root *jsonvalue.Object
}

// compile is Load and Parse behind the reading of bytes.
func compile(name string, data []byte, read func(string) ([]byte, error)) (*Document, error) {
	b, err := build(name, data, read)
	if err != nil {
		return nil, err
	}
	b.validate()
	return b.doc, b.err()
}

// build compiles a document without asking the second reader, which the embedded one needs no more.
func build(name string, data []byte, read func(string) ([]byte, error)) (*builder, error) {
	bundle, found := newBundle(name, data, read)
	root, ok := bundle.value.(*jsonvalue.Object)
	if !ok {
		return nil, found.err()
	}
	sum := sha256.Sum256(data)
	doc := &Document{Name: name, SHA256: hex.EncodeToString(sum[:]), bundle: bundle}
	b := &builder{problems: found, doc: doc, root: root}
	if !b.version() {
		return nil, found.err()
	}
	doc.schemas = newSchemaTable(doc, found)
	doc.Title, doc.Version = b.text("/info/title"), b.text("/info/version")
	doc.Scope = b.scope()
	b.components()
	b.paths()
	if err := found.err(); err != nil {
		return nil, err
	}
	doc.schemas.settle()
	doc.Resources = b.resources()
	doc.secrets = sortedNames(doc.schemas.secrets)
	b.compileSchemas()
	return b, found.err()
}

func (b *builder) version() bool {
	v, _ := b.root.Get("openapi")
	b.doc.OpenAPI, _ = v.(string)
	if strings.HasPrefix(b.doc.OpenAPI, "3.0.") || strings.HasPrefix(b.doc.OpenAPI, "3.1.") {
		return true
	}
	if n, isNumber := v.(interface{ String() string }); isNumber {
		b.add("/openapi", "openapi is the number %s; quote it and write all three parts, as in \"3.1.0\"", n)
		return false
	}
	if v, ok := b.root.Get("swagger"); ok {
		b.add("/swagger", "a Swagger %v document; convert it to OpenAPI 3.0 or 3.1 first", v)
		return false
	}
	b.add("/openapi", "openapi %q; documents of the versions 3.0.x and 3.1.x are understood", b.doc.OpenAPI)
	return false
}

func (b *builder) text(pointer string) string {
	v, _ := jsonvalue.Lookup(b.root, pointer)
	text, _ := v.(string)
	return text
}

// object finds an object behind references; anything else is a problem. The pointer is where it
// really stands.
func (b *builder) object(pointer, what string) (*jsonvalue.Object, string) {
	v, at, err := b.bundle.resolve(pointer)
	if err != nil {
		b.unresolved(pointer, err)
		return nil, at
	}
	o, ok := v.(*jsonvalue.Object)
	if !ok {
		b.add(at, "%s is an object, not %s", what, jsonvalue.TypeOf(v))
	}
	return o, at
}

// optional is object where there may be nothing.
func (b *builder) optional(parent *jsonvalue.Object, pointer, name, what string) (*jsonvalue.Object, string) {
	at := jsonvalue.Join(pointer, name)
	if v, ok := parent.Get(name); !ok || v == nil {
		return nil, at
	}
	return b.object(at, what)
}

func (b *builder) components() {
	schemas, at := b.optional(b.root, "", "components", "components")
	if schemas == nil {
		return
	}
	schemas, at = b.optional(schemas, at, "schemas", "components.schemas")
	for i := 0; schemas != nil && i < len(schemas.Members); i++ {
		b.doc.Schemas = append(b.doc.Schemas, b.doc.schemas.at(jsonvalue.Join(at, schemas.Members[i].Name)))
	}
}

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

func (b *builder) paths() {
	paths, at := b.optional(b.root, "", "paths", "paths")
	if paths == nil {
		if is31 := strings.HasPrefix(b.doc.OpenAPI, "3.1"); !is31 || !b.has("webhooks") && !b.has("components") {
			b.add("", "paths: missing; a document without paths gives nothing to serve or to check")
		}
		return
	}
	names := make([]string, 0, len(paths.Members))
	for _, m := range paths.Members {
		if !strings.HasPrefix(m.Name, "x-") {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	ids := map[string]string{}
	for _, path := range names {
		b.pathItem(path, jsonvalue.Join(at, path), ids)
	}
}

func (b *builder) has(name string) bool {
	_, ok := b.root.Get(name)
	return ok
}

func (b *builder) pathItem(path, pointer string, ids map[string]string) {
	if !strings.HasPrefix(path, "/") {
		b.add(pointer, "path %q must start with a slash", path)
		return
	}
	item, at := b.object(pointer, "a path")
	if item == nil {
		return
	}
	shared := b.parameters(item, at)
	for _, method := range methods {
		if _, ok := item.Get(method); !ok {
			continue
		}
		op := b.operation(path, method, jsonvalue.Join(at, method), shared)
		if op == nil {
			continue
		}
		if first, taken := ids[op.ID]; taken {
			b.add(jsonvalue.Join(at, method)+"/operationId",
				"operationId %q is taken by %s; each operation has its own", op.ID, first)
		}
		ids[op.ID] = op.Method + " " + path
		b.doc.Operations = append(b.doc.Operations, op)
	}
}

var pathParameter = regexp.MustCompile(`\{([^{}]*)\}`)

func (b *builder) operation(path, method, pointer string, shared []*Parameter) *Operation {
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
	if update, ok := o.Get(extension); ok {
		b.knownWords(jsonvalue.Join(at, extension), update, "update", "assumed")
		if how, ok := member(update, "update"); ok && how != "merge" {
			b.add(jsonvalue.Join(at, extension)+"/update", "x-mock.update is merge, or left out; not %s",
				jsonvalue.Marshal(how))
		} else if ok {
			op.merge = true
		}
	}
	return op
}

// effective adds an operation's parameters to those of its path; of the same name and place, the
// operation's count.
func (b *builder) effective(shared, own []*Parameter) []*Parameter {
	all := slices.Clone(own)
	for _, p := range slices.Backward(shared) {
		if !slices.ContainsFunc(own, func(q *Parameter) bool { return q.In == p.In && q.sameName(p.Name) }) {
			all = slices.Insert(all, 0, p)
		}
	}
	return all
}

// pathParameters makes sure that each {name} of a path is declared, and each path parameter is in
// the path.
func (b *builder) pathParameters(op *Operation, at string) {
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

func (b *builder) requestBody(o *jsonvalue.Object, at string) *RequestBody {
	body, at := b.optional(o, at, "requestBody", "a request body")
	if body == nil {
		return nil
	}
	required, _ := body.Get("required")
	return &RequestBody{Required: required == true, Content: b.content(body, at), Position: b.bundle.position(at)}
}

func (b *builder) content(o *jsonvalue.Object, at string) []*MediaType {
	content, at := b.optional(o, at, "content", "content")
	var list []*MediaType
	for i := 0; content != nil && i < len(content.Members); i++ {
		name := content.Members[i].Name
		child := jsonvalue.Join(at, name)
		media, where := b.object(child, "a media type")
		if media == nil {
			continue
		}
		m := &MediaType{Type: name, Position: b.bundle.position(child), Examples: b.examples(media, where)}
		if _, ok := media.Get("schema"); ok {
			m.Schema = b.doc.schemas.at(jsonvalue.Join(where, "schema"))
		}
		list = append(list, m)
	}
	return list
}

func (b *builder) examples(o *jsonvalue.Object, at string) []Example {
	var list []Example
	if v, ok := o.Get("example"); ok {
		list = append(list, Example{Value: v, Position: b.bundle.position(jsonvalue.Join(at, "example"))})
	}
	named, at := b.optional(o, at, "examples", "examples")
	for i := 0; named != nil && i < len(named.Members); i++ {
		name := named.Members[i].Name
		example, where := b.object(jsonvalue.Join(at, name), "an example")
		if v, ok := example.Get("value"); ok {
			summary, _ := example.Get("summary")
			text, _ := summary.(string)
			list = append(list, Example{name, text, v, b.bundle.position(jsonvalue.Join(where, "value"))})
		}
	}
	return list
}

var statusName = regexp.MustCompile(`^([1-5]([0-9][0-9]|XX)|default)$`)

func (b *builder) responses(o *jsonvalue.Object, at string) []*Response {
	responses, at := b.optional(o, at, "responses", "responses")
	var list []*Response
	for i := 0; responses != nil && i < len(responses.Members); i++ {
		status := responses.Members[i].Name
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
		if hint, ok := response.Get(extension); ok {
			b.knownWords(jsonvalue.Join(where, extension), hint, "assumed")
		}
		list = append(list, &Response{
			Status: status, Description: b.text(where + "/description"), Content: b.content(response, where),
			Headers: b.headers(response, where), Assumed: assumed(response), Position: b.bundle.position(child),
		})
	}
	if _, given := o.Get("responses"); !given && strings.HasPrefix(b.doc.OpenAPI, "3.0") {
		b.add(at, "responses: missing; say at least what a success looks like")
	}
	return list
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

func index(pointer string, i int) string { return pointer + "/" + strconv.Itoa(i) }
