package mutants

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// echo returns the body of the request.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.Copy(w, r.Body)
})

func send(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

func TestClassify(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		method, path string
		op           operation
		id           string
	}{
		{"POST", "/v1/api/agents", create, ""},
		{"GET", "/v1/api/agents", list, ""},
		{"GET", "/v1/api/agents?page=2", list, ""},
		{"GET", "/v1/api/agents/a1", read, "a1"},
		{"PUT", "/v1/api/agents/a%2F1%C3%BC", update, "a/1ü"},
		{"DELETE", "/v1/api/agents/a1", remove, "a1"},
		{"PUT", "/v1/api/agents", other, ""},
		{"PATCH", "/v1/api/agents/a1", other, ""},
		{"PUT", "/v1/api/agents/", other, ""},
		{"PUT", "/v1/api/agents/a1/b", other, ""},
		{"GET", "/v1/api/agentsx", other, ""},
		{"GET", "/", other, ""},
	} {
		op, id := classify(httptest.NewRequest(row.method, row.path, nil))
		if op != row.op || id != row.id {
			t.Errorf("%s %s: %s %q, want %s %q", row.method, row.path, op, id, row.op, row.id)
		}
	}
}

func TestUpdateOnly(t *testing.T) {
	t.Parallel()
	h := UpdateOnly(echo)
	for _, row := range []struct {
		method, path string
		status       int
	}{
		{"PUT", "/v1/api/agents/a1", 200},
		{"PUT", "/v1/api/agents", 404},
		{"GET", "/v1/api/agents/a1", 404},
		{"GET", "/v1/api/agents", 404},
		{"POST", "/v1/api/agents", 404},
		{"DELETE", "/v1/api/agents/a1", 404},
		{"PUT", "/v2/api/agents/a1", 404},
	} {
		if w := send(h, row.method, row.path, "{}"); w.Code != row.status {
			t.Errorf("%s %s: %d, want %d", row.method, row.path, w.Code, row.status)
		}
	}
}

// TestRewritingKeepsTheRest changes one field of the request and one of the response, and compares
// everything else.
func TestRewritingKeepsTheRest(t *testing.T) {
	t.Parallel()
	h := stateless(func(c *call) *response {
		return c.edit(drop("smartCallback")).forward().edit(func(agent map[string]any) { agent["name"] = "changed" })
	})(echo)
	const sent = `{"_id":"1","smartCallback":true,"name":"n","settings":{"a":1e2,"b":0.10,"c":-0.0,` +
		`"big":123456789012345678901234567890,"html":"<&>\u2028","pair":"\ud83d\ude00"}}`
	const want = `{"_id":"1","name":"changed","settings":{"a":1e2,"b":0.10,` +
		`"big":123456789012345678901234567890,"c":-0.0,"html":"<&>\u2028","pair":"😀"}}`
	if got := send(h, "PUT", "/v1/api/agents/1", sent).Body.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEditLeavesBytesAlone(t *testing.T) {
	t.Parallel()
	h := stateless(func(c *call) *response { return c.edit(drop("absent")).forward() })(echo)
	for _, body := range []string{
		`{ "b":1, "a":2, "b":3 }`, `{"a":1} {}`, `{"a":"` + "\xff" + `"}`, `[1]`, `null`, ``, `{"a":`,
	} {
		if got := send(h, "PUT", "/v1/api/agents/1", body).Body.String(); got != body {
			t.Errorf("%q became %q", body, got)
		}
	}
}

// TestOtherTrafficPasses sends requests that are no operation of the API through every defect.
func TestOtherTrafficPasses(t *testing.T) {
	t.Parallel()
	const body = `{"_id":"x","updatedAt":"never","name":1}`
	for _, d := range Catalogue() {
		h := d.Plant(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) }))
		for _, path := range []string{"/", "/openapi.yaml", "/__mock/health", "/v1/api/agents/a/b"} {
			if w := send(h, "POST", path, body); w.Code != 200 || w.Body.String() != "ok" {
				t.Errorf("%s: POST %s: %d %q", d.ID, path, w.Code, w.Body)
			}
		}
	}
}

func TestEachPlantingHasItsOwnState(t *testing.T) {
	t.Parallel()
	for _, d := range Catalogue() {
		if d.ID != "every-fifth-update-fails" {
			continue
		}
		for range 3 {
			h := d.Plant(echo)
			for i := range 4 {
				if w := send(h, "PUT", "/v1/api/agents/1", `{"_id":"1"}`); w.Code != 200 {
					t.Errorf("update %d of a new planting: %d", i, w.Code)
				}
			}
		}
	}
}

func TestWriteOverTheWire(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response response
		body     string
		broken   bool
		media    string
	}{
		"as it is": {response{status: 200, header: http.Header{"Content-Type": {"a/b"}},
			body: []byte("12345")}, "12345", false, "a/b"},
		"without label": {response{status: 200, header: http.Header{}, body: []byte("{}")}, "{}", false, ""},
		"length too big": {response{status: 200, header: http.Header{}, body: []byte("12345"), excess: 3},
			"12345", true, ""},
		"length too small": {response{status: 200, header: http.Header{}, body: []byte("12345"), excess: -3},
			"12", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				row.response.write(w)
			}))
			defer srv.Close()
			resp, err := srv.Client().Get(srv.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if string(body) != row.body || (err != nil) != row.broken || resp.Header.Get("Content-Type") != row.media {
				t.Errorf("body %q, error %v, media type %q", body, err, resp.Header.Get("Content-Type"))
			}
		})
	}
}

func TestHangUp(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		(&response{hangUp: true}).write(w)
	}))
	defer srv.Close()
	if resp, err := srv.Client().Get(srv.URL); err == nil {
		resp.Body.Close()
		t.Errorf("the connection is open; status %s", resp.Status)
	}
}

func TestDelayedEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(ctx, "PUT", "/v1/api/agents/1", strings.NewReader(`{"_id":"1"}`))
	Delayed(time.Hour)(echo).ServeHTTP(w, r) // returns, or the test runs into its time limit
	if w.Body.Len() > 0 {
		t.Errorf("a disconnected client got a response: %s", w.Body)
	}
	if got := send(Delayed(0)(echo), "PUT", "/v1/api/agents/1", `{}`).Body.String(); got != `{}` {
		t.Errorf("body %q", got)
	}
}

func TestTranslationOfIDs(t *testing.T) {
	t.Parallel()
	ids := &idTranslation{name: func(n int) string { return strings.Repeat("i", n) }, outer: map[string]string{},
		inner: map[string]string{}}
	ids.keep("told")
	if got := ids.outside("told"); got != "told" {
		t.Errorf("an agent asked for by its own id is shown as %q", got)
	}
	first := ids.outside("a")
	if first == "a" || ids.outside("a") != first || ids.inside(first) != "a" {
		t.Errorf("a is %q, then %q; back %q", first, ids.outside("a"), ids.inside(first))
	}
	if got := ids.inside("a"); got == "a" {
		t.Error("an agent with another name is known under its own")
	}
	if ids.outside("b") == first {
		t.Error("two agents with one name")
	}
}
