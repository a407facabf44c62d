package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// headingKey is the annotation of a flag that has the heading below which help shows it.
const headingKey = "agentmock_heading"

// flagGroup is flags that help shows below one heading.
type flagGroup struct {
	heading string
	flags   *pflag.FlagSet
}

// groupFlags gives the flags that a command has got since the last call a heading in its help, where groups and flags
// stand in the order in which they were registered.
func groupFlags(cmd *cobra.Command, heading string) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Annotations[headingKey] == nil {
			_ = flags.SetAnnotation(f.Name, headingKey, []string{heading}) // it fails only if the flag does not exist
		}
	})
	cmd.SetUsageFunc(groupedUsage)
}

// flagGroups returns the flags of a command by their headings. Those without one, such as --help, are in the last
// group; where nothing has a heading, that is the only one, and has none.
func flagGroups(cmd *cobra.Command) []flagGroup {
	var groups []flagGroup
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		var heading string
		if named := f.Annotations[headingKey]; named != nil {
			heading = named[0]
		}
		if last := len(groups) - 1; last < 0 || heading != "" && groups[last].heading != heading {
			groups = append(groups, flagGroup{heading, pflag.NewFlagSet(heading, pflag.ContinueOnError)})
			groups[last+1].flags.SortFlags = false
		}
		groups[len(groups)-1].flags.AddFlag(f)
	})
	return groups
}

// groupedUsage prints what cobra prints of a command without sub-commands, with the flags in groups.
func groupedUsage(cmd *cobra.Command) error {
	w := cmd.OutOrStderr()
	fmt.Fprintf(w, "Usage:\n  %s\n\nExamples:\n%s\n", cmd.UseLine(), cmd.Example)
	for _, g := range flagGroups(cmd) {
		fmt.Fprintf(w, "\n%s:\n%s", g.heading, g.flags.FlagUsages())
	}
	fmt.Fprintf(w, "\nOf every command:\n%s", cmd.InheritedFlags().FlagUsages())
	return nil
}
