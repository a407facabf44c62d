package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestWatcher wants a change to count once the file has been the same for two looks, whatever else happens to it.
func TestWatcher(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("1")
	w := newWatcher(func() []string { return []string{name, filepath.Dir(name)} }, nil)
	want := func(what string, changed bool) {
		t.Helper()
		got := w.look()
		if slices.Equal(got, []string{name}) != changed || !changed && got != nil {
			t.Errorf("%s: %q", what, got)
		}
	}
	want("nothing happened", false)
	write("12")
	want("half of it may be written", false)
	write("123")
	want("it is still being written", false)
	want("it has settled", true)
	want("nothing more happened", false)
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	want("it may be about to be replaced", false)
	write("123 ")
	want("it has been replaced", false)
	want("it has settled", true)
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	want("it is gone", false)
	want("it stays so", true)
	if err := os.Mkdir(name, 0o700); err != nil {
		t.Fatal(err)
	}
	want("a directory has its name", false)
	want("the directory stays", true)
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	write("1")
	want("it is a file again", false)
	want("the file stays", true)
}
