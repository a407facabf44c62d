package openapi

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Load reads a document, YAML or JSON, from a file. References to other files must stay inside the
// document's folder. The error is a *LoadError for all that is wrong with the document, and an
// *fs.PathError where it cannot be read.
func Load(name string) (*Document, error) {
	folder, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: reason(err)}
	}
	defer folder.Close()
	f, err := os.Open(name) // not through folder: the document itself may be a symbolic link
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

// maxFile is the size limit of a file; the largest public documents have about ten megabytes.
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
	return compile(name, data, noFiles)
}

var errNoFolder = errors.New("the document was not read from a folder, so it can refer to no other file")

func noFiles(string) ([]byte, error) { return nil, errNoFolder }
