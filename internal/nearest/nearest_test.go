package nearest_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/nearest"
)

func TestTo(t *testing.T) {
	t.Parallel()
	models := []string{"gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-5", "ca😀e"}
	for word, want := range map[string]string{
		"GPT-4.1":                 "gpt-4.1",
		" gpt-5 ":                 "gpt-5",
		"gpt-4.1-mni":             "gpt-4.1-mini",
		"gpt-4omini":              "gpt-4o-mini",
		"gtp-5":                   "gpt-5",
		"cafe":                    "ca😀e",
		"claude-3-5-sonnet":       "",
		"":                        "",
		strings.Repeat("x", 1000): "",
	} {
		if got := nearest.To(word, models); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"agent", "agents", 1}, {"kitten", "sitting", 3}, {strings.Repeat("x", 1000),
		"", 200}} {
		if got := nearest.Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q to %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
