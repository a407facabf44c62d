package main

import (
	"bytes"
	"strings"

	"github.com/spf13/cobra"
)

// walkCommands returns a command and all its sub-commands.
func walkCommands(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, child := range cmd.Commands() {
		all = append(all, walkCommands(child)...)
	}
	return all
}

// testEnv returns an env without input, whose output is discarded.
func testEnv() env {
	return env{stdin: strings.NewReader(""), stdout: new(bytes.Buffer), stderr: new(bytes.Buffer),
		getenv: func(string) string { return "" }}
}
