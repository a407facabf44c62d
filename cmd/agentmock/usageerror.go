package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/internal/nearest"
)

// unknownCommand returns the error for a sub-command that parent does not have.
func unknownCommand(parent *cobra.Command, name string) error {
	var names []string
	for _, child := range parent.Commands() {
		if child.IsAvailableCommand() {
			names = append(names, child.Name())
		}
	}
	return usagef("%s has no command %q%s; see %s --help", parent.CommandPath(), name,
		didYouMean(name, names, ""), parent.CommandPath())
}

// flagError turns an error of the flag parser into one line that tells what would be right.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		name := unknown.GetSpecifiedName()
		err = fmt.Errorf("unknown flag --%s%s", name, didYouMean(name, names, "--"))
	case errors.As(err, &missing):
		f := missing.GetFlag()
		err = fmt.Errorf("--%s needs a value: %s", f.Name, plainUsage(f))
	case errors.As(err, &invalid):
		err = invalidValue(invalid)
	}
	return usagef("%s: %w; see %[1]s --help", cmd.CommandPath(), err)
}

func invalidValue(invalid *pflag.InvalidValueError) error {
	f := invalid.GetFlag()
	return fmt.Errorf("--%s %w", f.Name, wrongValue(f, invalid.GetValue(), invalid.Unwrap()))
}

// wrongValue returns the message about a value that a flag does not take, by the flag's own error.
func wrongValue(f *pflag.Flag, value string, err error) error {
	want := typeNoun(f.Value.Type())
	switch {
	case want != "":
		return fmt.Errorf("%q is not %s", value, want)
	case strings.HasPrefix(err.Error(), strconv.Quote(value)):
		return err
	}
	return fmt.Errorf("%q: %w", value, err)
}

// typeNoun returns what values of a type of flags are, with an example; "" for types that say it themselves.
func typeNoun(typ string) string {
	switch {
	case strings.HasPrefix(typ, "int"):
		return "a whole number"
	case strings.HasPrefix(typ, "uint"):
		return "a whole number, not negative"
	case strings.HasPrefix(typ, "float"):
		return "a number"
	case typ == "duration":
		return "a duration such as 500ms, 30s or 2m"
	case typ == "bool":
		return "true or false"
	}
	return ""
}

// refuseEmpty rejects flags with an empty value, which is what a shell passes for a variable that
// is not set.
func refuseEmpty(cmd *cobra.Command) error {
	var empty *pflag.Flag
	cmd.Flags().Visit(func(f *pflag.Flag) {
		isEmpty := strings.TrimSpace(f.Value.String()) == ""
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values := list.GetSlice()
			isEmpty = len(values) == 0 || slices.ContainsFunc(values,
				func(v string) bool { return strings.TrimSpace(v) == "" })
		}
		if isEmpty && empty == nil {
			empty = f
		}
	})
	if empty == nil {
		return nil
	}
	return usagef("%s: --%s was given an empty value, and needs one: %s", cmd.CommandPath(), empty.Name,
		plainUsage(empty))
}

// plainUsage returns the usage of a flag without the backquotes around the name of its value.
func plainUsage(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	return usage
}

// noArguments is a cobra.PositionalArgs for commands that take flags only.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.NoOptDefVal != "" && f.Value.Type() != "bool" && f.Value.String() == f.NoOptDefVal {
			hint = fmt.Sprintf("; if it is meant for --%s, put = between them: --%[1]s=%s", f.Name, args[0])
		}
	})
	return usagef("%s takes no arguments, but was given %q%s; see %[1]s --help", cmd.CommandPath(), args[0], hint)
}

// didYouMean returns " (did you mean x?)" for the candidate nearest to name, or "" if none is near.
func didYouMean(name string, candidates []string, prefix string) string {
	meant := nearest.To(name, candidates)
	if meant == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s%s?)", prefix, meant)
}
