package redact_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func agentRedactor() *redact.Set {
	return redact.New([]string{"x-api-key", "elevenLabsApiKey", ""}, []string{"live-key-0815", ""})
}

func TestValueHidesByNameAndByValue(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"at the top", `{"elevenLabsApiKey":"s3cret"}`, `{"elevenLabsApiKey":"[redacted]"}`},
		{"nested, order kept", `{"b":1,"ttsModel":{"elevenLabsApiKey":"s3cret","name":"A"},"a":2}`,
			`{"b":1,"ttsModel":{"elevenLabsApiKey":"[redacted]","name":"A"},"a":2}`},
		{"in a list", `[{"elevenLabsApiKey":"s3cret"}]`, `[{"elevenLabsApiKey":"[redacted]"}]`},
		{"another case", `{"ELEVENLABSAPIKEY":"s3cret"}`, `{"ELEVENLABSAPIKEY":"[redacted]"}`},
		{"an object", `{"elevenLabsApiKey":{"key":"s3cret"}}`, `{"elevenLabsApiKey":"[redacted]"}`},
		{"a number", `{"elevenLabsApiKey":12345}`, `{"elevenLabsApiKey":"[redacted]"}`},
		{"null and empty show nothing", `{"elevenLabsApiKey":null,"x-api-key":""}`,
			`{"elevenLabsApiKey":null,"x-api-key":""}`},
		{"a known value in a text", `{"name":"my live-key-0815!"}`, `{"name":"my [redacted]!"}`},
		{"a known value as a name", `{"live-key-0815":1}`, `{"[redacted]":1}`},
		{"JSON in a string", `{"variables":"{\"elevenLabsApiKey\":\"s3cret\"}"}`,
			`{"variables":"{\"elevenLabsApiKey\":\"[redacted]\"}"}`},
		{"nothing secret", `{"name":"elevenLabs","n":1.50,"t":true}`, `{"name":"elevenLabs","n":1.50,"t":true}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in, err := jsonvalue.Parse([]byte(tt.in), jsonvalue.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(jsonvalue.Marshal(agentRedactor().Value(in))); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if again := string(jsonvalue.Marshal(in)); again != tt.in {
				t.Errorf("the value that was given changed to %s", again)
			}
		})
	}
}

func TestTextHidesInWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"valid JSON", `{"elevenLabsApiKey": "s3cret", "n": 1}`, `{"elevenLabsApiKey": "[redacted]", "n": 1}`},
		{"cut off", `{"elevenLabsApiKey": "s3cr`, `{"elevenLabsApiKey": [redacted]`},
		{"trailing comma", `{"elevenLabsApiKey": "s3cret",}`, `{"elevenLabsApiKey": "[redacted]",}`},
		{"single quotes", `{'elevenLabsApiKey': 's3cret', 'n': 1}`, `{'elevenLabsApiKey': '[redacted]', 'n': 1}`},
		{"no quotes", `{elevenLabsApiKey: s3cret, n: 1}`, `{elevenLabsApiKey: [redacted], n: 1}`},
		{"an escaped quote", `{"elevenLabsApiKey": "s3\"cret", "n": 1}`, `{"elevenLabsApiKey": "[redacted]", "n": 1}`},
		{"a forgotten escape", `{"elevenLabsApiKey": "s3"cret", "n": 1}`, `{"elevenLabsApiKey": "[redacted]", "n": 1}`},
		{"an escaped name", `{"eleven\u004cabsApiKey": "s3cret"`, `{"eleven\u004cabsApiKey": "[redacted]"`},
		{"an object", `{"elevenLabsApiKey": {"a": ["s3cret", "}"]}, "n": 1`,
			`{"elevenLabsApiKey": "[redacted]", "n": 1`},
		{"an open object", `{"elevenLabsApiKey": {"a": "s3cret"`, `{"elevenLabsApiKey": "[redacted]"`},
		{"a form", `name=A&elevenLabsApiKey=s3cret&n=1`, `name=A&elevenLabsApiKey=[redacted]&n=1`},
		{"twice", `{"elevenLabsApiKey":"s3cret","elevenLabsApiKey":"s3cret2"}`,
			`{"elevenLabsApiKey":"[redacted]","elevenLabsApiKey":"[redacted]"}`},
		{"JSON in JSON", `{"b":"{\"elevenLabsApiKey\":\"s3cret\",\"n\":1}"}`,
			`{"b":"{\"elevenLabsApiKey\":\"[redacted]\",\"n\":1}"}`},
		{"empty", `{"elevenLabsApiKey": "", "n": 1}`, `{"elevenLabsApiKey": "", "n": 1}`},
		{"null", `{"elevenLabsApiKey": null, "n": 1}`, `{"elevenLabsApiKey": null, "n": 1}`},
		{"a secret name as the tail of an open one", `{"my-elevenLabsApiKey": "s3cret", "myx-api-key": "s3cret"}`,
			`{"my-elevenLabsApiKey": "[redacted]", "myx-api-key": "s3cret"}`},
		{"another name's tail", `{"myelevenLabsApiKey": "open"}`, `{"myelevenLabsApiKey": "open"}`},
		{"the name alone", `elevenLabsApiKey is required`, `elevenLabsApiKey is required`},
		{"a known value", `curl -H 'x: live-key-0815'`, `curl -H 'x: [redacted]'`},
		{"the end of the text", `elevenLabsApiKey=`, `elevenLabsApiKey=`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := agentRedactor().Text(tt.in); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A longer name that is only the tail of an open one does not hide a shorter one in it.
func TestNamesWithinNames(t *testing.T) {
	t.Parallel()
	s := redact.New([]string{"my-key", "Key"}, nil)
	for in, want := range map[string]string{
		"my-key=a&key=b": "my-key=[redacted]&key=[redacted]",
		"xmy-key=a":      "xmy-key=[redacted]",
		"my-xkey=a":      "my-xkey=a",
		`\u004bEY: a`:    `\u004bEY: [redacted]`,
	} {
		if got := s.Text(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestKnownValues(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, value, in, want string }{
		{"escaped in JSON", `a"b\c<d`, `{"x":"a\"b\\c<d"}`, `{"x":"[redacted]"}`},
		{"escaped for browsers", `a"b\c<d`, `{"x":"a\"b\\c\u003cd"}`, `{"x":"[redacted]"}`},
		{"in a query", "a b/c+d", "?k=a+b%2Fc%2Bd", "?k=[redacted]"},
		{"in a path", "a b/c+d", "/a%20b%2Fc+d", "/[redacted]"},
		{"a short one within a word", "test", "latest tests", "latest tests"},
		{"a short one as a word", "test", "latest test, tests", "latest [redacted], tests"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := redact.New(nil, nil).With(tt.value).Text(tt.in); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestLongerValuesGoFirst(t *testing.T) {
	t.Parallel()
	r := redact.New(nil, []string{"secret", "secret-and-more"})
	if got := r.Text("a secret-and-more b secret"); got != "a [redacted] b [redacted]" {
		t.Error(got)
	}
}

func TestWithLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	r := agentRedactor()
	one, two := r.With("first-secret"), r.With("second-secret")
	for _, tt := range []struct {
		r    *redact.Set
		want string
	}{{r, "first-secret second-secret"}, {one, "[redacted] second-secret"}, {two, "first-secret [redacted]"}} {
		if got := tt.r.Text("first-secret second-secret"); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	in := http.Header{
		"X-Api-Key":     {"one", "two"},
		"Authorization": {"Bearer s3cret", "s3cret", ""},
		"Cookie":        {"a=s3cret; b=s3cret"},
		"Set-Cookie":    {"a=s3cret; Path=/; HttpOnly"},
		"Referer":       {"http://x/?elevenLabsApiKey=s3cret"},
		"Accept":        {"*/*"},
	}
	want := http.Header{
		"X-Api-Key":     {"[redacted]", "[redacted]"},
		"Authorization": {"Bearer [redacted]", "[redacted]", ""},
		"Cookie":        {"a=[redacted]; b=[redacted]"},
		"Set-Cookie":    {"a=[redacted]; Path=/; HttpOnly"},
		"Referer":       {"http://x/?elevenLabsApiKey=[redacted]"},
		"Accept":        {"*/*"},
	}
	if got := agentRedactor().Header(in); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if in["X-Api-Key"][0] != "one" {
		t.Error("the headers that were given changed")
	}
	var none redact.Set
	if got := none.Header(http.Header{"Authorization": {"Basic abc"}}).Get("Authorization"); got != "Basic [redacted]" {
		t.Errorf("the zero Set lets %q through", got)
	}
}

func TestTarget(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"/v1/agents", "/v1/agents"},
		{"/v1/agents?x-api-key=s3cret&a=1", "/v1/agents?x-api-key=[redacted]&a=1"},
		{"/v1/agents?x%2Dapi-key=s3cret", "/v1/agents?x%2Dapi-key=[redacted]"},
		{"/v1/agents/live-key-0815?q=live-key-0815&b", "/v1/agents/[redacted]?q=[redacted]&b"},
		{"/a?%zz=1", "/a?%zz=1"},
	}
	for _, tt := range tests {
		if got := agentRedactor().Target(tt.in); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestSecretsOfAValue(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a":"open","elevenLabsApiKey":"one","l":[{"elevenLabsApiKey":{"x":["two",3,null,""]}}]}`)
	if got, want := agentRedactor().Secrets(v), []string{"one", "two", "3"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestZeroSetKeepsTexts(t *testing.T) {
	t.Parallel()
	var r redact.Set
	if r.Text("a") != "a" || r.Value("a") != "a" || r.Target("/a?b=c") != "/a?b=c" ||
		r.With("aaaaaa").Text("aaaaaa") != redact.Placeholder {
		t.Error("the zero Set is no identity")
	}
}

// FuzzText looks for a marked secret behind its name in whatever surrounds it.
func FuzzText(f *testing.F) {
	f.Add(`{"a": 1, `, `, "b": 2}`)
	f.Add(`{"a": "`, `"`)
	f.Add(``, `\`)
	r := agentRedactor()
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "MARKEDSECRET"
		in := before + "\n\"elevenLabsApiKey\": \"" + secret + `"` + after
		if strings.Contains(before+after, secret) {
			t.Skip()
		}
		if got := r.Text(in); strings.Contains(got, secret) {
			t.Errorf("%q shows the secret in %q", in, got)
		}
	})
}

func BenchmarkTextWithoutSecret(b *testing.B) {
	r := agentRedactor()
	text := strings.Repeat(`{"name": "Customer Support Agent", "llmModel": "gpt-5"} `, 20)
	for b.Loop() {
		r.Text(text)
	}
}

func Example() {
	r := redact.New([]string{"x-api-key"}, []string{"key-of-the-run"})
	fmt.Println(r.Text(`{"x-api-key": "abc", "note": "sent with key-of-the-run"`))
	fmt.Println(r.Target("/v1/agents?x-api-key=abc"))
	// Output:
	// {"x-api-key": "[redacted]", "note": "sent with [redacted]"
	// /v1/agents?x-api-key=[redacted]
}
