package curl_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/internal/redact"
)

func TestCommand(t *testing.T) {
	t.Parallel()
	secrets := redact.New(nil, nil).Guard("key-1234", "AGENTMOCK_API_KEY").Guard("a", "SHORT")
	for _, c := range []struct {
		name    string
		request curl.Request
		want    string
	}{
		{"a read", curl.Request{URL: "http://127.0.0.1:4010/v1/api/agents"},
			`curl -i http://127.0.0.1:4010/v1/api/agents`},
		{
			"an update",
			curl.Request{Method: "PUT", URL: "http://h/a?b=c", Header: http.Header{"X-Api-Key": {"key-1234"},
				"Content-Type": {"application/json"}},
				Body: []byte(`{"name":"it's"}`)},
			`curl -i -X PUT 'http://h/a?b=c' \
  -H 'content-type: application/json' \
  -H 'x-api-key: '"$AGENTMOCK_API_KEY" \
  --data-raw '{"name":"it'\''s"}'`,
		},
		{
			"an empty header, and one given twice",
			curl.Request{Method: "DELETE", URL: "http://h/a", Header: http.Header{"X-Api-Key": {""},
				"X-W": {"a", "b"}}},
			`curl -i -X DELETE http://h/a \
  -H 'x-api-key;' \
  -H 'x-w: a' \
  -H 'x-w: b'`,
		},
		{
			"control bytes, and a secret among them",
			curl.Request{Method: "POST", URL: "http://h/a", Header: http.Header{"Content-Type": {"text/plain"}},
				Body: []byte("\x00%\\\xff1key-1234'é")},
			`printf '\000%%\\\3771%s'\''é' "$AGENTMOCK_API_KEY" | curl -i http://h/a \
  -H 'content-type: text/plain' \
  --data-binary @-`,
		},
		{
			"a body without a type, patterns and dots in the address",
			curl.Request{Method: "POST", URL: "http://h/a/../[1]", Body: []byte("x"), Insecure: true,
				CAFile: "my ca.pem"},
			`curl -i -g --path-as-is -k --cacert 'my ca.pem' 'http://h/a/../[1]' \
  -H 'content-type:' \
  --data-raw x`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := curl.Command(c.request, secrets); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// The proof of the quoting is a real shell and a real curl, where the machine has them.
func TestCommandSendsTheSameBytes(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("no curl on this machine")
	}
	type seen struct {
		method, uri string
		header      http.Header
		body        []byte
	}
	requests := make(chan seen, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		body.ReadFrom(r.Body)
		requests <- seen{r.Method, r.RequestURI, r.Header, body.Bytes()}
	}))
	t.Cleanup(srv.Close)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	const secret = `s3cr't "$x`
	for _, body := range []string{
		"", `{"a":"it's \"$HOME\" \\n $(id) ` + "`id`" + `"}`, "two\nlines\n", "@/etc/hostname", string(all),
		"100%d \\0 " + secret, secret + "\x00" + secret,
		strings.Repeat("long ", 30_000), "é \u202e \u0085", "'", "\x7f9",
	} {
		line := curl.Command(curl.Request{
			Method: "PUT", URL: srv.URL + "/a%20b/it's?q=%00",
			Header: http.Header{"X-Odd": {`it's "$odd" \ ` + secret}, "X-Empty": {""},
				"Content-Type": {"application/json"}}, Body: []byte(body),
		}, redact.New(nil, nil).Guard(secret, "MY_SECRET"))
		if strings.Contains(line, secret) {
			t.Errorf("the secret is in %s", line)
		}
		cmd := exec.CommandContext(t.Context(), "sh", "-s")
		cmd.Stdin = strings.NewReader(line)
		cmd.Env = append(os.Environ(), "MY_SECRET="+secret, "no_proxy=127.0.0.1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s\n%s", err, out, line)
		}
		got := <-requests
		if got.method != "PUT" || got.uri != "/a%20b/it's?q=%00" || string(got.body) != body {
			t.Errorf("sent %s %s %q, want %q", got.method, got.uri, got.body, body)
		}
		if h := got.header; h.Get("X-Odd") != `it's "$odd" \ `+secret ||
			h.Get("Content-Type") != "application/json" || len(h.Values("X-Empty")) != 1 {
			t.Errorf("sent the headers %v", h)
		}
	}
}

func ExampleCommand() {
	fmt.Println(curl.Command(curl.Request{
		Method: "PUT",
		URL:    "http://127.0.0.1:4010/v1/api/agents/678c6a17c3f1e80b52d49a07",
		Header: http.Header{"Content-Type": {"application/json"}, "X-Api-Key": {"my-own-key"}},
		Body:   []byte(`{"llmModel":"gpt-5"}`),
	}, redact.New(nil, nil).Guard("my-own-key", "AGENTMOCK_API_KEY")))
	// Output:
	// curl -i -X PUT http://127.0.0.1:4010/v1/api/agents/678c6a17c3f1e80b52d49a07 \
	//   -H 'content-type: application/json' \
	//   -H 'x-api-key: '"$AGENTMOCK_API_KEY" \
	//   --data-raw '{"llmModel":"gpt-5"}'
}
