package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// reloader keeps a mock at what its files say.
type reloader struct {
	env    env
	flags  *serveFlags
	server *mockserver.Server
	log    *slog.Logger
	doc    *openapi.Document
	files  []string // of the document as it was last read, usable or not
	*watcher
}

// newReloader returns a reloader for a document whose files had these marks before they were read.
func newReloader(e env, f *serveFlags, doc *openapi.Document, log *slog.Logger, before map[string]string) *reloader {
	r := &reloader{env: e, flags: f, doc: doc, log: log, files: doc.Files()}
	r.watcher = newWatcher(func() []string { return append(slices.Clip(r.files), f.stateFiles()...) }, before)
	return r
}

// stateFiles returns the file of the state, if there is one.
func (f *serveFlags) stateFiles() []string {
	if f.state == "" {
		return nil
	}
	return []string{f.state}
}

// checkWatch rejects --watch where there is nothing that could change.
func (f *serveFlags) checkWatch() error {
	switch {
	case !f.watch:
		return nil
	case f.spec == "-":
		return usagef("agentmock serve: --watch cannot watch standard input: name the file with --spec")
	case f.spec == "" && f.state == "":
		return usagef("agentmock serve: --watch has nothing to watch: the built-in document does not change " +
			"(agentmock spec print writes a copy to edit, for --spec)")
	}
	return nil
}

// follow looks at the files that the mock was started from until the context ends. With --watch, the mock
// follows their changes; else the log tells of the first one.
func (r *reloader) follow(ctx context.Context, server *mockserver.Server) {
	if len(r.watcher.files()) == 0 {
		return
	}
	r.server = server
	r.watch(ctx, func(changed []string) bool {
		if !r.flags.watch {
			r.log.Warn(strings.Join(changed, ", ") + " changed; the mock goes on with what it has read at start " +
				"(with --watch it follows)")
			return false
		}
		if slices.ContainsFunc(changed, func(name string) bool { return name != r.flags.state }) {
			r.reloadDocument(ctx)
		}
		if slices.Contains(changed, r.flags.state) {
			r.reloadState(ctx)
		}
		return true
	})
}

// reloadDocument has the mock serve the document as it is now. One that cannot be used changes nothing: the
// log says why.
func (r *reloader) reloadDocument(ctx context.Context) {
	doc, err := interruptible(ctx, func() (*openapi.Document, error) { return r.flags.read(r.env) })
	if bad, ok := errors.AsType[*openapi.LoadError](err); ok {
		r.files = bad.Files
		r.keep(bad.Problems, countProblems(bad.Problems))
		return
	}
	if err != nil {
		r.keep(nil, err.Error())
		return
	}
	r.files = doc.Files()
	if found := doc.Check(); r.flags.strict && len(found) > 0 {
		r.keep(found, countProblems(found)+", with --strict")
		return
	}
	if r.flags.namedWorkspaces && doc.Scope == nil {
		r.log.Warn(documentName(doc.Name) + " does not keep workspaces apart any more: --workspace has no effect")
	}
	if err := r.server.SetDocument(doc); err != nil {
		r.keep(nil, err.Error())
		return
	}
	r.doc = doc
	r.log.Info("document changed, and is served: " + describe(doc, false))
	r.flags.sayWarnings(r.env, doc, r.log)
}

// keep logs why the mock stays with the document that it has.
func (r *reloader) keep(problems []openapi.Problem, reason string) {
	for _, p := range problems[:min(len(problems), shownWarnings)] {
		r.log.Warn(problemLine(p))
	}
	if more := len(problems) - shownWarnings; more > 0 {
		r.log.Warn(fmt.Sprintf("and %s: %s", count(more, "more problem"), r.flags.checkCommand()))
	}
	r.log.Warn(fmt.Sprintf("%s changed, and cannot be used (%s): the mock goes on with the one before",
		documentName(r.flags.spec), reason))
}

// reloadState makes the state file what the mock holds, what a reset returns to and what new sessions begin with.
func (r *reloader) reloadState(ctx context.Context) {
	state, err := interruptible(ctx, func() (any, error) { return r.flags.readState(r.doc) })
	if err == nil {
		err = r.server.SetStart(state)
	}
	if err != nil {
		r.log.Warn(fmt.Sprintf("the state %s changed, and cannot be used: the mock goes on with what it has: %v",
			r.flags.state, err))
		return
	}
	r.log.Info("state changed, and is what the mock holds now: " + r.flags.state)
}
