package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/internal/dotenv"
	"github.com/agentmock/agentmock/internal/source"
)

// configuration is what gives flags their values where the command line does not: the environment, files of
// variables, and a file with the flags of all commands.
type configuration struct {
	name      string // of the file; "": it is looked for
	none      bool
	envFiles  []string
	print     bool
	getenv    func(string) string
	variables map[string]string // of files
	places    map[string]string // where each of them is from
	file      *configFile       // nil: there is none
}

// The annotations of flags that tell where values come from: the environment variable that the command reads where no
// flag is given, the place in the configuration file, and what stands there before variables are expanded.
const (
	environmentKey = "agentmock_environment"
	placeKey       = "agentmock_place"
	writtenKey     = "agentmock_written"
)

// maxConfig is the size limit of configuration files and files of variables, in bytes.
const maxConfig = 1 << 20

// register adds the flags that every command has.
func (c *configuration) register(flags *pflag.FlagSet) {
	flags.StringVar(&c.name, "config", "", "`file` with flags of all commands (default: the next agentmock.yaml "+
		"from the working directory up to the root of the repository, or the home directory)")
	flags.BoolVar(&c.none, "no-config", false, "do without agentmock.yaml")
	flags.StringArrayVar(&c.envFiles, "env-file", nil,
		"`file` of environment variables, NAME=VALUE; those that are set count first (repeatable: the last one counts)")
	flags.BoolVar(&c.print, "print-config", false,
		"print each flag's value and where it comes from, and do nothing else")
}

// lookup returns the value of an environment variable, or what a file says of it; "" where neither does.
func (c *configuration) lookup(name string) string { return cmp.Or(c.getenv(name), c.variables[name]) }

// fromEnvironment says that the command reads an environment variable where no flag gives a value.
func fromEnvironment(flags *pflag.FlagSet, name, variable string) {
	_ = flags.SetAnnotation(name, environmentKey, []string{variable}) // it fails only if the flag does not exist
}

// annotation returns the text of an annotation of a flag; "": none.
func annotation(f *pflag.Flag, key string) string { return strings.Join(f.Annotations[key], "") }

// onCommandLine reports whether a flag was given there, and not only in a configuration file.
func onCommandLine(f *pflag.Flag) bool { return f.Changed && f.Annotations[placeKey] == nil }

// configurable returns the flags of a command that may stand in a configuration file, in the order of its help.
func configurable(cmd *cobra.Command) []*pflag.Flag {
	var list []*pflag.Flag
	if cmd.HasSubCommands() {
		return nil
	}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && !f.Hidden {
			list = append(list, f)
		}
	})
	return list
}

// prepare completes the flags of a command before it runs.
func (c *configuration) prepare(e env, cmd *cobra.Command) error {
	if err := refuseEmpty(cmd); err != nil {
		return err
	}
	err := c.apply(e, cmd)
	if err != nil || !c.print || cmd.Name() == "config" {
		return err
	}
	if len(configurable(cmd)) == 0 {
		return usagef("%s has no flags to print", cmd.CommandPath())
	}
	if err := c.show(e, cmd); err != nil {
		return err
	}
	return &exitError{exitOK, nil} // which ends the command here
}

// placed puts the place in the configuration file before a message about a flag that has its value from there, or
// about a file that such a flag names.
func placed(cmd *cobra.Command, message string) string {
	first, place := len(message), ""
	cmd.Flags().Visit(func(f *pflag.Flag) {
		at := mention(message, f.Name)
		if _, path := pathIn(f, f.Value.String()); at < 0 && path != "" && strings.HasPrefix(message, "cannot ") {
			at = strings.Index(message, path)
		}
		if at >= 0 && at < first {
			first, place = at, annotation(f, placeKey)
		}
	})
	if place == "" {
		return message
	}
	return place + ": " + message
}

// mention returns where a message names a flag, or -1.
func mention(message, flag string) int {
	name := "--" + flag
	for from := 0; ; {
		at := strings.Index(message[from:], name)
		if at < 0 {
			return -1
		}
		at, from = from+at, from+at+len(name)
		if rest := message[from:]; rest == "" || !strings.ContainsAny(rest[:1], "-abcdefghijklmnopqrstuvwxyz") {
			return at
		}
	}
}

// apply gives the flags of a command the values that the environment and the configuration file have for them.
func (c *configuration) apply(e env, cmd *cobra.Command) (err error) {
	if len(configurable(cmd)) == 0 && cmd.Name() != "config" {
		return nil
	}
	if c.file, err = c.read(cmd); err != nil {
		return err
	}
	file := c.file
	if file != nil && len(file.envProblems) > 0 {
		return refused(e, file, file.envProblems)
	}
	if err := c.readVariables(cmd.Context()); err != nil || file == nil {
		return err
	}
	problems := file.problems
	for _, s := range file.order() {
		problems = append(problems, c.set(cmd, s)...)
	}
	if err := refused(e, file, problems); err != nil {
		return err
	}
	for _, s := range file.order() {
		if s.cmd == cmd && s.literalSecret() {
			e.say("%s: warning: %s stands here for everybody to read; write ${NAME}, and set the variable where it is "+
				"needed", s.place(), s.flag.Name)
		}
	}
	return nil
}

// refused prints the problems of a file and returns the error that sums them up; nil where there are none.
func refused(e env, file *configFile, problems []configProblem) error {
	slices.SortStableFunc(problems, func(a, b configProblem) int {
		return cmp.Or(cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.at.Column, b.at.Column))
	})
	problems = slices.CompactFunc(problems, func(a, b configProblem) bool { return a == b }) // said of several commands
	switch len(problems) {
	case 0:
		return nil
	case 1:
		return usagef("%s", problems[0].line(file.name))
	}
	for _, p := range problems {
		e.say("%s", p.line(file.name))
	}
	return usagef("%s cannot be used: %s", file.name, count(len(problems), "problem"))
}

// configProblem is a mistake in a configuration file.
type configProblem struct {
	at   source.Position
	what string
}

func (p configProblem) line(file string) string {
	return fmt.Sprintf("%s:%d:%d: %s", file, p.at.Line, p.at.Column, p.what)
}

// set gives a flag the value of a setting, and returns its problems. Flags of commands that do not run get it,
// too, so that a mistake is found early; only what the environment has to say is left open there.
func (c *configuration) set(running *cobra.Command, s *setting) []configProblem {
	texts, problems := s.texts()
	if len(problems) > 0 {
		return problems
	}
	variable := annotation(s.flag, environmentKey)
	runs := s.cmd == running
	switch {
	case s.flag.Changed, variable != "" && c.lookup(variable) != "":
		return nil
	case !runs && slices.ContainsFunc(texts, hasVariable):
		return nil
	}
	var values []string
	for _, text := range texts {
		value, unset, err := expand(text, c.lookup)
		switch {
		case err != nil:
			return s.problem("%s: %w", s.flag.Name, err)
		case unset != "":
			return s.problem("%s: the environment variable %s is not set; ${%[2]s:-…} has a value for that",
				s.flag.Name, unset)
		case value != "": // else the default says that nothing is meant
			values = append(values, inFolder(s.file.folder, s.flag, value))
		}
	}
	if len(values) == 0 {
		return nil
	}
	return s.give(values)
}

// readVariables reads the files of --env-file, or those that the configuration file names.
func (c *configuration) readVariables(ctx context.Context) error {
	names := c.envFiles
	if c.file != nil && len(names) == 0 {
		names = c.file.envFiles
	}
	c.variables, c.places = map[string]string{}, map[string]string{}
	for _, name := range names {
		data, err := readFile(ctx, name, maxConfig)
		if err != nil {
			return unreadable("variables", name, err)
		}
		list, err := dotenv.Parse(name, data)
		if err != nil {
			return usagef("%w", err)
		}
		for _, v := range list {
			c.variables[v.Name], c.places[v.Name] = v.Value, fmt.Sprintf("%s:%d", name, v.Line)
		}
	}
	return nil
}
