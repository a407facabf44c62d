package contract_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/testonly/mutants"
	"github.com/agentmock/agentmock/openapi"
)

// What differs between two runs.
var (
	idPattern   = regexp.MustCompile(`agt-[0-9a-f]+`)
	timePattern = regexp.MustCompile(`20[0-9-]{8}T[0-9:.]+Z`)
)

// delivered tells the client's trace that the request's head was written.
func delivered(r *http.Request) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
}

// Each check sees something that no other one does: without it, a defect goes by.
func TestEachCheckIsNeeded(t *testing.T) {
	t.Parallel()
	needed := map[string]struct{ defect, filter string }{
		"answered":              {"update-hangs-up", "update-agent-comes-back"},
		"server-error":          {"key-missing-crashes", "update-agent-without-x-api-key"},
		"status":                {"enum-refuses-gpt-5", "update-agent-llm-model-each-allowed-value"},
		"content-type":          {"update-answered-as-text", "update-agent-comes-back"},
		"response-schema":       {"id-missing-in-create", "create-agent-*"},
		"secret-shown":          {"key-clear-in-extra-field", "secret-*"},
		"value-returned":        {"numbers-rounded", "values-numbers"},
		"value-stored":          {"update-settings-not-stored", "update-agent-comes-back"},
		"left-out-keeps":        {"update-resets-attempts-without-callback", "update-agent-l*"},
		"default-filled":        {"create-default-three-attempts", "creation-fills-in-defaults"},
		"identity-kept":         {"update-writes-id", "update-cannot-*"},
		"created-at-kept":       {"update-writes-created-at", "update-cannot-*"},
		"updated-at-moves":      {"updated-at-stands-still", "update-agent-moves-time"},
		"workspace-isolation":   {"foreign-read-accepted", "workspace-stranger-cannot-read"},
		"refusal-accepted":      {"key-not-checked-on-update", "update-agent-without-x-api-key"},
		"refusal-changed-state": {"key-checked-too-late", "update-agent-without-x-api-key"},
		"list-consistent":       {"list-one-only", "lifecycle-two-agents-are-two"},
		"delete-gone":           {"read-after-delete", "lifecycle"},
		"neighbour-untouched":   {"neighbours-renamed", "update-leaves-the-neighbour-alone"},
		"workspace-shown":       {"update-changes-workspace", "workspace-is-the-one-of-the-request"},
		"expectation":           {"update-writes-user", "update-cannot-write-what-is-read-only"},
	}
	for _, c := range contract.Checks() {
		n, ok := needed[c.ID]
		if !ok {
			// These have tests of their own.
			if !slices.Contains([]string{"response-headers", "steady", "identity-fresh", "created-once"}, c.ID) {
				t.Errorf("no test shows what the check %s is worth", c.ID)
			}
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			with := verify(t, picked(n.filter), contracttest.Handler(planted(t, n.defect, sound())), contract.Options{})
			if !slices.Contains(checksOf(with), c.ID) {
				t.Errorf("with the check, %s is caught by %v only", n.defect, checksOf(with))
			}
			without := verify(t, picked(n.filter), contracttest.Handler(planted(t, n.defect, sound())),
				contract.Options{}.Without(c.ID))
			if without.Summary.Violations > 0 {
				t.Errorf("without the check, %s is still caught by %v:\n%s", n.defect, checksOf(without),
					textOf(t, without))
			}
		})
	}
}

// Nothing is written between two reads, so nothing may change.
func TestSteady(t *testing.T) {
	t.Parallel()
	for _, check := range []string{"", "steady"} {
		reads := 0
		target := between(contracttest.Handler(sound()), func(r *http.Request,
			inner http.RoundTripper) (*http.Response, error) {
			res, err := inner.RoundTrip(r)
			if err != nil || r.Method != http.MethodGet {
				return res, err
			}
			if reads++; reads >= 3 { // the first lists what was there before
				body, err := io.ReadAll(res.Body)
				res.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte(`"twice"`), []byte(`"often"`), 1)))
				return res, err
			}
			return res, nil
		})
		r := verify(t, picked("reading-changes-nothing"), target, contract.Options{}.Without(check))
		if caught := slices.Contains(checksOf(r), "steady"); caught == (check != "") || r.OK() != (check != "") {
			t.Errorf("without %q: %+v, checks %v", check, r.Summary, checksOf(r))
		}
	}
}

// A list shows an item otherwise than its reads do, in what no fixture expects of the entry.
func TestListEntryDiffers(t *testing.T) {
	t.Parallel()
	target := between(contracttest.Handler(sound()), func(r *http.Request,
		inner http.RoundTripper) (*http.Response, error) {
		res, err := inner.RoundTrip(r)
		if err != nil || r.Method != http.MethodGet || r.URL.Path != "/v1/api/agents" {
			return res, err
		}
		body, err := io.ReadAll(res.Body)
		res.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte(`"twice"`), []byte(`"often"`), 1)))
		return res, err
	})
	r := verify(t, picked("reading-changes-nothing"), target, contract.Options{})
	if checks := checksOf(r); !slices.Equal(checks, []string{"list-consistent"}) {
		t.Errorf("%+v, checks %v", r.Summary, checks)
	}
}

func textOf(t *testing.T, r *contract.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Text(&out, &report.Run{Report: r}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestResponseHeaders(t *testing.T) {
	t.Parallel()
	source := strings.Replace(string(openapi.Agent().Source()),
		"          description: The whole agent, as it is after the update.\n",
		"          description: The whole agent, as it is after the update.\n"+
			"          headers:\n            x-request-id: {required: true, schema: {type: string}}\n", 1)
	doc, err := openapi.Parse("agent.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range []string{"", "response-headers"} {
		r, err := contract.Run(t.Context(), doc, picked("update-keeps-what-is-left-out"),
			contracttest.Handler(sound()), contract.Options{}.Without(check))
		if err != nil {
			t.Fatal(err)
		}
		if caught := slices.Contains(checksOf(r), "response-headers"); caught == (check != "") ||
			r.OK() != (check != "") {
			t.Errorf("without %q: %+v, checks %v", check, r.Summary, checksOf(r))
		}
	}
}

// The one whose refusal changes something is named, out of many that share an agent.
func TestRefusalThatChangesSomething(t *testing.T) {
	t.Parallel()
	r := verify(t, picked("update-agent-*"), contracttest.Handler(planted(t, "key-checked-too-late", sound())),
		contract.Options{})
	for _, f := range r.Fixtures {
		guilty := slices.ContainsFunc(f.Violations,
			func(v contract.Finding) bool { return v.Check == "refusal-changed-state" })
		if want := f.ID == "update-agent-without-x-api-key"; guilty != want && f.Source != "run" {
			t.Errorf("%s changes something: %t, want %t", f.ID, guilty, want)
		}
	}
	f := find(t, r, "update-agent-without-x-api-key")
	if f.Outcome != contract.Failed || !strings.Contains(f.Violations[0].Message, "refused with 401") ||
		strings.Contains(f.Curl, "-H 'x-api-key: ") {
		t.Errorf("%+v", f)
	}
}

func TestFlaky(t *testing.T) {
	t.Parallel()
	flaky := verify(t, picked("update-agent-name-*"), contracttest.Handler(planted(t,
		"type-sometimes-not-checked", sound())), contract.Options{Jobs: 1})
	steady := verify(t, picked("update-agent-name-*"), contracttest.Handler(planted(t, "name-number-accepted",
		sound())), contract.Options{Jobs: 1})
	count := func(r *contract.Report) (n int) {
		for _, f := range r.Fixtures {
			if f.Flaky {
				n++
			}
		}
		return n
	}
	if flaky.OK() || steady.OK() || count(flaky) == 0 || count(steady) != 0 {
		t.Errorf("flaky are %d of %d, and %d of %d", count(flaky), flaky.Summary.Failed, count(steady),
			steady.Summary.Failed)
	}
}

func TestSecretsAreNotInReports(t *testing.T) {
	t.Parallel()
	target := contracttest.Handler(planted(t, "key-clear-everywhere", sound()))
	target.APIKey = "k-1" // short, and found in many words
	target.Header = http.Header{"Authorization": {"Bearer a-token-of-the-users-own"}}
	r := verify(t, picked("secret-*", "documentation-*", "create-agent-*"), target, contract.Options{})
	var out bytes.Buffer
	for _, write := range []func() error{
		func() error { return report.Text(&out, &report.Run{Report: r}) },
		func() error { return report.JSON(&out, &report.Run{Report: r}) },
		func() error { return report.JUnit(&out, &report.Run{Report: r}) },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	if r.OK() || !strings.Contains(out.String(), "$AGENTMOCK_API_KEY") {
		t.Fatalf("%+v", r.Summary)
	}
	sent := contract.Marker(contract.DefaultSeed)
	for _, secret := range []string{sent, sent[:20], "a-token-of-the-users-own", "x-api-key: k-1",
		"your-elevenlabs-api-key"} {
		if i := strings.Index(out.String(), secret); i >= 0 {
			t.Errorf("%q is in a report: …%s…", secret, out.String()[max(0, i-200):i+60])
		}
	}
}

func TestSandbox(t *testing.T) {
	t.Parallel()
	h := sound()
	id := created(t, h)
	before := agentsIn(t, h, fixtures.DefaultWorkspace)[0]
	target := contracttest.Handler(mutants.UpdateOnly(h))
	target.AgentID = id
	r := verify(t, picked(), target, contract.Options{})
	if !r.OK() || !r.Target.Sandbox || r.Summary.Passed < 150 || r.Summary.Skipped == 0 {
		t.Errorf("an update-only backend that conforms: %+v", r.Summary)
	}
	after := agentsIn(t, h, fixtures.DefaultWorkspace)[0]
	for _, name := range []string{"name", "smartCallback", "variables", "settings", "phoneNumberIds",
		"maxAttemptsForSmartCallback"} {
		if !equalJSON(before[name], after[name]) {
			t.Errorf("%s was %v, and is left as %v", name, before[name], after[name])
		}
	}
	left := strings.Join(r.Left, "\n")
	if !strings.Contains(left, "llmModel") || !strings.Contains(left, "ttsModel") || strings.Contains(left, "/name") {
		t.Errorf("what could not be put back: %q", r.Left)
	}
}

func TestSandboxOnlyCreatesNothing(t *testing.T) {
	t.Parallel()
	h := sound()
	target := contracttest.Handler(h)
	target.AgentID, target.SandboxOnly = created(t, h), true
	target = between(target, func(r *http.Request, inner http.RoundTripper) (*http.Response, error) {
		if r.Method == http.MethodPost || r.Method == http.MethodDelete {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		return inner.RoundTrip(r)
	})
	if r := verify(t, picked(), target, contract.Options{}); !r.OK() || r.Summary.Passed < 150 {
		t.Errorf("%+v", r.Summary)
	}
}

// A backend that has nothing to work on must not look like one that conforms.
func TestSandboxThatIsNotThere(t *testing.T) {
	t.Parallel()
	target := contracttest.Handler(mutants.UpdateOnly(sound()))
	target.AgentID = "agt-unknown"
	_, err := contract.Run(t.Context(), openapi.Agent(), picked("update-*"), target, contract.Options{})
	if err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("error %v", err)
	}
	target.AgentID = ""
	r := verify(t, picked("update-*"), target, contract.Options{})
	if r.OK() || r.Summary.Passed > 0 {
		t.Errorf("without an agent: %+v", r.Summary)
	}
}

func TestTargetsThatAreNone(t *testing.T) {
	t.Parallel()
	for want, target := range map[string]contract.Target{
		"no base URL":                  {},
		"is not like http://host:port": {BaseURL: "127.0.0.1:4010"},
		"is not like":                  {BaseURL: "ftp://example.com"},
		"an agent id is needed":        {BaseURL: "http://example.com", SandboxOnly: true},
		`must not be "ws-1" as well`: {BaseURL: "http://example.com", WorkspaceID: "ws-1",
			OtherWorkspaceID: "ws-1"},
		"https://user:xxxxx@example.com": {BaseURL: "https://user:secret@example.com"},
	} {
		_, err := contract.Run(context.Background(), openapi.Agent(), nil, target, contract.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", target, err, want)
		}
	}
}
