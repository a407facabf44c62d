package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unknownCommand is the error for a sub-command that parent does not have.
func unknownCommand(parent *cobra.Command, name string) error {
	var names []string
	for _, child := range parent.Commands() {
		if child.IsAvailableCommand() {
			names = append(names, child.Name())
		}
	}
	return usagef("%s has no command %q%s; see %s --help", parent.CommandPath(), name, didYouMean(name, names, ""), parent.CommandPath())
}

// flagError turns what the flag parser says into one line that helps.
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
		err = fmt.Errorf("--%s needs a value: %s", f.Name, f.Usage)
	case errors.As(err, &invalid):
		err = invalidValue(invalid)
	}
	return usagef("%s: %w; see %[1]s --help", cmd.CommandPath(), err)
}

func invalidValue(invalid *pflag.InvalidValueError) error {
	f := invalid.GetFlag()
	var want string
	switch typ := f.Value.Type(); {
	case strings.HasPrefix(typ, "int"):
		want = "a whole number"
	case strings.HasPrefix(typ, "uint"):
		want = "a whole number, not negative"
	case strings.HasPrefix(typ, "float"):
		want = "a number"
	case typ == "duration":
		want = "a duration such as 500ms, 30s or 2m"
	case typ == "bool":
		want = "true or false"
	default:
		return fmt.Errorf("--%s %q: %w", f.Name, invalid.GetValue(), invalid.Unwrap())
	}
	return fmt.Errorf("--%s %q is not %s", f.Name, invalid.GetValue(), want)
}

// noArguments refuses arguments that are not flags, for commands that take none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef("%s takes no arguments, but was given %q; see %[1]s --help", cmd.CommandPath(), args[0])
}

// didYouMean is " (did you mean x?)" for the candidate nearest to name, or "" if none is near.
func didYouMean(name string, candidates []string, prefix string) string {
	best, distance := "", 1+min(3, max(1, len(name)/2))
	for _, candidate := range candidates {
		d := editDistance(strings.ToLower(name), candidate)
		if strings.HasPrefix(candidate, strings.ToLower(name)) && len(name) > 1 {
			d = min(d, 1)
		}
		if d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s%s?)", prefix, best)
}

// editDistance counts the bytes to insert, delete, replace or swap with their neighbour to get from a to b.
func editDistance(a, b string) int {
	older, old := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range old {
		old[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			replaced := old[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, row[j]+1, old[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, old = old, row
	}
	return old[len(b)]
}
