package jsonvalue_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// plainTexts are texts that Scan takes, and brokenTexts those that it leaves to Parse.
var (
	plainTexts = []string{
		`null`, `true`, `false`, `0`, `-0`, `-0.0`, `12`, `1.5`, `-1e5`, `1E+05`, `1e-999`, `""`, `"a"`, `[]`, `{}`,
		" \t\r\n[ 1 , 2 ] \n", `{"a":1,"b":{"c":[true,null,"x"]}}`, `{ "a" : { } , "b" : [ ] }`, `[[],{},[[]],{"a":{}}]`,
		`"\"\\\/\b\f\n\r\t"`, `"\u00e4\u0000\uFFFF\ud83d\ude00"`, `"ä€😀"`, `{"\u0061":1,"b\n":2,"ä":3}`, `{"":0," ":1}`,
		`"` + "\u2028\u007f\ufffd" + `"`, `1` + strings.Repeat("0", 999), `{"` + strings.Repeat("n", 900) + `":1}`,
		strings.Repeat("[", 64) + strings.Repeat("]", 64), manyNames(100, ""), `["a","a",{"a":1},{"a":1}]`,
		`{"ab":1,"ba":2,"aab":3,"aba":4,"a":5,"b":6,"abab":{"ab":1}}`,
	}
	brokenTexts = []string{
		``, ` `, `nul`, `nulll`, `tru`, `+1`, `01`, `-`, `1.`, `.5`, `1e`, `1e+`, `0x1`, `NaN`, `"`, `"a`, `"\"`, `"\x"`,
		`"\u12"`, `"\u12g4"`, `"\ud800"`, `"\udc00"`, `"\ud800\ud800"`, `"\ud800x"`, "\"\x00\"", "\"\n\"", "\"\xff\"",
		"\"\xc3\"", "\"\xed\xa0\x80\"", `[`, `]`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `{`, `}`, `{"a"`, `{"a":`,
		`{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{a:1}`, `{1:1}`, `{"a" 1}`, `{"a":1 "b":2}`, `[1}`, `{"a":1]`, `1 2`,
		`{}{}`, `[]x`, "\ufeff{}", "\u00a0{}", `'a'`, `/**/1`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`,
		`{"x":{"a":1,"b":2,"a":3}}`, manyNames(100, `,"n7":0`), strings.Repeat("[", 65) + strings.Repeat("]", 65),
		`1` + strings.Repeat("0", 1000), `1e1001`, `1e-1001`, `1e99999999999999999999`,
	}
	carefulTexts = []string{`1e1000`, `1e0001`, `{"` + strings.Repeat("n", 1001) + `":1}`} // Parse takes them
)

// manyNames returns an object of so many members, with more at its end.
func manyNames(count int, more string) string {
	var b strings.Builder
	for i := range count {
		b.WriteString(`,"n` + string(rune('0'+i%10)) + strings.Repeat("x", i/10) + `":1`)
	}
	return "{" + b.String()[1:] + more + "}"
}

func TestScan(t *testing.T) {
	t.Parallel()
	for _, text := range plainTexts {
		if _, ok := jsonvalue.Scan([]byte(text), jsonvalue.Limits{}); !ok {
			t.Errorf("not plain: %.80s", text)
		}
		checkScan(t, []byte(text))
	}
	for _, text := range append(brokenTexts, carefulTexts...) {
		if _, ok := jsonvalue.Scan([]byte(text), jsonvalue.Limits{}); ok {
			t.Errorf("plain: %.80s", text)
		}
		checkScan(t, []byte(text))
	}
	if _, ok := jsonvalue.Scan([]byte(`[[1]]`), jsonvalue.Limits{Depth: 1}); ok {
		t.Error("two levels are taken for one")
	}
}

// FuzzScan: what Scan takes, Parse takes, and both return the same value.
func FuzzScan(f *testing.F) {
	for _, text := range append(append(plainTexts, brokenTexts...), carefulTexts...) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkScan(t, text) })
}

// checkScan compares Scan, and ScanWritten of what Marshal makes of it, with Parse.
func checkScan(t *testing.T, src []byte) {
	t.Helper()
	text, plain := jsonvalue.Scan(src, jsonvalue.Limits{})
	want, err := jsonvalue.Parse(src, jsonvalue.Limits{})
	switch {
	case plain && err != nil:
		t.Fatalf("%.200q is taken for plain, but %v", src, err)
	case !plain && err == nil && !bytes.ContainsAny(src, "eE") && len(src) <= jsonvalue.MaxPlainName:
		t.Fatalf("%.200q is not taken for plain", src)
	}
	if err == nil {
		var written jsonvalue.Text
		written.ScanWritten(jsonvalue.Marshal(want))
		checkNode(t, written.Root(), want)
	}
	if !plain {
		return
	}
	checkNode(t, text.Root(), want)
}

// checkNode compares a node with its value.
func checkNode(t *testing.T, n jsonvalue.Node, want any) {
	t.Helper()
	if got := n.Value(); !reflect.DeepEqual(got, want) {
		t.Fatalf("%.200q: %s, want %s", n.Raw(), jsonvalue.Marshal(got), jsonvalue.Marshal(want))
	}
	written := jsonvalue.Marshal(want)
	if got := n.Append(nil); !bytes.Equal(got, written) || n.IsPlain() && !bytes.Equal(n.Raw(), written) {
		t.Fatalf("%.200q, plain %t, is written as %.200q, want %.200q", n.Raw(), n.IsPlain(), got, written)
	}
	if n.Type() != jsonvalue.TypeOf(want) {
		t.Fatalf("%.200q is of the type %s", n.Raw(), n.Type())
	}
	switch want := want.(type) {
	case string:
		if n.Len() != utf8.RuneCountInString(want) || n.String() != want {
			t.Fatalf("%.200q: %d characters of %q", n.Raw(), n.Len(), n.String())
		}
	case []any:
		i := 0
		for item := range n.Items() {
			checkNode(t, item, want[i])
			i++
		}
		if i != len(want) || n.Len() != i {
			t.Fatalf("%.200q: %d items, %d are counted", n.Raw(), i, n.Len())
		}
	case *jsonvalue.Object:
		if n.Len() != len(want.Members) {
			t.Fatalf("%.200q: %d members", n.Raw(), n.Len())
		}
		for _, m := range want.Members {
			member, ok := n.Member(m.Name)
			if !ok {
				t.Fatalf("%.200q has no member %q", n.Raw(), m.Name)
			}
			checkNode(t, member, m.Value)
		}
	}
}

func TestNodeAt(t *testing.T) {
	t.Parallel()
	text, _ := jsonvalue.Scan([]byte(`{"a":[10,{"b":null}],"":1,"x/y~z":2,"01":3}`), jsonvalue.Limits{})
	for _, pointer := range []string{"", "/a", "/a/0", "/a/1/b", "/", "/x~1y~0z", "/01", "/a/2", "/a/-1", "/a/00",
		"/a/-", "/none", "/a/0/b", "/a/1/b/c"} {
		node, ok := text.Root().At(pointer)
		want, has := jsonvalue.Lookup(text.Root().Value(), pointer)
		if ok != has || ok && !reflect.DeepEqual(node.Value(), want) {
			t.Errorf("%q: %t", pointer, ok)
		}
	}
}

// TestScanAgain: a text that is used again keeps nothing of before, and what it returned stays.
func TestScanAgain(t *testing.T) {
	t.Parallel()
	var text jsonvalue.Text
	first := []byte(`{"a":"one","\u0062":[1]}`)
	text.Scan(first, jsonvalue.Limits{})
	before := text.Root().Value()
	copy(first, `{"x":"two"`)
	for _, again := range append(plainTexts, brokenTexts...) {
		fresh, ok := jsonvalue.Scan([]byte(again), jsonvalue.Limits{})
		if text.Scan([]byte(again), jsonvalue.Limits{}) != ok ||
			ok && !reflect.DeepEqual(text.Root().Value(), fresh.Root().Value()) {
			t.Errorf("%.80s means something else the second time", again)
		}
	}
	if got := string(jsonvalue.Marshal(before)); got != `{"a":"one","b":[1]}` {
		t.Errorf("an earlier value is now %s", got)
	}
}

// TestScanAllocations: a text is read without an allocation for each value.
func TestScanAllocations(t *testing.T) {
	src := []byte(`{"name":"Ada","note":"line\nline","list":[1,2,{"x":null}],"deep":{"deep":{"deep":1}}}`)
	if n := testing.AllocsPerRun(100, func() { jsonvalue.Scan(src, jsonvalue.Limits{}) }); n > 3 {
		t.Errorf("%v allocations", n)
	}
	var text jsonvalue.Text
	if n := testing.AllocsPerRun(100, func() { text.Scan(src, jsonvalue.Limits{}) }); n > 1 {
		t.Errorf("%v allocations for a text that is used again", n)
	}
}

// BenchmarkScan compares Scan with Parse.
func BenchmarkScan(b *testing.B) {
	src := []byte(`{"name":"Küchenhilfe","description":"` + strings.Repeat("a longer text, ", 20) + `","tags":["a","b"],` +
		`"limits":{"count":3,"share":0.25,"open":true,"until":null},"plan":[{"day":"Mon","from":8,"to":17},` +
		`{"day":"Tue","from":8,"to":12},{"day":"Wed","from":9,"to":17}],"language":"de","model":"medium","voice":` +
		`{"provider":"house","id":"alto","speed":1.1},"active":true}`)
	var text jsonvalue.Text
	for name, read := range map[string]func() bool{
		"scan":    func() bool { _, ok := jsonvalue.Scan(src, jsonvalue.Limits{}); return ok },
		"again":   func() bool { return text.Scan(src, jsonvalue.Limits{}) },
		"written": func() bool { text.ScanWritten(src); return true },
		"parse":   func() bool { _, err := jsonvalue.Parse(src, jsonvalue.Limits{}); return err == nil },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if !read() {
					b.Fatal("not read")
				}
			}
		})
	}
}
