package report

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/agentmock/agentmock/contract"
)

//go:embed html
var htmlFiles embed.FS

// htmlScripts are the files of the page's script, in the order in which they run, in one scope.
var htmlScripts = []string{"dom.js", "data.js", "json.js", "exchange.js", "finding.js", "causes.js", "overview.js",
	"map.js", "latency.js", "coverage.js", "filter.js", "fixtures.js", "app.js"}

// HTML writes a report as one page for people who would rather look, which needs no network: the outcome, the
// causes as the text has them, where violations are, latency, coverage, and every fixture with its exchanges. What
// a reader looks at is compressed in the page and read on demand (see htmlBlocks), so that the page opens at once
// with thousands of fixtures, and so that writing it takes no more memory than one exchange and a number or two for
// each of them.
//
// The beginning of each body is in the page, 64 KiB at most, and less of those that come after 48 MiB; the archive,
// HAR, has more. The summary stands in the page as JSON, in the element agentmock-summary. The error is the
// writer's, or that of the exchanges.
func HTML(w io.Writer, run *Run) error { return htmlWithin(w, run, htmlFull) }

// htmlWithin writes the page with whole bodies as long as its blocks have no more bytes than full.
func htmlWithin(w io.Writer, run *Run, full int) error {
	page, err := newHTMLPage(run.Report)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := page.template.ExecuteTemplate(out, "head", page); err != nil {
		return err
	}
	blocks := &htmlBlocks{w: out, full: full}
	if err := blocks.report(run); err != nil {
		return err
	}
	if run.Exchanges != nil {
		if err := blocks.exchanges(run); err != nil {
			return err
		}
	}
	if err := page.template.ExecuteTemplate(out, "foot", page); err != nil {
		return err
	}
	return out.Flush()
}

// htmlPage is what stands in the page without being compressed: all that is seen without scripts.
type htmlPage struct {
	template *template.Template

	Policy, Title, Document string
	Verdict, Kind, Counts   string
	Style                   template.CSS
	Theme, Script           template.JS
	Summary                 template.JS // JSON in which nothing ends the element
}

func newHTMLPage(r *contract.Report) (*htmlPage, error) {
	p := &htmlPage{Document: document(r), Counts: counts(r)}
	says, paint := verdict(r)
	p.Verdict = oneLine(cmp.Or(r.Target.BaseURL, "The target") + " " + says + " " + p.Document)
	p.Kind = map[colour]string{red: "bad", yellow: "warn", green: "ok"}[paint]
	p.Title = oneLine(htmlOutcome(r) + " · " + cmp.Or(r.Document.Title, r.Target.BaseURL) + " · agentmock")
	source, err := htmlFiles.ReadFile("html/page.html")
	if err == nil {
		p.template, err = template.New("").Parse(string(source))
	}
	if err != nil {
		return nil, err
	}
	script, err := htmlScript(htmlScripts...)
	if err != nil {
		return nil, err
	}
	theme, err := htmlFiles.ReadFile("html/theme.js")
	if err != nil {
		return nil, err
	}
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		return nil, err
	}
	summary, err := json.Marshal(r.Summary) // which escapes what would end the element
	if err != nil {
		return nil, err
	}
	p.Script, p.Theme, p.Style, p.Summary = template.JS(script), template.JS(theme), template.CSS(style),
		template.JS(summary)
	p.Policy = htmlPolicy(script, string(theme), string(style))
	return p, nil
}

// htmlScript joins files to one script, which has its names to itself.
func htmlScript(names ...string) (string, error) {
	var script strings.Builder
	script.WriteString("\"use strict\";\n(() => {\n")
	for _, name := range names {
		content, err := htmlFiles.ReadFile("html/" + name)
		if err != nil {
			return "", err
		}
		script.Write(bytes.TrimSpace(content))
		script.WriteString("\n\n")
	}
	script.WriteString("})();\n")
	return script.String(), nil
}

// htmlPolicy returns the Content-Security-Policy of the page: nothing comes from elsewhere, nothing runs but
// the two scripts, and no text becomes markup.
func htmlPolicy(script, theme, style string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return fmt.Sprintf("default-src 'none'; script-src %s %s; style-src %s; base-uri 'none'; form-action 'none'; "+
		"require-trusted-types-for 'script'; trusted-types 'none'", hash(theme), hash(script), hash(style))
}

// htmlOutcome returns the outcome in a word or two, for tabs.
func htmlOutcome(r *contract.Report) string {
	switch {
	case r.Unreachable != "":
		return "Unreachable"
	case r.Summary.Failed > 0:
		return fmt.Sprintf("%d failed", r.Summary.Failed)
	case r.Summary.Errored > 0:
		return fmt.Sprintf("%d errored", r.Summary.Errored)
	case r.Interrupted:
		return "Interrupted"
	}
	return fmt.Sprintf("%d passed", r.Summary.Passed)
}

// htmlTime returns a time as the page reckons: in milliseconds, to the microsecond.
func htmlTime(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
