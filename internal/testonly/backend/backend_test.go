package backend_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/internal/testonly/backend"
)

const (
	collection = "/v1/api/agents"
	valid      = `{"name":"Renewals","llmModel":"gpt-4o-mini","ttsModel":{"provider":"openai","voiceId":"alloy"}}`
)

// bench is a backend with a predictable clock and ids.
type bench struct {
	http.Handler
	mu  sync.Mutex
	now time.Time
	ids int
}

func newBench(keys ...string) *bench {
	b := &bench{now: time.Date(2025, 1, 19, 2, 57, 27, 923_456_789, time.UTC)}
	b.Handler = backend.New(backend.Options{
		APIKeys: keys,
		Now: func() time.Time {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.now
		},
		NewID: func() string {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.ids++
			return fmt.Sprint(b.ids)
		},
	})
	return b
}

func (b *bench) advance(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// do sends a request with valid credentials, modified by the options.
func (b *bench) do(method, path, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("x-api-key", "k")
	r.Header.Set("x-workspace-id", "ws")
	r.Header.Set("Content-Type", "application/json")
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func header(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Del(name)
		for _, v := range values {
			r.Header.Add(name, v)
		}
	}
}

// create creates an agent and returns its path.
func (b *bench) create(t *testing.T, body string) string {
	t.Helper()
	w := b.do("POST", collection, body)
	if w.Code != http.StatusCreated {
		t.Fatalf("create: %d %s", w.Code, w.Body)
	}
	return collection + "/" + object(t, w)["_id"].(string)
}

func object(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	d := json.NewDecoder(w.Body)
	d.UseNumber()
	var o map[string]any
	if err := d.Decode(&o); err != nil {
		t.Fatalf("the response is not an object: %v", err)
	}
	return o
}

func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	b := newBench("k", "k2")
	agent := b.create(t, valid)
	large := `{"name":"` + strings.Repeat("a", backend.MaxBody) + `"}`
	for _, row := range []struct {
		name, method, path, body string
		change                   func(*http.Request)
		status                   int
	}{
		{"no route", "GET", "/v1/api/agent", "", header("x-api-key"), 404},
		{"too deep", "GET", agent + "/x", "", header("x-api-key"), 404},
		{"empty id", "GET", collection + "/", "", header("x-api-key"), 404},
		{"method of collection", "PUT", collection, "", header("x-api-key"), 405},
		{"method of item", "PATCH", agent, "", header("x-api-key"), 405},
		{"key missing", "PUT", agent, "", header("x-api-key"), 401},
		{"key empty", "PUT", agent, "", header("x-api-key", ""), 401},
		{"key unknown", "PUT", agent, "", header("x-api-key", "K"), 401},
		{"keys differ", "PUT", agent, valid, header("x-api-key", "k", "k2"), 401},
		{"keys alike", "PUT", agent, valid, header("x-api-key", "k", "k"), 200},
		{"other key", "PUT", agent, valid, header("x-api-key", "k2"), 200},
		{"workspace missing", "PUT", agent, "", header("x-workspace-id"), 400},
		{"workspace empty", "PUT", agent, "", header("x-workspace-id", ""), 400},
		{"workspaces differ", "PUT", agent, valid, header("x-workspace-id", "ws", "w2"), 400},
		{"media type", "PUT", agent + "x", "", header("Content-Type", "text/plain"), 415},
		{"no media type", "POST", collection, "", header("Content-Type"), 415},
		{"charset", "PUT", agent, valid, header("Content-Type", "Application/JSON; charset=utf-8"), 200},
		{"too large", "PUT", agent + "x", large, nil, 413},
		{"unknown agent", "PUT", agent + "x", "", nil, 404},
		{"escaped slash", "GET", agent + "%2F", "", nil, 404},
		{"other workspace", "PUT", agent, valid, header("x-workspace-id", "w2"), 404},
		{"other workspace reads", "GET", agent, "", header("x-workspace-id", "w2"), 404},
		{"other workspace deletes", "DELETE", agent, "", header("x-workspace-id", "w2"), 404},
		{"bad body", "PUT", agent, `{}`, nil, 400},
		{"good", "PUT", agent, valid, nil, 200},
	} {
		t.Run(row.name, func(t *testing.T) {
			change := row.change
			if change == nil {
				change = func(*http.Request) {}
			}
			w := b.do(row.method, row.path, row.body, change)
			if w.Code != row.status {
				t.Errorf("%s %s: %d, want %d: %s", row.method, row.path, w.Code, row.status, w.Body)
			}
			if row.status == 405 && w.Header().Get("Allow") == "" {
				t.Error("405 without Allow")
			}
			if row.status >= 400 {
				e, _ := object(t, w)["error"].(map[string]any)
				if e["code"] == nil || e["message"] == nil {
					t.Errorf("envelope: %s", w.Body)
				}
			}
		})
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	const m = `"llmModel":"gpt-5"`
	for _, row := range []struct {
		body   string
		update int // the status of an update with it; creation needs more
	}{
		{`{` + m + `}`, 200},
		{`{` + m + `} `, 200},
		{``, 400}, {`null`, 400}, {`[]`, 400}, {`"x"`, 400}, {`{}`, 400}, {`{` + m, 400}, {`{` + m + `,}`, 400},
		{`{` + m + `} {}`, 400}, {`{` + m + `}x`, 400}, {"{" + m + ",\"name\":\"\xff\"}", 400}, {`{'a':1}`, 400},
		{`{"llmModel":null}`, 400}, {`{"llmModel":""}`, 400}, {`{"llmModel":"GPT-5"}`, 400},
		{`{"llmModel":" gpt-5"}`, 400},
		{`{"llmModel":"gpt"}`, 400}, {`{"llmModel":5}`, 400}, {`{"llmModel":["gpt-5"]}`, 400},
		{`{"llmModel":"claude-3-5-sonnet-latest"}`, 400},
		{`{"llmModel":"geminiaudiopipeline:gemini-2.5-flash-preview-native-audio-dialog"}`, 200},
		{`{"llmModel":"gpt-4o-enterprise"}`, 200},
		{`{` + m + `,"name":""}`, 200}, {`{` + m + `,"name":1}`, 400}, {`{` + m + `,"name":null}`, 400},
		{`{` + m + `,"ttsModel":{}}`, 200}, {`{` + m + `,"ttsModel":"x"}`, 400}, {`{` + m + `,"ttsModel":null}`, 400},
		{`{` + m + `,"ttsModel":{"voiceId":1}}`, 400}, {`{` + m + `,"ttsModel":{"elevenLabsApiKey":1}}`, 400},
		{`{` + m + `,"ttsModel":{"extra":1}}`, 200},
		{`{` + m + `,"smartCallback":"true"}`, 400}, {`{` + m + `,"smartCallback":1}`, 400},
		{`{` + m + `,"maxAttemptsForSmartCallback":-1.5e3}`, 200}, {`{` + m +
			`,"maxAttemptsForSmartCallback":"5"}`, 400},
		{`{` + m + `,"gapBetweenEachAttemptForSmartCallback":[{"days":1},{}]}`, 200},
		{`{` + m + `,"gapBetweenEachAttemptForSmartCallback":{}}`, 400},
		{`{` + m + `,"gapBetweenEachAttemptForSmartCallback":[1]}`, 400},
		{`{` + m + `,"gapBetweenEachAttemptForSmartCallback":[{"days":"1"}]}`, 400},
		{`{` + m + `,"phoneNumberIds":["a","a"]}`, 200}, {`{` + m + `,"phoneNumberIds":"a"}`, 400},
		{`{` + m + `,"phoneNumberIds":[1]}`, 400},
		{`{` + m + `,"settings":{"deep":[{"a":null}]}}`, 200}, {`{` + m + `,"settings":[]}`, 400},
		{`{` + m + `,"variables":{}}`, 200}, {`{` + m + `,"variables":"x"}`, 400},
		{`{` + m + `,"_id":7,"unknown":[]}`, 200},
	} {
		t.Run(row.body, func(t *testing.T) {
			t.Parallel()
			b := newBench()
			agent := b.create(t, valid)
			before := b.do("GET", agent, "").Body.String()
			w := b.do("PUT", agent, row.body)
			if w.Code != row.update {
				t.Errorf("update: %d, want %d: %s", w.Code, row.update, w.Body)
			}
			if after := b.do("GET", agent, "").Body.String(); row.update != 200 && after != before {
				t.Errorf("a refused update changed the agent:\n%s%s", before, after)
			}
			if row.update == 400 && b.do("POST", collection, row.body).Code != 400 {
				t.Error("create takes what update refuses")
			}
		})
	}
}

func TestCreateNeeds(t *testing.T) {
	t.Parallel()
	b := newBench()
	for _, body := range []string{
		`{"llmModel":"gpt-5","ttsModel":{}}`,
		`{"name":"a","ttsModel":{}}`,
		`{"name":"a","llmModel":"gpt-5"}`,
	} {
		if w := b.do("POST", collection, body); w.Code != 400 || !strings.Contains(w.Body.String(), "is required") {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	if w := b.do("GET", collection, ""); strings.TrimSpace(w.Body.String()) != "[]" {
		t.Errorf("list after refusals: %s", w.Body)
	}
}

func TestValuesComeBackAsSent(t *testing.T) {
	t.Parallel()
	const values = `{"gapBetweenEachAttemptForSmartCallback":[{"days":7,"hours":0},{"hours":1e2},{}],` +
		`"llmModel":"gpt-5","maxAttemptsForSmartCallback":0.1,"name":"<b>é e\u0301 👩‍👩‍👧 &amp; \u0000</b>  ",` +
		`"phoneNumberIds":["b","a","b"],"settings":{"big":123456789012345678901234567890,"n":-0.0,"x":null},` +
		`"smartCallback":true,"ttsModel":{"language":"","provider":"rime","voiceId":"v"},"variables":{"a":{"b":[[],{},"007"]}}}`
	b := newBench()
	var want map[string]any
	d := json.NewDecoder(strings.NewReader(values))
	d.UseNumber()
	if err := d.Decode(&want); err != nil {
		t.Fatal(err)
	}
	agent := b.create(t, valid)
	for name, w := range map[string]*httptest.ResponseRecorder{
		"create": b.do("POST", collection, values),
		"update": b.do("PUT", agent, values),
		"read":   b.do("GET", agent, ""),
	} {
		got := object(t, w)
		for field, v := range want {
			if !reflect.DeepEqual(got[field], v) {
				t.Errorf("%s: %s is %v, want %v", name, field, got[field], v)
			}
		}
	}
}

func TestUpdateKeepsTheRest(t *testing.T) {
	t.Parallel()
	b := newBench()
	agent := b.create(t, `{"name":"a","llmModel":"gpt-5","ttsModel":{"voiceId":"v"},"smartCallback":true,
		"maxAttemptsForSmartCallback":9,"phoneNumberIds":["p"],"settings":{"s":1},"variables":{"v":1}}`)
	before := object(t, b.do("GET", agent, ""))
	b.advance(time.Minute)
	updated := object(t, b.do("PUT", agent,
		`{"llmModel":"gpt-4.1","_id":"x","workspaceId":"x","createdAt":"x","userId":"x","status":"x"}`))
	for field, v := range before {
		switch field {
		case "llmModel", "updatedAt", "__v":
			if reflect.DeepEqual(updated[field], v) {
				t.Errorf("%s did not move", field)
			}
		default:
			if !reflect.DeepEqual(updated[field], v) {
				t.Errorf("%s: %v, want %v", field, updated[field], v)
			}
		}
	}
	if updated["updatedAt"] != "2025-01-19T02:58:27.923Z" {
		t.Errorf("updatedAt: %v", updated["updatedAt"])
	}
	b.advance(-time.Hour)
	if again := object(t, b.do("PUT", agent, `{"llmModel":"gpt-4.1"}`)); again["updatedAt"] != updated["updatedAt"] {
		t.Errorf("updatedAt went back with the clock: %v", again["updatedAt"])
	}
}

func TestDefaultsAtCreationOnly(t *testing.T) {
	t.Parallel()
	b := newBench()
	w := b.do("POST", collection, valid)
	got := object(t, w)
	if got["smartCallback"] != false || got["maxAttemptsForSmartCallback"] != json.Number("5") {
		t.Errorf("defaults: %v", got)
	}
}

func TestElevenLabsKey(t *testing.T) {
	t.Parallel()
	const clear = "xi-clear-secret"
	body := func(provider, key string) string {
		return fmt.Sprintf(`{"name":"a","llmModel":"gpt-5","ttsModel":{"provider":%q%s}}`, provider, key)
	}
	key := `,"elevenLabsApiKey":"` + clear + `"`
	b := newBench()
	agent := b.create(t, body("11labs_byo", key))
	token := func(w *httptest.ResponseRecorder) any {
		t.Helper()
		if strings.Contains(w.Body.String(), clear) {
			t.Errorf("clear key in %s", w.Body)
		}
		tts, _ := object(t, w)["ttsModel"].(map[string]any)
		return tts["elevenLabsApiKey"]
	}
	first := token(b.do("GET", agent, ""))
	if first == nil {
		t.Fatal("no token after creation")
	}
	if kept := token(b.do("PUT", agent, `{"llmModel":"gpt-5"}`)); kept != first {
		t.Errorf("token %v became %v though no key was written", first, kept)
	}
	if next := token(b.do("PUT", agent, body("11labs_byo", key))); next == first || next == nil {
		t.Errorf("token %v became %v though a key was written", first, next)
	}
	if none := token(b.do("PUT", agent, body("11labs_byo", ""))); none != nil {
		t.Errorf("token %v though ttsModel was replaced by one without a key", none)
	}
	if none := token(b.do("PUT", agent, body("openai", key))); none != nil {
		t.Errorf("token %v with another provider", none)
	}
	if w := b.do("PUT", agent,
		`{"llmModel":"no","ttsModel":{"elevenLabsApiKey":"`+clear+`"}}`); strings.Contains(w.Body.String(), clear) {
		t.Errorf("clear key in a refusal: %s", w.Body)
	}
}

func TestWorkspacesAndLife(t *testing.T) {
	t.Parallel()
	b := newBench()
	first, second := b.create(t, valid), b.create(t, valid)
	b.do("POST", collection, valid, header("x-workspace-id", "w2"))
	list := func() []any {
		var l []any
		if err := json.Unmarshal(b.do("GET", collection, "").Body.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := list(); len(l) != 2 || collection+"/"+l[0].(map[string]any)["_id"].(string) != first {
		t.Errorf("list: %v", l)
	}
	w := b.do("DELETE", first, "")
	if w.Code != 204 || w.Body.Len() > 0 {
		t.Errorf("delete: %d %s", w.Code, w.Body)
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		if w := b.do(method, first, valid); w.Code != 404 {
			t.Errorf("%s after delete: %d", method, w.Code)
		}
	}
	if l := list(); len(l) != 1 || collection+"/"+l[0].(map[string]any)["_id"].(string) != second {
		t.Errorf("list after delete: %v", l)
	}
}

func TestRealClockAndIDs(t *testing.T) {
	t.Parallel()
	b := &bench{Handler: backend.New(backend.Options{})}
	if first, second := b.create(t, valid), b.create(t, valid); first == second {
		t.Errorf("two agents at %s", first)
	}
}

func TestManyClientsOfOneAgent(t *testing.T) {
	t.Parallel()
	b := newBench()
	agent := b.create(t, valid)
	var clients sync.WaitGroup
	for i := range 8 {
		clients.Go(func() {
			for range 20 {
				body := fmt.Sprintf(`{"llmModel":"gpt-5","name":"n%d","variables":{"n":"n%d"}}`, i, i)
				got := object(t, b.do("PUT", agent, body))
				if got["name"] != got["variables"].(map[string]any)["n"] {
					t.Errorf("mixed-up update: %v", got)
				}
				b.do("GET", collection, "")
			}
		})
	}
	clients.Wait()
}

func ExampleNew() {
	h := backend.New(backend.Options{
		APIKeys: []string{"k-1"},
		NewID:   func() string { return "1" },
	})
	srv := httptest.NewServer(h)
	defer srv.Close()
	req, _ := http.NewRequest("POST", srv.URL+"/v1/api/agents", strings.NewReader(`{"name":"Renewals"}`))
	req.Header.Set("x-api-key", "k-1")
	req.Header.Set("x-workspace-id", "ws-1")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Print(resp.StatusCode, " ", string(body))
	// Output: 400 {"error":{"code":"BAD_BODY","message":"llmModel is required; ttsModel is required"}}
}
