package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/openapi"
)

// everything are the fixtures of the agent document, made once.
var everything = sync.OnceValue(func() []*fixtures.Fixture {
	doc := openapi.Agent()
	return append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...)
})

func picked(filters ...string) []*fixtures.Fixture {
	return contract.Selection{Level: fixtures.Full, Filters: filters}.Select(everything())
}

func sound() http.Handler { return backend.New(backend.Options{Now: clock.now}) }

func planted(t *testing.T, id string, h http.Handler) http.Handler {
	t.Helper()
	for _, d := range mutants.Catalogue() {
		if d.ID == id {
			return d.Plant(h)
		}
	}
	t.Fatalf("no defect is called %s", id)
	return nil
}

func verify(t *testing.T, list []*fixtures.Fixture, target contract.Target, o contract.Options) *contract.Report {
	t.Helper()
	if len(list) == 0 {
		t.Fatal("no fixture is picked")
	}
	r, err := contract.Run(t.Context(), openapi.Agent(), list, target, o.Timed(clock.now, clock.sleep))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func find(t *testing.T, r *contract.Report, id string) *contract.Result {
	t.Helper()
	for i := range r.Fixtures {
		if r.Fixtures[i].ID == id {
			return &r.Fixtures[i]
		}
	}
	t.Fatalf("the report has no %s", id)
	return nil
}

func checksOf(r *contract.Report) []string {
	var list []string
	for _, f := range r.Fixtures {
		for _, v := range f.Violations {
			list = append(list, v.Check)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// transport is a target's, with something in between.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func between(target contract.Target, do func(*http.Request, http.RoundTripper) (*http.Response,
	error)) contract.Target {
	inner := target.Transport
	target.Transport = transport(func(r *http.Request) (*http.Response, error) { return do(r, inner) })
	return target
}

// agentsIn lists what a backend has in a workspace.
func agentsIn(t *testing.T, h http.Handler, workspace string) []map[string]any {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, "http://handler.test/v1/api/agents", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"any"}, "X-Workspace-Id": {workspace}}
	res, err := contracttest.Handler(h).Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	decoder := json.NewDecoder(res.Body)
	decoder.UseNumber() // fixtures leave numbers that no float holds
	if err := decoder.Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRunTidiesUp(t *testing.T) {
	t.Parallel()
	h := sound()
	r := verify(t, picked(), contracttest.Handler(h), contract.Options{Level: fixtures.Full})
	if !r.OK() || r.Summary.Skipped > 0 || r.Summary.Passed < 300 {
		t.Errorf("a sound backend: %+v", r.Summary)
	}
	for _, workspace := range []string{fixtures.DefaultWorkspace, fixtures.DefaultWorkspace + "-other"} {
		if left := agentsIn(t, h, workspace); len(left) > 0 || len(r.Left) > 0 {
			t.Errorf("%d agents are left in %s; named are %q", len(left), workspace, r.Left)
		}
	}
}

// The whole suite, many fixtures at a time, against targets that show what others do: nothing but
// ids and times may differ.
func TestRunIsRepeatable(t *testing.T) {
	t.Parallel()
	for _, defect := range few("update-resets-phones", "key-clear-everywhere", "timestamps-renamed") {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			written := func() string {
				list := contract.Selection{Level: fixtures.Standard}.Select(everything())
				r := verify(t, list, contracttest.Handler(planted(t, defect, sound())),
					contract.Options{}.WithNonce(1))
				if r.OK() {
					t.Fatal("the defect is not caught")
				}
				r.StartedAt, r.DurationMS, r.Summary.Requests = time.Time{}, 0, 0
				for i := range r.Fixtures {
					r.Fixtures[i].DurationMS = 0
				}
				var out bytes.Buffer
				if err := report.JSON(&out, &report.Run{Report: r}); err != nil {
					t.Fatal(err)
				}
				return timePattern.ReplaceAllString(idPattern.ReplaceAllString(out.String(), "ID"), "TIME")
			}
			if a, b := strings.Split(written(), "\n"), strings.Split(written(), "\n"); !slices.Equal(a, b) {
				for i := range min(len(a), len(b)) {
					if a[i] != b[i] {
						t.Errorf("two runs give different reports, first in line %d of %d and %d:\n%s\n%s", i+1,
							len(a), len(b), a[i], b[i])
						break
					}
				}
			}
		})
	}
}

// A key that is also an everyday word of the run says nothing where it is seen.
func TestOrdinaryKey(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"agentmock", fixtures.DefaultWorkspace, "gpt-4o-mini"} {
		target := contracttest.Handler(sound())
		target.APIKey = key
		r := verify(t, contract.Selection{Level: fixtures.Smoke}.Select(everything()), target,
			contract.Options{Level: fixtures.Smoke})
		if !r.OK() || !strings.Contains(strings.Join(r.Hints, ""), "answers are not searched for it") {
			t.Errorf("key %q: %+v, hints %q", key, r.Summary, r.Hints)
		}
	}
}

// The documented limit is 60 requests a minute: a smoke run keeps below it also where everything
// goes wrong.
func TestSmokeIsThrifty(t *testing.T) {
	t.Parallel()
	for _, defect := range []string{"key-clear-everywhere", "timestamps-renamed", "refused-update-half-applied"} {
		list := contract.Selection{Level: fixtures.Smoke}.Select(everything())
		r := verify(t, list, contracttest.Handler(planted(t, defect, sound())), contract.Options{Level: fixtures.Smoke})
		if r.OK() || r.Summary.Requests >= 60 {
			t.Errorf("%s: %d violations in %d requests", defect, r.Summary.Violations, r.Summary.Requests)
		}
	}
}

func TestWrongBasePath(t *testing.T) {
	t.Parallel()
	target := contracttest.Handler(http.StripPrefix("/elsewhere", sound()))
	r := verify(t, contract.Selection{Level: fixtures.Full}.Select(everything()), target, contract.Options{})
	if r.OK() || r.Summary.Passed > 0 || !strings.Contains(strings.Join(r.Hints, ""), "is the base URL") {
		t.Errorf("%+v, hints %q", r.Summary, r.Hints)
	}
}

func TestWrongKey(t *testing.T) {
	t.Parallel()
	target := contracttest.Handler(backend.New(backend.Options{Now: clock.now,
		APIKeys: []string{"another-key-altogether"}}))
	r := verify(t, picked(), target, contract.Options{})
	for _, f := range r.Fixtures {
		if f.Outcome == contract.Passed && !strings.Contains(f.ID, "open") && len(f.Notes) == 0 {
			t.Errorf("%s passed with a key that opens nothing", f.ID)
		}
	}
	if r.OK() || !strings.Contains(strings.Join(r.Hints, ""), "is the API key right") {
		t.Errorf("%+v, hints %q", r.Summary, r.Hints)
	}
}

var errRefused = errors.New("connect: connection refused")

func TestTargetThatIsNotThere(t *testing.T) {
	t.Parallel()
	target := between(contracttest.Handler(sound()), func(*http.Request, http.RoundTripper) (*http.Response,
		error) {
		return nil, errRefused
	})
	r := verify(t, picked(), target, contract.Options{})
	if r.OK() || !strings.Contains(r.Unreachable, "connection refused") || r.Summary.Skipped != r.Summary.Fixtures {
		t.Errorf("unreachable %q: %+v", r.Unreachable, r.Summary)
	}
	if r.Summary.Requests > 200 {
		t.Errorf("%d requests to a target that is not there", r.Summary.Requests)
	}
}

func TestTargetThatDies(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	h := sound()
	target := between(contracttest.Handler(h), func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
		if n.Add(1) > 150 {
			return nil, errRefused
		}
		return inner.RoundTrip(r)
	})
	r := verify(t, picked("[a-t]*", "update-agent-[a-l]*"), target, contract.Options{})
	if r.OK() || r.Unreachable == "" || r.Summary.Passed == 0 || r.Summary.Skipped == 0 || r.Summary.Failed > 0 {
		t.Errorf("unreachable %q: %+v", r.Unreachable, r.Summary)
	}
	// that something is left is a result of its own
	if want := len(picked("[a-t]*", "update-agent-[a-l]*")) + min(1, len(r.Left)); r.Summary.Fixtures != want {
		t.Errorf("the report has %d of %d fixtures", r.Summary.Fixtures, want)
	}
	// How many there are depends on what was under way; of some only the target could say.
	if left := agentsIn(t, h, fixtures.DefaultWorkspace); len(left) > len(r.Left) {
		t.Errorf("%d agents are left; named are %q", len(left), r.Left)
	}
}

// One operation that hangs is a violation. It is given up after a few tries, or a run would take
// for ever.
func TestOperationThatHangs(t *testing.T) {
	t.Parallel()
	var hung atomic.Int32
	target := between(contracttest.Handler(sound()), func(r *http.Request,
		inner http.RoundTripper) (*http.Response, error) {
		if r.Method == http.MethodPut {
			hung.Add(1)
			return nil, context.DeadlineExceeded // as if the time that a request has were over
		}
		return inner.RoundTrip(r)
	})
	r := verify(t, picked("update-*"), target, contract.Options{Jobs: 2})
	if r.OK() || r.Unreachable != "" || !slices.Contains(checksOf(r), "answered") {
		t.Errorf("unreachable %q, %+v, checks %v", r.Unreachable, r.Summary, checksOf(r))
	}
	if hung.Load() > 20 {
		t.Errorf("%d requests to an operation that hangs", hung.Load())
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	h := sound()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var n atomic.Int32
	target := between(contracttest.Handler(h), func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
		if n.Add(1) == 60 {
			cancel()
		}
		return inner.RoundTrip(r)
	})
	r, err := contract.Run(ctx, openapi.Agent(), picked(), target, contract.Options{}.Timed(clock.now, clock.sleep))
	if err != nil {
		t.Fatal(err)
	}
	if r.OK() || !r.Interrupted || r.Summary.Passed == 0 || r.Summary.Failed > 0 || r.Summary.Skipped == 0 {
		t.Errorf("interrupted %t: %+v", r.Interrupted, r.Summary)
	}
	if left := agentsIn(t, h, fixtures.DefaultWorkspace); len(left) != len(r.Left) {
		t.Errorf("%d agents are left; named are %q", len(left), r.Left)
	}
}

func TestTooManyRequests(t *testing.T) {
	t.Parallel()
	var n, limited atomic.Int32
	target := between(contracttest.Handler(sound()), func(r *http.Request,
		inner http.RoundTripper) (*http.Response, error) {
		if n.Add(1)%5 != 0 {
			return inner.RoundTrip(r)
		}
		limited.Add(1)
		body := `{"error":{"code":"rate_limit_exceeded","message":"Too many requests."}}`
		return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {"2"},
			"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	var waited time.Duration
	own := &fakeClock{time: clock.now()} // others who sleep do not move it
	r := verify(t, picked("update-agent-[a-l]*"), target, contract.Options{Jobs: 1,
		Retries: -1}.Timed(own.now, func(ctx context.Context, d time.Duration) error {
		waited += d
		return own.sleep(ctx, d)
	}))
	if !r.OK() {
		t.Errorf("a target that asks for patience is no broken one: %+v", r.Summary)
	}
	if want := time.Duration(limited.Load()) * 2 * time.Second; waited < want-time.Second {
		t.Errorf("waited %s in all, %d answers asked for 2s each", waited, limited.Load())
	}
}

// A target that never has time is not judged: 429 is no refusal.
func TestTooManyRequestsForEver(t *testing.T) {
	t.Parallel()
	target := between(contracttest.Handler(sound()), func(r *http.Request,
		inner http.RoundTripper) (*http.Response, error) {
		if r.Header.Get("X-Api-Key") != "" {
			return inner.RoundTrip(r)
		}
		body := `{"error":{"code":"rate_limit_exceeded","message":"Too many requests."}}`
		return &http.Response{StatusCode: 429, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	r := verify(t, picked("update-agent-without-x-api-key"), target, contract.Options{})
	if r.Summary.Errored != 1 || r.Summary.Passed != 0 {
		t.Errorf("%+v: %+v", r.Summary, r.Fixtures)
	}
}

func TestDeletionNotOffered(t *testing.T) {
	t.Parallel()
	h := sound()
	target := contracttest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		h.ServeHTTP(w, r)
	}))
	r := verify(t, picked("update-keeps-what-is-left-out"), target, contract.Options{})
	if left := agentsIn(t, h, fixtures.DefaultWorkspace); len(left) != 1 || len(r.Left) != 1 ||
		!strings.Contains(r.Left[0], fmt.Sprint(left[0]["_id"])) {
		t.Errorf("%d agents are left; named are %q", len(left), r.Left)
	}
}

func TestRetriesOnlyWhatWasNotDelivered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reaches bool // the request reaches the target, only the answer is lost
		passes  bool
	}{"not delivered": {false, true}, "delivered": {true, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var puts atomic.Int32
			target := between(contracttest.Handler(sound()), func(r *http.Request,
				inner http.RoundTripper) (*http.Response, error) {
				if r.Method == http.MethodPut && puts.Add(1) == 1 {
					if c.reaches {
						delivered(r)
					}
					return nil, errRefused
				}
				return inner.RoundTrip(r)
			})
			r := verify(t, picked("update-keeps-what-is-left-out"), target, contract.Options{})
			if r.OK() != c.passes {
				t.Errorf("%+v, checks %v", r.Summary, checksOf(r))
			}
		})
	}
}

func TestMemoryPerFixture(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory")
	}
	body := `[{"_id":"1","workspaceId":"ws-demo","name":"` + strings.Repeat("x", 2000) +
		`","llmModel":"gpt-5","ttsModel":{},"createdAt":"2025-01-19T02:57:27Z","updatedAt":"2025-01-19T02:57:27Z"}]`
	target := contracttest.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, body)
	}))
	list := make([]*fixtures.Fixture, 2_000)
	for i := range list {
		list[i] = &fixtures.Fixture{ID: fmt.Sprintf("list-%d", i), Operation: "listAgents",
			Steps: []fixtures.Step{{Request: fixtures.Request{Operation: "listAgents"}}}}
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	r := verify(t, list, target, contract.Options{})
	if grown := int64(heap()) - int64(before); grown > 4<<20 {
		t.Errorf("the report of two thousand fixtures takes %d MiB", grown>>20)
	}
	if r.Summary.Passed != len(list) {
		t.Errorf("%+v", r.Summary)
	}
}

// The judging of one exchange must be small beside the exchange itself.
func BenchmarkJudge(b *testing.B) {
	judge := judgeUpdate(b)
	b.ReportAllocs()
	for b.Loop() {
		if n := judge(); n != 0 {
			b.Fatalf("%d findings", n)
		}
	}
}

// TestJudgingCostsLittle bounds what the judging of an exchange allocates.
func TestJudgingCostsLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("of one goroutine, and the race detector allocates on its own account")
	}
	judge := judgeUpdate(t)
	if n := testing.AllocsPerRun(50, func() { judge() }); n > 300 {
		t.Errorf("%v allocations to judge an exchange, want at most 300", n)
	}
}

// judgeUpdate returns what judges an update of an agent.
func judgeUpdate(tb testing.TB) func() int {
	tb.Helper()
	body, err := os.ReadFile("testdata/update.json")
	if err != nil {
		tb.Fatal(err)
	}
	answered, err := os.ReadFile("testdata/agent.json")
	if err != nil {
		tb.Fatal(err)
	}
	return contract.JudgeOne(tb, openapi.Agent(), "updateAgent", body, answered)
}

// created makes an agent with something in every field, and returns its identity.
func created(t *testing.T, h http.Handler) string {
	t.Helper()
	body := `{"name": "Mine", "llmModel": "gpt-5", 
		"ttsModel": {"provider": "11labs_byo", "voiceId": "v-1", "elevenLabsApiKey": "sk-own-key-of-the-agent"},
		"smartCallback": true, "maxAttemptsForSmartCallback": 4, "phoneNumberIds": ["p-1"], 
		"settings": {"speed": 1.5}, "variables": {"a": {"b": [1]}}}`
	req, err := http.NewRequest(http.MethodPost, "http://handler.test/v1/api/agents", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"any"}, "X-Workspace-Id": {fixtures.DefaultWorkspace},
		"Content-Type": {"application/json"}}
	res, err := contracttest.Handler(h).Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	var agent map[string]any
	if err := json.NewDecoder(res.Body).Decode(&agent); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(agent["_id"])
}

func equalJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}
