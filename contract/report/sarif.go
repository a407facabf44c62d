package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// Bounds of a log. Code scanning at GitHub refuses a run with more than 25,000 results, 20 tags of a rule, or
// 10 MB when it is compressed, and shows the first 5,000 results. By these, the messages of all results, which
// are most of what does not compress, take less than 8 MB.
const (
	maxResults       = 5000
	maxNotifications = 100
)

// sourceRoot is the usual name of the directory that paths are relative to, which services set.
const sourceRoot = "%SRCROOT%"

// SARIF writes a report as a SARIF 2.1.0 log: a result for each defect, at the line of the document that has the
// rule. Its fingerprint is the same in each run; accepted ones are suppressed. What is no result, such as
// fixtures without a verdict, is a notification of the invocation. The error is the writer's.
func SARIF(w io.Writer, run *Run) error {
	r := run.Report
	log := sarif.NewRun().WithColumnKind("unicodeCodePoints")
	log.Tool = sarif.NewTool().WithDriver(sarif.NewToolComponent().WithName("agentmock"))
	if version := untrusted.Text(r.Tool.Version); version != "" {
		log.Tool.Driver.WithVersion(version)
	}
	log.OriginalUriBaseIds = map[string]sarif.ArtifactLocation{sourceRoot: *sarif.NewArtifactLocation().
		WithDescription(plain("the root of the repository"))}
	log.WithAutomationDetails(sarif.NewRunAutomationDetails().WithID(automation(r)))
	all := defects(r)
	rules := rulesOf(all)
	log.Tool.Driver.WithRules(rules.list)
	for _, d := range all[:min(len(all), maxResults)] {
		log.AddResult(resultOf(run, d, rules))
	}
	log.AddInvocation(invocationOf(run, all[len(log.Results):]))
	log.WithProperties(sarif.NewPropertyBag().Add("summary", r.Summary).Add("document", map[string]string{
		"title": untrusted.Text(r.Document.Title), "version": untrusted.Text(r.Document.Version),
		"sha256": r.Document.SHA256}).Add("target", untrusted.Text(r.Target.BaseURL)))
	var out bytes.Buffer
	if err := sarif.NewReport().AddRun(log).PrettyWrite(&out); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err := w.Write(untrusted.JSON(out.Bytes()))
	return err
}

// automation returns the category of a run: results of a later run take the place of those of one with the same.
func automation(r *contract.Report) string {
	if r.Shard != nil {
		return fmt.Sprintf("agentmock/verify/shard-%d-of-%d/", r.Shard.Index, r.Shard.Of)
	}
	return "agentmock/verify/"
}

// plain returns a message in which nothing is a link, which is what [text](target) is in a message of SARIF.
func plain(s string) *sarif.Message {
	return sarif.NewTextMessage(strings.ReplaceAll(s, "](", "] ("))
}

func resultOf(run *Run, d *defect, rules ruleSet) *sarif.Result {
	result := sarif.NewRuleResult(d.rule()).WithRuleIndex(rules.index[d.rule()]).WithLevel(sarif.LevelError).
		WithMessage(plain(d.message())).WithOccurrenceCount(d.times)
	if d.severity == noted {
		result.WithLevel(sarif.LevelNote)
	}
	places := run.places(&d.group)
	where := locationOf(places[0])
	if d.finding.Request != "" { // which is the same wherever the document is
		where.AddLogicalLocation(sarif.NewLogicalLocation().WithKind("function").
			WithFullyQualifiedName(untrusted.Text(d.finding.Request)))
	}
	result.AddLocation(where)
	for i, p := range places[1:] {
		result.AddRelatedLocation(locationOf(p).WithID(i + 1).WithMessage(plain(p.what)))
	}
	name := d.fingerprint()
	// The second is the one by which GitHub follows a result; by default it is one of the line's text.
	result.WithPartialFingerprints(map[string]string{"agentmock/v1": name, "primaryLocationLineHash": name + ":1"})
	if d.severity == accepted {
		result.AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").
			WithJustification(bounded(untrusted.Text(d.finding.Reason), maxMessage)))
	}
	properties := sarif.NewPropertyBag().Add("fixtures", len(d.fixtures)).
		Add("where", untrusted.Text(d.finding.Place()))
	if d.finding.Cause != "" {
		properties.Add("cause", d.finding.Cause).Add("consequence", d.finding.Consequence)
	}
	if id := d.fixtures[0].Repeat; run.Command != "" && id != "" {
		properties.Add("repeat", untrusted.Text(run.Command+" --filter "+id))
	}
	return result.WithProperties(properties)
}

func locationOf(p place) *sarif.Location {
	artifact := sarif.NewArtifactLocation().WithURI(p.uri())
	if p.inside {
		artifact.WithURIBaseID(sourceRoot)
	}
	region := sarif.NewRegion().WithStartLine(p.line)
	if p.column > 0 {
		region.WithStartColumn(p.column)
	}
	return sarif.NewLocation().WithPhysicalLocation(
		sarif.NewPhysicalLocation().WithArtifactLocation(artifact).WithRegion(region))
}

// invocationOf says how the run went, and what is not among the results.
func invocationOf(run *Run, rest []*defect) *sarif.Invocation {
	r := run.Report
	i := sarif.NewInvocation().WithExecutionSuccessful(early(r) == "")
	if run.Command != "" {
		i.WithCommandLine(untrusted.Text(run.Command))
	}
	if !r.StartedAt.IsZero() {
		i.WithStartTimeUtc(moment(r.StartedAt))
		i.WithEndTimeUtc(moment(r.StartedAt.Add(time.Duration(r.DurationMS) * time.Millisecond)))
	}
	notify := func(level, message string) {
		if len(i.ToolExecutionNotifications) < maxNotifications {
			i.AddToolExecutionNotification(sarif.NewNotification().WithLevel(level).
				WithMessage(plain(bounded(untrusted.Text(message), maxMessage))))
		}
	}
	if reason := early(r); reason != "" {
		notify(sarif.LevelError, reason)
	}
	if len(rest) > 0 {
		notify(sarif.LevelWarning, fmt.Sprintf("%s of %d are left out, those that matter least; the JSON report "+
			"has them", plural(len(rest), "result"), len(rest)+maxResults))
	}
	for _, g := range reasonsOf(r, contract.Errored) {
		notify(sarif.LevelError, "no verdict: "+g.line())
	}
	for _, line := range remarks(r) {
		notify(sarif.LevelWarning, line)
	}
	for _, g := range reasonsOf(r, contract.Skipped) {
		notify(sarif.LevelNote, "skipped: "+g.line())
	}
	return i
}

// moment returns a time as SARIF has it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// ruleSet is the rules of a log, by their ids.
type ruleSet struct {
	list  []*sarif.ReportingDescriptor
	index map[string]int
}

// rulesOf returns the rules: all checks, and what else occurs, sorted by id.
func rulesOf(all []*defect) ruleSet {
	set := ruleSet{index: map[string]int{}}
	seen := map[string]bool{}
	add := func(id, check, rule string) {
		if !seen[id] {
			seen[id] = true
			set.list = append(set.list, descriptor(id, check, rule))
		}
	}
	for _, c := range contract.Checks() {
		add(c.ID, c.ID, c.ID)
	}
	for _, d := range all[:min(len(all), maxResults)] {
		add(d.rule(), d.finding.Check, d.finding.Rule)
	}
	slices.SortFunc(set.list, func(a, b *sarif.ReportingDescriptor) int { return cmp.Compare(*a.ID, *b.ID) })
	for i, rule := range set.list {
		set.index[*rule.ID] = i
	}
	return set
}

func descriptor(id, check, rule string) *sarif.ReportingDescriptor {
	holds, means := checkSummary(check), ruleSummary(rule)
	short, full, help := holds, holds, fmt.Sprintf("**`%s`**: %s\n", check, holds)
	if rule != check && means != "" {
		short, full = means, holds+" Here: "+means+"."
		help += fmt.Sprintf("\n**`%s`**: %s.\n", rule, means)
	}
	help += "\nThe location is where the document has the rule; the message says what was found instead, and in " +
		"which fixtures. `agentmock verify --filter FIXTURE` repeats one of them.\n"
	message := func(s string) *sarif.MultiformatMessageString {
		return sarif.NewMultiformatMessageString().WithText(s)
	}
	return sarif.NewRule(id).WithName(id).WithShortDescription(message(short)).WithFullDescription(message(full)).
		WithHelp(message(strings.NewReplacer("**", "", "`", "").Replace(help)).WithMarkdown(help)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarif.LevelError)).
		WithProperties(sarif.NewPropertyBag().WithTags([]string{"contract"}))
}
