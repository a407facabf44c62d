package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// refCollector reads the files that references name and rewrites them to point into the bundle.
type refCollector struct {
	bundle   *bundle
	problems *problems
	in       *files
	names    *identifiers
	files    *jsonvalue.Object // by name, in the order of reading
}

// mapKeys are the keywords whose members are named by the author: a member "default" of their
// values is not a keyword.
var mapKeys = []string{
	"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "responses", "schemas", "parameters",
	"headers", "requestBodies", "examples", "callbacks", "paths", "content", "links", "securitySchemes", "encoding",
	"pathItems", "webhooks",
}

// dataKeys are the keywords whose values are data, in which "$ref" means nothing.
var dataKeys = []string{"example", "default", "enum", "const", "value"}

// isMap reports whether the members of a keyword's value are named by the author.
func isMap(keyword string) bool { return slices.Contains(mapKeys, keyword) }

// isData reports whether a member of an object holds data, in which nothing is a keyword.
func isData(m jsonvalue.Member) bool {
	_, isList := m.Value.([]any)
	return slices.Contains(dataKeys, m.Name) || strings.HasPrefix(m.Name, "x-") ||
		m.Name == "examples" && isList // of a schema
}

func (c *refCollector) visit(v any, pointer, file string, named bool) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			c.visit(item, fmt.Sprintf("%s/%d", pointer, i), file, false)
		}
	case *jsonvalue.Object:
		for i, m := range v.Members {
			child := jsonvalue.Join(pointer, m.Name)
			ref, isText := m.Value.(string)
			switch {
			case named:
				c.visit(m.Value, child, file, false)
			case m.Name == "$ref" && isText:
				v.Members[i].Value = c.rewrite(ref, child, file)
			case m.Name == "$dynamicRef" && isText:
				v.Members[i] = jsonvalue.Member{Name: "$ref", Value: c.dynamicRef(ref, child, file)}
			case isData(m):
			default:
				c.visit(m.Value, child, file, isMap(m.Name))
			}
		}
	}
}

// rewrite returns a reference of a file as one into the bundle, and reads the file that it names.
func (c *refCollector) rewrite(ref, pointer, file string) string {
	if at, ok := c.find(ref, pointer, file); ok {
		rewritten := "#" + uriFragment(at)
		c.bundle.written[rewritten] = ref
		return rewritten
	}
	target, fragment, _ := strings.Cut(ref, "#")
	name, err := url.PathUnescape(target)
	switch u, bad := url.Parse(target); {
	case target == "":
		name = file
	case err != nil || bad != nil || u.Scheme != "" || strings.HasPrefix(target, "//"):
		c.problems.warn(pointer, "$ref %q: references are followed only to files in the document's folder; "+
			"nothing is fetched; anything is allowed there", ref)
		return ref
	default:
		name = path.Join(path.Dir(file), name)
	}
	if name == c.in.document {
		return "#" + fragment
	}
	if name == ".." || strings.HasPrefix(name, "../") || path.IsAbs(target) || path.IsAbs(name) {
		c.outside(ref, name, pointer)
		return ref
	}
	if !c.include(name, ref, pointer) {
		return ref
	}
	rewritten := "#" + uriFragment(jsonvalue.Join("/"+filesKey, name)) + fragment
	c.bundle.written[rewritten] = ref
	return rewritten
}

// outside refuses a reference that leaves the folder, and says which folder would do.
func (c *refCollector) outside(ref, name, pointer string) {
	folder, rest, up := c.in.folder, name, ""
	for ; strings.HasPrefix(rest, "../"); rest = rest[len("../"):] {
		up += "../"
	}
	switch {
	case c.in.given:
		c.problems.add(pointer, "$ref %q leads outside %s, the folder that --spec-root names", ref, folder)
	case up == "" || path.IsAbs(rest):
		c.problems.add(pointer, "$ref %q leads outside the document's folder; write it relative to the document", ref)
	default:
		c.problems.add(pointer, "$ref %q leads outside the document's folder; if it may, name the folder around both: "+
			"--spec-root %s", ref, path.Join(folder, up))
	}
}

// include reads a file, once, and reports whether it is usable.
func (c *refCollector) include(name, ref, pointer string) (ok bool) {
	if _, known := c.bundle.files[name]; known {
		return true
	}
	data, err := c.in.read(filepath.FromSlash(name))
	if err != nil {
		report := c.problems.warn
		if errors.Is(err, errNoFolder) {
			report = c.problems.add
		}
		report(pointer, "$ref %q: %v", ref, reason(err))
		return false
	}
	file, errs := source.ParseAll(path.Join(c.in.folder, name), data)
	for _, err := range errs {
		c.problems.put(sourceProblem(err))
	}
	c.bundle.partial = c.bundle.partial || len(errs) > 0
	if file == nil {
		return false
	}
	c.bundle.files[name] = file
	c.files.Members = append(c.files.Members, jsonvalue.Member{Name: name, Value: file.Value})
	c.names.collect(file, name, jsonvalue.Join("/"+filesKey, name))
	c.visit(file.Value, jsonvalue.Join("/"+filesKey, name), name, false)
	return true
}

// resolve follows references from a pointer to a value and the pointer to it.
func (b *bundle) resolve(pointer string) (value any, at string, err error) {
	value, ok := b.lookup(pointer)
	if !ok {
		return nil, pointer, fmt.Errorf("nothing is at %s", pointer)
	}
	for range 100 {
		ref, isRef := refOf(value)
		if !isRef {
			return value, pointer, nil
		}
		target, err := refPointer(ref)
		if err != nil {
			return nil, pointer, err
		}
		if value, ok = b.lookup(target); !ok {
			return nil, pointer, fmt.Errorf("$ref %q leads nowhere", cmp.Or(b.written[ref], ref))
		}
		pointer = target
	}
	return nil, pointer, fmt.Errorf("its references lead in a circle")
}

// refOf returns the reference of an object that has $ref.
func refOf(v any) (string, bool) {
	o, ok := v.(*jsonvalue.Object)
	if !ok {
		return "", false
	}
	v, _ = o.Get("$ref")
	ref, ok := v.(string)
	return ref, ok
}

// errForeign marks references out of the bundle. The refCollector has reported them already.
var errForeign = errors.New("a reference that is not followed")

// refPointer returns the pointer of a reference into the bundle.
func refPointer(ref string) (string, error) {
	fragment, local := strings.CutPrefix(ref, "#")
	pointer, err := url.PathUnescape(fragment)
	if !local {
		return "", errForeign
	}
	if err != nil || pointer != "" && !strings.HasPrefix(pointer, "/") {
		return "", fmt.Errorf("$ref %q is not a JSON pointer such as #/components/schemas/NAME", ref)
	}
	return pointer, nil
}

// uriFragment escapes a JSON pointer for the fragment of a URI (RFC 6901 §6).
func uriFragment(pointer string) string {
	return strings.NewReplacer("%", "%25", " ", "%20", "\"", "%22", "^", "%5E", "`", "%60").Replace(pointer)
}
