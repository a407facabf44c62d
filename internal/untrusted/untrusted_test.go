package untrusted_test

import (
	"encoding/json"
	"testing"

	"github.com/agentmock/agentmock/internal/untrusted"
)

func TestText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                              "",
		"größe 1:2::3 # 4\n\tok":        "größe 1:2::3 # 4\n\tok",
		"\x1b[31mred\r\x00\u202e":       `\u001b[31mred\u000d\u0000\u202e`,
		"\xff":                          "\uFFFD",
		"a\u2028b":                      `a\u2028b`,
		"::error::x":                    `\u003a:error::x`,
		"a\n::error::x":                 "a\n" + `\u003a:error::x`,
		"a\n \t\u00a0\u3000::error::x":  "a\n \t\u00a0\u3000" + `\u003a:error::x`,
		"a\n\u2028\v::error::x":         "a\n" + `\u2028\u000b\u003a:error::x`,
		"a\n\n::stop-commands::x":       "a\n\n" + `\u003a:stop-commands::x`,
		"a ##[error]x ##vso[task.x]":    `a \u0023#[error]x \u0023#vso[task.x]`,
		"##TeamCity[x] ## h ##vs":       `\u0023#TeamCity[x] ## h ##vs`,
		"###[command]":                  `#\u0023#[command]`,
		":a":                            ":a",
		"\xff::add-mask::x":             "\uFFFD::add-mask::x",
		"\ufeff::add-mask::x\n:::error": "\ufeff::add-mask::x\n" + `\u003a::error`,
	} {
		if got := untrusted.Text(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestJSON wants the same values in a text that has no commands and nothing that is hidden.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "größe # 1", "##[error]x ##vso[a] ##teamcity[", `\##[`, "\u202e\x7f\u0085\u2028",
		"<script>&", "###[x"} {
		data, err := json.Marshal(map[string]string{"##[group]" + value: value})
		if err != nil {
			t.Fatal(err)
		}
		harmless := untrusted.JSON(data)
		var got map[string]string
		if err := json.Unmarshal(harmless, &got); err != nil || got["##[group]"+value] != value {
			t.Errorf("%s becomes %s: %v", data, harmless, err)
		}
		if text := untrusted.Text(string(harmless)); text != string(harmless) {
			t.Errorf("%s becomes %s, which is still to be escaped", data, harmless)
		}
	}
}
