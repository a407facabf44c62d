package main

import (
	"embed"
	"strings"

	"github.com/spf13/cobra"
)

// helpTexts has a file for each command, such as agentmock-spec-check.txt: the description, a line of
// three dashes, and the examples.
//
//go:embed help/*.txt
var helpTexts embed.FS

// addHelp gives a command and its sub-commands their descriptions and examples.
func addHelp(cmd *cobra.Command) {
	text, _ := helpTexts.ReadFile("help/" + strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".txt")
	long, examples, _ := strings.Cut(string(text), "---\n")
	cmd.Long, cmd.Example = strings.TrimSuffix(long, "\n"), strings.TrimSuffix(examples, "\n")
	for _, child := range cmd.Commands() {
		addHelp(child)
	}
}
