package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// batch is the number of agents in memory at a time, share that of those which one processor makes at
// a time.
const (
	batch = 512
	share = 16
)

// makeItems makes a range of items, a batch at most, on all processors, in buffers of the batch before.
// Each item depends on its index alone. Those that cannot be made are left out; the error is the reason
// for the first of them, or the context's.
func makeItems(ctx context.Context, one maker, buffers *[batch / share][]byte, from, to int) ([][]byte, error) {
	items, errs := make([][]byte, to-from), make([]error, to-from)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (to-from+share-1)/share) {
		workers.Go(func() {
			for n := int(next.Add(1)) - 1; n*share < len(items) && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				buffer := buffers[n][:0]
				for i := n * share; i < min((n+1)*share, len(items)); i++ {
					start := len(buffer)
					if buffer, errs[i] = one(buffer, from+i); errs[i] == nil {
						items[i] = buffer[start:]
					}
				}
				buffers[n] = buffer
			}
		})
	}
	workers.Wait()
	made := slices.DeleteFunc(items, func(item []byte) bool { return item == nil })
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	for _, err := range errs { // the first one, whoever was first to find one
		if err != nil {
			return made, err
		}
	}
	return made, nil
}

// writeSeed writes the agents in batches, so that memory does not grow with their number.
func writeSeed(ctx context.Context, e env, g *fixtures.Generator, f *seedFlags) error {
	out, file, err := openSeedOutput(e, f.out)
	if err != nil {
		return err
	}
	defer file.discard()
	wrapper := "" // bodies are a list; whole agents are a member of the state that serve reads
	if f.as.value == "response" {
		if wrapper, err = g.Collection(); err != nil {
			return err
		}
	}
	w := newItemWriter(out, f.format.value, wrapper)
	var buffers [batch / share][]byte
	written, short := 0, error(nil)
	for start := 0; start < f.count; start += batch {
		items, err := makeItems(ctx, f.maker(g), &buffers, start, min(start+batch, f.count))
		if short = cmp.Or(short, err); ctx.Err() != nil || short != nil && written+len(items) == 0 {
			return short
		}
		written += len(items)
		for _, item := range items {
			if err := w.item(item); err != nil {
				return unwritable(f.out, err)
			}
		}
	}
	if err = w.close(); err == nil {
		err = file.commit()
	}
	if err != nil {
		return unwritable(f.out, err)
	}
	if f.out != "" {
		e.say("wrote %s of seed %d to %s", count(written, "agent"), g.Seed(), f.out)
	}
	if short != nil {
		e.say("left out %s: %v", count(f.count-written, "agent"), short)
	}
	return nil
}

// itemWriter writes items in one of the formats, one a line in those of JSON.
type itemWriter struct {
	*bufio.Writer
	format                       string
	before, between, after, none string // around the items, and where there are none
	items                        int
}

// newItemWriter returns the writer of a list or, where wrapper is given, of an object with the list
// as its member of that name.
func newItemWriter(out io.Writer, format, wrapper string) *itemWriter {
	w := &itemWriter{Writer: bufio.NewWriterSize(out, 1<<16), format: format}
	switch {
	case format == "ndjson":
		w.between, w.after = "\n", "\n"
	case format == "json" && wrapper == "":
		w.before, w.between, w.after, w.none = "[\n", ",\n", "\n]\n", "[]\n"
	case format == "json":
		open := fmt.Sprintf("{%s: [", jsonvalue.Marshal(wrapper))
		w.before, w.between, w.after, w.none = open+"\n", ",\n", "\n]}\n", open+"]}\n"
	case format == "yaml" && wrapper == "":
		w.none = "[]\n"
	case format == "yaml":
		w.none = string(source.MarshalYAML(jsonvalue.ObjectOf(wrapper, []any{})))
		w.before = strings.TrimSuffix(w.none, " []\n") + "\n"
	}
	return w
}

// item writes one item. Errors of the writer below stick, and come back at the latest from close.
func (w *itemWriter) item(raw []byte) error {
	if w.format == "yaml" {
		value, err := jsonvalue.Parse(raw, jsonvalue.Limits{})
		if err != nil {
			return err
		}
		raw = source.MarshalYAML([]any{value})
	}
	lead := w.between
	if w.items == 0 {
		lead = w.before
	}
	w.items++
	w.WriteString(lead)
	_, err := w.Write(raw)
	return err
}

func (w *itemWriter) close() error {
	if w.items == 0 {
		w.WriteString(w.none)
	} else {
		w.WriteString(w.after)
	}
	return w.Flush()
}

// openSeedOutput returns the writer to a file, which is nil for standard output.
func openSeedOutput(e env, name string) (io.Writer, *atomicFile, error) {
	if name == "" {
		return e.stdout, nil, nil
	}
	file, err := createAtomic(name)
	if err != nil {
		return nil, nil, unwritable(name, err)
	}
	return file, file, nil
}

// unwritable is the error for output that cannot be written. That a reader of standard output has
// had enough is none.
func unwritable(name string, err error) error {
	switch {
	case name == "" && errors.Is(err, syscall.EPIPE):
		return nil
	case name == "":
		return usagef("cannot write standard output: %w", err)
	}
	return usagef("cannot write %s: %w", name, withoutPath(err))
}
