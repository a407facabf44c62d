package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"
)

// lookEvery is the time between two looks at watched files. Looking works where files are changed in ways
// that no system tells of: in containers, on network drives, by editors that put another file in place.
const lookEvery = 250 * time.Millisecond

// watcher notices that files change. A change counts once the files have been the same for two looks, so
// that a half-written one is not read.
type watcher struct {
	files func() []string // they may be others after each change
	known map[string]string
	last  map[string]string
}

// newWatcher returns a watcher of files whose marks may be known from before they were read.
func newWatcher(files func() []string, before map[string]string) *watcher {
	known := marks(files())
	maps.Copy(known, before)
	return &watcher{files: files, known: known}
}

// look returns the files that have changed since the last time it returned any, sorted.
func (w *watcher) look() (changed []string) {
	now := marks(w.files())
	settled := maps.Equal(now, w.last)
	w.last = now
	if !settled {
		return nil
	}
	for name, mark := range now {
		if before, known := w.known[name]; known && before != mark {
			changed = append(changed, name)
		}
	}
	w.known = now
	slices.Sort(changed)
	return changed
}

// marks returns what tells whether a file is another than before, by the names of files. There is none for
// what is no regular file: a pipe can be read only once.
func marks(files []string) map[string]string {
	all := make(map[string]string, len(files))
	for _, name := range files {
		info, err := os.Stat(name)
		switch {
		case err != nil:
			all[name] = "gone"
		case info.IsDir():
			all[name] = "a directory" // another change makes it a file again
		case info.Mode().IsRegular():
			all[name] = fmt.Sprint(info.ModTime().UnixNano(), info.Size())
		}
	}
	return all
}

// watch calls a function with the files that have changed, until it returns false or the context ends.
func (w *watcher) watch(ctx context.Context, changed func([]string) bool) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if files := w.look(); len(files) > 0 && !changed(files) {
				return
			}
		}
	}
}
