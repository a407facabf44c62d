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

// abandoned is the age from which a temporary file counts as left behind by a killed run where its lock
// does not tell.
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
	file, err := createPartial(name)
	if err != nil {
		return nil, err
	}
	return &atomicFile{name: name, file: file}, nil
}

// createPartial makes a temporary file beside name. It is locked as long as it is open, where the file
// system can do that.
func createPartial(name string) (*os.File, error) {
	for {
		file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*"+partial)
		if err != nil {
			return nil, err
		}
		locked, err := tryLock(file)
		if err != nil || locked && isAt(file, file.Name()) {
			return file, nil
		}
		_ = file.Close() // another run takes it for abandoned, as it was not locked at once
		_ = os.Remove(file.Name())
	}
}

// isAt reports whether a path still leads to an open file.
func isAt(file *os.File, path string) bool {
	own, err := file.Stat()
	other, bad := os.Stat(path)
	return err == nil && bad == nil && os.SameFile(own, other)
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
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			removeIfAbandoned(filepath.Join(filepath.Dir(name), entry.Name()), time.Since(info.ModTime()))
		}
	}
}

// removeIfAbandoned removes a temporary file whose run has ended, which leaves it unlocked. Where files are
// closed before they get their name, or have no locks, only its age tells.
func removeIfAbandoned(path string, age time.Duration) {
	isAbandoned := age > abandoned
	if renamesOpen { // else no open file could be removed
		if file, err := os.Open(path); err == nil {
			defer func() { _ = file.Close() }() // later, so that nobody gets the lock of a file that is removed
			if locked, err := tryLock(file); err == nil {
				isAbandoned = locked
			}
		}
	}
	if isAbandoned {
		_ = os.Remove(path)
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
	err := errors.Join(file.Chmod(mode), file.Sync())
	if !renamesOpen {
		err = errors.Join(err, file.Close())
	}
	if err == nil {
		err = os.Rename(file.Name(), w.name)
	}
	if err != nil {
		return err
	}
	w.file = nil
	if renamesOpen { // until here the lock shows that the file is in use
		err = file.Close()
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
