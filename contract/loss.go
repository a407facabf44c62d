package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/agentmock/agentmock/internal/curl"
)

// A target may be lost: it dies of a request, or answers nothing any more. The units of a run are
// executed in rounds. When the target is lost, the round ends; once the target is back, what was under
// way is executed again, one unit at a time and with a look at the target after each request, so that a
// request that makes it fail is known. What else had begun starts again in the next round.

// errDown ends a round.
var errDown = errors.New("the target was lost")

// The bounds of losing the target.
const (
	maxKillers = 8  // requests that are shown to make the target fail
	maxLosses  = 30 // times that it is lost
	maxUnit    = 4  // times that it is lost during one unit

	maxSearch  = 3           // times that what was answered before is repeated
	maxRepeats = 160         // fixtures that are repeated then
	groupSize  = 16          // of them before the target is looked at
	maxLag     = time.Second // how long before the target was lost they were answered
)

// How long the target is watched after each answer, where it was lost before: it may die some time after
// the answer to what kills it.
const (
	shortWatch = 75 * time.Millisecond
	longWatch  = 500 * time.Millisecond // once it was lost during this very unit
)

// recover waits until the target is back, and removes what the sessions have made that its loss has
// ended. A target that does not come back, or is lost again and again, is given up.
func (r *runner) recover(ctx context.Context, lost *round) {
	back := r.await(ctx, lost.err)
	switch {
	case ctx.Err() != nil:
	case !back:
		r.giveUp(lost.err, lost.suspects)
	case r.killers >= maxKillers:
		r.giveUp(fmt.Errorf("%d requests have made it fail, which are reported", r.killers), lost.suspects)
	case r.losses >= maxLosses:
		r.giveUp(fmt.Errorf("it was lost %d times, the last time with: %w", r.losses, lost.err), lost.suspects)
	}
	for _, s := range lost.void {
		r.tidy(ctx, s.finish)
	}
	if !back {
		return
	}
	r.mu.Lock()
	r.came++
	r.mu.Unlock()
	for _, registry := range r.registries { // it may have started anew, with other items
		registry.Restarted()
	}
}

// LastRequest is a request that was under way when the target was lost or, where none was, one of the
// last that were answered.
type LastRequest struct {
	Fixture string `json:"fixture,omitempty"`
	Request string `json:"request"`
	Status  int    `json:"status,omitempty"` // 0: it was not answered
	Curl    string `json:"curl"`
}

// maxLast bounds the last requests that are named.
const maxLast = 8

// lastRequests returns suspects as the report has them.
func (r *runner) lastRequests(list []suspect) []LastRequest {
	out := []LastRequest{}
	for _, s := range list[:min(len(list), maxLast)] {
		last := LastRequest{Request: s.x.method()}
		if s.session != nil {
			last.Fixture, last.Curl = s.session.fixture.ID, s.session.curl(s.x)
		} else {
			last.Curl = curl.Command(curl.Request{Method: s.x.sent.op.Method, URL: s.x.sent.url,
				Header: s.x.sent.request.Header, Body: s.x.sent.request.Body}, r.secrets)
		}
		if s.x.got.answer != nil {
			last.Status = s.x.got.answer.Status
		}
		out = append(out, last)
	}
	return out
}

// lastNamed names the last requests, as the end of a sentence.
func lastNamed(list []LastRequest) string {
	var out []string
	for _, l := range list {
		text := l.Request
		if l.Fixture != "" {
			text += " (" + l.Fixture + ")"
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return ""
	}
	return "; the last requests: " + strings.Join(out, ", ")
}

// await waits until the target answers, for as long as Options.Wait says. It reports whether it does.
func (r *runner) await(ctx context.Context, why error) bool {
	r.pinging.Lock()
	defer r.pinging.Unlock()
	if r.gone() || r.neverCame {
		return false
	}
	until := r.options.clock()
	if !speaksNoHTTP(why) { // that will not change
		until = until.Add(r.options.Wait)
	}
	for attempt := 1; ; attempt++ {
		answered, ready := r.ping(ctx)
		over := !r.options.clock().Before(until)
		switch {
		case ready, answered && over:
			return true
		case over && attempt >= 3:
			r.neverCame = !r.judged.Load()
			return false
		case attempt == 2 && r.options.Wait > 0:
			r.options.Warn(fmt.Sprintf("%s is not there (%s): waiting %s for it", r.target.BaseURL,
				r.secrets.Text(whyLost(why)), r.options.Wait))
		}
		if r.options.sleep(ctx, min(time.Duration(attempt)*100*time.Millisecond, 500*time.Millisecond)) != nil {
			return false
		}
	}
}

func whyLost(err error) string {
	if err == nil {
		return "it is not ready"
	}
	return strings.TrimSpace(err.Error())
}
