package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestAtomicFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "report")
	write := func(path, text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write(name, "before", 0o600)
	left, young := filepath.Join(dir, ".report.1"+partial), filepath.Join(dir, ".report.2"+partial)
	write(left, "killed", 0o600)
	write(young, "at work", 0o600)
	old := time.Now().Add(-2 * abandoned)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(name, link); err != nil {
		link = name // Windows lets few people make any
	}
	first, err := createAtomic(link)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = first.Write([]byte("never"))
	first.discard()
	expectFile(t, name, "before")

	second, err := createAtomic(link)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = second.Write([]byte("after"))
	expectFile(t, name, "before")
	if err := second.commit(); err != nil {
		t.Fatal(err)
	}
	second.discard() // has nothing left to do
	expectFile(t, link, "after")
	expectFile(t, young, "at work")
	if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	names, _ := filepath.Glob(filepath.Join(dir, ".report.*"))
	if len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
	if _, err := createAtomic(dir); err == nil {
		t.Error("a directory is taken for a file")
	}
}

func expectFile(t *testing.T, name, want string) {
	t.Helper()
	if data, err := os.ReadFile(name); err != nil || string(data) != want {
		t.Errorf("%s has %q, %v; want %q", name, data, err, want)
	}
}
