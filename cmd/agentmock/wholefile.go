package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// wholeFile is a file that appears under its name when it is complete: until then, what was there
// is there. Devices and pipes (/dev/stdout, a FIFO) are written to as they are, from the first byte
// on.
type wholeFile struct {
	name   string // links followed
	direct bool
	file   *os.File // the temporary one, or the device; nil: none is open
}

const partial = ".partial"

// abandoned is the age from which a temporary file is one that a killed run has left.
const abandoned = time.Hour

// createWhole begins a file. The error is one of the file system.
func createWhole(name string) (*wholeFile, error) {
	if special(name) {
		return &wholeFile{name: name, direct: true}, nil
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real // the link stays one
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return nil, &fs.PathError{Op: "create", Path: name, Err: errors.New("is a directory")}
	case err == nil && !info.Mode().IsRegular():
		return &wholeFile{name: name, direct: true}, nil
	}
	removeAbandoned(name)
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*"+partial)
	if err != nil {
		return nil, err
	}
	return &wholeFile{name: name, file: file}, nil
}

// special knows the names of open files, such as /dev/stdout: they may lead to a regular file, and
// must not be replaced by one.
func special(name string) bool {
	path, err := filepath.Abs(name)
	return err == nil && (strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/"))
}

// removeAbandoned removes what runs that were killed have left of the same file. That it cannot is
// no reason to stop.
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

// Write writes to what will be the file. A pipe is waited for until somebody reads it.
func (w *wholeFile) Write(data []byte) (int, error) {
	if w.file == nil {
		file, err := os.OpenFile(w.name, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return 0, err
		}
		w.file = file
	}
	return w.file.Write(data)
}

// commit puts the file in its place, with the mode of the one that was there.
func (w *wholeFile) commit() error {
	file := w.file
	if file == nil {
		return nil
	}
	if w.direct {
		w.file = nil
		return file.Close()
	}
	mode := fs.FileMode(0o644) // those who read reports are often somebody else
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

// discard leaves nothing behind of a file that was not committed.
func (w *wholeFile) discard() {
	if w.file == nil {
		return
	}
	_ = w.file.Close()
	if !w.direct {
		_ = os.Remove(w.file.Name())
	}
	w.file = nil
}
