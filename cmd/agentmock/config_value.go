package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// texts returns the value of a setting as texts that a flag takes, one for each item of a list, with variables as
// they are written. The problems are about types.
func (s *setting) texts() ([]string, []configProblem) {
	_, takesList := s.flag.Value.(pflag.SliceValue)
	items, isList := s.value.([]any)
	if !isList {
		text, err := s.text(s.value, s.pointer)
		if err != nil {
			return nil, s.problem("%s: %w", s.flag.Name, err)
		}
		return []string{text}, nil
	}
	if !takesList {
		return nil, s.problem("%s: a list, where %s is wanted", s.flag.Name, wanted(s.flag))
	}
	var texts []string
	var problems []configProblem
	for i, item := range items {
		pointer := jsonvalue.Join(s.pointer, fmt.Sprint(i))
		text, err := s.text(item, pointer)
		if err != nil {
			problems = append(problems,
				configProblem{s.file.position(pointer), fmt.Sprintf("%s: %v", s.flag.Name, err)})
		}
		texts = append(texts, text)
	}
	return texts, problems
}

// text returns one value as the text that the flag takes.
func (s *setting) text(value any, pointer string) (string, error) {
	wrong := func() error { return fmt.Errorf("%s, where %s is wanted", shown(value), wanted(s.flag)) }
	kind := jsonType(s.flag)
	switch v := value.(type) {
	case nil:
		return "", fmt.Errorf("it has no value, and needs %s; leave the line out where none is meant", wanted(s.flag))
	case bool:
		if kind == "boolean" {
			return fmt.Sprint(v), nil
		}
		if kind == "string" {
			return "", fmt.Errorf("%w; quote it where the word %[2]t is meant", wrong(), v)
		}
	case json.Number:
		if kind == "string" && !s.asWritten(string(v), pointer) {
			return "", errors.New("YAML changes this number as it reads it; quote it")
		}
		if kind != "boolean" {
			return string(v), nil
		}
	case string:
		switch {
		case strings.TrimSpace(v) == "":
			return "", fmt.Errorf("an empty value, where %s is wanted", wanted(s.flag))
		case kind == "string", hasVariable(v):
			return v, nil
		case !s.flag.Changed && s.flag.Value.Set(v) == nil: // a number or a boolean, as text
			return "", fmt.Errorf("%w; without quotes it is one", wrong())
		}
	case *jsonvalue.Object:
		if len(v.Members) == 1 && kind == "string" { // - x-tenant: blue
			m := v.Members[0]
			if text, isText := m.Value.(string); isText {
				return "", fmt.Errorf("an object, where %s is wanted; quote it: '%s: %s'", wanted(s.flag), m.Name,
					s.safe(m.Name + ": " + text)[len(m.Name)+2:])
			}
		}
	}
	return "", wrong()
}

// asWritten reports whether a number stands in the file as it was read: YAML takes 0123 for 123.
func (s *setting) asWritten(number, pointer string) bool {
	lines := strings.Split(string(s.file.source.Data), "\n")
	at := s.file.position(pointer).Line - 1
	if at < 0 || at >= len(lines) {
		return false
	}
	return regexp.MustCompile(`(^|[\s:,\[{-])` + regexp.QuoteMeta(number) + `([\s,\]}]|$)`).MatchString(lines[at])
}

// jsonType returns the type of a flag's values in JSON: boolean, integer, number or string.
func jsonType(f *pflag.Flag) string {
	switch typ := f.Value.Type(); {
	case typ == "bool":
		return "boolean"
	case strings.HasPrefix(typ, "int"), strings.HasPrefix(typ, "uint"), typ == "count":
		return "integer"
	case strings.HasPrefix(typ, "float"):
		return "number"
	}
	return "string"
}

// wanted returns what kind of value a flag takes, for a message.
func wanted(f *pflag.Flag) string {
	if want := typeNoun(f.Value.Type()); want != "" {
		return want
	}
	if strings.Contains(f.Value.Type(), "|") {
		return "one of " + strings.ReplaceAll(f.Value.Type(), "|", ", ")
	}
	if name, _ := pflag.UnquoteUsage(f); name != "" {
		return "a text (" + name + ")"
	}
	return "a text"
}

// give gives the flag texts for values, as if they were given on the command line.
func (s *setting) give(texts []string) []configProblem {
	list, isList := s.flag.Value.(pflag.SliceValue)
	_, written := s.value.([]any)
	var err error
	if isList && written {
		err = list.Replace(texts) // items may have commas in them
	} else {
		err = s.flag.Value.Set(texts[0])
	}
	if err != nil {
		wrong := fmt.Errorf("%q: %w", s.safe(texts[0]), err)
		if !written {
			wrong = wrongValue(s.flag, s.safe(texts[0]), err)
		}
		return s.problem("%s %w", s.flag.Name, wrong)
	}
	markGiven(s)
	return nil
}

// markGiven makes a flag one that was given, so that a command sees no difference to the command line, and notes
// where it was given. Nothing but Set does that, which must not reach the value.
func markGiven(s *setting) {
	value := s.flag.Value
	s.flag.Value = unsettable{value}
	flags := s.cmd.Flags()
	_ = flags.Set(s.flag.Name, "")
	s.flag.Value = value
	_ = flags.SetAnnotation(s.flag.Name, placeKey, []string{s.place()})
	texts, _ := s.texts()
	_ = flags.SetAnnotation(s.flag.Name, writtenKey, texts)
}

// unsettable is the value of a flag that takes any text, and ignores it.
type unsettable struct{ pflag.Value }

// Set implements pflag.Value.
func (unsettable) Set(string) error { return nil }

// pathIn returns the part of a flag's value that leads to a file, and what is before it.
func pathIn(f *pflag.Flag, text string) (before, path string) {
	name, _ := pflag.UnquoteUsage(f)
	switch {
	case name == "file", name == "directory", name == "path":
		return "", text
	case strings.HasSuffix(name, "=file]"), strings.HasSuffix(name, "=file"):
		if i := strings.IndexByte(text, '='); i >= 0 {
			return text[:i+1], text[i+1:]
		}
	}
	return text, ""
}

// inFolder returns a value of a flag with the path in it seen from the working directory, where it is written as seen
// from a folder.
func inFolder(folder string, f *pflag.Flag, text string) string {
	before, path := pathIn(f, text)
	if path == "" || path == "-" || filepath.IsAbs(path) {
		return text
	}
	return before + filepath.Join(folder, filepath.FromSlash(path))
}

// variable matches a variable in a text: ${NAME} or ${NAME:-default}.
var variable = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)(:-[^}]*)?\}`)

// hasVariable reports whether a text has a variable in it, or what should be one.
func hasVariable(text string) bool { return strings.Contains(text, "${") }

// expand returns a text with values in place of variables; $${ is a ${ that is none. Unset is the name of one that has
// neither a value nor a default, "" where all have.
func expand(text string, lookup func(string) string) (expanded, unset string, err error) {
	var out strings.Builder
	for {
		before, _, found := strings.Cut(text, "${")
		if !found {
			out.WriteString(text)
			return out.String(), unset, nil
		}
		if literal, ok := strings.CutSuffix(before, "$"); ok {
			out.WriteString(literal + "${")
			text = text[len(before)+len("${"):]
			continue
		}
		out.WriteString(before)
		text = text[len(before):]
		m := variable.FindStringSubmatch(text)
		switch {
		case m == nil:
			return "", "", errors.New(
				"what follows ${ is no variable; ${NAME} and ${NAME:-default} are, and $${ is a ${")
		case hasVariable(m[2]):
			return "", "", fmt.Errorf("the default of ${%s:-…} cannot have a variable in it", m[1])
		}
		value := lookup(m[1])
		if value == "" && m[2] == "" {
			unset = m[1]
		}
		out.WriteString(cmp.Or(value, strings.TrimPrefix(m[2], ":-")))
		text = text[len(m[0]):]
	}
}

// isSecret reports whether a flag's value is a secret as a whole.
func isSecret(f *pflag.Flag) bool {
	_, path := pathIn(f, "x")
	return path == "" && (strings.HasSuffix(f.Name, "key") || strings.HasSuffix(f.Name, "token") ||
		strings.HasSuffix(f.Name, "secret") || strings.HasSuffix(f.Name, "password"))
}

// suspicious takes for secret what its name makes look like one.
func suspicious() *redact.Set {
	return redact.New(nil, nil).Suspect(func(redact.Place, string) bool { return false })
}

// safe returns a value of the setting's flag without secrets.
func (s *setting) safe(text string) string { return withoutSecrets(s.flag, text) }

// withoutSecrets returns a value of a flag without the secrets in it.
func withoutSecrets(f *pflag.Flag, text string) string {
	if isSecret(f) {
		return redact.Placeholder
	}
	switch name, value, _ := strings.Cut(text, ":"); f.Name {
	case "header":
		header := http.Header{}
		header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		for _, values := range suspicious().Header(header) {
			return name + ": " + values[0]
		}
	case "value":
		pointer, secret, found := strings.Cut(text, "=")
		tokens := jsonvalue.Tokens(pointer)
		if found && len(tokens) > 0 {
			last := tokens[len(tokens)-1]
			hidden, _ := jsonvalue.Lookup(suspicious().Value(&jsonvalue.Object{
				Members: []jsonvalue.Member{{Name: last, Value: secret}}}), jsonvalue.Join("", last))
			return pointer + "=" + fmt.Sprint(hidden)
		}
	}
	return suspicious().Text(text)
}

// literalSecret reports whether a secret of a target stands in the file as it is. What a mock takes for a key is none.
func (s *setting) literalSecret() bool {
	texts, _ := s.texts()
	for _, text := range texts {
		if !hasVariable(text) && s.safe(text) != text && s.cmd.Name() != "serve" {
			return true
		}
	}
	return false
}
