package source_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/internal/testonly/randomdoc"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"block", "b: 1\na: [x, y]\n", `{"b":1,"a":["x","y"]}`},
		{"integer keys", "responses:\n  200: ok\n", `{"responses":{"200":"ok"}}`},
		{"exact numbers", "a: 1.10\nb: 123456789012345678901234567890\nc: 1e400\n",
			`{"a":1.10,"b":123456789012345678901234567890,"c":1e400}`},
		{"YAML numbers", "a: 0x1F\nb: 1_000\nc: .5\nd: +3\n", `{"a":31,"b":1000,"c":0.5,"d":3}`},
		{"zeros before numbers", "a: 01234\nb: -007\nc: 0o17\nd: 00\ne: 089\n", `{"a":1234,"b":-7,"c":15,"d":0,"e":89}`},
		{"dates are strings", "d: 2025-01-19\nt: 2025-01-19T02:57:27.923Z\n",
			`{"d":"2025-01-19","t":"2025-01-19T02:57:27.923Z"}`},
		{"words", "a: yes\nb: true\nc: null\nd: ~\ne: 'true'\n", `{"a":"yes","b":true,"c":null,"d":null,"e":"true"}`},
		{"anchor", "a: &x {k: 1}\nb: *x\n", `{"a":{"k":1},"b":{"k":1}}`},
		{"merge", "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n", `{"a":{"k":1,"l":2},"b":{"k":3,"l":2}}`},
		{"JSON", `{"a": "\ud83d\ude00"}`, `{"a":"😀"}`},
		{"flow YAML", `{a: b}`, `{"a":"b"}`},
		{"byte order mark", "\ufeffa: 1\n", `{"a":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file, err := source.Parse("f.yaml", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(jsonvalue.Marshal(file.Value)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i < 'j'; i++ {
		prev := string(i - 1)
		bomb += string(i) + ": &" + string(i) + " [" + strings.Repeat("*"+prev+",", 10) + "]\n"
	}
	for _, c := range []struct{ name, file, text, want string }{
		{"empty", "f.yaml", "", "f.yaml:1:1: the file is empty"},
		{"twice", "f.yaml", "a: 1\nb:\n  c: 1\n  c: 2\n",
			`f.yaml:4:3: the key "c" occurs twice; it is first on line 3`},
		{"twice in JSON", "f.json", "{\"a\": 1,\n \"a\": 2}", `f.json:2:2: the name "a" occurs twice in one object`},
		{"twice in JSON by content", "-", "{\"a\": 1,\n \"a\": 2}", `-:2:2: the name "a" occurs twice in one object`},
		{"tab", "f.yaml", "a:\n\tb: 1\n", "f.yaml:2:1: not YAML: found character that cannot start any token"},
		{"second document", "f.yaml", "a: 1\n---\nb: 1\n", "f.yaml:2:1: a second YAML document"},
		{"complex key", "f.yaml", "? [a]\n: 1\n", "f.yaml:1:3: a key that is no string"},
		{"NaN", "f.yaml", "a: .nan\n", `f.yaml:1:4: ".nan" is a number that JSON cannot say`},
		{"recursion", "f.yaml", "a: &x [*x]\n", "nested deeper than"},
		{"bomb", "f.yaml", bomb, "more than 200000 values are repeated by aliases"},
		{"deep JSON", "f.json", strings.Repeat("[", 5000), "nested deeper than 200 levels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := source.Parse(c.file, []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, text string }{
		{"f.yaml", "paths:\n  /x:\n    get: {summary: s}\n    list:\n      - a\n      - b\n"},
		{"f.json",
			"{\"paths\":\n  {\"/x\":\n    {\"get\": {\"summary\": \"s\"},\n    \"list\":\n      [\"a\",\n" +
				"       \"b\"]}}}"},
	} {
		file, err := source.Parse(c.file, []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		for pointer, line := range map[string]int{"": 1, "/paths/~1x": 2, "/paths/~1x/get/summary": 3,
			"/paths/~1x/list/1": 6, "/paths/~1x/none/of/it": 2} {
			if got := file.Position(pointer).Line; got != line {
				t.Errorf("%s %s: line %d, want %d", c.file, pointer, got, line)
			}
		}
	}
}

func TestMarshalYAMLComesBack(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"a":"yes","b":"1","c":"2025-01-19","d":"","e":" x ","f":"a\nb\n","g":"a: b","h":"\ttab\n","i":"é😀\u0007","j":"<<","k":"\u2028x\ny"}`,
		`{"n":[1,1.50,-0,1e400,123456789012345678901234567890],"o":{},"p":[],"q":[{"a":1},[2]],"<<":1,"1":2,"null":3,"~":"~"}`,
		`"x\n\n"`, `"\n x"`, `"#c"`, `"- a"`, `"12:30:00"`, `"0x1F"`, `"a\r\nb"`, `null`, `"trailing \n"`,
	} {
		v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		out := source.MarshalYAML(v)
		file, err := source.Parse("f.yaml", out)
		if err != nil {
			t.Errorf("%s: %v\n%s", text, err, out)
			continue
		}
		if got := jsonvalue.Marshal(file.Value); string(got) != string(jsonvalue.Marshal(v)) {
			t.Errorf("got %s, want %s\n%s", got, jsonvalue.Marshal(v), out)
		}
	}
}

func FuzzParse(f *testing.F) {
	randomdoc.AddTexts(f, "../..", "a: &x [1]\nb: *x", `{"a": 1}`, "? [a]", "<<: {a: 1}", "a: !!int x", "- |\n x",
		"%YAML 1.1\n---\n")
	f.Fuzz(func(t *testing.T, text string, choices []byte) {
		file, err := source.Parse("f", []byte(randomdoc.SpoiltText(choices, text)))
		if err != nil {
			return
		}
		again, err := source.Parse("f.yaml", source.MarshalYAML(file.Value))
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		if !jsonvalue.Equal(again.Value, file.Value) {
			t.Fatalf("%s came back as %s", jsonvalue.Marshal(file.Value), jsonvalue.Marshal(again.Value))
		}
	})
}

// TestParseIsBounded: twice as much of any of these takes no more than about twice the room.
func TestParseIsBounded(t *testing.T) {
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, text := range map[string]func(n int) string{
		"open lists":       func(n int) string { return strings.Repeat("[", 10*n) },
		"open maps":        func(n int) string { return strings.Repeat("{a: ", 5*n) },
		"dashes":           func(n int) string { return strings.Repeat("- ", 10*n) },
		"question marks":   func(n int) string { return strings.Repeat("? ", 10*n) },
		"quotes":           func(n int) string { return strings.Repeat(`"`, 20*n) },
		"anchors":          func(n int) string { return strings.Repeat("&a ", 6*n) },
		"tags":             func(n int) string { return strings.Repeat("!", 20*n) },
		"comments":         func(n int) string { return strings.Repeat("- a #x\n", 3*n) },
		"many keys":        func(n int) string { return many("k%d: 1\n", 5*n) },
		"a large merge":    func(n int) string { return "a: &a\n" + many("  k%d: 1\n", 5*n) + "b:\n  <<: *a\n" },
		"many merges":      func(n int) string { return "a: &a {k: 1}\n" + many("k%d: {<<: [*a, *a, *a, *a]}\n", 2*n) },
		"a colon too many": func(n int) string { return many("k%d: 1\n", n) + "a: b: c\n" + many("l%d: 1\n", n) },
		"a long name in JSON": func(n int) string {
			return `{"` + strings.Repeat("k", 10*n) + `": [` + strings.Repeat("1,", 10*n) + `1]}`
		},
		"a long name": func(n int) string { return strings.Repeat("k", n/10) + ":\n" + strings.Repeat("- 1\n", 5*n) },
		"long names, nested": func(n int) string {
			return strings.Repeat(`{"`+strings.Repeat("k", n)+`":`, 100) + "1" + strings.Repeat("}", 100)
		},
		"an alias of aliases": func(n int) string {
			return "a: &a {k: 1}\nb: &b [" + strings.Repeat("*a,", n) + "*a]\nc: *b\n"
		},
	} {
		t.Run(name, func(t *testing.T) {
			room := func(n int) uint64 {
				text := []byte(text(n))
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				if file, err := source.Parse("f", text); err == nil {
					file.Position("/" + strings.Repeat("k", 10*n) + "/5")
				}
				runtime.ReadMemStats(&after)
				return after.TotalAlloc - before.TotalAlloc
			}
			if once, twice := room(2000), room(4000); twice > 3*once+1<<20 {
				t.Errorf("%d bytes, %d for twice as much", once, twice)
			}
		})
	}
}

func TestJSONFileWithByteOrderMark(t *testing.T) {
	t.Parallel()
	file, err := source.Parse("f.json", []byte("\ufeff{\"a\":\n 1}"))
	if err != nil || file.Position("/a") != (source.Position{Line: 1, Column: 2}) {
		t.Errorf("%v %v", file, err)
	}
}

func TestAliasesOfFew(t *testing.T) {
	t.Parallel()
	file, err := source.Parse("f.yaml", []byte("a: &a\n  k: 1\nb:\n  l: 2\n  <<: *a\nc: *a\n"))
	if err != nil {
		t.Fatal(err)
	}
	// what is repeated stands where it is written
	for pointer, line := range map[string]int{"/a/k": 2, "/b/l": 4, "/b/k": 2, "/c": 6, "/c/k": 2} {
		if got := file.Position(pointer).Line; got != line {
			t.Errorf("%s: line %d, want %d", pointer, got, line)
		}
	}
}

// TestParseWorkGrowsWithTheFile: twice the values are not more than about twice the work, however
// they stand on lines.
func TestParseWorkGrowsWithTheFile(t *testing.T) {
	for name, sheet := range map[string]struct{ file, head, row, between, tail string }{
		"JSON on one line":  {"f.json", "[", `{"größe":%d,"tags":["a","b"],"note":null}`, ",", "]"},
		"JSON on many":      {"f.json", "[\n", "{\n\"größe\": %d,\n\"tags\": [\"a\",\n\"b\"]}", ",\n", "\n]\n"},
		"YAML on one line":  {"f.yaml", "[", `{größe: %d, tags: [a, b], note: null}`, ", ", "]"},
		"YAML on many":      {"f.yaml", "", "- größe: %d\n  tags:\n  - a\n  - b\n", "", ""},
		"one object's keys": {"f.json", "{", `"k%d":0`, ",", "}"},
	} {
		t.Run(name, func(t *testing.T) {
			work := func(n int) float64 {
				rows := make([]string, n)
				for i := range rows {
					rows[i] = fmt.Sprintf(sheet.row, i)
				}
				text := []byte(sheet.head + strings.Join(rows, sheet.between) + sheet.tail)
				return testing.AllocsPerRun(1, func() {
					file, err := source.Parse(sheet.file, text)
					if err != nil {
						t.Fatal(err)
					}
					for i := range n {
						file.Position(fmt.Sprintf("/%d/tags/1", i))
						file.Position(fmt.Sprintf("/k%d", i))
					}
				})
			}
			if once, twice := work(2000), work(4000); twice > 2.2*once {
				t.Errorf("%.0f allocations for 2000 values, %.0f for twice as many", once, twice)
			}
		})
	}
}

// BenchmarkParse compares reading with positions to reading the values alone.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, `{"größe":%d,"tags":["a","b"],"note":null},`, i)
	}
	line := "[" + strings.TrimSuffix(text.String(), ",") + "]"
	for name, run := range map[string]func() error{
		"values alone": func() error { _, err := jsonvalue.Parse([]byte(line), jsonvalue.Limits{}); return err },
		"one line":     func() error { _, err := source.Parse("f.json", []byte(line)); return err },
		"many lines": func() error {
			_, err := source.Parse("f.json", []byte(strings.ReplaceAll(line, ",", ",\n")))
			return err
		},
		"YAML": func() error {
			_, err := source.Parse("f.yaml", []byte("rows: "+strings.ReplaceAll(line, ",", ", ")))
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				if err := run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParseSizes shows that the time grows with the size of a file on one line.
func BenchmarkParseSizes(b *testing.B) {
	for _, name := range []string{"f.json", "f.yaml"} {
		for _, rows := range []int{5_000, 10_000, 20_000, 40_000} {
			b.Run(fmt.Sprintf("%s/%d", name, rows), func(b *testing.B) {
				text := "rows: [" + strings.Repeat(`{größe: 1, tags: [a, b], note: null}, `, rows) + "]"
				if name == "f.json" {
					text = "[" + strings.Repeat(`{"größe": 1, "tags": ["a", "b"], "note": null}, `, rows) + "0]"
				}
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := source.Parse(name, []byte(text)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
