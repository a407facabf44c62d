package jsonvalue_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func TestParseKeepsWhatIsWritten(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`null`, `true`, `false`, `""`, `0`, `-0`, `-0.0`, `1.10`, `1E5`, `1e+05`,
		`123456789012345678901234567890.5`, `1e1000`, `1e-1000`,
		`[]`, `{}`, `{"b":1,"a":{"z":[],"y":null}}`, `"é😀\u0000\u001f\"\\/"`, `{"":1}`, `"\u2028"`, `"</script>"`,
		strings.Repeat("[", jsonvalue.DefaultDepth) + "1" + strings.Repeat("]", jsonvalue.DefaultDepth),
		strings.Repeat("9", jsonvalue.MaxDigits),
	} {
		v, err := jsonvalue.Parse([]byte(" \t\r\n"+text+" \t\r\n"), jsonvalue.Limits{})
		if err != nil {
			t.Errorf("%.60s: %v", text, err)
			continue
		}
		again, err := jsonvalue.Parse(jsonvalue.Marshal(v), jsonvalue.Limits{})
		if err != nil || !jsonvalue.Equal(v, again) {
			t.Errorf("%.60s comes back as %.60s: %v", text, jsonvalue.Marshal(v), err)
		}
		if !strings.Contains(text, `\`) && string(jsonvalue.Marshal(v)) != text {
			t.Errorf("%.60s is written as %.60s", text, jsonvalue.Marshal(v))
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 100_000)
	for _, c := range []struct {
		name, text   string
		kind         jsonvalue.Kind
		line, column int
		pointer      string
		says         string
	}{
		{"nothing", "", jsonvalue.Malformed, 1, 1, "", "the text is empty"},
		{"blanks", " \n ", jsonvalue.Malformed, 1, 1, "", "the text is empty"},
		{"a second value", "{}\n {}", jsonvalue.Malformed, 2, 2, "", "exactly one JSON value"},
		{"trailing text", `1 x`, jsonvalue.Malformed, 1, 3, "", "exactly one JSON value"},
		{"trailing bracket", `[1]]`, jsonvalue.Malformed, 1, 4, "", "exactly one JSON value"},
		{"trailing NUL", "1\x00", jsonvalue.Malformed, 1, 2, "", "exactly one JSON value"},
		{"trailing comma", "{\"a\": 1,\n}", jsonvalue.Malformed, 1, 8, "", "trailing comma"},
		{"trailing comma in a list", "[1,]", jsonvalue.Malformed, 1, 3, "", "trailing comma"},
		{"two commas", "[1,,2]", jsonvalue.Malformed, 1, 4, "/1", "trailing comma"},
		{"no colon", `{"a" 1}`, jsonvalue.Malformed, 1, 6, "/a", "unexpected '1'"},
		{"no comma", `[1 2]`, jsonvalue.Malformed, 1, 4, "", "unexpected '2'"},
		{"single quotes", `{'a': 1}`, jsonvalue.Malformed, 1, 2, "", "single quote"},
		{"bare name", `{a: 1}`, jsonvalue.Malformed, 1, 2, "", "unexpected 'a'"},
		{"number as name", `{1: 1}`, jsonvalue.Malformed, 1, 2, "", "not JSON"},
		{"NaN", `{"a": NaN}`, jsonvalue.Malformed, 1, 7, "/a", "unexpected 'N'"},
		{"Infinity", `-Infinity`, jsonvalue.Malformed, 1, 2, "", "unexpected 'I'"},
		{"undefined", `undefined`, jsonvalue.Malformed, 1, 1, "", "unexpected 'u'"},
		{"capital", `True`, jsonvalue.Malformed, 1, 1, "", "unexpected 'T'"},
		{"comment", "// x\n1", jsonvalue.Malformed, 1, 1, "", "unexpected '/'"},
		{"block comment", "[1, /* x */ 2]", jsonvalue.Malformed, 1, 5, "/1", "unexpected '/'"},
		{"leading zero", `01`, jsonvalue.Malformed, 1, 2, "", ""},
		{"plus", `+1`, jsonvalue.Malformed, 1, 1, "", "unexpected '+'"},
		{"no digit before the point", `.5`, jsonvalue.Malformed, 1, 1, "", "unexpected '.'"},
		{"no digit after the point", `[1.]`, jsonvalue.Malformed, 1, 4, "/0", ""},
		{"hexadecimal", `0x1F`, jsonvalue.Malformed, 1, 2, "", ""},
		{"control character", "\"a\nb\"", jsonvalue.Malformed, 1, 3, "", "control character U+000A"},
		{"NUL in a string", "\"a\x00\"", jsonvalue.Malformed, 1, 3, "", "control character U+0000"},
		{"bad escape", `"\x41"`, jsonvalue.Malformed, 1, 2, "", ""},
		{"short escape", `"\u00"`, jsonvalue.Malformed, 1, 2, "", ""},
		{"not closed", `{"a": [1, {"b": "c`, jsonvalue.Malformed, 1, 19, "/a/1/b", "ends in the middle"},
		{"closed by another", `[1}`, jsonvalue.Malformed, 1, 3, "", ""},
		{"form feed", "\f1", jsonvalue.Malformed, 1, 1, "", "control character U+000C"},
		{"no-break space", "\u00a01", jsonvalue.Malformed, 1, 1, "", "unexpected character U+00A0"},
		{"byte order mark", "\ufeff{}", jsonvalue.Malformed, 1, 1, "", "byte order mark"},
		{"UTF-16", "{\x00}\x00", jsonvalue.Malformed, 1, 2, "", ""},

		{"twice", "{\"a\": 1,\n  \"b\": 2, \"a\": 3}", jsonvalue.DuplicateName, 2, 11, "/a",
			`the name "a" occurs twice`},
		{"twice by escape", `{"a": 1, "\u0061": 3}`, jsonvalue.DuplicateName, 1, 10, "/a", `"a"`},
		{"twice below", `{"x": [{"é": 1, "é": 1}]}`, jsonvalue.DuplicateName, 1, 17, "/x/0/é", `"é"`},
		{"twice and long", `{"` + strings.Repeat("k", 5000) + `":1,"` + strings.Repeat("k", 5000) + `":1}`,
			jsonvalue.DuplicateName, 1, 5007, "", "k…"},
		{"not UTF-8", "{\"a\": \"\xff\"}", jsonvalue.InvalidText, 1, 8, "/a", "not UTF-8"},
		{"name not UTF-8", "{\"\xc3\x28\": 1}", jsonvalue.InvalidText, 1, 3, "", "not UTF-8"},
		{"overlong", "\"\xc0\x80\"", jsonvalue.InvalidText, 1, 2, "", "not UTF-8"},
		{"surrogate in UTF-8", "\"\xed\xa0\x80\"", jsonvalue.InvalidText, 1, 2, "", "not UTF-8"},
		{"high surrogate alone", `["\ud800"]`, jsonvalue.InvalidText, 1, 3, "/0", "surrogate"},
		{"low surrogate alone", `"\udc00"`, jsonvalue.InvalidText, 1, 2, "", "surrogate"},
		{"surrogates reversed", `"\udc00\ud800"`, jsonvalue.InvalidText, 1, 2, "", "surrogate"},
		{"surrogate and a letter", `"\ud800x"`, jsonvalue.InvalidText, 1, 2, "", "surrogate"},

		{"deep", strings.Repeat("[", 65) + strings.Repeat("]", 65), jsonvalue.TooDeep, 1, 65,
			strings.Repeat("/0", 64), "deeper than 64"},
		{"deep object", "\n" + strings.Repeat(`{"a":`, 65) + "1", jsonvalue.TooDeep, 2, 321,
			strings.Repeat("/a", 64), "deeper than 64"},
		{"very deep", deep, jsonvalue.TooDeep, 1, 65, strings.Repeat("/0", 64), "deeper than 64"},
		{"exponent", `{"a": [0, 1e10000000]}`, jsonvalue.NumberTooLong, 1, 11, "/a/1", "exponent 10000000"},
		{"negative exponent", `-1E-1001`, jsonvalue.NumberTooLong, 1, 1, "", "exponent -1001"},
		{"exponent beyond int", `1e99999999999999999999`, jsonvalue.NumberTooLong, 1, 1, "", "exponent 9999"},
		{"long number", strings.Repeat("1", 1_000_000), jsonvalue.NumberTooLong, 1, 1, "",
			"a number of 1000000 characters; at most 1000"},
		{"long fraction", "0." + strings.Repeat("0", 1_000_000) + "1", jsonvalue.NumberTooLong, 1, 1, "", "characters"},
		{"long exponent", "1e" + strings.Repeat("0", 1_000_000) + "1", jsonvalue.NumberTooLong, 1, 1, "", "characters"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := jsonvalue.Parse([]byte(c.text), jsonvalue.Limits{})
			var broken *jsonvalue.Error
			if !errors.As(err, &broken) {
				t.Fatalf("got %.60s and %v, want an Error", jsonvalue.Marshal(v), err)
			}
			if broken.Kind != c.kind || broken.Line != c.line || broken.Column != c.column ||
				!strings.Contains(broken.Reason, c.says) {
				t.Errorf("got %s at %d:%d: %s; want %s at %d:%d: %s", broken.Kind, broken.Line, broken.Column,
					broken.Reason, c.kind, c.line, c.column, c.says)
			}
			if c.name != "twice and long" && broken.Pointer != c.pointer {
				t.Errorf("pointer %q, want %q", broken.Pointer, c.pointer)
			}
			if len(broken.Reason) > 300 {
				t.Errorf("a reason of %d bytes", len(broken.Reason))
			}
		})
	}
}

func TestLenientTakesTheGrammar(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a": 1, "b": 2, "a": 3}`: `{"a":3,"b":2}`,
		"\"\xff\"":                 "\"\ufffd\"",
		`"\ud800"`:                 "\"\ufffd\"",
		`1e10000000`:               `1e10000000`,
	} {
		v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{Lenient: true})
		if err != nil || string(jsonvalue.Marshal(v)) != want {
			t.Errorf("%s: got %s and %v, want %s", text, jsonvalue.Marshal(v), err, want)
		}
	}
	for _, text := range []string{"", "{", "01", "[1,]", "\ufeff1", strings.Repeat("[", 70)} {
		if v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{Lenient: true}); err == nil {
			t.Errorf("%q was taken as %s", text, jsonvalue.Marshal(v))
		}
	}
}

func TestParseVisit(t *testing.T) {
	t.Parallel()
	text := "{\"a\" :\n [ \"x\", 10 , {\"b/~\":true} ], \"n\":null}"
	var got []string
	if _, err := jsonvalue.ParseVisit([]byte(text), jsonvalue.Limits{}, func(depth, offset int) {
		got = append(got, strings.Repeat(" ", depth)+text[offset:offset+2])
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{`{"`, ` "a`, `  "x`, "  10", `  {"`, `   "b`, ` "n`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// FuzzParse compares with encoding/json: what is taken is taken there, and means the same; it comes
// back byte for byte, but for escapes and blanks.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a": [1, 2.50, -0, 1e5], "b": "\u00e9\ud83d\ude00"}`, `"\ud800"`, `[1,]`,
		"{\"a\":1,\"a\":2}", "\ufeff1", "1e1001", "{}{}", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := jsonvalue.Parse(data, jsonvalue.Limits{})
		lenient, lenientErr := jsonvalue.Parse(data, jsonvalue.Limits{Lenient: true})
		if err != nil {
			var broken *jsonvalue.Error
			if !errors.As(err, &broken) || broken.Line < 1 || broken.Column < 1 || broken.Offset > len(data) {
				t.Fatalf("error %#v", err)
			}
			if broken.Kind != jsonvalue.Malformed && broken.Kind != jsonvalue.TooDeep && lenientErr != nil &&
				jsonKind(lenientErr) == broken.Kind {
				t.Fatalf("lenient: %v", lenientErr)
			}
			return
		}
		if lenientErr != nil || !jsonvalue.Equal(v, lenient) {
			t.Fatalf("lenient differs: %v", lenientErr)
		}
		var std any
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		if err := dec.Decode(&std); err != nil {
			t.Fatalf("encoding/json refuses: %v", err)
		}
		if _, err := dec.Token(); err != io.EOF {
			t.Fatalf("encoding/json sees more: %v", err)
		}
		if !jsonvalue.Equal(v, std) || !jsonvalue.Equal(std, v) {
			t.Fatalf("%s is %v for encoding/json", data, std)
		}
		out := jsonvalue.Marshal(v)
		if again, err := jsonvalue.Parse(out, jsonvalue.Limits{}); err != nil ||
			!bytes.Equal(jsonvalue.Marshal(again), out) {
			t.Fatalf("%s comes back as %s: %v", out, jsonvalue.Marshal(again), err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, data); err != nil {
			t.Fatal(err)
		}
		if !bytes.ContainsRune(data, '\\') && !bytes.Equal(compact.Bytes(), out) {
			t.Fatalf("%s is written as %s", compact.Bytes(), out)
		}
	})
}

func jsonKind(err error) jsonvalue.Kind {
	var broken *jsonvalue.Error
	errors.As(err, &broken)
	return broken.Kind
}

func ExampleParse() {
	_, err := jsonvalue.Parse([]byte("{\"a\": 1,\n \"a\": 2}"), jsonvalue.Limits{})
	fmt.Println(err)
	// Output: line 2, column 2: the name "a" occurs twice in one object
}
