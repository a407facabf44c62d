package source

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// MaxFile is the size limit of documents and fixtures, in bytes; the largest public documents have about
// ten megabytes.
const MaxFile = 64 << 20

// maxStream is the size limit of what is no regular file and may have no end: devices, pipes.
const maxStream = 128 << 20

// ReadFile reads a file of at most so many bytes. The error is an *fs.PathError.
func ReadFile(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return ReadOpen(f, most)
}

// ReadOpen is ReadFile for an open file, which it closes.
func ReadOpen(f *os.File, most int64) ([]byte, error) {
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		most = min(most, maxStream)
	case info.Size() > most:
		return nil, tooLarge(f.Name(), most)
	}
	return ReadAll(f.Name(), f, most)
}

// ReadAll reads a text of at most so many bytes. The name is that of the file in an *fs.PathError.
func ReadAll(name string, r io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if int64(len(data)) > most {
		return nil, tooLarge(name, most)
	}
	return data, err
}

func tooLarge(name string, most int64) error {
	size := fmt.Sprintf("%d bytes", most)
	if most >= 1<<20 && most%(1<<20) == 0 {
		size = fmt.Sprintf("%d MiB", most>>20)
	}
	return &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("larger than %s, which is the limit", size)}
}
