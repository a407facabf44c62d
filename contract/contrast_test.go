package contract

import (
	"strings"
	"testing"
)

func TestContrast(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 70_000)
	for _, c := range []struct {
		want, got any
		says      string
	}{
		{"a", "b", ""},
		{long, long, ""},
		{long, 1, ""},
		{nil, long, ""},
		{long, long[:4095] + "\uFFFD" + long[4096:],
			"; character 2048 was to be U+00E9 'é' and is U+FFFD '\uFFFD', of 70000 and 70001"},
		{"caf\u00e9", "cafe\u0301", "; character 4 was to be U+00E9 'é' and is U+0065 'e', of 4 and 5"},
		{strings.Repeat("a", 300), strings.Repeat("a", 255),
			"; character 256 was to be U+0061 'a' and is the end, of 300 and 255"},
		{"x\u200by", "xy", "; character 2 was to be U+200B and is U+0079 'y', of 3 and 2"},
	} {
		if got := contrast(c.want, c.got); got != c.says {
			t.Errorf("%q, want %q", got, c.says)
		}
	}
}
