package identifier_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/identifier"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"photoUrls": "photo urls", "photo_urls": "photo urls", "photo-urls": "photo urls",
		"HTMLText": "html text", "userID": "user id", "userIDs": "user ids", "line2": "line2", "": "", "_id": "id",
		"größeX": "größe x",
	} {
		if got := strings.Join(identifier.Words(name), " "); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestSingular(t *testing.T) {
	t.Parallel()
	for plural, want := range map[string]string{
		"pets": "pet", "entries": "entry", "addresses": "address", "boxes": "box", "status": "status",
		"people": "person", "analysis": "analysis", "s": "s", "sheep": "sheep", "photoUrls": "photoUrl",
	} {
		if got := identifier.Singular(plural); got != want {
			t.Errorf("one of %s is %q, want %q", plural, got, want)
		}
	}
}
