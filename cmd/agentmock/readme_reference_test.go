package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// testReference checks, or with -update writes, the generated section of the page, where it has
// one.
func (p *page) testReference(t *testing.T) {
	t.Helper()
	switch p.path {
	case "cmd/agentmock/README.md":
		p.section(t, "commands", commandReference())
	case "openapi/README.md":
		p.section(t, "rules", ruleTable("violated by", openapi.Rules()))
	case "mockserver/README.md":
		p.section(t, "rules", ruleTable("violated by", mockserver.Rules()))
	case "contract/README.md":
		var checks []openapi.Rule
		for _, check := range contract.Checks() {
			checks = append(checks, openapi.Rule(check))
		}
		p.section(t, "rules", ruleTable("what must hold", checks))
		p.section(t, "formats", formatTable())
	}
}

// ruleTable returns rules as a Markdown table. The heading says how their summaries are meant.
func ruleTable(heading string, rules []openapi.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| rule | %s |\n|---|---|\n", heading)
	for _, rule := range rules {
		fmt.Fprintf(&b, "| `%s` | %s |\n", rule.ID, cell(strings.TrimSuffix(rule.Summary, ".")))
	}
	b.WriteString("\n")
	return b.String()
}

// formatTable returns the formats of reports as a Markdown table.
func formatTable() string {
	var b strings.Builder
	b.WriteString("\n| format | is |\n|---|---|\n")
	for _, f := range report.Formats() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Name, cell(f.Summary))
	}
	b.WriteString("\n")
	return b.String()
}

// commandReference returns a section for each command, with its flags.
func commandReference() string {
	var b strings.Builder
	root := newRootCommand(testEnv())
	b.WriteString("\n### Flags of every command\n\n| flag | default | |\n|---|---|---|\n" +
		flagRows(root.PersistentFlags()))
	for _, cmd := range walkCommands(root) {
		if !cmd.Runnable() || cmd.HasSubCommands() {
			continue
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s.\n", strings.TrimSuffix(cmd.UseLine(), " [flags]"), cmd.Short)
		for _, group := range flagGroups(cmd) {
			rows := flagRows(group.flags)
			if rows == "" {
				continue
			}
			if group.heading != "" {
				b.WriteString("\n" + group.heading + ":\n")
			}
			b.WriteString("\n| flag | default | |\n|---|---|---|\n" + rows)
		}
	}
	b.WriteString("\n")
	return b.String()
}

// flagRows returns the rows of flags.
func flagRows(flags *pflag.FlagSet) string {
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		if value != "" && !strings.Contains(value, "|") {
			value = strings.ToUpper(value)
		}
		preset := f.DefValue
		switch preset {
		case "[]", "false", "0s", "":
			preset = ""
		default:
			preset = "`" + strings.Trim(preset, "[]") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", cell(strings.TrimSpace("--"+f.Name+" "+value)), cell(preset),
			cell(usage))
	})
	return b.String()
}

// cell escapes a text for a cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
