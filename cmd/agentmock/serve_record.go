package main

import (
	"cmp"
	"log/slog"

	"github.com/agentmock/agentmock/fixtures/traffic"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// recording is a recorder of what comes to the mock, if there is one.
type recording struct {
	env
	*traffic.Recorder
	dir string
}

// record makes a mock record its exchanges in a directory; "": it does not.
func record(e env, doc *openapi.Document, dir string, log *slog.Logger, o *mockserver.Options) (*recording, error) {
	if dir == "" {
		return nil, nil
	}
	r, err := traffic.NewRecorder(doc, dir, traffic.RecorderOptions{Secrets: o.APIKeys, Log: log})
	if err != nil {
		return nil, usagef("agentmock serve: --record: %w", err)
	}
	o.Recorded = r.Record
	return &recording{e, r, dir}, nil
}

// end ends the recording, says what came of it, and returns its error where there is no other.
func (r *recording) end(err error) error {
	if r == nil {
		return err
	}
	summary, failed := r.Close()
	sayTraffic(r.env, summary, r.dir)
	if failed != nil {
		failed = usagef("--record %s: not all was recorded: %w", r.dir, failed)
	}
	return cmp.Or(err, failed)
}
