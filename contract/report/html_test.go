package report_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
)

func writeHTML(t *testing.T, run *report.Run) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.HTML(&out, run); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// blocksOf returns the lines of all blocks of a kind in a page.
func blocksOf(t *testing.T, page, kind string) (lines []string) {
	t.Helper()
	block := regexp.MustCompile(`<script type="application/octet-stream" data-block="` + kind + `">([^<]*)</script>`)
	for _, m := range block.FindAllStringSubmatch(page, -1) {
		unpacked, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(m[1])))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(content)), "\n")...)
	}
	return lines
}

// hacked does something where it is taken for markup.
const hacked = `</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>]]>{{.}}`

// TestHTML wants all of a report in the page, compressed, and what is seen without scripts to be text.
func TestHTML(t *testing.T) {
	t.Parallel()
	r := full()
	r.Document.Title, r.Target.BaseURL, r.Fixtures[0].Summary = hacked, "http://target/"+hacked, hacked
	page := writeHTML(t, &report.Run{Report: r, Exchanges: sequence(exchanges()...), Command: "agentmock verify"})
	if page != writeHTML(t, &report.Run{Report: r, Exchanges: sequence(exchanges()...), Command: "agentmock verify"}) {
		t.Error("the same run gives other bytes")
	}
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<!--") || strings.Contains(page, "<img") {
		t.Error("a text became markup")
	}
	for _, text := range []string{html.EscapeString("http://target/"+hacked) + " does not conform to ",
		"6 fixtures: 1 passed"} {
		if !strings.Contains(page, text) {
			t.Errorf("a browser without scripts does not show %s", text)
		}
	}
	var summary contract.Summary
	_, text, _ := strings.Cut(page, `id="agentmock-summary">`)
	text, _, _ = strings.Cut(text, "</script>")
	if err := json.Unmarshal([]byte(text), &summary); err != nil || summary != r.Summary {
		t.Errorf("the summary is %+v, %v", summary, err)
	}
	fixtures := blocksOf(t, page, "report")
	if len(fixtures) != 1+len(r.Fixtures) || !strings.Contains(fixtures[1], `"id":"update-one"`) ||
		!strings.Contains(fixtures[0], `"causes":[{`) {
		t.Errorf("%d lines: %s", len(fixtures), fixtures[0])
	}
	kept := blocksOf(t, page, "exchanges")
	if len(kept) != 4 || !strings.Contains(kept[1], `"base64":"//`) && !strings.Contains(kept[1], `"base64":"/v8="`) {
		t.Errorf("exchanges: %q", kept)
	}
	want := `{"chunks":[4],"fixture":[0,0,5,-1],"operations":["updateAgent","getAgent",""],"operation":[0,0,1,2],` +
		`"status":[200,500,0,204],"took":[1500,1000,1000000,0]}`
	if index := blocksOf(t, page, "index"); len(index) != 1 || index[0] != want {
		t.Errorf("index %s", index)
	}
	if page := writeHTML(t, &report.Run{Report: r}); len(blocksOf(t, page, "index")) > 0 {
		t.Error("exchanges that were not kept have an index")
	}
}

// TestHTMLPolicy wants the page's policy to allow the scripts and the style that it has, and no others.
func TestHTMLPolicy(t *testing.T) {
	t.Parallel()
	page := writeHTML(t, &report.Run{Report: passed()})
	tag := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	policy := html.UnescapeString(tag[1])
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %s", policy)
	}
	n, inline := 0, regexp.MustCompile(`(?s)<(?:script|style)>(.*?)</(?:script|style)>`)
	for _, m := range inline.FindAllStringSubmatch(page, -1) {
		n++
		sum := sha256.Sum256([]byte(m[1]))
		if !strings.Contains(policy, base64.StdEncoding.EncodeToString(sum[:])) {
			t.Errorf("the policy forbids %.60s …", m[1])
		}
	}
	if allowed := strings.Count(policy, "'sha256-"); n != 3 || allowed != n {
		t.Errorf("%d scripts and styles, %d are allowed", n, allowed)
	}
}

// TestHTMLMakesNoMarkup wants no way by which a text could become markup or a script, and no address. The policy
// forbids it as well; a browser without Trusted Types would not notice.
func TestHTMLMakesNoMarkup(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|` +
		`srcdoc|javascript:|DOMParser|createContextualFragment|\sstyle="|\son[a-z]+="|` +
		`https?://|</script>.|<!--|@import|url\(`)
	files, err := filepath.Glob("html/*.*s")
	if err != nil || len(files) < 10 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		body := strings.ReplaceAll(string(content), `"http://www.w3.org/2000/svg"`, "")
		if found := forbidden.FindString(body); found != "" {
			t.Errorf("%s has %q", name, found)
		}
		if script := filepath.Base(name); strings.HasSuffix(script, ".js") &&
			!strings.Contains(writeHTML(t, &report.Run{Report: passed()}), strings.TrimSpace(string(content))) {
			t.Errorf("%s is not in the page", script)
		}
	}
}

// TestHTMLIsBounded wants a page of no more than its bounds from a target that answers with a mebibyte each time,
// and written piece by piece.
func TestHTMLIsBounded(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("one goroutine, and no race")
	}
	noise := make([]byte, 1<<20)
	for i, seed := 0, uint32(1); i < len(noise); i++ { // which does not compress
		seed = seed*1664525 + 1013904223
		noise[i] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[seed>>26]
	}
	const answers, bound = 200, 3 << 20
	size, largest := 0, 0
	out := writerFunc(func(p []byte) (int, error) {
		size, largest = size+len(p), max(largest, len(p))
		return len(p), nil
	})
	answer := func(yield func(contract.Exchange, error) bool) {
		for i := range answers {
			text := []byte(fmt.Sprint(i) + string(noise))
			if !yield(contract.Exchange{Status: 200, ResponseBody: contract.Body{Text: text, Size: len(text)}}, nil) {
				return
			}
		}
	}
	err := report.HTMLWithin(out, &report.Run{Report: passed(), Exchanges: answer}, bound)
	if err != nil || size > 2*bound || size < bound || largest > 1<<17 {
		t.Errorf("%d bytes, at most %d at once, %v", size, largest, err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// readHTML counts what the page's script reads, and holds it together with what is seen without it.
func readHTML(t *testing.T, data []byte) said {
	t.Helper()
	var n said
	for _, line := range blocksOf(t, string(data), "report")[1:] {
		var f contract.Result
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		n.notes += len(f.Notes)
		for _, v := range f.Violations {
			if v.Known {
				n.known++
			} else {
				n.violations++
			}
		}
		if f.Source == "run" && f.Outcome == contract.Passed { // which only carries notes
			continue
		}
		n.fixtures++
		*map[contract.Outcome]*int{contract.Passed: &n.passed, contract.Failed: &n.failed, contract.Errored: &n.errored,
			contract.Skipped: &n.skipped}[f.Outcome]++
	}
	if seen := readCounts(t, data); seen != n {
		t.Errorf("without scripts the page says %+v, and %+v with them", seen, n)
	}
	return n
}
