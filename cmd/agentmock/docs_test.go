package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// page is a Markdown file of the repository.
type page struct {
	path string // from the root of the repository, with slashes
	text string
}

// repository is the root, as seen from this package.
const repository = "../.."

// pages reads every Markdown file of the repository, sorted by path.
func pages(t *testing.T) []*page {
	t.Helper()
	var list []*page
	err := filepath.WalkDir(repository, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "bin", "dist", "testdata"}, entry.Name()) {
			return fs.SkipDir
		}
		if filepath.Ext(name) != ".md" {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(repository, name)
		list = append(list, &page{path: filepath.ToSlash(rel), text: string(data)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// folder returns the folder of the page, from the root of the repository.
func (p *page) folder() string { return path.Dir(p.path) }

// save writes the page back.
func (p *page) save(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(repository, filepath.FromSlash(p.path)), []byte(p.text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// block is a fenced code block.
type block struct {
	info       string // what follows the opening fence: sh, json 200
	text       string
	start, end int // of text, in the page
}

var fence = regexp.MustCompile("(?ms)^```([^\n`]*)\n(.*?)^```$")

// blocks returns the fenced code blocks whose info string starts with language, in their order.
func (p *page) blocks(language string) []block {
	var blocks []block
	for _, m := range fence.FindAllStringSubmatchIndex(p.text, -1) {
		b := block{p.text[m[2]:m[3]], p.text[m[4]:m[5]], m[4], m[5]}
		if strings.HasPrefix(b.info, language) {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// section compares what stands between the markers of a generated section with what should, and
// with -update puts it there.
func (p *page) section(t *testing.T, name, want string) {
	t.Helper()
	begin, end := "<!-- "+name+": written by make readme -->\n", "<!-- end of "+name+" -->"
	before, rest, ok := strings.Cut(p.text, begin)
	got, after, closed := strings.Cut(rest, end)
	switch {
	case !ok || !closed:
		t.Errorf("%s has no section between %q and %q", p.path, begin, end)
	case *update:
		p.text = before + begin + want + end + after
	case got != want:
		t.Errorf("section %s of %s is not up to date (make readme); it lacks:\n%s\nit has too much:\n%s", name, p.path,
			linesBeyond(want, got), linesBeyond(got, want))
	}
}

// linesBeyond returns the lines of a that b does not have.
func linesBeyond(a, b string) string {
	known := strings.Split(b, "\n")
	return strings.Join(slices.DeleteFunc(strings.Split(a, "\n"),
		func(line string) bool { return slices.Contains(known, line) }), "\n")
}

// TestPages checks every page of the repository: its links lead somewhere, the files that it names
// exist, and its code blocks are of a kind that a test looks at.
func TestPages(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for _, p := range all {
		for _, problem := range slices.Concat(p.brokenLinks(all), p.missingFiles(), p.uncheckedBlocks()) {
			t.Errorf("%s: %s", p.path, problem)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s#]*)(#[^)\s]*)?\)`)

// brokenLinks returns the links to files and headings that do not exist. Links to other hosts are
// not followed.
func (p *page) brokenLinks(all []*page) []string {
	var broken []string
	for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(p.text, ""), -1) {
		if strings.Contains(m[1], "://") {
			continue
		}
		target := p.path
		if m[1] != "" {
			target = path.Join(p.folder(), m[1])
		}
		if _, err := os.Stat(filepath.Join(repository, filepath.FromSlash(target))); err != nil {
			broken = append(broken, fmt.Sprintf("the link to %s leads nowhere", m[1]))
			continue
		}
		i := slices.IndexFunc(all, func(other *page) bool { return other.path == target })
		if m[2] != "" && (i < 0 || !slices.Contains(all[i].anchors(), m[2])) {
			broken = append(broken, fmt.Sprintf("%s has no heading %s", target, m[2]))
		}
	}
	return broken
}

var (
	heading     = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors returns the fragments that lead to the page's headings.
func (p *page) anchors() []string {
	var anchors []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(p.text, ""), -1) {
		words := notInAnchor.ReplaceAllString(strings.ToLower(m[1]), "")
		anchors = append(anchors, "#"+strings.ReplaceAll(words, " ", "-"))
	}
	return anchors
}

var sourceName = regexp.MustCompile("`((?:openapi|fixtures|mockserver|contract|cmd|internal|testdata)/[\\w./-]+|" +
	"[\\w/]+\\.go)`")

// missingFiles returns the files and folders that the page names in backquotes, by their path from
// the folder of the page or one above it, and that do not exist.
func (p *page) missingFiles() []string {
	var missing []string
	for _, m := range sourceName.FindAllStringSubmatch(p.text, -1) {
		exists := func(folder string) bool {
			_, err := os.Stat(filepath.Join(repository, filepath.FromSlash(path.Join(folder, m[1]))))
			return err == nil
		}
		folder := p.folder()
		for folder != "." && !exists(folder) {
			folder = path.Dir(folder)
		}
		if !exists(folder) {
			missing = append(missing, fmt.Sprintf("there is no file %s", m[1]))
		}
	}
	return missing
}

// uncheckedBlocks returns the code blocks that no test would look at, and JSON that is none.
func (p *page) uncheckedBlocks() []string {
	var problems []string
	for _, b := range p.blocks("") {
		language, _, _ := strings.Cut(b.info, " ")
		switch language {
		case "sh", "go", "yaml", "text", "js":
		case "json":
			if !json.Valid([]byte(b.text)) {
				problems = append(problems, "this block is not JSON:\n"+b.text)
			}
		default:
			problems = append(problems, fmt.Sprintf("a block is marked %q, not sh, go, yaml, js, json or text", b.info))
		}
	}
	return problems
}
