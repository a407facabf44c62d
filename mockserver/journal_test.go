package mockserver_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

func TestJournal(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	c.send("PUT", path+"?x=1&x-api-key=CLEAR", `{"llmModel":"nope"}`).refuses(400)
	c.send("PUT", path, `{"llmModel":`).refuses(400)
	c.in("ws-2").send("GET", path, "").refuses(404)
	c.send("GET", "/nowhere", "").refuses(404)
	c.send("PATCH", agents, "{}").refuses(405)
	c.with("Authorization", "Bearer CLEAR").with("Cookie", "a=CLEAR").send("DELETE", path, "").want(204)

	journal := c.send("GET", "/__mock/requests", "").want(200)
	journal.holds(map[string]string{
		"/dropped":                                  "0",
		"/requests/0/sequence":                      "1",
		"/requests/0/operation":                     `"createAgent"`,
		"/requests/0/status":                        "201",
		"/requests/0/workspace":                     `"ws-1"`,
		"/requests/0/request/headers/X-Api-Key":     `["[redacted]"]`,
		"/requests/0/request/body":                  minimalAgent,
		"/requests/0/response/body/name":            `"Renewals"`,
		"/requests/0/violations":                    "",
		"/requests/1/path":                          `"` + path + `?x=1&x-api-key=[redacted]"`,
		"/requests/1/violations/0/rule":             `"enum"`,
		"/requests/1/violations/0/pointer":          `"/llmModel"`,
		"/requests/2/request/body":                  `"{\"llmModel\":"`,
		"/requests/3/workspace":                     `"ws-2"`,
		"/requests/4/operation":                     "",
		"/requests/4/status":                        "404",
		"/requests/5/status":                        "405",
		"/requests/6/response/body":                 "",
		"/requests/6/request/headers/Authorization": `["Bearer [redacted]"]`,
		"/requests/7":                               "",
	})
	if shown := string(journal.body); strings.Contains(shown, "CLEAR") || strings.Contains(shown, apiKey) {
		t.Errorf("the journal shows a secret: %s", shown)
	}
	for query, want := range map[string]int{
		"operation=updateAgent": 2, "status=404": 2, "status=4": 5, "status=2": 2, "method=put": 2,
		"workspace=ws-2": 1, "limit=3": 3,
		"operation=updateAgent&limit=1": 1, "operation=deleteAgent&status=5": 0,
	} {
		got := c.send("GET", "/__mock/requests?"+query, "").want(200).at("/requests").([]any)
		if len(got) != want {
			t.Errorf("%s: %d entries, want %d", query, len(got), want)
		}
	}
	// A test that wants no request to a misspelt operation would pass for ever.
	c.send("GET", "/__mock/requests?operation=updateAgents", "").want(400).holds(map[string]string{
		"/error/details/0/suggestion": `"updateAgent"`})
	if told := c.send("GET", "/__mock/requests?operation=x", "").want(400).body; !strings.Contains(string(told),
		"it has createAgent, ") && !strings.Contains(string(told), ", createAgent") {
		t.Errorf("it is not said which operations there are: %s", told)
	}
	c.send("GET", "/__mock/requests?limit=1", "").want(200).holds(map[string]string{"/requests/0/sequence": "7"})
	c.send("DELETE", "/__mock/requests", "").want(204)
	c.send("GET", agents, "").want(200)
	c.send("GET", "/__mock/requests", "").want(200).holds(map[string]string{"/requests/0/sequence": "8",
		"/requests/1": ""})
}

func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{JournalEntries: 70})
	for range 100 {
		c.send("GET", agents, "")
	}
	journal := c.Requests(mockserver.Filter{})
	if len(journal.Requests) != 70 || journal.Dropped != 30 || journal.Requests[0].Sequence != 31 ||
		journal.Requests[69].Sequence != 100 {
		t.Errorf("%d entries from %d, %d dropped", len(journal.Requests), journal.Requests[0].Sequence, journal.Dropped)
	}

	c = start(t, mockserver.Options{JournalBytes: 40_000})
	for i := range 20 {
		c.created(strings.Replace(minimalAgent, "Renewals", fmt.Sprint(i, strings.Repeat("x", 5000)), 1))
	}
	journal = c.Requests(mockserver.Filter{})
	if n := len(journal.Requests); n == 0 || n > 4 || journal.Dropped != uint64(20-n) ||
		journal.Requests[n-1].Sequence != 20 {
		t.Errorf("%d entries, %d dropped", n, journal.Dropped)
	}
	c.created(strings.Replace(minimalAgent, "Renewals", strings.Repeat("x", 200_000), 1))
	if got := c.Requests(mockserver.Filter{}); got.Dropped != journal.Dropped+1 ||
		len(got.Requests) != len(journal.Requests) {
		t.Errorf("an entry larger than the journal: %d dropped, %d left", got.Dropped, len(got.Requests))
	}
}

func TestLongBodiesAreCutInTheJournal(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	long := strings.Repeat("é", 50_000)
	c.created(`{"name":"` + long + `","llmModel":"gpt-5",` + withKey("11labs_byo", clear1) + `}`)
	c.send("GET", "/__mock/requests",
		"").want(200).holds(map[string]string{"/requests/0/request/truncated": "true",
		"/requests/0/response/truncated": "true"})
	e := c.Requests(mockserver.Filter{}).Requests[0]
	if n := len(e.Request.Body); n < 60_000 || n > 70_000 {
		t.Errorf("%d bytes are kept", n)
	}
}

// Secrets under names that only look like those of the document: in journal and log there are none.
func TestNearMissesOfSecretNames(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := start(t, mockserver.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	path := c.created(minimalAgent)
	c = c.with("X-ApiKey", "CLEAR-1234").with("Api-Key", "CLEAR-2345").with("X-Auth-Token", "CLEAR")
	for _, query := range []string{"token", "access_token", "api_key", "x%2Dapikey", "eleven_labs_api_key", "key"} {
		c.send("GET", path+"?"+query+"=CLEAR&page=OPEN", "").want(200)
	}
	c.send("GET", "/nowhere?token=CLEAR", "").refuses(404)
	c.send("GET", agents+"/CLEAR-1234", "").refuses(404)
	c.send("PUT", path, `{"llmModel":"gpt-5","variables":{"eleven_labs_api_key":"CLEAR","open":"OPEN","nested":{"x-apikey":["CLEAR"]}}}`).
		want(200)
	c.send("PUT", path, `{"llmModel":"CLEAR-4567","elevenLabsAPI_key":"CLEAR-4567"}`).refuses(400)
	c.send("PUT", path, `{"llmModel":"gpt-5","password":"CLEAR`).refuses(400)
	c.send("PUT", path, `{"llmModel":"gpt-5","variables":{"long":"`+strings.Repeat("x", 70_000)+`","token":"CLEAR-3456"},`+
		`"name":"CLEAR-3456"}`).want(200)
	c.send("PUT", path, `{"name":"Open","llmModel":"gpt-5","variables":{"token":"CLEAR","long":"`+strings.Repeat("x", 70_000)+`"}}`).want(200)
	shown := string(c.send("GET", "/__mock/requests", "").want(200).body)
	for what, text := range map[string]string{"journal": shown, "log": log.String()} {
		if i := strings.Index(text, "CLEAR"); i >= 0 {
			t.Errorf("the %s shows a secret: %s", what, text[max(0, i-200):i+50])
		}
		if strings.Count(text, "OPEN") < 6 {
			t.Errorf("the %s hides what is no secret: %s", what, text[:min(len(text), 3000)])
		}
	}
}

// A form is no JSON, even where the operation makes an object of it.
func TestFormsInTheJournal(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("form.yaml", []byte(`{openapi: 3.1.0, info: {title: t, version: "1"}, paths: {/login: {post: {
		requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {
			user: {type: string}, code: {type: string, x-mock: secret}, phrase: {type: string, format: password}}}}}},
		responses: {"204": {description: ok}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := mockserver.New(doc, mockserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		"user=me":                           `"user=me"`,
		"user=me&code=CLEAR&phrase=CLEAR+2": `"user=me&code=[redacted]&phrase=[redacted]"`,
	} {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/login", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		entries := s.Requests(mockserver.Filter{}).Requests
		if got := string(entries[len(entries)-1].Request.Body); w.Code != http.StatusNoContent || got != want {
			t.Errorf("%s: %d, kept as %s, want %s", body, w.Code, got, want)
		}
	}
}

// What a client changes after the answer does not change the journal.
func TestJournalKeepsWhatWasSent(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+agents, nil)
	r.Header = http.Header{"X-Api-Key": {apiKey}, "X-Workspace-Id": {"ws-1"}, "X-Note": {"before"}}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	r.Header["X-Note"][0], r.Method = "after", "changed"
	w.Header()["Content-Type"][0] = "text/changed"
	e := c.Requests(mockserver.Filter{}).Requests[0]
	if e.Request.Header.Get("X-Note") != "before" || e.Method != http.MethodGet ||
		e.Response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%+v", e)
	}
}

// A text that only stands in for a secret, a short key and the name of a workspace are hidden in their own place
// alone; a key is hidden wherever it stands.
func TestCommonSecretsHideOnlyThemselves(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		key    string
		hidden bool
	}{{"<string>", false}, {"ws-1", false}, {"ws-demo", false}, {"ws-elsewhere", false}, {"abc1234", false},
		{"{{apiKey}}", false}, {"undefined", false}, {"sk-12345", true}, {"a-key-of-words", true}} {
		var log bytes.Buffer
		c := start(t, mockserver.Options{Log: slog.New(slog.NewTextHandler(&log, nil)),
			Workspaces: []string{"ws-demo", "ws-elsewhere"}})
		c = c.with("x-api-key", row.key)
		inBody := row.key
		if len(inBody) < 8 { // a short one of the body is hidden as a word, wherever it stands
			inBody = "<string>"
		}
		c.with("x-trace", row.key).send("POST", agents+"?x-api-key="+url.QueryEscape(row.key), `{"name":"a `+row.key+
			` b","llmModel":"gpt-5","ttsModel":{"provider":"rime","voiceId":"v","elevenLabsApiKey":"`+inBody+`"}}`)
		c.send("PUT", agents+"/"+url.PathEscape(row.key), `{"llmModel":"`+row.key+`","ttsModel":{"provider":"11labs_byo",`+
			`"voiceId":"v","elevenLabsApiKey":["`+inBody+`"]}}`)
		shown := func(text string) string { return strings.ReplaceAll(text, `\u003c`, "<") }
		for i, e := range c.Requests(mockserver.Filter{}).Requests {
			body, answer := shown(string(e.Request.Body)), string(e.Response.Body)
			if e.Request.Header.Get("X-Api-Key") != "[redacted]" ||
				!strings.Contains(body, `Key":"[redacted]"`) ||
				strings.Contains(e.Path, "x-api-key="+url.QueryEscape(row.key)) {
				t.Errorf("%s is not hidden in its own place: %s %v %s", row.key, e.Path, e.Request.Header, body)
			}
			if i == 0 && strings.Contains(body, "a "+row.key+" b") == row.hidden ||
				i == 0 && (e.Request.Header.Get("X-Trace") == row.key) == row.hidden ||
				i == 1 && strings.Contains(body, `"llmModel":"`+row.key+`"`) == row.hidden ||
				i == 1 && strings.Contains(e.Path, url.PathEscape(row.key)) == row.hidden {
				t.Errorf("%s: %s %v %s", row.key, e.Path, e.Request.Header, body)
			}
			if row.hidden && strings.Contains(fmt.Sprint(e, answer), row.key) {
				t.Errorf("%s is shown: %v %s", row.key, e, answer)
			}
		}
		if row.hidden && strings.Contains(log.String(), row.key) {
			t.Errorf("%s is logged: %s", row.key, log.String())
		}
	}
}
