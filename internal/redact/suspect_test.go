package redact_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// suspecting knows one secret of a body and one of a header. The document describes a name like a
// secret's in each place.
func suspecting() *redact.Set {
	described := map[redact.Place]string{redact.Body: "pageToken", redact.Query: "token", redact.Header: "X-Auth"}
	return redact.New([]string{"elevenLabsApiKey", "x-api-key"}, nil).Suspect(
		func(at redact.Place, name string) bool { return described[at] == name })
}

func TestSuspect(t *testing.T) {
	t.Parallel()
	s := suspecting()
	for name, want := range map[string]string{
		"elevenLabsApiKey": "bqh", "eleven_labs_api_key": "bqh", "ELEVEN-LABS-API-KEY": "bqh", "elevenLabsKey": "bqh",
		"elevenLabsApiKeey": "bqh", "elevenLabApiKey": "bqh", "x-apikey": "bqh", "x-api-ky": "bqh", "X_API_KEY": "bqh",
		"apikey": "bqh", "Api-Key": "bqh", "X-Key": "bqh", "openaiApiKey": "bqh", "password": "bqh",
		"user_password": "bqh",
		"client_secret": "bqh", "accessToken": "bqh", "access_token": "bqh", "X-Api-Token": "bqh",
		"signingKey":    "bqh",
		"authorization": "bqh", "pwd": "bqh", "jwt": "bqh", "Token": "bqh", "key": "qh", "auth": "qh", "session": "qh",
		"sig": "qh", "token": "bh", "pageToken": "qh", "X-Auth": "q",
		"name": "", "voiceId": "", "maxTokens": "", "secretary": "", "sortKey": "", "Idempotency-Key": "", "monkey": "",
		"Content-Type": "", "sessions": "", "elevenLabsVoice": "", "keys": "", "": "",
		strings.Repeat("x", 200) + "token": "",
	} {
		const value = "VALUE-0815"
		got := ""
		for _, shown := range []struct{ place, text string }{
			{"b", s.Text(`{"` + name + `":"` + value + `"}`)},
			{"q", s.Target("/a?b=1&" + url.QueryEscape(name) + "=" + value)},
			{"h", strings.Join(s.Header(http.Header{name: {value}})[name], "")},
		} {
			if !strings.Contains(shown.text, value) {
				got += shown.place
			}
		}
		if got != want {
			t.Errorf("%q is hidden in %q, want %q", name, got, want)
		}
	}
}

// TestSuspectsIn: what stands under suspicious names is the same whether the body is decoded or not.
func TestSuspectsIn(t *testing.T) {
	t.Parallel()
	s := suspecting()
	header, query := http.Header{"X-Key": {"in-the-header"}}, url.Values{"sig": {"in-the-query"}}
	for body, want := range map[string][]string{
		`{"password":"long enough","name":"not secret"}`:              {"long enough"},
		`{"password":"short","api_key":1234567890}`:                   {"1234567890"},
		`[{"token":{"a":["the first one",{"b":"the\u0020second"}]}}]`: {"the first one", "the second"},
		`{"pageToken":"the document's","password":"1234567"}`:         nil,
		`{"password":"éééé"}`:                                         {"éééé"},
		`"long enough"`:                                               nil,
	} {
		text, ok := jsonvalue.Scan([]byte(body), jsonvalue.Limits{})
		if !ok {
			t.Fatal(body)
		}
		got := s.SuspectsIn(header, query, text.Root())
		decoded := s.Suspects(header, query, parse(t, body))
		slices.Sort(got)
		slices.Sort(decoded)
		want = append(want, "in-the-header", "in-the-query")
		slices.Sort(want)
		if !slices.Equal(got, want) || !slices.Equal(decoded, want) {
			t.Errorf("%s: %q, decoded %q, want %q", body, got, decoded, want)
		}
	}
}

func TestSuspectInText(t *testing.T) {
	t.Parallel()
	s := suspecting()
	for in, want := range map[string]string{
		`user=a&api_key=CLEAR&b=c`:               `user=a&api_key=[redacted]&b=c`,
		`{"a":{"api-key" : "CLEAR", "b": 1}`:     `{"a":{"api-key" : "[redacted]", "b": 1}`,
		`{"\u0074oken":"CLEAR"}`:                 `{"\u0074oken":"[redacted]"}`,
		`"{\"my_token\":\"CLEAR\",\"a\":1}"`:     `"{\"my_token\":\"[redacted]\",\"a\":1}"`,
		`{"tokens":{"password":"CLEAR"},"x":[]}`: `{"tokens":{"password":"[redacted]"},"x":[]}`,
		`{"credentials":{"user":"CLEAR"},"x":1}`: `{"credentials":{"user":"[redacted]"},"x":1}`,
	} {
		if got := s.Text(in); got != want && !(strings.Contains(in, "credentials") &&
			got == `{"credentials":"[redacted]","x":1}`) {
			t.Errorf("%s becomes %s", in, got)
		}
	}
	if got := redact.New([]string{"api-key"}, nil).Text("token=seen"); got != "token=seen" {
		t.Errorf("a Set that suspects nothing shows %s", got)
	}
}

func TestSuspects(t *testing.T) {
	t.Parallel()
	got := suspecting().Suspects(
		http.Header{"X-Apikey": {"header-value"}, "X-Api-Key": {"named-value"}, "Accept": {"text/html"}},
		url.Values{"api_key": {"query-value", "short"}, "token": {"described"}},
		parse(t, `{"a":[{"eleven_labs_key":"body-value"}],"pageToken":"described",
			"token":{"n":12345678},
			"elevenLabsApiKey":"named"}`))
	slices.Sort(got)
	want := []string{"12345678", "body-value", "header-value", "named-value", "query-value"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if list := redact.New([]string{"key"}, nil).Suspects(nil, nil, parse(t, `{"token":"long-enough"}`)); list != nil {
		t.Errorf("a Set that suspects nothing finds %q", list)
	}
}

// A value that is not decoded has the same secrets.
func TestSecretsIn(t *testing.T) {
	t.Parallel()
	s := redact.New([]string{"key"}, nil)
	for _, text := range []string{
		`{"key":"a","b":[{"KEY":{"c":["d",1.50,null,true,""]}}],"\u006bey2":"e","e":"f"}`, `"key"`, `[]`, `{"key":null}`,
		`[{"\u006bey":"x"}]`} {
		scanned, ok := jsonvalue.Scan([]byte(text), jsonvalue.Limits{})
		if want := s.Secrets(parse(t, text)); !ok || !slices.Equal(s.SecretsIn(scanned.Root()), want) {
			t.Errorf("%s: %q, want %q", text, s.SecretsIn(scanned.Root()), want)
		}
	}
}
