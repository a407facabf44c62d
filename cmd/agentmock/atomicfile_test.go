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
	left, killed := filepath.Join(dir, ".report.1"+partial), filepath.Join(dir, ".report.2"+partial)
	write(left, "killed long ago", 0o600)
	write(killed, "killed", 0o600)
	old := time.Now().Add(-2 * abandoned)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	atWork, err := createAtomic(name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = atWork.Write([]byte("at work"))
	if err := os.Chtimes(atWork.file.Name(), old, old); err != nil && renamesOpen { // it waits for a slow target
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
	expectFile(t, atWork.file.Name(), "at work")
	if _, err := os.Stat(killed); renamesOpen && err == nil {
		t.Error("what a killed run left stays")
	}
	if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := atWork.commit(); err != nil {
		t.Fatal(err)
	}
	expectFile(t, name, "at work")
	names, _ := filepath.Glob(filepath.Join(dir, ".report.*"))
	if renamesOpen && len(names) > 0 {
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
