package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

const readmeAddr = "127.0.0.1:4010"

// testCurl pastes every curl line of the page into a shell, with the address of a mock in place of
// the default one, and returns how many there are. A block "json STATUS" that follows is compared
// with the answer, and may be abridged (see abridge); without one, the answer must be a success.
func (p *page) testCurl(t *testing.T) (sent int) {
	t.Helper()
	if !slices.ContainsFunc(p.blocks("sh"), isCurl) {
		return 0
	}
	if !canPaste() {
		t.Log("SKIPPED: the curl lines, because there is no sh or no curl in the PATH")
		return 0
	}
	mock := startServe(t)
	id, _ := firstAgent(t, mock.url)
	p.setID(t, id)
	for i := range p.blocks("") {
		blocks := p.blocks("") // again: an update moves those that follow
		if !isCurl(blocks[i]) {
			continue
		}
		sent++
		status, body := paste(t, strings.ReplaceAll(blocks[i].text, "http://"+readmeAddr, mock.url))
		if i+1 < len(blocks) && strings.HasPrefix(blocks[i+1].info, "json ") {
			p.compare(t, blocks[i+1], status, strings.ReplaceAll(body, mock.url, "http://"+readmeAddr))
		} else if status >= http.StatusBadRequest {
			t.Errorf("answered %d:\n%s\n%s", status, blocks[i].text, body)
		}
	}
	return sent
}

// canPaste reports whether this machine has a shell and curl.
func canPaste() bool {
	_, noShell := exec.LookPath("sh")
	_, noCurl := exec.LookPath("curl")
	return noShell == nil && noCurl == nil
}

// isCurl reports whether a block is a command line of curl.
func isCurl(b block) bool { return b.info == "sh" && strings.HasPrefix(b.text, "curl ") }

// compare wants a block to be the answer, or with -update makes it so.
func (p *page) compare(t *testing.T, b block, status int, body string) {
	t.Helper()
	got, err := jsonvalue.Parse([]byte(body), jsonvalue.Limits{})
	if err != nil {
		t.Fatalf("the answer is not JSON: %v\n%s", err, body)
	}
	info, answer := fmt.Sprintf("json %d", status), got
	want, err := jsonvalue.Parse([]byte(b.text), jsonvalue.Limits{})
	if err == nil && b.info == info {
		answer = abridge(want, got)
	}
	switch {
	case b.info == info && jsonvalue.Equal(answer, want):
	case *update:
		p.text = p.text[:b.start-len("```"+b.info+"\n")] + "```" + info + "\n" +
			string(jsonvalue.MarshalIndent(answer)) + "\n" + p.text[b.end:]
	default:
		t.Errorf("%s shows another answer (%s) than the mock's (%s; make readme):\n--- %[1]s\n%s--- mock\n%s", p.path,
			b.info, info, b.text, jsonvalue.MarshalIndent(answer))
	}
}

// dots stand for what a page leaves out: a member or a last item of this name, and any text within
// a string.
const dots = "…"

// abridge returns the answer got as a page shows it that shows want: what want leaves out is left
// out, and what differs from run to run (times, tokens, lines of the document) is as in want.
func abridge(want, got any) any {
	switch g := got.(type) {
	case *jsonvalue.Object:
		if w, ok := want.(*jsonvalue.Object); ok {
			return abridgeObject(w, g)
		}
	case []any:
		if w, ok := want.([]any); ok {
			return abridgeList(w, g)
		}
	case string:
		if w, ok := want.(string); ok && sameText(w, g) {
			return want
		}
	}
	return got
}

func abridgeObject(want, got *jsonvalue.Object) any {
	out := &jsonvalue.Object{}
	_, open := want.Get(dots)
	_, isPosition := got.Get("file")
	for _, m := range got.Members {
		shown, ok := want.Get(m.Name)
		switch {
		case !ok && open:
			continue
		case ok && isPosition && slices.Contains([]string{"line", "column"}, m.Name):
			out.Set(m.Name, shown) // a line added elsewhere in the document changes no answer
		default:
			out.Set(m.Name, abridge(shown, m.Value))
		}
	}
	if open {
		out.Set(dots, dots)
	}
	return out
}

func abridgeList(want, got []any) any {
	out := []any{}
	open := len(want) > 0 && want[len(want)-1] == dots
	for i, item := range got {
		switch {
		case open && i >= len(want)-1:
			return append(out, dots)
		case i < len(want):
			out = append(out, abridge(want[i], item))
		default:
			out = append(out, item)
		}
	}
	return out
}

var (
	madeTime  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]+Z$`)
	madeToken = regexp.MustCompile(`^enc_`)
	objectID  = regexp.MustCompile(`\b[0-9a-f]{24}\b`)
)

// sameText reports whether a string of an answer is as a page shows it.
func sameText(want, got string) bool {
	for _, made := range []*regexp.Regexp{madeTime, madeToken} {
		if made.MatchString(want) && made.MatchString(got) {
			return true
		}
	}
	parts := strings.Split(want, dots)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile("(?s)^" + strings.Join(parts, ".*") + "$").MatchString(got)
}

func TestAbridge(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ want, got, out string }{
		{`{"a": 1, "…": "…"}`, `{"b": 2, "a": 1}`, `{"a":1,"…":"…"}`},
		{`{"a": 1, "…": "…"}`, `{"b": 2, "a": 3}`, `{"a":3,"…":"…"}`},
		{`{"a": 1}`, `{"a": 1, "b": 2}`, `{"a":1,"b":2}`},
		{`{"a": 1, "b": 2}`, `{"a": 1}`, `{"a":1}`},
		{`["x", "…"]`, `["x", "y", "z"]`, `["x","…"]`},
		{`["x", "…"]`, `["x"]`, `["x"]`},
		{`"one… three"`, `"one, two, three"`, `"one… three"`},
		{`"one … four"`, `"one, two, three"`, `"one, two, three"`},
		{`{"at": "2026-01-01T00:00:00Z"}`, `{"at": "2027-02-02T00:00:00.5Z"}`, `{"at":"2026-01-01T00:00:00Z"}`},
		{`{"file": "f", "line": 1}`, `{"file": "f", "line": 2}`, `{"file":"f","line":1}`},
		{`{"line": 1}`, `{"line": 2}`, `{"line":2}`},
		{`1`, `"text"`, `"text"`},
	} {
		want, err := jsonvalue.Parse([]byte(row.want), jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := jsonvalue.Parse([]byte(row.got), jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if out := string(jsonvalue.Marshal(abridge(want, got))); out != row.out {
			t.Errorf("a page with %s shows the answer %s as %s, want %s", row.want, row.got, out, row.out)
		}
	}
}

// setID checks that the agent of the page's URLs exists at start, or with -update puts in one that
// does.
func (p *page) setID(t *testing.T, id string) {
	t.Helper()
	inURLs := regexp.MustCompile(`agents/[0-9a-f]{24}`).FindAllString(p.text, -1)
	for _, old := range slices.Compact(objectID.FindAllString(strings.Join(inURLs, " "), -1)) {
		if old == id {
			continue
		}
		if !*update {
			t.Errorf("%s speaks of agent %s; the first one is %s (make readme)", p.path, old, id)
		}
		p.text = strings.ReplaceAll(p.text, old, id)
	}
}

// paste runs a command line in a shell whose curl also prints the status.
func paste(t *testing.T, script string) (status int, body string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), readyLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", "curl() { command curl -sS -w '\\n%{http_code}' \"$@\"; }\n"+script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	end := bytes.LastIndexByte(out, '\n')
	status, err = strconv.Atoi(string(out[end+1:]))
	if err != nil {
		t.Fatalf("%s: no status\n%s", script, out)
	}
	return status, string(out[:end])
}
