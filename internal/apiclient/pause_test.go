package apiclient_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

var now = time.Date(2025, 1, 20, 10, 0, 0, 0, time.UTC)

func TestPause(t *testing.T) {
	t.Parallel()
	op := openapi.Agent().Operation("updateAgent")
	for name, c := range map[string]struct {
		header, body string
		want         time.Duration
	}{
		"seconds":          {"60", "", time.Minute},
		"zero":             {"0", "", apiclient.ShortestPause},
		"a fraction":       {"2.5", "", 2500 * time.Millisecond},
		"a date":           {"Mon, 20 Jan 2025 10:00:30 GMT", "", 30 * time.Second},
		"a date gone by":   {"Mon, 20 Jan 2025 09:00:30 GMT", "", apiclient.ShortestPause},
		"the header first": {"7", `{"error":{"reset_at":"2025-01-20T10:00:10Z"}}`, 7 * time.Second},
		"reset_at": {"", `{"error":{"code":"rate_limit_exceeded","reset_at":"2025-01-20T10:00:10Z"}}`,
			10 * time.Second},
		"with an offset":      {"", `{"error":{"reset_at":"2025-01-20T11:00:05+01:00"}}`, 5 * time.Second},
		"reset_at gone by":    {"", `{"error":{"reset_at":"2024-01-22T15:30:00Z"}}`, apiclient.ShortestPause},
		"an undocumented one": {"", `{"error":{"until":"2025-01-20T10:00:10Z"}}`, 3 * time.Second},
		"nothing":             {"", "", 3 * time.Second},
		"nonsense":            {"soon", `{"error":{"reset_at":5}}`, 3 * time.Second},
		"a negative number":   {"-5", "", 3 * time.Second},
		"a huge number":       {"1e300", "", 3 * time.Second},
	} {
		header := http.Header{}
		if c.header != "" {
			header.Set("Retry-After", c.header)
		}
		if got := apiclient.Pause(op, header, []byte(c.body), now, 3*time.Second); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Where the point in time stands is the document's to say.
func TestPauseFollowsTheDocument(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("agent.yaml", []byte(strings.ReplaceAll(string(openapi.Agent().Source()),
		"reset_at", "tryAgainAt")))
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"error":{"code":"rate_limit_exceeded","message":"m","tryAgainAt":"2025-01-20T10:00:10Z"}}`)
	if got := apiclient.Pause(doc.Operation("updateAgent"), http.Header{}, body, now,
		time.Second); got != 10*time.Second {
		t.Errorf("a pause of %s", got)
	}
}

func FuzzPause(f *testing.F) {
	op := openapi.Agent().Operation("updateAgent")
	f.Add("60", `{"error":{"reset_at":"2025-01-20T10:00:10Z"}}`)
	f.Add("Mon, 20 Jan 2025 10:00:30 GMT", "[")
	f.Fuzz(func(t *testing.T, header, body string) {
		if d := apiclient.Pause(op, http.Header{"Retry-After": {header}}, []byte(body), now,
			0); d < apiclient.ShortestPause {
			t.Errorf("a pause of %s", d)
		}
	})
}
