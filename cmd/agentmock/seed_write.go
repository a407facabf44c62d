package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// batch is the number of agents in memory at a time.
const batch = 512

// makeItems makes a range of items on all processors. Each item depends on its index alone.
func makeItems(ctx context.Context, maker func(int) (json.RawMessage, error), from, to int) ([]json.RawMessage, error) {
	items, errs := make([]json.RawMessage, to-from), make([]error, to-from)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), to-from) {
		workers.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(items) && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				items[n], errs[n] = maker(from + n)
			}
		})
	}
	workers.Wait()
	for _, err := range errs { // the first one, whoever was first to find one
		if err != nil {
			return nil, err
		}
	}
	return items, ctx.Err()
}

// writeSeed writes the agents in batches, so that memory does not grow with their number.
func writeSeed(ctx context.Context, e env, g *fixtures.Generator, f *seedFlags) error {
	out, err := openSeedOutput(e, f.out)
	if err != nil {
		return err
	}
	defer out.file.discard()
	wrapper, err := f.wrapper(g)
	if err != nil {
		return err
	}
	w := newItemWriter(out, f.format.value, wrapper)
	for start := 0; start < f.count; start += batch {
		items, err := makeItems(ctx, f.maker(g), start, min(start+batch, f.count))
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := w.item(item); err != nil {
				return unwritable(f.out, err)
			}
		}
	}
	err = w.close()
	if err == nil {
		err = out.file.commit()
	}
	if err != nil {
		return unwritable(f.out, err)
	}
	if f.out != "" {
		e.say("wrote %s of seed %d to %s", count(f.count, "agent"), g.Seed(), f.out)
	}
	return nil
}

// wrapper returns the member that holds whole agents in the state that serve reads; "" for bodies,
// which are a list.
func (f *seedFlags) wrapper(g *fixtures.Generator) (string, error) {
	if f.as.value != "response" {
		return "", nil
	}
	return g.Collection()
}

// itemWriter writes items in one of the formats, one a line in those of JSON.
type itemWriter struct {
	*bufio.Writer
	format, wrapper string
	items           int
}

func newItemWriter(w io.Writer, format, wrapper string) *itemWriter {
	return &itemWriter{bufio.NewWriterSize(w, 1<<16), format, wrapper, 0}
}

// item writes one item. Errors of the writer below stick, and come back at the latest from close.
func (w *itemWriter) item(raw []byte) error {
	defer func() { w.items++ }()
	if w.format == "yaml" {
		value, err := jsonvalue.Parse(raw, jsonvalue.Limits{})
		if err != nil {
			return err
		}
		if w.items == 0 {
			w.open(":\n")
		}
		_, err = w.Write(source.MarshalYAML([]any{value}))
		return err
	}
	switch {
	case w.format == "ndjson":
	case w.items == 0:
		w.open(": [\n")
	default:
		w.WriteString(",\n")
	}
	_, err := w.Write(raw)
	if w.format == "ndjson" {
		err = w.WriteByte('\n')
	}
	return err
}

// open writes what stands before the first item.
func (w *itemWriter) open(after string) {
	switch {
	case w.wrapper != "" && w.format == "yaml":
		w.WriteString(w.key() + after)
	case w.wrapper != "":
		w.WriteString("{" + w.key() + after)
	case w.format == "json":
		w.WriteString("[\n")
	}
}

// key is the wrapper's name as the format writes it.
func (w *itemWriter) key() string {
	if w.format == "yaml" {
		return strings.TrimSuffix(string(source.MarshalYAML(jsonvalue.ObjectOf(w.wrapper, []any{}))), ": []\n")
	}
	return string(jsonvalue.Marshal(w.wrapper))
}

func (w *itemWriter) close() error {
	switch {
	case w.format == "ndjson", w.format == "text":
	case w.items == 0 && w.wrapper == "":
		w.WriteString("[]\n")
	case w.items == 0 && w.format == "yaml":
		w.WriteString(w.key() + ": []\n")
	case w.items == 0:
		w.WriteString("{" + w.key() + ": []}\n")
	case w.format == "yaml":
	case w.wrapper != "":
		w.WriteString("\n]}\n")
	default:
		w.WriteString("\n]\n")
	}
	return w.Flush()
}

// seedOutput is standard output, or a file.
type seedOutput struct {
	io.Writer
	file *atomicFile // nil: standard output
}

func openSeedOutput(e env, name string) (*seedOutput, error) {
	if name == "" {
		return &seedOutput{Writer: e.stdout}, nil
	}
	file, err := createAtomic(name)
	if err != nil {
		return nil, unwritable(name, err)
	}
	return &seedOutput{file, file}, nil
}

// unwritable is the error for output that cannot be written. That a reader of standard output has
// had enough is none.
func unwritable(name string, err error) error {
	var path *fs.PathError
	switch {
	case name == "" && errors.Is(err, syscall.EPIPE):
		return nil
	case name == "":
		name = "standard output"
	case errors.As(err, &path):
		err = path.Err
	}
	return &exitError{exitUsage, fmt.Errorf("cannot write %s: %w", name, err)}
}
