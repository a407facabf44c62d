package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// atomicFile is a file that appears under its name only when it is complete; until then, the
// previous file stays. Devices and pipes (/dev/stdout, a FIFO) are written to directly.
type atomicFile struct {
	name   string // with symbolic links resolved
	direct bool
	file   *os.File // the temporary file, or the device; nil while none is open
}

// partial is the suffix of temporary files.
const partial = ".partial"

// abandoned is the age from which a temporary file counts as left behind by a killed run.
const abandoned = time.Hour

// createAtomic opens a temporary file beside name. Errors are those of package os.
func createAtomic(name string) (*atomicFile, error) {
	if special(name) {
		return &atomicFile{name: name, direct: true}, nil
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real // replace the target, not the link
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return nil, &fs.PathError{Op: "create", Path: name, Err: errors.New("is a directory")}
	case err == nil && !info.Mode().IsRegular():
		return &atomicFile{name: name, direct: true}, nil
	}
	removeAbandoned(name)
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*"+partial)
	if err != nil {
		return nil, err
	}
	return &atomicFile{name: name, file: file}, nil
}

// special reports whether name is that of an open file, such as /dev/stdout. It may lead to a
// regular file, and still must not be replaced by one.
func special(name string) bool {
	path, err := filepath.Abs(name)
	return err == nil && (strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/"))
}

// removeAbandoned removes temporary files that killed runs left beside name. Errors are ignored:
// they do not keep the new file from being written.
func removeAbandoned(name string) {
	entries, _ := os.ReadDir(filepath.Dir(name))
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), "."+filepath.Base(name)+".") || !strings.HasSuffix(entry.Name(), partial) {
			continue
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > abandoned {
			_ = os.Remove(filepath.Join(filepath.Dir(name), entry.Name()))
		}
	}
}

// Write implements io.Writer. A pipe is opened here, which waits until somebody reads it.
func (w *atomicFile) Write(data []byte) (int, error) {
	if w.file == nil {
		file, err := os.OpenFile(w.name, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return 0, err
		}
		w.file = file
	}
	return w.file.Write(data)
}

// commit moves the file to its name, with the mode of the file that was there before. On nil, as on
// a pipe that was never written to, it has no effect.
func (w *atomicFile) commit() error {
	if w == nil || w.file == nil {
		return nil
	}
	file := w.file
	if w.direct {
		w.file = nil
		return file.Close()
	}
	mode := fs.FileMode(0o644) // reports are often read by other users
	if info, err := os.Stat(w.name); err == nil {
		mode = info.Mode().Perm()
	}
	err := errors.Join(file.Chmod(mode), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), w.name)
	}
	if err == nil {
		w.file = nil
	}
	return err
}

// discard removes the temporary file. After commit, or on nil, it has no effect.
func (w *atomicFile) discard() {
	if w == nil || w.file == nil {
		return
	}
	_ = w.file.Close()
	if !w.direct {
		_ = os.Remove(w.file.Name())
	}
	w.file = nil
}
