package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// commands lists the sub-commands in the order in which help shows them.
func commands(e env) []*cobra.Command {
	return []*cobra.Command{
		newSpecCommand(e),
		newFixturesCommand(e),
		newVersionCommand(e),
		newCompletionCommand(e),
	}
}

// run is the program: it does what args (without the program's name) say, and
// returns the exit code. A cancelled ctx brings it to an orderly end.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	e := env{stdin: stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv}
	root := newRootCommand(e)
	root.SetArgs(args)
	code, err := exitCode(root.ExecuteContext(ctx))
	if err != nil {
		message := err.Error()
		if !strings.HasPrefix(message, "agentmock") { // errors about a command line begin with the command
			message = "agentmock: " + message
		}
		e.say("%s", message)
	}
	return code
}

func newRootCommand(e env) *cobra.Command {
	root := &cobra.Command{
		Use:   "agentmock",
		Short: "A mock server and contract checks for the call agent API",
		Long: `agentmock serves the call agent API on localhost from an OpenAPI document, and
checks implementations against the same document.`,
		Example: `  agentmock serve                       # the API on http://127.0.0.1:4010
  agentmock serve --spec petstore.yaml  # any other API with a document
  agentmock spec check petstore.yaml    # is the document sound?`,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(commands(e)...)
	return root
}

// newGroupCommand is a command that only has sub-commands.
func newGroupCommand(use, short string, children ...*cobra.Command) *cobra.Command {
	group := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	group.AddCommand(children...)
	return group
}
