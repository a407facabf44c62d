package contract

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func parsed(t testing.TB, text string) any {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestCompare(t *testing.T) {
	t.Parallel()
	agent := openapi.Agent().Schema("Agent")
	for _, c := range []struct {
		want, got string
		found     string // the differences' places; a note's in brackets
	}{
		{`{"name":"a"}`, `{"name":"a","type":"voice"}`, ""},
		{`{"name":"a"}`, `{"name":"b"}`, "/name"},
		{`{"name":"a"}`, `{}`, "/name"},
		{`{"name":"\u00e9"}`, `{"name":"e\u0301"}`, "/name"},
		{`{"settings":{"speed":1}}`, `{"settings":{"speed":1.0,"volume":2}}`, ""},
		{`{"settings":{"speed":1}}`, `{"settings":{"speed":"1"}}`, "/settings/speed"},
		{`{"settings":{}}`, `{}`, ""},
		{`{"variables":{"a":{},"b":[]}}`, `{"variables":{"a":[],"b":{}}}`, "/variables/a /variables/b"},
		{`{"variables":{"a":{},"b":[]}}`, `{"variables":{"a":null,"b":null}}`, ""},
		{`{"settings":{"a":{"b":[]}}}`, `{}`, ""},
		{`{"variables":{"a":{"b":[]}}}`, `{"variables":{}}`, ""},
		{`{"variables":{"a":0.1}}`, `{"variables":{"a":0.10000000000000001}}`, "(/variables/a)"},
		{`{"variables":{"a":9007199254740993}}`, `{"variables":{"a":9007199254740992}}`, "(/variables/a)"},
		{`{"variables":{"a":0.3}}`, `{"variables":{"a":0.30000000000000004}}`, "/variables/a"},
		{`{"phoneNumberIds":["1","2","1"]}`, `{"phoneNumberIds":["1","2"]}`, "(/phoneNumberIds)"},
		{`{"phoneNumberIds":["1","2"]}`, `{"phoneNumberIds":["2","1"]}`, "/phoneNumberIds/0 /phoneNumberIds/1"},
		{`{"variables":{"l":[1,1]}}`, `{"variables":{"l":[1]}}`, "/variables/l"},
		{`{"gapBetweenEachAttemptForSmartCallback":[{"days":1}]}`,
			`{"gapBetweenEachAttemptForSmartCallback":[{"_id":"x","days":1}]}`, ""},
		{`{"gapBetweenEachAttemptForSmartCallback":[{"days":1}]}`, `{}`, "(/gapBetweenEachAttemptForSmartCallback)"},
		{`{"ttsModel":{"provider":"11labs_byo","elevenLabsApiKey":"clear"}}`,
			`{"ttsModel":{"provider":"11labs_byo","elevenLabsApiKey":"enc:1"}}`, ""},
		{`{"ttsModel":{"provider":"11labs_byo","elevenLabsApiKey":"clear"}}`,
			`{"ttsModel":{"provider":"11labs_byo"}}`, ""},
		{`{"createdAt":"2025-01-19T02:57:27.923Z"}`, `{"createdAt":"2025-01-19T03:57:27.923000+01:00"}`, ""},
		{`{"createdAt":"2025-01-19T02:57:27.923Z"}`, `{"createdAt":"2025-01-19T02:57:27.924Z"}`, "/createdAt"},
		{`{"createdAt":"2025-01-19T02:57:27.923456Z"}`, `{"createdAt":"2025-01-19T02:57:27.923Z"}`, "(/createdAt)"},
		{`{"createdAt":"2025-01-19T02:57:27.924456Z"}`, `{"createdAt":"2025-01-19T02:57:27.923Z"}`, "/createdAt"},
		{`{"createdAt":"2025-01-19T02:57:27.6Z"}`, `{"createdAt":"2025-01-19T02:57:28Z"}`, "(/createdAt)"},
		{`{"name":"2025-01-19T02:57:27Z"}`, `{"name":"2025-01-19T03:57:27+01:00"}`, "/name"},
	} {
		var places []string
		for _, d := range compare(parsed(t, c.want), parsed(t, c.got), true, agent, "") {
			if d.note != "" {
				places = append(places, "("+d.pointer+")")
				continue
			}
			places = append(places, d.pointer)
		}
		if got := strings.Join(places, " "); got != c.found {
			t.Errorf("%s shown as %s: differences at %q, want %q", c.want, c.got, got, c.found)
		}
	}
}

func TestChecksAreNamed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range Checks() {
		if c.ID == "" || c.Summary == "" || seen[c.ID] || strings.ToLower(c.ID) != c.ID {
			t.Errorf("check %q: %q", c.ID, c.Summary)
		}
		seen[c.ID] = true
	}
}

func TestBrief(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 200)
	if got := quote(long); utf8.RuneCountInString(got) > maxQuote+1 || !strings.HasPrefix(got, `"éé`) ||
		strings.Contains(got, "\ufffd") {
		t.Errorf("cut to %q", got)
	}
	if got := fmt.Sprint(truncateValue(strings.Repeat("x", 3000))); len(got) > maxValue+len("…") {
		t.Errorf("%d bytes", len(got))
	}
}
