package openapi

import (
	"strings"
	"testing"
)

func TestTextPattern(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	long := strings.Repeat("x", 2500)
	for _, c := range []struct {
		pattern  string
		fits     []string
		fitsNot  []string
		leftOver string // what is not enforced
	}{
		{`^\u00e9+$`, []string{"é"}, []string{"e"}, ""},
		{`^\u{1F600}$`, []string{"😀"}, []string{"x"}, ""},
		{`^[\uD83D\uDE00-\uD83D\uDE4F]+$`, []string{"😀🙏"}, []string{"a"}, ""},
		{`^(?:[a-z]|[\uD800-\uDBFF][\uDC00-\uDFFF])$`, []string{"b", "𝄞"}, []string{"bb", "é"}, ""},
		{`^[a-z]{0,2500}$`, []string{"", long}, []string{long + "x", "A"}, ""},
		{`^x{2001}$`, []string{long[:2001]}, []string{long[:2000], long[:2002]}, ""},
		{`^x{1001,}$`, []string{long}, []string{long[:1000]}, ""},
		{`^(?:[a-f]{2,100}\.){1,40}$`, []string{"ab.", "abc.de."}, []string{"a.", "ab"}, ""},
		{`^(?=.*[A-Z])(?=.*\d).{8,}$`, []string{"Passw0rd", "0000000A"}, []string{"password", "Passw0r", "PASSWORD"}, ""},
		{`(?=.*[a-z])(?=.*[0-9])`, []string{"a1", "1a"}, []string{"a", "1"}, ""},
		{`^(?!--)[a-z-]+$`, []string{"a--", "-a"}, []string{"--a"}, ""},
		{`^(?!admin$|root$)\w+$`, []string{"admins", "roo"}, []string{"admin", "root"}, ""},
		{`(?!^\d+$)^.+$`, []string{"a1", "1a"}, []string{"12"}, ""},
		{`^v(?!0)\d+$`, []string{"v10"}, []string{"v01"}, ""},
		{`^[a-z-]+(?<!-)$`, []string{"a-b"}, []string{"ab-"}, ""},
		{`^[a-z]+(?<!xx)\.$`, []string{"ax."}, []string{"axx."}, ""},
		{`^((?!bad).)*$`, []string{"", "good"}, []string{"so bad"}, ""},
		{`\w+(?=!)`, []string{"hi!"}, []string{"hi"}, ""},
		{`^(?!a)b$|^(?!c)d$`, []string{"b", "d"}, []string{"a", "c"}, ""},
		{`^(['"]).*\1$`, []string{`"x"`, `'x'`}, []string{`x"`}, "a back-reference"},
		{`^((?!-)[a-z-]+\.)+[a-z]+$`, []string{"a.b"}, []string{"ab"}, "a lookaround in a group"},
		{`^(?<year>\d{4})(?=-)-\d+$`, []string{"2026-1"}, []string{"20261"}, ""},
		{`^(?>a+)b++$`, []string{"aabb"}, []string{"aa"}, ""},
		{`^[\w-\.]+\Z`, []string{"a-.b"}, []string{"a b"}, ""},
		{`^[^]]+(?!x)$`, []string{"ab"}, []string{"a]"}, "a negative lookahead without a fixed place"},
		{`^\p{Script=Greek}{1,2000}$`, []string{"αβ"}, []string{"ab"}, ""},
		{`^[\p{Letter}\p{Alnum} ]{1,1024}$`, []string{"é 1"}, []string{"-"}, ""},
		{`^\i{1,2000}\/\-$`, []string{"i/-"}, []string{"a/-"}, ""},
		{`^{a}(?!b)`, []string{"{a}c"}, []string{"{a}b"}, ""},
		{`^a{1,90000}$`, []string{"a", strings.Repeat("a", 90000)}, []string{"", strings.Repeat("a", 90001)}, ""},
		{`^a{1,90000}`, []string{"a", strings.Repeat("a", 90001)}, []string{""}, ""},
		{`^a{1,90000}b$`, []string{"ab"}, []string{"b"}, "the upper bound 90000"},
		{`^(a{1,90000}b)+$`, []string{"abab"}, []string{"b"}, "the upper bound 90000"},
		{`^(^(?!aws:)[a-z:]+)$`, []string{"aw:s"}, []string{"aws:x"}, ""},
		{`(?=^.{2,4}$)(?!.*x)[a-z]+`, []string{"ab"}, []string{"a", "axb", "abcde"}, ""},
		{`^[\p{Print}]+(?=\p{XDigit})`, []string{"é-F"}, []string{"é-G"}, ""},
		{`^(?#comment)(?i)ab(?!c)`, []string{"AB"}, []string{"ABC"}, ""},
	} {
		p, err := newTextPattern(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		if p.loose != c.leftOver {
			t.Errorf("%s: %q is left out, want %q", c.pattern, p.loose, c.leftOver)
		}
		for i, text := range append(c.fits, c.fitsNot...) {
			if got, want := p.matches(text), i < len(c.fits); got != want {
				t.Errorf("%s: %.20q fits: %v, want %v", c.pattern, text, got, want)
			}
		}
	}
	for _, wrong := range []string{`*`, `a(`, `a)`, `[z-a](?=x)`, `(?=x`, `\`, `[a`, `(?R)`, `+1`, `(?=a{9,1})`,
		strings.Repeat("(", 5000), `(?:(?:(?:x{1000}){1000}){1000}){1000}`} {
		if _, err := newTextPattern(wrong); err == nil {
			t.Errorf("%.40s is taken", wrong)
		}
	}
}

func FuzzTextPattern(f *testing.F) {
	for _, s := range []string{`^(?=.*[A-Z])(?!x).{8,2000}$`, `[\u0000-\uD800\uDC00]`, `((?!a).)*\1`, `\p{L}\cA[]a]`} {
		f.Add(s, "text")
	}
	f.Fuzz(func(_ *testing.T, pattern, text string) {
		if len(pattern) > 200 {
			return
		}
		if p, err := newTextPattern(pattern); err == nil {
			p.matches(text)
		}
	})
}
