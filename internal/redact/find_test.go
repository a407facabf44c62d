package redact_test

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func parse(t *testing.T, text string) any {
	t.Helper()
	value, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return value
}

const longKey = "sk_0f3b9c71d2e84a5f6078b1c2d3e4f5a6"

func TestFind(t *testing.T) {
	t.Parallel()
	s := redact.New([]string{"elevenLabsApiKey"}, nil).
		Learn(parse(t, `{"name":"agent","ttsModel":{"elevenLabsApiKey":"`+longKey+`"}}`))
	for text, want := range map[string]string{
		`{"a":"` + longKey + `"}`:                                                "in clear",
		`{"log":"used key ` + longKey + `!"}`:                                    "in clear",
		`{"a":"\u0073k_0f3b9c71d2e84a5f6078b1c2d3e4f5a6"}`:                       "in clear",
		`{"\u0073k_0f3b9c71d2e84a5f6078b1c2d3e4f5a6":1}`:                         "in clear",
		`{"a":"c2tfMGYzYjljNzFkMmU4NGE1ZjYwNzhiMWMyZDNlNGY1"}`:                   "in Base64",
		`736b5f3066336239633731643265383461356636303738623163326433653466356136`: "in hexadecimal",
		`{"a":"6a5f4e3d2c1b8706f5a48e2d17c9b3f0_ks"}`:                            "backwards",
		`{"a":"SK_0F3B9C71D2E84A5F6078B1C2D3E4F5A6"}`:                            "in capitals",
		`{"a":"sk_0f…e5a6"}`:                                                     "",
		`{"a":"sk_0f3b…"}`:                                                       "in part",
		`{"a":"sk_0f3xxxxx"}`:                                                    "in part",
		`{"a":"...e4f5a6"}`:                                                      "in part",
		`{"a":"…d3e4f5a6"}`:                                                      "in part",
		`{"a":"sk_0f3999"}`:                                                      "",
		`{"a":"123e4f5a6"}`:                                                      "",
		`{"a":"c2VjcmV0OnNrXzBmM2I5YzcxZDJlODRhNWY2MDc4YjFjMmQzZTRmNWE2O3Yx"}`:   "in Base64",
		`{"a":"eGtleTpza18wZjNiOWM3MWQyZTg0YTVmNjA3OGIxYzJkM2U0ZjVhNg=="}`:       "in Base64",
		`{"a":"sk_0f3b9c71d2e84a5f…"}`:                                           "in part",
		`{"a":"enc:29ab"}`:                                                       "",
		"":                                                                       "",
	} {
		variable, how := s.Find(nil, []byte(text))
		if how != want || (want != "") != (variable == "ELEVEN_LABS_API_KEY") {
			t.Errorf("%s: %s %q, want %q", text, variable, how, want)
		}
	}
	if _, how := s.Find(http.Header{"X-Debug": {"key=" + longKey}}, nil); how != "in clear in the header x-debug" {
		t.Errorf("in a header: %q", how)
	}
	if text := s.Text("it was " + longKey); strings.Contains(text, longKey) {
		t.Errorf("not hidden: %s", text)
	}
	if _, how := redact.New(nil, nil).Guard("a b/c+d&e", "KEY").Find(nil,
		[]byte("k=a+b%2Fc%2Bd%26e")); how != "as in a URL" {
		t.Errorf("in a URL: %q", how)
	}
}

// Whatever gives a value away is found, and hidden where the finding is shown.
func TestFoundIsHidden(t *testing.T) {
	t.Parallel()
	const key = "9f3b9c71d2e84a5f6078b1c2d3e4f5a60b7d"
	s := redact.New(nil, nil).Guard(key, "KEY")
	md, sha := md5.Sum([]byte(key)), sha256.Sum256([]byte(key))
	for _, c := range []struct{ text, how string }{
		{key[:6] + "****", "in part"},
		{"(" + key[:9] + "…)", "in part"},
		{"…" + key[len(key)-6:], "in part"},
		{key[1 : len(key)-1], "in part"},
		{hex.EncodeToString(md[:]), "as its MD5"},
		{strings.ToUpper(hex.EncodeToString(sha[:])), "as its SHA-256"},
		{base64.StdEncoding.EncodeToString(sha[:]), "as its SHA-256"},
		{base64.StdEncoding.EncodeToString([]byte("a:" + key)), "in Base64"},
		{base64.StdEncoding.EncodeToString([]byte("b " + key + "!")), "in Base64"},
		{"%39%66%33%62%39%63%37%31%64%32%65%38%34%61%35%66%36%30%37%38%62%31%63%32%64%33%65%34%66%35%61%36%30%62%37%64",
			"as in a URL"},
		{strings.ReplaceAll(fmt.Sprint([]byte(key)), " ", ","), "as a list of its bytes"},
		{key[:4] + "-" + key[4:8] + "-" + key[8:12] + "-" + key[12:16] + "-" + key[16:20] + "-" + key[20:24] + "-" +
			key[24:28] + "-" + key[28:32] + "-" + key[32:], "in groups"},
		{strings.Trim(fmt.Sprintf("% x", key), " "), "in hexadecimal"},
		{base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(key)))), "in Base64"},
		{strings.NewReplacer("a", "n", "b", "o", "c", "p", "d", "q", "e", "r", "f", "s").Replace(key),
			"with its letters rotated"},
		{key[:4] + "…" + key[len(key)-4:], ""},
		{"x" + key[:6] + "y", ""},
	} {
		_, how := s.Find(nil, []byte(c.text))
		if how != c.how {
			t.Errorf("%s: found %q, want %q", c.text, how, c.how)
		}
		if shown := s.Text(c.text); how != "" && !strings.Contains(shown, redact.Placeholder) {
			t.Errorf("%s is found %s and shown as %s", c.text, how, shown)
		}
		if _, again := s.Find(nil, []byte(s.Text(c.text))); again != "" {
			t.Errorf("%s is hidden as %s, in which it is found %s", c.text, s.Text(c.text), again)
		}
	}
}

func TestLearn(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"key":"abcdefgh"}`:                            "KEY",
		`{"KEY":{"deep":["abcdefgh"]}}`:                 "KEY",
		`{"key":"abcdefg"}`:                             "", // too short
		`{"key":"abcdefgh","note":"it is abcdefgh"}`:    "", // lawfully seen again
		`{"key":"abcdefgh","l":[{"note":"abcdefgh"}]}`:  "",
		`{"key":"abcdefgh","other":{"key":"abcdefgh"}}`: "KEY",
		`{"key":"abcdefgh","number":1,"n":{"a":"b"}}`:   "KEY",
		`{"note":"abcdefgh"}`:                           "",
		`"abcdefgh"`:                                    "",
	} {
		s := redact.New([]string{"key"}, nil).Learn(parse(t, body))
		variable, how := s.Find(nil, []byte("abcdefgh"))
		if !strings.EqualFold(variable, want) || (how != "") != (want != "") {
			t.Errorf("%s: %q %q, want %q", body, variable, how, want)
		}
		if got := s.Text("<abcdefgh>"); strings.Contains(got, "abcdefgh") != (want == "") {
			t.Errorf("%s: shown as %s", body, got)
		}
	}
	for body, want := range map[string]string{`{"key":1234567890}`: "KEY", `{"key":1234567890,"n":1234567890}`: ""} {
		variable, _ := redact.New([]string{"key"}, nil).Learn(parse(t, body)).Find(nil, []byte("1234567890"))
		if variable != want {
			t.Errorf("%s: a number is the secret %q, want %q", body, variable, want)
		}
	}
}

func TestGuardLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	s := redact.New(nil, nil).Guard("first-secret", "A")
	one, two := s.Guard("second-secret", "B"), s.Guard("third-secret", "C")
	for _, c := range []struct {
		set  *redact.Set
		want string
	}{{s, "$A second-secret third-secret"}, {one, "$A $B third-secret"}, {two, "$A second-secret $C"}} {
		if got := written(c.set.Split("first-secret second-secret third-secret")); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// written shows parts as text.
func written(parts []redact.Part) string {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(p.Text)
		if p.Variable != "" {
			out.WriteString("$" + p.Variable)
		}
	}
	return out.String()
}

func TestSplit(t *testing.T) {
	t.Parallel()
	s := redact.New(nil, nil).Guard("secret", "S").Guard("secret-and-more", "M").Guard("abc", "SHORT")
	for text, want := range map[string]string{
		"": "", "open": "open", "secret": "$S", "a secret-and-more, secretly": "a $M, $Sly", "abc": "abc",
		"secretsecret": "$S$S",
	} {
		if got := written(s.Split(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := s.Text("an abc"); got != "an "+redact.Placeholder {
		t.Errorf("a short value is hidden all the same: %s", got)
	}
	var none redact.Set
	if !slices.Equal(none.Split("a"), []redact.Part{{Text: "a"}}) ||
		!slices.Equal(none.SplitHeader("x", "a"), []redact.Part{{Text: "a"}}) {
		t.Error("the zero Set splits nothing")
	}
	if variable, how := none.Find(nil, []byte("a")); variable+how != "" {
		t.Error("the zero Set finds nothing")
	}
}

func TestSplitHeader(t *testing.T) {
	t.Parallel()
	s := redact.New(nil, nil).Guard("key-0815", "KEY").
		WithHeader("authorization", "Basic YTpi", "Basic ", "LOGIN").
		WithHeaders(http.Header{"X-Note": {"k", "true"}, "x-api-key": {"v"}})
	for _, c := range []struct{ name, value, want string }{
		{"Authorization", "Basic YTpi", "Basic $LOGIN"},
		{"Authorization", "Basic other", "Basic other"},
		{"X-Other", "Basic YTpi", "Basic YTpi"},
		{"x-note", "k", "$X_NOTE"},
		{"X-Note", "true", "$X_NOTE_2"},
		{"X-Note", "not key-0815", "not $KEY"},
		{"X-Api-Key", "v", "$X_API_KEY"},
		{"X-Empty", "", ""},
	} {
		if got := written(s.SplitHeader(c.name, c.value)); got != c.want {
			t.Errorf("%s: %s is %s, want %s", c.name, c.value, got, c.want)
		}
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	s := redact.New([]string{"key"}, []string{"live-key-0815"})
	for in, want := range map[string]string{
		"key: must not be empty":           "key: must not be empty",
		"key=live-key-0815":                "key=[redacted]",
		`the answer was {"key": "s3cret"}`: `the answer was {"key": "[redacted]"}`,
		`the answer was {"KEY": "s3cret"}`: `the answer was {"KEY": "[redacted]"}`,
		"nothing secret":                   "nothing secret",
	} {
		if got := s.Sentence(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestVariable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"elevenLabsApiKey": "ELEVEN_LABS_API_KEY",
		"X-Api-Key": "X_API_KEY", "": "SECRET_", "2fa": "SECRET_2FA", "päss": "P_SS"} {
		if got := redact.Variable(name); got != want {
			t.Errorf("%q becomes %s, want %s", name, got, want)
		}
	}
}

// TestWhatIsFoundIsHidden wants no text in which a value is found to be shown as it is.
func TestWhatIsFoundIsHidden(t *testing.T) {
	t.Parallel()
	s := redact.New(nil, nil).Guard(longKey, "KEY")
	for _, text := range []string{
		longKey, "6a5f4e3d2c1b8706f5a48e2d17c9b3f0_ks", strings.ToUpper(longKey),
		"a " + longKey[1:len(longKey)-1] + " b", "x" + longKey[5:28] + "y", longKey[:6] + "****", "..." + longKey[20:],
		longKey[:15] + "********" + longKey[25:],
		"736b5f3066336239633731643265383461356636303738623163326433653466356136",
		"c2VjcmV0OnNrXzBmM2I5YzcxZDJlODRhNWY2MDc4YjFjMmQzZTRmNWE2O3Yx",
		"f2c8b30ac65163d89f13d6be9f2d11eb", "F2C8B30AC65163D89F13D6BE9F2D11EB",
	} {
		if _, how := s.Find(nil, []byte(text)); how == "" {
			t.Errorf("not found: %s", text)
		}
		hidden := s.Text("before " + text + " after")
		if _, how := s.Find(nil, []byte(hidden)); how != "" || !strings.Contains(hidden, redact.Placeholder) {
			t.Errorf("%s still shows it: %s", hidden, how)
		}
		if !strings.HasPrefix(hidden, "before ") || !strings.HasSuffix(hidden, " after") {
			t.Errorf("%q hides too much", hidden)
		}
	}
}
