package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// configFile is a configuration file, taken apart.
type configFile struct {
	name, folder string
	source       *source.File // nil: it has nothing but comments
	envFiles     []string
	settings     map[*pflag.Flag]*setting
	flags        []*pflag.Flag // those with a setting, in their order
	problems     []configProblem
	envProblems  []configProblem // of the names of files of variables, without which nothing else can be read
}

// setting is what a configuration file says of one flag of one command.
type setting struct {
	file    *configFile
	cmd     *cobra.Command
	flag    *pflag.Flag
	pointer string // to the value, in the file
	value   any
}

// order returns the settings in the order of the file.
func (file *configFile) order() []*setting {
	list := make([]*setting, 0, len(file.flags))
	for _, f := range file.flags {
		list = append(list, file.settings[f])
	}
	return list
}

func (file *configFile) position(pointer string) source.Position {
	return file.source.Position(pointer)
}

func (file *configFile) fail(pointer, format string, args ...any) {
	file.problems = append(file.problems, configProblem{file.position(pointer), fmt.Errorf(format, args...).Error()})
}

// place returns where the setting stands, as file:line:column.
func (s *setting) place() string {
	at := s.file.position(s.pointer)
	return fmt.Sprintf("%s:%d:%d", s.file.name, at.Line, at.Column)
}

// problem returns a problem of the setting's value.
func (s *setting) problem(format string, args ...any) []configProblem {
	return []configProblem{{s.file.position(s.pointer), fmt.Errorf(format, args...).Error()}}
}

// section takes the settings out of the object of a command. A member with the name of a sub-command is its section
// where it is an object; any other one is the value of a flag, for all commands from here on that have it. What is
// said of fewer commands counts before what is said of more.
func (file *configFile) section(cmd *cobra.Command, object *jsonvalue.Object, pointer string) {
	var inside []func()
	for _, m := range object.Members {
		at := jsonvalue.Join(pointer, m.Name)
		child := childOf(cmd, m.Name)
		inner, isObject := m.Value.(*jsonvalue.Object)
		takers := takersOf(cmd, m.Name)
		switch {
		case cmd.Root().PersistentFlags().Lookup(m.Name) != nil:
			file.fail(at, "%s", unknownKey(cmd, m.Name))
		case child != nil && len(takersOf(child, "")) == 0:
			file.fail(at, "%s has no flags that could stand here", child.CommandPath())
		case child != nil && isObject:
			inside = append(inside, func() { file.section(child, inner, at) })
		case child != nil && len(takers) == 0:
			file.fail(at, "%s: %s, where an object with the flags of %s is wanted", m.Name, shown(m.Value),
				child.CommandPath())
		case len(takers) == 0:
			file.fail(at, "%s", unknownKey(cmd, m.Name))
		case !sameKind(takers):
			file.fail(at, "%s is not of the same kind for %s; put it below the commands that it is meant for", m.Name,
				commandNames(takers))
		default:
			for _, s := range takers {
				s.file, s.pointer, s.value = file, at, m.Value
				file.add(s)
			}
		}
	}
	for _, section := range inside {
		section()
	}
}

// add adds a setting, in place of one that is said of more commands.
func (file *configFile) add(s *setting) {
	if file.settings == nil {
		file.settings = map[*pflag.Flag]*setting{}
	}
	if file.settings[s.flag] == nil {
		file.flags = append(file.flags, s.flag)
	}
	file.settings[s.flag] = s
}

// childOf returns the sub-command with a name, nil where there is none.
func childOf(cmd *cobra.Command, name string) *cobra.Command {
	for _, child := range cmd.Commands() {
		if child.Name() == name {
			return child
		}
	}
	return nil
}

// takersOf returns a setting, without a value, for each command from cmd on that has a flag with a name; "": any.
func takersOf(cmd *cobra.Command, name string) []*setting {
	var list []*setting
	for _, f := range configurable(cmd) {
		if f.Name == name || name == "" {
			list = append(list, &setting{cmd: cmd, flag: f})
		}
	}
	for _, child := range cmd.Commands() {
		list = append(list, takersOf(child, name)...)
	}
	return list
}

// sameKind reports whether flags take the same values.
func sameKind(takers []*setting) bool {
	return !slices.ContainsFunc(takers, func(s *setting) bool { return kindOf(s.flag) != kindOf(takers[0].flag) })
}

// kindOf returns what two flags have in common that take the same values: the type, or the words of an enumeration.
func kindOf(f *pflag.Flag) string {
	words := strings.Split(f.Value.Type(), "|")
	slices.Sort(words)
	return strings.Join(words, "|")
}

// commandNames returns the names of the commands of settings: "serve and verify".
func commandNames(takers []*setting) string {
	var names []string
	for _, s := range takers {
		if name := strings.TrimPrefix(s.cmd.CommandPath(), "agentmock "); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, "")
}

// unknownKey returns the message about a name that is neither that of a flag nor of a command.
func unknownKey(cmd *cobra.Command, name string) string {
	var names []string
	for _, s := range takersOf(cmd, "") {
		names = append(names, s.flag.Name)
	}
	for _, child := range cmd.Commands() {
		if len(takersOf(child, "")) > 0 {
			names = append(names, child.Name())
		}
	}
	message := fmt.Sprintf("%s has no flag %q", cmd.CommandPath(), name)
	if cmd.HasSubCommands() {
		message = fmt.Sprintf("%s has no command or flag %q", cmd.CommandPath(), name)
	}
	if others := takersOf(cmd.Root(), name); len(others) > 0 {
		return message + "; it is one of " + commandNames(others)
	}
	if inherited := cmd.Root().PersistentFlags().Lookup(name); inherited != nil {
		where := "on the command line"
		if name == "env-file" {
			where = "at the top of this file"
		}
		return fmt.Sprintf("%s stands %s only", name, where)
	}
	return message + didYouMean(name, names, "")
}

// shown returns a value of a configuration file for a message: the text of scalars, and the type of others.
func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case *jsonvalue.Object:
		return "an object"
	case []any:
		return "a list"
	case json.Number:
		return "the number " + v.String()
	case string:
		const most = 60
		if runes := []rune(v); len(runes) > most {
			v = string(runes[:most]) + "…"
		}
		return fmt.Sprintf("the text %q", v)
	}
	return fmt.Sprint(value)
}
