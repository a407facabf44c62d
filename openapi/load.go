package openapi

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/agentmock/agentmock/internal/source"
)

// Load reads a document, YAML or JSON, from a file. References to other files must stay inside the
// document's folder. The error is a *LoadError for all that is wrong with the document, and an
// *fs.PathError where it cannot be read.
func Load(name string) (*Document, error) { return LoadIn("", name) }

// LoadIn is Load for a document that refers to files in folders beside or above its own: references
// must stay inside the folder root, symbolic links included, in which the document itself is, too. An
// empty root is the document's own folder.
func LoadIn(root, name string) (*Document, error) {
	inside, err := within(root, name)
	if err != nil {
		return nil, err
	}
	shown := cmp.Or(root, filepath.Dir(name))
	folder, err := os.OpenRoot(shown)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: shown, Err: reason(err)}
	}
	defer folder.Close()
	f, err := os.Open(name) // not through folder: the document itself may be a symbolic link
	if err != nil {
		return nil, err
	}
	data, err := source.ReadOpen(f, source.MaxFile)
	if err != nil {
		return nil, err
	}
	read := []string{name}
	doc, err := compile(name, data, &files{folder: filepath.ToSlash(shown), document: inside, given: root != "",
		read: func(name string) ([]byte, error) {
			read = append(read, filepath.Join(shown, name))
			f, err := folder.Open(name)
			if err != nil {
				return nil, err
			}
			return source.ReadOpen(f, source.MaxFile)
		}})
	if bad, ok := errors.AsType[*LoadError](err); ok {
		bad.Files = read
	}
	if err != nil {
		return nil, err
	}
	doc.files = read
	return doc, nil
}

// within returns the path of a file inside a folder, with slashes.
func within(root, name string) (string, error) {
	if root == "" {
		return filepath.Base(name), nil
	}
	folder, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	file, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	for range 2 {
		inside, err := filepath.Rel(folder, file)
		if err == nil && filepath.IsLocal(inside) {
			return filepath.ToSlash(inside), nil
		}
		folder, _ = filepath.EvalSymlinks(folder) // the two may be given by different ways
		file, _ = filepath.EvalSymlinks(file)
	}
	return "", &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("it is not inside %s", root)}
}

// files are what the references of a document may lead to.
type files struct {
	folder   string // as messages name it
	document string // the document's path inside the folder
	given    bool   // the folder was named, and is not just the document's own
	read     func(name string) ([]byte, error)
}

// reason returns what is wrong with a file, without the operation and the path.
func reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// Parse compiles a document, YAML or JSON, from memory. The name stands in positions and messages.
// References to other files are refused. The error is a *LoadError.
func Parse(name string, data []byte) (*Document, error) {
	return compile(name, data, noFiles(name))
}

var errNoFolder = errors.New("the document was not read from a folder, so it can refer to no other file")

func noFiles(name string) *files {
	name = filepath.ToSlash(name)
	return &files{folder: path.Dir(name), document: path.Base(name),
		read: func(string) ([]byte, error) { return nil, errNoFolder }}
}
