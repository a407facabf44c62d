package main

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/internal/untrusted"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// show writes the values of the flags of commands as a configuration file would have them, with a comment on each that
// says where it comes from. Of several commands it leaves out the defaults.
func (c *configuration) show(e env, commands ...*cobra.Command) error {
	var out strings.Builder
	switch {
	case c.file != nil:
		fmt.Fprintf(&out, "# %s\n", c.file.name)
	case c.none:
		out.WriteString("# no configuration file, by --no-config\n")
	default:
		fmt.Fprintf(&out, "# no %s from here up\n", configNames[0])
	}
	var open []string // the names of commands whose sections are open
	for _, cmd := range commands {
		var lines []string
		for _, f := range configurable(cmd) {
			if value, origin := c.value(f); value != "" && (origin != "default" || len(commands) == 1) {
				lines = append(lines, fmt.Sprintf("%s: %s\t# %s", f.Name, value, origin))
			}
		}
		names := strings.Fields(cmd.CommandPath())[1:]
		for i, name := range names {
			if len(lines) > 0 && (i >= len(open) || !slices.Equal(open[:i+1], names[:i+1])) {
				fmt.Fprintf(&out, "%s%s:\n", strings.Repeat("  ", i), name)
				open = slices.Clone(names[:i+1])
			}
		}
		w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
		for _, line := range lines {
			fmt.Fprintf(w, "%s%s\n", strings.Repeat("  ", len(names)), line)
		}
		_ = w.Flush() // a strings.Builder takes everything
	}
	_, err := io.WriteString(e.stdout, untrusted.Text(out.String()))
	return err
}

// value returns what applies for a flag, as YAML without secrets, and where it comes from.
func (c *configuration) value(f *pflag.Flag) (value, origin string) {
	variable := annotation(f, environmentKey)
	switch {
	case onCommandLine(f):
		return asYAML(f, given(f)), "flag"
	case variable != "" && c.lookup(variable) != "":
		origin = "environment: " + variable
		if place := c.places[variable]; c.getenv(variable) == "" && place != "" {
			origin = place + ": " + variable
		}
		if isSecret(f) {
			return "${" + variable + "}", origin
		}
		return asYAML(f, []string{c.lookup(variable)}), origin
	case f.Changed:
		written := f.Annotations[writtenKey]
		mayBeSecret := isSecret(f) || f.Name == "header" || f.Name == "value"
		if mayBeSecret && slices.ContainsFunc(written, hasVariable) {
			return asWritten(f, written), annotation(f, placeKey)
		}
		return asYAML(f, given(f)), annotation(f, placeKey)
	case c.file != nil && c.file.settings[f] != nil:
		s := c.file.settings[f]
		texts, _ := s.texts()
		if _, unset, _ := expand(strings.Join(texts, ""), c.lookup); unset != "" {
			return asWritten(f, texts), s.place() + ": " + unset + " is not set"
		}
	}
	if f.DefValue == "" || f.DefValue == "[]" {
		return "", "default"
	}
	if _, ok := f.Value.(pflag.SliceValue); ok {
		return "[" + strings.Trim(f.DefValue, "[]") + "]", "default"
	}
	return asYAML(f, []string{f.DefValue}), "default"
}

// given returns the value of a flag as a list of texts.
func given(f *pflag.Flag) []string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}

// asYAML returns texts that a flag takes as they would stand in a configuration file, without secrets.
func asYAML(f *pflag.Flag, texts []string) string {
	var safe []string
	for _, text := range texts {
		if u, err := url.Parse(text); err == nil && u.User != nil {
			text = u.Redacted()
		}
		if text = withoutSecrets(f, text); !strings.Contains(text, redact.Placeholder) {
			text = strings.ReplaceAll(text, "${", "$${")
		}
		safe = append(safe, text)
	}
	return inYAML(f, safe)
}

// asWritten returns texts with variables in them as they stand in a configuration file, without secrets.
func asWritten(f *pflag.Flag, texts []string) string {
	var safe []string
	for _, text := range texts {
		if !hasVariable(text) {
			text = withoutSecrets(f, text)
		}
		safe = append(safe, text)
	}
	return inYAML(f, safe)
}

// inYAML returns texts as values of a flag in YAML.
func inYAML(f *pflag.Flag, texts []string) string {
	_, isList := f.Value.(pflag.SliceValue)
	if !isList {
		if jsonType(f) != "string" {
			return texts[0]
		}
		return strings.TrimSuffix(string(source.MarshalYAML(oneLine(texts[0]))), "\n")
	}
	var items []string
	for _, text := range texts {
		items = append(items, string(jsonvalue.Marshal(text)))
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// oneLine returns a text whose form in YAML has one line.
func oneLine(text string) string { return strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(text) }
