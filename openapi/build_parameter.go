package openapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// reservedHeaders are not parameters: other parts of a document describe them (OpenAPI 3.1
// §4.8.12.1), or HTTP has its own rules for them, which clients cannot leave out or choose freely.
var reservedHeaders = []string{"Accept", "Content-Type", "Authorization",
	"Host", "Content-Length", "Connection", "Transfer-Encoding"}

func (b *documentBuilder) parameters(o *jsonvalue.Object, at string) []*Parameter {
	v, _ := o.Get("parameters")
	var list []*Parameter
	for i, item := range asList(v) {
		if item == nil {
			continue
		}
		p := b.parameter(index(jsonvalue.Join(at, "parameters"), i))
		switch {
		case p == nil:
		case slices.ContainsFunc(list, func(q *Parameter) bool { return q.In == p.In && q.Name == p.Name }):
			b.warn(index(jsonvalue.Join(at, "parameters"), i), "parameter %q in %s is declared twice; the first counts",
				p.Name, p.In)
		default:
			list = append(list, p)
		}
	}
	return list
}

func (b *documentBuilder) parameter(pointer string) *Parameter {
	o, at := b.object(pointer, "a parameter")
	if o == nil {
		return nil
	}
	p := b.described(o, at, "list", "property")
	p.Name, p.In = b.text(at+"/name"), b.text(at+"/in")
	switch {
	case p.Name == "":
		b.warn(at, "a parameter needs a name; it is left out")
		return nil
	case !slices.Contains([]string{"path", "query", "header", "cookie"}, p.In):
		b.warn(at, "parameter %q: in is %q; it is one of path, query, header, cookie%s; it is left out", p.Name, p.In,
			swaggerPlaces[p.In])
		return nil
	case p.In == "header" && slices.Contains(reservedHeaders, http.CanonicalHeaderKey(p.Name)):
		return nil
	case !b.canBeSent(p.In, p.Name, at):
		return nil
	case p.In == "path" && !p.Required:
		b.warn(at, "parameter %q: a path parameter has `required: true`; it is read so", p.Name)
		p.Required = true
	}
	p.key = keyOf(p.In, p.Name)
	b.style(p, o, at)
	b.listWord(p, jsonvalue.Join(at, extension))
	return p
}

// keyOf returns the name under which a request has a parameter.
func keyOf(in, name string) string {
	if in == "header" {
		return http.CanonicalHeaderKey(name)
	}
	return name
}

// canBeSent reports whether HTTP can carry a header or cookie of a name, and warns where it cannot: such
// names are tokens (RFC 9110 §5.1, RFC 6265 §4.1.1). Names in other places may be any.
func (b *documentBuilder) canBeSent(in, name, at string) bool {
	odd := func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	}
	if in != "header" && in != "cookie" || name != "" && !strings.ContainsFunc(name, odd) {
		return true
	}
	b.warn(at, "no %s can have the name %q: it has letters, digits and !#$%%&'*+-.^_`|~ only; it is left out", in, name)
	return false
}

// listWord reads x-mock: {list: ROLE, property: NAME} of a parameter.
func (b *documentBuilder) listWord(p *Parameter, at string) {
	p.listRole, p.listProperty = b.text(at+"/list"), b.text(at+"/property")
	words := []string{"none"}
	for _, role := range ParameterRoles {
		words = append(words, string(role))
	}
	switch {
	case p.listRole != "" && !slices.Contains(words, p.listRole):
		b.warn(at+"/list", "x-mock.list: %q is none of %s%s", p.listRole, strings.Join(words, ", "),
			meant(p.listRole, words))
		p.listRole = ""
	case (p.listRole == string(ListFilter)) != (p.listProperty != ""):
		b.warn(at, "x-mock: {list: filter, property: NAME} go together: the property whose value is filtered by")
	}
}

// swaggerPlaces says what became of the parameter locations of Swagger 2.
var swaggerPlaces = map[string]string{
	"body":     "; OpenAPI 3 has a requestBody beside parameters, with content: {application/json: {schema: …}}",
	"formData": "; OpenAPI 3 has a requestBody beside parameters, with content: {multipart/form-data: {schema: …}}",
}

// styles lists the styles of each parameter location, the default first (OpenAPI 3.1 §4.8.12.2).
var styles = map[string][]string{
	"path":   {"simple", "label", "matrix"},
	"query":  {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
	"header": {"simple"},
	"cookie": {"form"},
}

func (b *documentBuilder) style(p *Parameter, o *jsonvalue.Object, at string) {
	p.style = styles[p.In][0]
	if given := b.text(at + "/style"); slices.Contains(styles[p.In], given) {
		p.style = given
	} else if given != "" {
		b.warn(at+"/style", "style %q; in %s it is one of %s", given, p.In, strings.Join(styles[p.In], ", "))
	}
	explode, given := o.Get("explode")
	p.explode = explode == true || !given && p.style == "form"
	p.allowEmpty = p.In == "query" && b.flag(at+"/allowEmptyValue")
}

// described builds what parameters and headers have in common; words are those that their x-mock has
// beside assumed.
func (b *documentBuilder) described(o *jsonvalue.Object, at string, words ...string) *Parameter {
	p := &Parameter{
		Required: b.flag(at + "/required"), Description: b.text(at + "/description"),
		Assumed: b.assumed(o, at, words...), Position: b.bundle.position(at), pointer: at,
		examples: b.examples(o, at),
	}
	if len(p.examples) > 0 {
		p.Example = p.examples[0].Value
	}
	if _, ok := o.Get("schema"); ok {
		p.Schema = b.doc.schemas.at(jsonvalue.Join(at, "schema"))
	} else if content := b.content(o, at); len(content) > 0 && content[0].Schema != nil {
		p.Schema, p.json = content[0].Schema, content[0].IsJSON()
		p.examples = append(p.examples, content[0].Examples...)
	} else {
		p.Schema = &Schema{doc: b.doc, Position: p.Position, Open: true, anything: true}
	}
	if p.Example == nil && len(p.Schema.Examples) > 0 {
		p.Example = p.Schema.Examples[0]
	}
	return p
}

func (b *documentBuilder) headers(o *jsonvalue.Object, at string) []*Parameter {
	headers, at := b.optional(o, at, "headers", "headers")
	var list []*Parameter
	for _, m := range members(headers) {
		header, where := b.object(jsonvalue.Join(at, m.Name), "a header")
		if header == nil || http.CanonicalHeaderKey(m.Name) == "Content-Type" || !b.canBeSent("header", m.Name, where) {
			continue
		}
		p := b.described(header, where)
		p.Name, p.In, p.style, p.explode = m.Name, "header", "simple", b.flag(where+"/explode")
		p.key = keyOf(p.In, p.Name)
		list = append(list, p)
	}
	return list
}
