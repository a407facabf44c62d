package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// choice is a flag's value: one of a few words.
type choice struct {
	value   string
	allowed []string
}

// choiceVar registers a flag that takes one of a few words, the first of which is its default.
func choiceVar(cmd *cobra.Command, c *choice, name, usage string, allowed ...string) {
	c.value, c.allowed = allowed[0], allowed
	cmd.Flags().Var(c, name, usage)
	// It fails only for a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(allowed, cobra.ShellCompDirectiveNoFileComp))
}

func (c *choice) Set(text string) error {
	if !slices.Contains(c.allowed, text) {
		return fmt.Errorf("not one of %s%s", strings.Join(c.allowed, ", "), didYouMean(text, c.allowed, ""))
	}
	c.value = text
	return nil
}

func (c *choice) String() string { return c.value }

// Type names the value in help texts: all that it may be.
func (c *choice) Type() string { return strings.Join(c.allowed, "|") }
