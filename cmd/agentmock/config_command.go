package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// configStarter is the file that config init writes.
//
//go:embed config_starter.yaml
var configStarter []byte

// configSchemaName is the name of the schema beside a starter.
const configSchemaName = "agentmock.schema.json"

func newConfigCommand(e env, c *configuration) *cobra.Command {
	cmd := newGroupCommand("config", "Show what agentmock.yaml and the environment set, or start such a file",
		newConfigInitCommand(e), newConfigSchemaCommand(e))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return c.showAll(e, cmd.Root())
	}
	return cmd
}

// showAll shows what is not as it is by default, of all commands.
func (c *configuration) showAll(e env, root *cobra.Command) error {
	if c.file != nil {
		for _, s := range c.file.order() {
			c.set(s.cmd, s) // with the values of variables; those that have none are named below
		}
	}
	return c.show(e, withFlags(root)...)
}

// withFlags returns the commands, from one on, whose flags may stand in a configuration file.
func withFlags(cmd *cobra.Command) []*cobra.Command {
	if cmd.Name() == "config" {
		return nil
	}
	var list []*cobra.Command
	if len(configurable(cmd)) > 0 {
		list = append(list, cmd)
	}
	for _, child := range cmd.Commands() {
		list = append(list, withFlags(child)...)
	}
	return list
}

func newConfigSchemaCommand(e env) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of agentmock.yaml, for editors",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := e.stdout.Write(configSchema(cmd.Root()))
			return err
		},
	}
}

func newConfigInitCommand(e env) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIRECTORY]",
		Short: "Write an agentmock.yaml to begin with, and its schema, and overwrite nothing",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return initConfig(e, strings.Join(args, ""), configSchema(cmd.Root()))
		},
	}
}

// initConfig writes the starter and its schema.
func initConfig(e env, folder string, schema []byte) error {
	for _, other := range configNames {
		if _, err := os.Stat(filepath.Join(folder, other)); !errors.Is(err, fs.ErrNotExist) {
			return usagef("there is already a file %s; it stays as it is", filepath.Join(folder, other))
		}
	}
	for _, file := range []struct {
		name string
		data []byte
	}{{configNames[0], configStarter}, {configSchemaName, schema}} {
		name := filepath.Join(folder, file.name)
		out, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if errors.Is(err, fs.ErrExist) && file.name == configSchemaName {
			e.say("%s was there already; agentmock config schema prints the present one", name)
			continue
		}
		if err == nil {
			_, err = out.Write(file.data)
			err = errors.Join(err, out.Close())
		}
		if err != nil {
			return usagef("%w", unwritable(name, err))
		}
		if _, err := fmt.Fprintf(e.stdout, "%s is written\n", name); err != nil {
			return err
		}
	}
	return nil
}

// configSchema returns the JSON Schema of configuration files, from the flags of all commands.
func configSchema(root *cobra.Command) []byte {
	schema := sectionSchema(root)
	head := objectOf(
		"$schema", "http://json-schema.org/draft-07/schema#", // which all editors know
		"title", "agentmock.yaml",
		"description", "Flags of agentmock, below the names of commands, or for all commands that have them")
	properties, _ := jsonvalue.Lookup(schema, "/properties")
	flags := properties.(*jsonvalue.Object)
	flags.Members = append([]jsonvalue.Member{{Name: "$schema", Value: objectOf("type", "string")},
		{Name: "env-file", Value: flagSchema(root.PersistentFlags().Lookup("env-file"))}}, flags.Members...)
	schema.Members = append(head.Members, schema.Members...)
	schema.Members = append(schema.Members, jsonvalue.Member{Name: "patternProperties",
		Value: objectOf("^x-", objectOf("description", "whatever you like, such as anchors"))})
	return append(jsonvalue.MarshalIndent(schema), '\n')
}
