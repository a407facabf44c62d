package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// ledger is a file that records what runs of seed made at one target, so that it can be continued
// and undone. Each line is on the disk before the next step is taken: what the target has is in the
// ledger, whenever the run ends.
type ledger struct {
	file    *os.File
	head    ledgerHead
	created map[string]string // id → name, without what was removed again
	order   []string          // the ids, in order
	open    map[int]string    // index → name: begun, and nobody knows what came of it
}

// ledgerHead is the first line.
type ledgerHead struct {
	Ledger     string `json:"ledger"` // says what the file is
	Version    int    `json:"version"`
	BaseURL    string `json:"baseUrl"`
	Workspace  string `json:"workspace,omitempty"`
	Collection string `json:"collection"`
}

const ledgerKind = "agentmock seed"

// ledgerLine is any other line; one of its fields says which.
type ledgerLine struct {
	Begin   *int   `json:"begin,omitempty"`   // the index of an item about to be created
	Created *int   `json:"created,omitempty"` // the index of an item that was created
	Dropped *int   `json:"dropped,omitempty"` // the index of an item that was not created after all
	Removed string `json:"removed,omitempty"` // an id
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
}

// openLedger opens the ledger of a target, or begins one where there is none.
func openLedger(name string, head ledgerHead) (*ledger, error) {
	l, err := readLedger(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return nil, unwritable(name, err)
		}
		l := &ledger{file: file, head: head, created: map[string]string{}, open: map[int]string{}}
		return l, l.write(head)
	case err != nil:
		return nil, err
	case l.head != head:
		_ = l.file.Close()
		return nil, usagef("%s records what was made in workspace %s at %s; name another file with --ledger",
			name, l.head.Workspace, l.head.BaseURL)
	}
	return l, nil
}

// readLedger opens a ledger that exists. A last line that a killed run left unfinished is cut off.
func readLedger(name string) (*ledger, error) {
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return nil, unreadable("ledger", name, err)
	}
	l := &ledger{file: file, created: map[string]string{}, open: map[int]string{}}
	if err := l.read(name); err != nil {
		_ = file.Close()
		return nil, err
	}
	return l, nil
}

func (l *ledger) read(name string) error {
	data, err := io.ReadAll(l.file)
	if err != nil {
		return unreadable("ledger", name, err)
	}
	whole := bytes.LastIndexByte(data, '\n') + 1
	for n, line := range strings.Split(strings.TrimSuffix(string(data[:whole]), "\n"), "\n") {
		if n == 0 {
			if json.Unmarshal([]byte(line), &l.head) != nil || l.head.Ledger != ledgerKind {
				return usagef("%s is not a ledger of agentmock seed", name)
			}
			continue
		}
		var entry ledgerLine
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			return usagef("%s:%d is not a line of a ledger: %w", name, n+1, err)
		}
		l.apply(entry)
	}
	if err := l.file.Truncate(int64(whole)); err != nil {
		return unwritable(name, err)
	}
	_, err = l.file.Seek(int64(whole), io.SeekStart)
	return err
}

func (l *ledger) apply(entry ledgerLine) {
	switch {
	case entry.Begin != nil:
		l.open[*entry.Begin] = entry.Name
	case entry.Created != nil:
		delete(l.open, *entry.Created)
		if _, known := l.created[entry.ID]; !known {
			l.order = append(l.order, entry.ID)
		}
		l.created[entry.ID] = entry.Name
	case entry.Dropped != nil:
		delete(l.open, *entry.Dropped)
	case entry.Removed != "":
		delete(l.created, entry.Removed)
	}
}

// add records a step.
func (l *ledger) add(entry ledgerLine) error {
	l.apply(entry)
	return l.write(entry)
}

func (l *ledger) write(line any) error {
	data, err := json.Marshal(line)
	if err == nil {
		_, err = l.file.Write(append(data, '\n'))
	}
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		return &exitError{exitUsage, fmt.Errorf("cannot record what is created: %w", err)}
	}
	return nil
}

func (l *ledger) close() { _ = l.file.Close() }
