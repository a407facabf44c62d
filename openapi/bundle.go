package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// filesKey holds the files that a document refers to, by their path, inside the one value that the
// rest of the package works on. References into them are rewritten, so that a JSON pointer is
// enough to name any place.
const filesKey = "x-files"

// bundle is a document and the files that it refers to, as one value.
type bundle struct {
	name  string
	root  *source.File
	value any
	files map[string]*source.File // by slash path, relative to the document's folder

	written map[string]string // references into files, as they were before they were rewritten
}

// Load reads a document, YAML or JSON, from a file. References to other files must stay inside the
// document's folder. The error is a *LoadError for all that is wrong with the document, and an
// *fs.PathError where it cannot be read.
func Load(name string) (*Document, error) {
	folder, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: reason(err)}
	}
	defer folder.Close()
	f, err := os.Open(name) // not by folder: the document itself may be a link
	if err != nil {
		return nil, err
	}
	data, err := readAll(f)
	if err != nil {
		return nil, err
	}
	return compile(name, data, func(name string) ([]byte, error) {
		f, err := folder.Open(name)
		if err != nil {
			return nil, err
		}
		return readAll(f)
	})
}

// maxFile bounds a file, in bytes; the largest documents in public use have about ten million.
const maxFile = 64 << 20

// readAll reads a file and closes it.
func readAll(f *os.File) ([]byte, error) {
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(data) > maxFile {
		err = &fs.PathError{Op: "read", Path: f.Name(), Err: fmt.Errorf("larger than %d bytes", maxFile)}
	}
	return data, err
}

// reason is what is wrong with a file, without the operation and the path.
func reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// Parse compiles a document, YAML or JSON, that is at hand; positions carry the name. References to
// other files are refused. The error is a *LoadError.
func Parse(name string, data []byte) (*Document, error) {
	return compile(name, data, noFiles)
}

func noFiles(string) ([]byte, error) {
	return nil, errors.New("the document was not read from a folder, so it can refer to no other file")
}

// newBundle reads the document and what it refers to. Problems with the root file end it at once.
func newBundle(name string, data []byte, read func(string) ([]byte, error)) (*bundle, *problems) {
	b := &bundle{name: name, files: map[string]*source.File{}, written: map[string]string{}}
	found := &problems{bundle: b}
	root, err := source.Parse(name, data)
	if err != nil {
		found.put(sourceProblem(err))
		return b, found
	}
	b.root, b.value = root, root.Value
	rootObject, ok := root.Value.(*jsonvalue.Object)
	if !ok {
		found.add("", "a document is an object that starts with `openapi: 3.1.0`, not %s", jsonvalue.TypeOf(root.Value))
		return b, found
	}
	rootName := path.Base(filepath.ToSlash(name))
	c := &collector{bundle: b, problems: found, read: read, rootName: rootName}
	c.visit(rootObject, "", rootName, false)
	if len(c.order) > 0 {
		files := &jsonvalue.Object{}
		for _, file := range c.order {
			files.Set(file, b.files[file].Value)
		}
		rootObject.Set(filesKey, files)
	}
	return b, found
}

func sourceProblem(err error) Problem {
	var broken *source.Error
	if errors.As(err, &broken) {
		return Problem{Position: Position{broken.Name, broken.Line, broken.Column}, Message: broken.Reason}
	}
	return Problem{Message: err.Error()}
}

// collector finds references, reads the files that they lead to and rewrites them to point into the
// bundle.
type collector struct {
	bundle   *bundle
	problems *problems
	read     func(string) ([]byte, error)
	rootName string
	order    []string
}

// mapKeys are the keywords whose members are named by the author: a member "default" of these is no
// keyword.
var mapKeys = []string{
	"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "responses", "schemas",
	"parameters", "headers",
	"requestBodies", "examples", "callbacks", "paths", "content", "links", "securitySchemes", "encoding",
	"pathItems", "webhooks",
}

// dataKeys are the keywords whose values are data, where "$ref" means nothing.
var dataKeys = []string{"example", "default", "enum", "const", "value"}

func (c *collector) visit(v any, pointer, file string, named bool) {
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
			case slices.Contains(dataKeys, m.Name) || strings.HasPrefix(m.Name, "x-"):
			case m.Name == "examples" && jsonvalue.TypeOf(m.Value) == "array": // of a schema: data
			default:
				c.visit(m.Value, child, file, slices.Contains(mapKeys, m.Name))
			}
		}
	}
}

// rewrite turns a reference as it stands in a file into one inside the bundle, and reads the file
// that it names.
func (c *collector) rewrite(ref, pointer, file string) string {
	target, fragment, _ := strings.Cut(ref, "#")
	name, err := url.PathUnescape(target)
	switch u, bad := url.Parse(target); {
	case target == "":
		name = file
	case err != nil || bad != nil || u.Scheme != "" || strings.HasPrefix(target, "//"):
		c.problems.add(pointer,
			"$ref %q: references are followed only to files in the document's folder; nothing is fetched", ref)
		return ref
	default:
		name = path.Join(path.Dir(file), name)
	}
	if name == c.rootName {
		return "#" + fragment
	}
	if name == ".." || strings.HasPrefix(name, "../") || path.IsAbs(target) || path.IsAbs(name) {
		c.problems.add(pointer,
			"$ref %q leads outside the document's folder; keep the file beside the document or below it", ref)
		return ref
	}
	if !c.include(name, ref, pointer) {
		return ref
	}
	rewritten := "#" + uriFragment(jsonvalue.Join("/"+filesKey, name)) + fragment
	c.bundle.written[rewritten] = ref
	return rewritten
}

// include reads a file, once, and says whether it is there.
func (c *collector) include(name, ref, pointer string) (ok bool) {
	if _, known := c.bundle.files[name]; known {
		return true
	}
	data, err := c.read(filepath.FromSlash(name))
	if err != nil {
		c.problems.add(pointer, "$ref %q: %v", ref, reason(err))
		return false
	}
	display := path.Join(path.Dir(filepath.ToSlash(c.bundle.name)), name)
	file, err := source.Parse(display, data)
	if err != nil {
		c.problems.put(sourceProblem(err))
		return false
	}
	c.bundle.files[name] = file
	c.order = append(c.order, name)
	c.visit(file.Value, jsonvalue.Join("/"+filesKey, name), name, false)
	return true
}

// fileOf splits a pointer into the bundle into a file and the pointer inside that.
func (b *bundle) fileOf(pointer string) (*source.File, string) {
	if rest, ok := strings.CutPrefix(pointer, "/"+filesKey+"/"); ok {
		token, inside, _ := strings.Cut(rest, "/")
		if file := b.files[jsonvalue.Tokens("/" + token)[0]]; file != nil {
			if inside != "" {
				inside = "/" + inside
			}
			return file, inside
		}
	}
	return b.root, pointer
}

func (b *bundle) position(pointer string) Position {
	file, inside := b.fileOf(pointer)
	if file == nil {
		return Position{File: b.name}
	}
	p := file.Position(inside)
	return Position{file.Name, p.Line, p.Column}
}

func (b *bundle) pointerInFile(pointer string) string {
	_, inside := b.fileOf(pointer)
	return inside
}

// resolve follows references from a pointer to the value that is meant, and says where that is.
func (b *bundle) resolve(pointer string) (value any, at string, err error) {
	value, ok := jsonvalue.Lookup(b.value, pointer)
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
		if value, ok = jsonvalue.Lookup(b.value, target); !ok {
			return nil, pointer, fmt.Errorf("$ref %q leads nowhere", cmp.Or(b.written[ref], ref))
		}
		pointer = target
	}
	return nil, pointer, fmt.Errorf("its references lead in a circle")
}

func refOf(v any) (string, bool) {
	o, ok := v.(*jsonvalue.Object)
	if !ok {
		return "", false
	}
	v, _ = o.Get("$ref")
	ref, ok := v.(string)
	return ref, ok
}

// errForeign is for references out of the bundle. The collector has said already what is wrong with
// them.
var errForeign = errors.New("a reference that is not followed")

// unresolved reports a reference that leads nowhere.
func (p *problems) unresolved(pointer string, err error) {
	if !errors.Is(err, errForeign) {
		p.add(pointer, "%v", err)
	}
}

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
