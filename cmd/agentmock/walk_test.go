package main

import (
	"bytes"
	"strings"

	"github.com/spf13/cobra"
)

// walkCommands lists a command and all below it.
func walkCommands(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, child := range cmd.Commands() {
		all = append(all, walkCommands(child)...)
	}
	return all
}

// testEnv is an env in which nothing is read and nothing is shown.
func testEnv() env {
	return env{stdin: strings.NewReader(""), stdout: new(bytes.Buffer), stderr: new(bytes.Buffer),
		getenv: func(string) string { return "" }}
}
