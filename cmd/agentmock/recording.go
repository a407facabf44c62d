package main

import (
	"cmp"
	"log/slog"
	"slices"

	"github.com/agentmock/agentmock/fixtures/traffic"
	"github.com/agentmock/agentmock/openapi"
)

// recording is what --record of serve and proxy asks for; nil is none.
type recording struct {
	env
	*traffic.Recorder
	dir string
	log *slog.Logger
	out *lineWriter // of the log
	// logged is true where programs read the log: then its end is told there, too.
	logged bool
}

// startRecording begins to record in a directory; "": it does not. Secrets may be empty.
func startRecording(e env, command, dir string, doc *openapi.Document, secrets []string, format string,
	log *slog.Logger, out *lineWriter) (*recording, error) {
	if dir == "" {
		return nil, nil
	}
	secrets = slices.DeleteFunc(slices.Clone(secrets), func(text string) bool { return text == "" })
	r, err := traffic.NewRecorder(doc, dir, traffic.RecorderOptions{Secrets: secrets, Log: log})
	if err != nil {
		return nil, usagef("agentmock %s: --record %s: %w", command, dir, withoutPath(err))
	}
	return &recording{e, r, dir, log, out, format == "json"}, nil
}

// close ends a recording of which nothing need be said, or that has ended.
func (r *recording) close() {
	if r != nil {
		_, _ = r.Close() // whoever wants its error ends it
	}
}

// end ends the recording, says what came of it, and returns its error where there is no other.
func (r *recording) end(err error) error {
	if r == nil {
		return err
	}
	summary, failed := r.Close()
	if r.logged {
		for _, l := range summary.Left {
			r.log.Info("left out", "reason", l.Reason, "count", l.Count)
		}
		r.log.Info("recording", "exchanges", summary.Exchanges, "kept", summary.Kept, "fixtures", summary.Fixtures,
			"directory", r.dir)
	}
	_ = r.out.Flush()
	if !r.logged {
		sayTraffic(r.env, summary, r.dir)
	}
	if failed != nil {
		failed = usagef("--record %s: not all was recorded: %w", r.dir, failed)
	}
	return cmp.Or(err, failed)
}
