package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// commands lists the sub-commands.
func commands(e env) []*cobra.Command {
	return []*cobra.Command{
		newServeCommand(e),
		newSpecCommand(e),
		newVerifyCommand(e),
		newSeedCommand(e),
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
		Long: `agentmock serves the call agent API on localhost from an OpenAPI document,
checks implementations against the same document, and makes agents that fit it.`,
		Example: `  agentmock serve                                    # the API on http://127.0.0.1:4010
  agentmock verify --base-url http://127.0.0.1:4010  # does an implementation keep to it?
  agentmock seed --count 200 --out agents.json       # agents to work with
  agentmock serve --spec petstore.yaml               # any other API with a document`,
		Args:              cobra.ArbitraryArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		RunE:              helpOrUnknown,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return refuseEmpty(cmd) },
		Version:           versionLine(),
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelpCommand())
	root.AddCommand(commands(e)...)
	return root
}

// helpOrUnknown is what a command does that only has sub-commands, of which it was given none that
// it knows.
func helpOrUnknown(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	return unknownCommand(cmd, args[0])
}

// newHelpCommand is cobra's own, but for an unknown command being a mistake.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND...]",
		Short:   "Explain a command",
		Example: "  agentmock help spec check",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(target, rest[0])
			}
			return target.Help()
		},
	}
}

// newGroupCommand is a command that only has sub-commands.
func newGroupCommand(use, short, example string, children ...*cobra.Command) *cobra.Command {
	group := &cobra.Command{
		Use:     use,
		Short:   short,
		Example: example,
		Args:    cobra.ArbitraryArgs,
		RunE:    helpOrUnknown,
	}
	group.AddCommand(children...)
	return group
}
