package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// enumFlag is a flag whose value is one of a few words.
type enumFlag struct {
	value   string
	allowed []string
}

// enumVar registers a flag that takes one of a few words, the first of which is the default.
func enumVar(cmd *cobra.Command, f *enumFlag, name, usage string, allowed ...string) {
	f.value, f.allowed = allowed[0], allowed
	cmd.Flags().Var(f, name, usage)
	// It fails only if the flag does not exist.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(allowed, cobra.ShellCompDirectiveNoFileComp))
}

func (f *enumFlag) Set(text string) error {
	if !slices.Contains(f.allowed, text) {
		return fmt.Errorf("not one of %s%s", strings.Join(f.allowed, ", "), didYouMean(text, f.allowed, ""))
	}
	f.value = text
	return nil
}

func (f *enumFlag) String() string { return f.value }

// Type implements pflag.Value: help texts show the allowed words.
func (f *enumFlag) Type() string { return strings.Join(f.allowed, "|") }
