package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/coverage"
	"github.com/agentmock/agentmock/contract/known"
	"github.com/agentmock/agentmock/internal/source"
)

func newReportCommand(e env) *cobra.Command {
	return newGroupCommand("report", "Put reports of verify together, or write them in another format",
		newReportMergeCommand(e))
}

// mergeFlags holds the flags of report merge.
type mergeFlags struct {
	reports, coverage []string
	judge             judgeFlags
}

func newReportMergeCommand(e env) *cobra.Command {
	var f mergeFlags
	cmd := &cobra.Command{
		Use:   "merge FILE|-...",
		Short: "Make the report of a whole run of those of its shards, or write one in other formats",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes the JSON reports to merge, such as shard-1.json shard-2.json",
					cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, files []string) error { return mergeReports(cmd, e, &f, files) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.reports, "report", nil,
		"report `format[=file]`, to a file or to standard output: "+strings.Join(formatNames(), ", ")+
			" (repeatable; default: text)")
	flags.StringArrayVar(&f.coverage, "min-coverage", nil, "`percent` of what requests can exercise of the document "+
		"that the runs have to exercise together at least, or kind=percent (repeatable)")
	f.judge.register(cmd)
	return cmd
}

func mergeReports(cmd *cobra.Command, e env, f *mergeFlags, files []string) error {
	var minima []coverage.Minimum
	for _, text := range f.coverage {
		minimum, err := coverage.ParseMinimum(text)
		if err != nil {
			return usagef("--min-coverage %s: %w", text, err)
		}
		minima = append(minima, minimum)
	}
	var list []*contract.Report
	for _, name := range files {
		data, err := readReport(e, name)
		if err != nil {
			return unreadable("report", name, err)
		}
		r, err := contract.ReadReport(data)
		if err != nil {
			return usagef("%s: %w", documentName(name), err)
		}
		list = append(list, r)
	}
	merged := list[0]
	if len(list) > 1 || merged.Shard != nil {
		var err error
		if merged, err = contract.Merge(list...); err != nil {
			return usagef("%s: %w", strings.Join(files, ", "), err)
		}
	}
	if err := f.judge.open(cmd.Context()); err != nil {
		return err
	}
	defer f.judge.discard()
	outputs, err := openReports(e, f.reports, "")
	if err != nil {
		return err
	}
	defer outputs.discard()
	merged.RequireCoverage(minima...)
	if err := f.judge.apply(e, merged, known.Selected); err != nil {
		return err
	}
	if err := outputs.write(merged); err != nil {
		return usagef("cannot write the report: %w", err)
	}
	return f.judge.verdict(cmd.Context(), merged)
}

// readReport returns the bytes of a report in a file; - is standard input.
func readReport(e env, name string) ([]byte, error) {
	if name == "-" {
		return source.ReadAll(name, e.stdin, maxReport)
	}
	return source.ReadFile(name, maxReport)
}

// parseShard returns the index and the number of shards that a text such as 1/3 names; "" is all.
func parseShard(text string) (index, of int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	first, second, both := strings.Cut(text, "/")
	index, bad := strconv.Atoi(first)
	of, worse := strconv.Atoi(second)
	if !both || bad != nil || worse != nil || index < 1 || of < index || of > maxShards {
		return 0, 0, usagef("--shard %s is no part such as 2/3: the part, from 1, of up to %d", text, maxShards)
	}
	return index, of, nil
}

// maxShards is the greatest number of parts of a run.
const maxShards = 1000
