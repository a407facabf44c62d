package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/internal/source"
)

// ledger is a file that records what runs of seed made at one target, so that they can be continued
// and undone. Each line is one write at the end of the file, and on the disk before the next step:
// whenever the run ends, the ledger has what was created. One process at a time has it open.
type ledger struct {
	file    *os.File
	name    string
	say     func(format string, args ...any)
	head    ledgerHead
	created map[string]ledgerLine // by id; those removed again are not in it
	order   []string              // the ids, in order
	open    map[string]ledgerLine // by key: begun, with an unknown outcome
	process int                   // the process that had it last
}

// ledgerHead is the first line.
type ledgerHead struct {
	Ledger     string `json:"ledger"` // ledgerKind
	Version    int    `json:"version"`
	BaseURL    string `json:"baseUrl"`
	Workspace  string `json:"workspace,omitempty"`
	Collection string `json:"collection"`
}

const (
	ledgerKind    = "agentmock seed"
	ledgerVersion = 2
)

// ledgerLine is any other line; which of its first fields is set tells the kind. A key names an agent
// of a seed and a profile: 7/realistic/41.
type ledgerLine struct {
	Process int    `json:"process,omitempty"` // the process that has the ledger from here on
	Begin   string `json:"begin,omitempty"`   // the key of an item about to be created
	Created string `json:"created,omitempty"` // the key of an item that was created
	Dropped string `json:"dropped,omitempty"` // the key of an item that was not created after all
	Removed string `json:"removed,omitempty"` // an id
	ID      string `json:"id,omitempty"`      // with begin: the one that was given
	Name    string `json:"name,omitempty"`
	// Made recognises the item: by what was sent or, once that is known, by what the target shows.
	Made ownership.Fingerprint `json:"made,omitempty"`
}

// openLedger opens the ledger of a target, or begins one if the file does not exist. It waits while
// another process has it open.
func openLedger(ctx context.Context, name string, head ledgerHead, say func(string, ...any)) (*ledger, error) {
	l, err := lockLedger(ctx, name, os.O_CREATE, say)
	switch {
	case err != nil:
		return nil, err
	case l.head == (ledgerHead{}):
		l.head = head
		err = l.write(head)
	case l.head != head:
		err = usagef("%s records what was made of %s in workspace %s at %s; name another file with --ledger",
			name, l.head.Collection, l.head.Workspace, l.head.BaseURL)
	}
	if err == nil {
		err = l.write(ledgerLine{Process: os.Getpid()})
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// lockLedger opens and reads a ledger; with the flag os.O_CREATE it creates one if there is none.
func lockLedger(ctx context.Context, name string, flag int, say func(string, ...any)) (*ledger, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND|flag, 0o644)
	switch {
	case err != nil && flag == 0:
		return nil, unreadable("ledger", name, err)
	case err != nil:
		return nil, unwritable(name, err)
	}
	l := &ledger{file: file, name: name, say: say, created: map[string]ledgerLine{}, open: map[string]ledgerLine{}}
	if err = l.lock(ctx, tryLock); err == nil {
		_, err = interruptible(ctx, func() (any, error) { return nil, l.read() })
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// lockPause is how long to wait before a lock is tried again.
const lockPause = 50 * time.Millisecond

// lock waits until no other process has the file. Without file locks it fails, because two runs at
// once would create everything twice.
func (l *ledger) lock(ctx context.Context, try func(*os.File) (bool, error)) error {
	for said := false; ; said = true {
		locked, err := try(l.file)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			return usagef("%s cannot be locked against other runs: its file system, or this operating system, "+
				"has no file locks; name a file on another file system with --ledger", l.name)
		case err != nil:
			return fmt.Errorf("%s cannot be locked: %w", l.name, err)
		case locked:
			return nil
		case !said:
			l.say("%s is in use by %s: waiting for it to end (or use another file with --ledger)", l.name, l.holder())
		}
		if err := apiclient.Sleep(ctx, lockPause); err != nil {
			return err
		}
	}
}

// holder describes the process that has the file.
func (l *ledger) holder() string {
	other := &ledger{say: func(string, ...any) {}}
	if data, err := source.ReadFile(l.name, maxLedger); err == nil && other.parse(data) == nil && other.process > 0 {
		return fmt.Sprintf("process %d", other.process)
	}
	return "another process"
}

// maxHead bounds the first line of a ledger, and maxLedger its size, in bytes: the latter is that of the
// ledger of about two million agents.
const maxHead, maxLedger = 1 << 20, 1 << 30

// foreign returns the error for a file that is no ledger.
func (l *ledger) foreign() error { return usagef("%s is not a ledger of agentmock seed", l.name) }

func (l *ledger) read() error {
	head, err := source.ReadAll(l.name, io.LimitReader(l.file, maxHead), maxHead)
	if err == nil && len(head) == maxHead && !bytes.Contains(head, []byte("\n")) {
		return l.foreign()
	}
	var data []byte
	if err == nil {
		data, err = source.ReadAll(l.name, io.MultiReader(bytes.NewReader(head), l.file), maxLedger)
	}
	if err != nil {
		return unreadable("ledger", l.name, err)
	}
	whole := bytes.LastIndexByte(data, '\n') + 1
	switch torn := data[whole:]; {
	case len(torn) == 0:
	case whole == 0: // not even the first line was finished: nothing had been done yet
		l.say("%s: the only line is not complete and is dropped: %.80q", l.name, torn)
		if err := os.Truncate(l.name, 0); err != nil {
			return unwritable(l.name, err)
		}
		data = nil
	default: // a line of its own, which is passed over unless only its end is missing
		if _, err := l.file.WriteString("\n"); err != nil {
			return unwritable(l.name, err)
		}
	}
	return l.parse(data)
}

// parse reads whole lines. It passes over damaged ones.
func (l *ledger) parse(data []byte) error {
	l.created, l.open = map[string]ledgerLine{}, map[string]ledgerLine{}
	if len(data) == 0 {
		return nil
	}
	lines := bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	switch err := json.Unmarshal(lines[0], &l.head); {
	case err != nil || l.head.Ledger != ledgerKind:
		return l.foreign()
	case l.head.Version != ledgerVersion:
		return usagef("%s is a ledger of version %d, and this agentmock reads version %d; "+
			"undo it with the one that wrote it", l.name, l.head.Version, ledgerVersion)
	}
	for n, line := range lines[1:] {
		var entry ledgerLine
		if json.Unmarshal(line, &entry) == nil {
			l.apply(entry)
		} else {
			l.say("%s:%d is not a line of a ledger and is passed over: %.80q", l.name, n+2, line)
		}
	}
	return nil
}

func (l *ledger) apply(entry ledgerLine) {
	switch {
	case entry.Process != 0:
		l.process = entry.Process
	case entry.Begin != "":
		l.open[entry.Begin] = entry
	case entry.Created != "":
		delete(l.open, entry.Created)
		if _, known := l.created[entry.ID]; !known {
			l.order = append(l.order, entry.ID)
		}
		l.created[entry.ID] = entry
	case entry.Dropped != "":
		delete(l.open, entry.Dropped)
	case entry.Removed != "":
		delete(l.created, entry.Removed)
	}
}

// idOf returns the id of the item of a key that was created and not removed; "" where there is none.
func (l *ledger) idOf(key string) string {
	for id, entry := range l.created {
		if entry.Created == key {
			return id
		}
	}
	return ""
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
		return usagef("cannot record what is created: %w", err)
	}
	return nil
}

// close ends the lock, too.
func (l *ledger) close() { _ = l.file.Close() }
