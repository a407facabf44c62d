package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// The limits of services, in bytes: a comment of GitHub has at most 65,536 characters, the summary of a step
// 1 MiB.
const (
	maxComment = 65536
	maxSummary = 1 << 20
)

// Markdown writes a report for a comment on a pull request: the verdict, the numbers, a table of what is broken,
// and what is behind it, folded. It has at most 65,536 bytes, and says what it leaves out. All that comes from
// elsewhere is code, in which neither HTML nor Markdown, mentions or links mean anything. It begins with a comment
// of HTML, by which a program finds the comment to replace. The error is the writer's.
func Markdown(w io.Writer, run *Run) error { return writeMarkdown(w, run, maxComment) }

// StepSummary writes what Markdown does, in as much as the summary of a step of GitHub Actions may have: 1 MiB
// with the bytes that it has already. The error is the writer's.
func StepSummary(w io.Writer, run *Run, already int64) error {
	if already > 0 {
		w = &later{w: w}
	}
	return writeMarkdown(w, run, int(max(0, maxSummary-1-already)))
}

// later begins what is written with an empty line, as Markdown wants it behind other text.
type later struct{ w io.Writer }

func (l *later) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := io.WriteString(l.w, "\n"); err != nil {
		return 0, err
	}
	return l.w.Write(p)
}

func writeMarkdown(w io.Writer, run *Run, limit int) error {
	r := run.Report
	m := &markdown{limit: limit - reserve}
	m.head(r)
	all := defects(r)
	split := [3][]*defect{}
	for _, d := range all {
		split[d.severity] = append(split[d.severity], d)
	}
	m.table("Violations", split[broken])
	m.details(run, split[broken])
	m.reasons("Without a verdict", reasonsOf(r, contract.Errored))
	m.fold("Accepted violations", lines(split[accepted]))
	m.coverage(r)
	m.fold("Remarks", quoted(remarks(r)))
	m.fold("Notes: not forbidden by the document, but worth knowing", lines(split[noted]))
	m.reasons("Skipped", reasonsOf(r, contract.Skipped))
	if len(m.left) > 0 && limit >= reserve {
		m.out.WriteString("_Left out, for want of room:_ " + strings.Join(m.left, "; ") +
			". The JSON report has everything.\n")
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

// reserve is kept for what says what was left out, and for the ends of sections.
const reserve = 2048

// markdown collects Markdown up to a limit.
type markdown struct {
	out   strings.Builder
	limit int
	left  []string // what was left out
}

// write appends a block if there is room for it.
func (m *markdown) write(block string) bool {
	if m.out.Len()+len(block) > m.limit {
		return false
	}
	m.out.WriteString(block)
	return true
}

func (m *markdown) head(r *contract.Report) {
	says, _ := verdict(r)
	s := r.Summary
	m.write(fmt.Sprintf("<!-- agentmock verify -->\n### Contract: %s %s %s\n\n", code(r.Target.BaseURL, maxTitle), says,
		code(document(r), maxTitle)))
	m.write("| fixtures | passed | failed | errored | skipped | violations | known | notes | requests | time |\n" +
		"|---|---|---|---|---|---|---|---|---|---|\n" +
		fmt.Sprintf("| %d | %d | %d | %d | %d | %d | %d | %d | %d | %s |\n\n", s.Fixtures, s.Passed, s.Failed,
			s.Errored, s.Skipped, s.Violations, s.Known, s.Notes, s.Requests, lasted(r)))
	if reason := early(r); reason != "" {
		m.write("**The run did not reach its end:** " + code(reason, maxMessage) + "\n\n")
	}
}

// maxRow bounds what a row of a table says of one thing, in bytes.
const maxRow = 300

// table lists violations, in at most half of the room.
func (m *markdown) table(title string, list []*defect) {
	const head = "| | rule | operation | what | fixtures |\n|---|---|---|---|---|\n"
	if len(list) == 0 || !m.write("#### "+title+"\n\n"+head) {
		return
	}
	for i, d := range list {
		row := fmt.Sprintf("| %d | %s | %s | %s | %d |\n", i+1, cell(d.rule()), cell(d.finding.Request),
			cell(d.finding.Message), len(d.fixtures))
		if m.out.Len() > m.limit/2 || !m.write(row) {
			m.left = append(m.left, plural(len(list)-i, "row")+" of the table")
			break
		}
	}
	m.out.WriteString("\n")
}

// details shows of each violation what was expected and found, and how to repeat it.
func (m *markdown) details(run *Run, list []*defect) {
	for i, d := range list {
		f := &d.finding
		var b strings.Builder
		fmt.Fprintf(&b, "<details><summary>%d. <code>%s</code></summary>\n\n%s\n\n", i+1, htmlText(d.rule()),
			code(d.message(), maxMessage+maxRow))
		if f.Expected != nil || f.Actual != nil {
			fmt.Fprintf(&b, "- expected %s\n- found %s\n", code(value(f.Expected), 2*maxRow),
				code(value(f.Actual), 2*maxRow))
		}
		for _, p := range run.places(&d.group) {
			fmt.Fprintf(&b, "- at %s\n", code(fmt.Sprintf("%s:%d", p.path, p.line), maxRow*2))
		}
		if f.Answer != "" {
			fmt.Fprintf(&b, "- the answer %d\n\n%s", f.Status, fence(truncate(strings.TrimSpace(f.Answer), maxValue)))
		}
		if f.Curl != "" {
			b.WriteString("\n" + fence(bounded(f.Curl, maxTrace/4)))
		}
		if id := d.fixtures[0].Repeat; run.Command != "" && id != "" {
			b.WriteString("\n" + fence(run.Command+" --filter "+id))
		}
		b.WriteString("\n</details>\n\n")
		if !m.write(b.String()) {
			m.left = append(m.left, "the details of "+plural(len(list)-i, "violation"))
			return
		}
	}
}

// fold shows a list that is folded.
func (m *markdown) fold(title string, items []string) {
	if len(items) == 0 {
		return
	}
	if !m.write(fmt.Sprintf("<details><summary>%s (%d)</summary>\n\n", title, len(items))) {
		m.left = append(m.left, fmt.Sprintf("%s (%d)", strings.ToLower(title[:1])+title[1:], len(items)))
		return
	}
	for i, item := range items {
		if !m.write("- " + item + "\n") {
			m.left = append(m.left, fmt.Sprintf("%s (%d of %d)", strings.ToLower(title[:1])+title[1:], len(items)-i,
				len(items)))
			break
		}
	}
	m.out.WriteString("\n</details>\n\n")
}

func (m *markdown) reasons(title string, list []reasonGroup) {
	var items []string
	for i := range list {
		items = append(items, code(list[i].line(), maxMessage))
	}
	m.fold(title, items)
}

func (m *markdown) coverage(r *contract.Report) {
	if r.Coverage == nil || r.Coverage.Total == 0 {
		return
	}
	var kinds []string
	for _, k := range r.Coverage.Kinds {
		kinds = append(kinds, fmt.Sprintf("%s %s %% of %d", kindName(k.Kind), decimal(k.Percent), k.Total))
	}
	m.fold("Coverage: "+decimal(r.Coverage.Percent)+" %", kinds)
}

func lines(list []*defect) []string {
	var items []string
	for _, d := range list {
		items = append(items, code(d.rule(), maxRow)+": "+code(d.message(), maxMessage+maxRow))
	}
	return items
}

func quoted(list []string) []string {
	var items []string
	for _, l := range list {
		items = append(items, code(l, maxMessage))
	}
	return items
}

// code returns a text as an inline code span (CommonMark 0.31 §6.1), cut to a number of bytes.
func code(s string, limit int) string {
	s = bounded(oneLine(s), limit)
	if s == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestRun(s)+1)
	return ticks + " " + s + " " + ticks // the blanks do not count, and keep backticks apart
}

// cell returns a text as code in a cell of a table, which ends at a bar even there.
func cell(s string) string { return code(strings.ReplaceAll(s, "|", "¦"), maxRow) }

// fence returns a text as a block of code.
func fence(s string) string {
	s = strings.TrimRight(untrusted.Text(s), "\n")
	ticks := strings.Repeat("`", max(3, longestRun(s)+1))
	return ticks + "text\n" + s + "\n" + ticks + "\n"
}

// longestRun returns how many backticks a text has in a row.
func longestRun(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// htmlText returns a text as it stands in HTML.
func htmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(oneLine(s))
}
