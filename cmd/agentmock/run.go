package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// run runs the program with args (without the program's name) and returns the exit code. When ctx
// is cancelled, the command ends in an orderly way.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return runIn(ctx, env{stdin: stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv}, args)
}

// runIn is run in an environment.
func runIn(ctx context.Context, e env, args []string) int {
	root := newRootCommand(e)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	code, err := exitCode(err)
	if err != nil {
		message := placed(cmd, err.Error())
		if !strings.HasPrefix(message, "agentmock ") { // errors about a command line begin with the command
			message = "agentmock: " + message
		}
		e.say("%s", message)
	}
	return code
}

func newRootCommand(e env) *cobra.Command {
	config := &configuration{getenv: e.getenv}
	e.getenv = config.lookup
	root := &cobra.Command{
		Use:               "agentmock",
		Short:             "A mock server and contract tester for the call agent API",
		Args:              cobra.ArbitraryArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		RunE:              helpOrUnknown,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return config.prepare(e, cmd) },
		Version:           versionLine(),
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	root.SetFlagErrorFunc(flagError)
	config.register(root.PersistentFlags())
	root.SetHelpCommand(newHelpCommand())
	root.AddCommand(newServeCommand(e), newProxyCommand(e), newSpecCommand(e), newVerifyCommand(e), newReportCommand(e),
		newSeedCommand(e), newFixturesCommand(e),
		newConfigCommand(e, config), newVersionCommand(e), newCompletionCommand(e))
	root.InitDefaultHelpCmd()
	addHelp(root)
	return root
}

// helpOrUnknown runs a command that has only sub-commands: it shows the help, or returns an error
// that names the unknown sub-command.
func helpOrUnknown(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	return unknownCommand(cmd, args[0])
}

// newHelpCommand returns the help command. Unlike cobra's own, it fails for an unknown command.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND...]",
		Short: "Explain a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(target, rest[0])
			}
			return target.Help()
		},
	}
}

// newGroupCommand returns a command that has only sub-commands.
func newGroupCommand(use, short string, children ...*cobra.Command) *cobra.Command {
	group := &cobra.Command{Use: use, Short: short, Args: cobra.ArbitraryArgs, RunE: helpOrUnknown}
	group.AddCommand(children...)
	return group
}
