package mutants

import (
	"encoding/json"
	"testing"
)

// TestChangesOfValues changes JSON text and compares the result as text.
func TestChangesOfValues(t *testing.T) {
	t.Parallel()
	object := func(f func(map[string]any) map[string]any) func(any) any {
		return func(v any) any { return f(v.(map[string]any)) }
	}
	items := func(f func([]any) []any) func(any) any { return func(v any) any { return f(v.([]any)) } }
	words := func(f func(string) string) func(any) any { return func(v any) any { return f(v.(string)) } }
	for _, row := range []struct {
		name     string
		change   func(any) any
		in, want string
	}{
		{"sorted", items(sorted), `["b","a",{"x":1},"a"]`, `["a","a","b",{"x":1}]`},
		{"reversed", items(reversed), `[1,2,3]`, `[3,2,1]`},
		{"shorter", items(shorter), `[1,2]`, `[1]`},
		{"shorter, one", items(shorter), `[1]`, `[1]`},
		{"distinct", items(distinct), `[{"a":1},2,{"a":1}]`, `[{"a":1},2]`},
		{"flatten", object(flatten), `{"a":{"b":{"c":1}},"d":[{"e":1}]}`, `{"a.b.c":1,"d":[{"e":1}]}`},
		{"prune", object(func(o map[string]any) map[string]any { return prune(o, 2) }),
			`{"a":{"b":{"c":1},"d":2}}`, `{"a":{"b":{},"d":2}}`},
		{"carry", carryHours, `{"days":1,"hours":49.5}`, `{"days":3,"hours":1.5}`},
		{"carry nothing", carryHours, `{"hours":23}`, `{"hours":23}`},
		{"carry no gap", carryHours, `"x"`, `"x"`},
		{"pairs", pairs, `{"a":1}`, `[{"name":"a","value":1}]`},
		{"truncated", number(func(f float64) float64 { return 1 }), `1.5`, `1`},
		{"unchanged spelling", number(func(f float64) float64 { return f }), `1.50e1`, `1.50e1`},
		{"beyond 32 bits", number(func(f float64) float64 { return float64(float32(f)) }), `1e300`, `1e300`},
		{"beyond 64 bits", number(func(f float64) float64 { return -f }), `1e400`, `1e400`},
		{"cut", words(func(s string) string { return cut(s, 2) }), `"äöü"`, `"äö"`},
		{"collapse", words(collapse), `" a \t\n b"`, `" a b"`},
		{"tags", words(stripTags), `"a<b>c</b>d > e < f"`, `"acd > e < f"`},
		{"camel", words(camel), `"first_ärger__x_"`, `"firstÄrgerX"`},
		{"mojibake", words(mojibake), `"é"`, `"Ã©"`},
		{"all beyond ASCII", func(v any) any { return json.RawMessage(asciiOnly(encode(v))) }, `"a/é😀"`,
			`"a\/\u00E9\uD83D\uDE00"`},
		{"from Z to A", func(v any) any { return json.RawMessage(reversedMembers(v)) },
			`{"a":[{"c":1,"d":{}}],"b":null}`, `{"b":null,"a":[{"d":{},"c":1}]}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := string(encode(row.change(decode([]byte(row.in))))); got != row.want {
				t.Errorf("%s became %s, want %s", row.in, got, row.want)
			}
		})
	}
}

func number(f func(float64) float64) func(any) any {
	return func(v any) any { return reNumber(v.(json.Number), f) }
}

func TestCloseOpen(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"a":1`:         `{"a":1}`,
		`{"a":"b`:        `{"a":"b"}`,
		`{"a":[1,`:       `{"a":[1]}`,
		`{"a":{"b":1`:    `{"a":{"b":1}}`,
		`{"a":`:          `{"a":null}`,
		`{"a`:            `{"a":null}`,
		`{"a":[{"b":"c"`: `{"a":[{"b":"c"}]}`,
		`nonsense`:       `nonsense`,
	} {
		if got := string(closeOpen([]byte(in))); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestContentSparesWhatItMust(t *testing.T) {
	t.Parallel()
	body := decodeObject([]byte(`{"llmModel":"a","name":"a","ttsModel":{"provider":"a","voiceId":"a","elevenLabsApiKey":"a"},"variables":{"x":["a"]},"_id":"a"}`))
	editContent(body, func(v any) any {
		if v == "a" {
			return "b"
		}
		return v
	})
	const want = `{"_id":"a","llmModel":"a","name":"b","ttsModel":{"elevenLabsApiKey":"a","provider":"a","voiceId":"b"},"variables":{"x":["b"]}}`
	if got := string(encode(body)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
