package jsonvalue_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func parse(t *testing.T, text string) any {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, group := range [][]any{ // equal within a group, different between groups
		{nil},
		{true}, {false}, {""}, {"1"}, {"é"}, {"e\u0301"},
		{json.Number("1"), json.Number("1.0"), json.Number("1e0"), json.Number("10e-1"), json.Number("0.1E1"),
			1.0, 1, int64(1), uint8(1)},
		{json.Number("-1"), -1},
		{json.Number("0"), json.Number("-0"), json.Number("0.00"), json.Number("0e500"), 0},
		{json.Number("1e10000000"), json.Number("10e9999999")},
		{json.Number("9007199254740993")}, {json.Number("9007199254740992"), 9007199254740992.0},
		{[]any{}}, {[]any{nil}}, {[]any{json.Number("1"), json.Number("2")}, []any{1, 2.0}}, {[]any{2, 1}},
		{&jsonvalue.Object{}, map[string]any{}},
		{parse(t, `{"a":1,"b":[2]}`), parse(t, `{"b":[2.0],"a":1.0}`), map[string]any{"a": 1, "b": []any{2}}},
		{parse(t, `{"a":1}`)}, {parse(t, `{"a":null}`)}, {parse(t, `{"b":null}`)},
	} {
		for _, a := range group {
			for _, b := range group {
				if !jsonvalue.Equal(a, b) {
					t.Errorf("%v (%T) and %v (%T) are equal", a, a, b, b)
				}
			}
			for _, other := range []any{"x", json.Number("77"), []any{"x"}, parse(t, `{"x":1}`)} {
				if jsonvalue.Equal(a, other) || jsonvalue.Equal(other, a) {
					t.Errorf("%v and %v are not equal", a, other)
				}
			}
		}
	}
	distinct := []any{nil, true, false, "", "1", json.Number("1"), json.Number("0"), json.Number("-1"), []any{},
		[]any{nil}, &jsonvalue.Object{}, parse(t, `{"a":null}`), parse(t, `{"a":1}`)}
	for i, a := range distinct {
		for j, b := range distinct {
			if jsonvalue.Equal(a, b) != (i == j) {
				t.Errorf("Equal(%v, %v) is %t", a, b, i != j)
			}
		}
	}
}

// FuzzEqualNumbers compares with exact fractions.
func FuzzEqualNumbers(f *testing.F) {
	f.Add("1.0", "1e0")
	f.Add("-0", "0.000")
	f.Add("120e-1", "12")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 50 || len(b) > 50 {
			return
		}
		x, errX := jsonvalue.Parse([]byte(a), jsonvalue.Limits{})
		y, errY := jsonvalue.Parse([]byte(b), jsonvalue.Limits{})
		m, isNumber := x.(json.Number)
		n, both := y.(json.Number)
		if errX != nil || errY != nil || !isNumber || !both {
			return
		}
		left, _ := new(big.Rat).SetString(string(m))
		right, _ := new(big.Rat).SetString(string(n))
		if want := left.Cmp(right) == 0; jsonvalue.Equal(x, y) != want {
			t.Errorf("Equal(%s, %s) is %t", m, n, !want)
		}
	})
}

func TestPointers(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a":[10,{"b":null}],"":1,"x/y~z":2,"01":3}`)
	for pointer, want := range map[string]string{
		"": string(jsonvalue.Marshal(v)), "/a/0": "10", "/a/1/b": "null", "/": "1", "/x~1y~0z": "2", "/01": "3",
		"/a/2": "", "/a/-1": "", "/a/00": "", "/a/+0": "", "/a/-": "", "/none": "", "/a/0/b": "", "/a/1/b/c": "",
	} {
		got, ok := jsonvalue.Lookup(v, pointer)
		if ok != (want != "") || ok && string(jsonvalue.Marshal(got)) != want {
			t.Errorf("Lookup %q: %s %t, want %s", pointer, jsonvalue.Marshal(got), ok, want)
		}
	}
	if got, ok := jsonvalue.Lookup(map[string]any{"a": []any{1}}, "/a/0"); !ok || got != 1 {
		t.Errorf("Lookup in a map: %v %t", got, ok)
	}
	if got := jsonvalue.Join("/a", "x/y~z"); got != "/a/x~1y~0z" {
		t.Errorf("Join: %s", got)
	}
	if got := strings.Join(jsonvalue.Tokens("/a/x~1y~01/"), " "); got != "a x/y~1 " {
		t.Errorf("Tokens: %q", got)
	}
}

func TestPut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, pointer, after string }{
		{`{"a":1}`, "", `9`},
		{`{"a":1,"b":2}`, "/a", `{"a":9,"b":2}`},
		{`{"a":1}`, "/b/c", `{"a":1,"b":{"c":9}}`},
		{`null`, "/b", `{"b":9}`},
		{`{"a":null}`, "/a/b", `{"a":{"b":9}}`},
		{`[1,2]`, "/0", `[9,2]`},
		{`[1,2]`, "/2", `[1,2,9]`},
		{`{"a":[]}`, "/a/0/b", `{"a":[{"b":9}]}`},
		{`{"a":[{"b":1}]}`, "/a/0/b", `{"a":[{"b":9}]}`},
		{`[1,2]`, "/3", ``},
		{`[1,2]`, "/01", ``},
		{`[1,2]`, "/x", ``},
		{`{"a":1}`, "/a/b", ``},
		{`"x"`, "/a", ``},
	} {
		got, ok := jsonvalue.Put(parse(t, c.before), c.pointer, json.Number("9"))
		if ok != (c.after != "") || ok && string(jsonvalue.Marshal(got)) != c.after {
			t.Errorf("Put %s %q: %s %t, want %s", c.before, c.pointer, jsonvalue.Marshal(got), ok, c.after)
		}
		if !ok && string(jsonvalue.Marshal(got)) != c.before {
			t.Errorf("Put %s %q changed it to %s", c.before, c.pointer, jsonvalue.Marshal(got))
		}
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, pointer, after string }{
		{`{"a":1,"b":2,"c":3}`, "/b", `{"a":1,"c":3}`},
		{`[1,2,3]`, "/1", `[1,3]`},
		{`{"a":[1,2]}`, "/a/1", `{"a":[1]}`},
		{`{"a":{"b":1}}`, "/a/b", `{"a":{}}`},
		{`{"a":1}`, "/b", `{"a":1}`},
		{`{"a":1}`, "/b/c", `{"a":1}`},
		{`{"a":1}`, "", `{"a":1}`},
		{`[1]`, "/1", `[1]`},
		{`[1]`, "/00", `[1]`},
		{`1`, "/a", `1`},
	} {
		if got := string(jsonvalue.Marshal(jsonvalue.Remove(parse(t, c.before), c.pointer))); got != c.after {
			t.Errorf("Remove %s %q: %s, want %s", c.before, c.pointer, got, c.after)
		}
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	var none *jsonvalue.Object
	if v, ok := none.Get("a"); ok || v != nil {
		t.Error("a nil object has a member")
	}
	o := jsonvalue.ObjectOf("b", 1, "a", nil)
	o.Set("b", "x")
	o.Set("c", true)
	o.Delete("a")
	o.Delete("none")
	if got, err := json.Marshal(o); err != nil || string(got) != `{"b":"x","c":true}` {
		t.Errorf("%s %v", got, err)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	text := `{"a":[{"b":1}]}`
	v := parse(t, text)
	inner, _ := jsonvalue.Lookup(jsonvalue.Clone(v), "/a/0")
	inner.(*jsonvalue.Object).Set("b", 2)
	if string(jsonvalue.Marshal(v)) != text {
		t.Error("the clone shares its members")
	}
	if got := string(jsonvalue.Marshal(jsonvalue.Clone(map[string]any{"b": 1, "a": nil}))); got != `{"a":null,"b":1}` {
		t.Errorf("a map is cloned as %s", got)
	}
}

// TestOf: every Go value that JSON can express takes the forms of this package.
func TestOf(t *testing.T) {
	t.Parallel()
	type tagged struct {
		B []int  `json:"b"`
		A string `json:"a"`
	}
	for _, tt := range []struct {
		in   any
		want string
	}{
		{tagged{[]int{1}, "<&>"}, `{"b":[1],"a":"<&>"}`},
		{map[string]any{"b": 1, "a": []string{"x"}}, `{"a":["x"],"b":1}`},
		{[]string{"b", "a"}, `["b","a"]`},
		{[]any{1, int64(1) << 60, 1.5, float32(0.5), uint8(7)}, `[1,1152921504606846976,1.5,0.5,7]`},
		{jsonvalue.ObjectOf("b", map[string]any{"z": 1, "y": nil}, "a", 2), `{"b":{"y":null,"z":1},"a":2}`},
		{json.RawMessage(` {"b": 1.0, "a": 2} `), `{"b":1.0,"a":2}`},
		{map[string]json.RawMessage{"r": json.RawMessage(`[1e400]`)}, `{"r":[1e400]}`},
		{time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), `"2025-01-02T03:04:05Z"`},
		{json.RawMessage(nil), `null`},
		{(*jsonvalue.Object)(nil), `null`},
		{[]any(nil), `null`},
		{map[string]any{"deep": nested(60)}, `{"deep":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `}`},
	} {
		v, err := jsonvalue.Of(tt.in)
		if got := string(jsonvalue.Marshal(v)); err != nil || got != tt.want {
			t.Errorf("%T: %s %v, want %s", tt.in, got, err, tt.want)
		}
		if !jsonvalue.Equal(tt.in, parse(t, tt.want)) || !jsonvalue.Equal(v, tt.in) {
			t.Errorf("%T does not equal what it stands for", tt.in)
		}
		if got, want := jsonvalue.TypeOf(tt.in), jsonvalue.TypeOf(v); got != want {
			t.Errorf("the type of %T is %s, want %s", tt.in, got, want)
		}
	}
	circle := map[string]any{}
	circle["self"] = []any{circle}
	object := &jsonvalue.Object{}
	object.Set("self", object)
	for name, bad := range map[string]any{"a channel": make(chan int), "NaN": math.NaN(), "a circle": circle,
		"an object in itself": object, "broken JSON": json.RawMessage(`{"a":}`),
		"a name twice": json.RawMessage(`{"a":1,"a":2}`), "no text": json.RawMessage("")} {
		if v, err := jsonvalue.Of(bad); err == nil || v != nil {
			t.Errorf("%s is taken", name)
		}
		if jsonvalue.Equal(bad, bad) || jsonvalue.TypeOf(bad) != map[bool]string{true: "object"}[name == "a circle" ||
			name == "an object in itself"] {
			t.Errorf("%s is compared, or is %q", name, jsonvalue.TypeOf(bad))
		}
	}
}

// TestOfCopiesNothing: what has the forms of this package comes back as it is.
func TestOfCopiesNothing(t *testing.T) {
	v := parse(t, `{"a":[{"b":1}],"c":null}`)
	var out any
	if n := testing.AllocsPerRun(100, func() { out, _ = jsonvalue.Of(v) }); n > 0 || out != v {
		t.Errorf("%v allocations; the same value: %v", n, out == v)
	}
}

func nested(levels int) any {
	var v any = []any{}
	for range levels - 1 {
		v = []any{v}
	}
	return v
}

func TestMarshal(t *testing.T) {
	t.Parallel()
	if got := string(jsonvalue.Append([]byte("x="), map[string]any{"b": 1.5, "a": json.RawMessage(`[1]`),
		"c": []any{false}})); got != `x={"a":[1],"b":1.5,"c":[false]}` {
		t.Error(got)
	}
	if got := string(jsonvalue.MarshalIndent(parse(t,
		`{"a":[1,{}]}`))); got != "{\n  \"a\": [\n    1,\n    {}\n  ]\n}" {
		t.Error(got)
	}
}

func TestTypeOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`null`: "null", `true`: "boolean", `""`: "string", `1`: "number",
		`[]`: "array", `{}`: "object"} {
		if got := jsonvalue.TypeOf(parse(t, text)); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	if got, ok := jsonvalue.Lookup(map[string]any{"a": []string{"x"}}, "/a/0"); !ok || got != "x" {
		t.Errorf("%v %v", got, ok)
	}
	if got := jsonvalue.TypeOf(3.5) + jsonvalue.TypeOf(map[string]any{}); got != "numberobject" {
		t.Error(got)
	}
}

// TestAppendString: the quick way for plain strings writes what the general one does.
func TestAppendString(t *testing.T) {
	t.Parallel()
	list := []string{"", "plain", `"quoted"`, `back\slash`, "Grüße – 日本", "\u2028\u2029", "a\x7fb", "<&>", "\ufffd",
		"\xff", "ü\xc3", "\xed\xa0\x80", `"a" \ "b"`, "\"a\n", "\"a\" ü", "\\\xff", `""`, `\\`}
	for c := range rune(0x100) {
		list = append(list, "a"+string(c), string(c)+"ü")
		for i := range 9 {
			list = append(list, strings.Repeat("~", i)+string(c)+strings.Repeat(" ", 9-i))
		}
	}
	for _, s := range list {
		want, _ := jsontext.AppendQuote([]byte("x"), s)
		if got := jsonvalue.AppendString([]byte("x"), s); string(got) != string(want) {
			t.Errorf("%q is written %s, want %s", s, got, want)
		}
	}
}
