package inspector_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver/inspector"
)

// TestFilesBelongTogether follows what the page and its scripts refer to: each file is there, and each file is
// referred to.
func TestFilesBelongTogether(t *testing.T) {
	t.Parallel()
	reference := regexp.MustCompile(`(?:src|href)="inspector/([^"]+)"|from "\./([^"]+)"`)
	referred := []string{inspector.Index}
	for _, name := range inspector.Names() {
		file, ok := inspector.Open(name)
		if !ok || len(file.Body) == 0 {
			t.Fatalf("%s cannot be opened", name)
		}
		for _, m := range reference.FindAllStringSubmatch(string(file.Body), -1) {
			referred = append(referred, m[1]+m[2])
			if _, ok := inspector.Open(m[1] + m[2]); !ok {
				t.Errorf("%s refers to %s, which is not there", name, m[1]+m[2])
			}
		}
	}
	for _, name := range inspector.Names() {
		if !slices.Contains(referred, name) {
			t.Errorf("nothing refers to %s", name)
		}
	}
}

// TestNothingMakesMarkup wants no way by which a text could become markup or a script, and no address but the
// server's own. The policy forbids it as well; a browser without Trusted Types would not notice.
func TestNothingMakesMarkup(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|` +
		`srcdoc|javascript:|DOMParser|createContextualFragment|style="|\son[a-z]+="|https?://`)
	for _, name := range inspector.Names() {
		file, _ := inspector.Open(name)
		body := strings.ReplaceAll(string(file.Body), `xmlns="http://www.w3.org/2000/svg"`, "")
		if found := forbidden.FindString(body); found != "" {
			t.Errorf("%s has %q", name, found)
		}
	}
}

func TestUnknownFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", ".", "..", "../inspector.go", "page", "app.js/", "APP.JS", "no.js", "a\x00.js"} {
		if _, ok := inspector.Open(name); ok {
			t.Errorf("%q is a file", name)
		}
	}
}
