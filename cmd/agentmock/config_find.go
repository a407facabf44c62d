package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// configNames are the names of a configuration file that is found by itself.
var configNames = []string{"agentmock.yaml", "agentmock.yml"}

// repositoryMarks are in the root of a repository.
var repositoryMarks = []string{".git", ".hg", ".jj", ".svn"}

// findConfig returns the next configuration file from a directory upward; "" where there is none. The file says where
// keys are sent, so that it must not be somebody else's: what is above a repository counts no more, and outside of
// repositories only what is below the home directory, or the directory itself.
func findConfig(dir, home string) (string, error) {
	top := topDirectory(dir, home)
	for {
		var found []string
		for _, name := range configNames {
			info, err := os.Stat(filepath.Join(dir, name))
			switch {
			case err == nil && !info.IsDir():
				found = append(found, filepath.Join(dir, name))
			case err != nil && !errors.Is(err, fs.ErrNotExist):
				return "", unreadable("configuration", filepath.Join(dir, name), err)
			}
		}
		switch {
		case len(found) > 1:
			return "", usagef("%s has both %s; remove one of them", dir, strings.Join(configNames, " and "))
		case len(found) == 1:
			return found[0], nil
		case dir == top:
			return "", nil
		}
		dir = filepath.Dir(dir)
	}
}

// topDirectory returns the last directory to look in, above a directory or itself.
func topDirectory(dir, home string) string {
	for at := dir; ; at = filepath.Dir(at) {
		for _, mark := range repositoryMarks {
			if _, err := os.Stat(filepath.Join(at, mark)); err == nil {
				return at
			}
		}
		if at == home && home != "" {
			return home
		}
		if filepath.Dir(at) == at {
			return dir
		}
	}
}

// read reads the configuration file; nil where there is none.
func (c *configuration) read(cmd *cobra.Command) (*configFile, error) {
	if c.none && c.name != "" {
		return nil, usagef("--config %s and --no-config exclude each other", c.name)
	}
	name := c.name
	if name == "" && !c.none {
		dir, err := os.Getwd()
		if err != nil {
			return nil, usagef("there is no working directory to look for %s in: %w", configNames[0], err)
		}
		home, _ := os.UserHomeDir() // "" where there is none
		if name, err = findConfig(dir, filepath.Clean(home)); err != nil {
			return nil, err
		}
		if short, err := filepath.Rel(dir, name); err == nil && name != "" {
			name = short
		}
	}
	if name == "" {
		return nil, nil
	}
	data, err := readFile(cmd.Context(), name, maxConfig)
	if err != nil {
		return nil, unreadable("configuration", name, err)
	}
	file := &configFile{name: name, folder: filepath.Dir(name)}
	if isEmpty(data) {
		return file, nil
	}
	if file.source, err = source.Parse(name, data); err != nil {
		return nil, usagef("%w", err)
	}
	file.collect(cmd.Root(), file.source.Value, c.getenv)
	return file, nil
}

// isEmpty reports whether a file has nothing but comments.
func isEmpty(data []byte) bool {
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		if text := strings.TrimSpace(line); text != "" && text[0] != '#' && text != "---" {
			return false
		}
	}
	return true
}

// collect takes the settings out of the file.
func (file *configFile) collect(root *cobra.Command, value any, getenv func(string) string) {
	object, ok := value.(*jsonvalue.Object)
	if !ok {
		file.fail("", "%s, where names of commands and flags are wanted, as in verify: {jobs: 4}", shown(value))
		return
	}
	rest := &jsonvalue.Object{}
	for _, m := range object.Members {
		switch {
		case m.Name == "$schema", strings.HasPrefix(m.Name, "x-"): // for editors; for anchors
		case m.Name == "env-file":
			file.collectEnvFiles(root, m.Value, getenv)
		default:
			rest.Members = append(rest.Members, m)
		}
	}
	file.section(root, rest, "")
}

// collectEnvFiles takes the names of the files of variables, which the values of all other settings may need.
func (file *configFile) collectEnvFiles(root *cobra.Command, value any, getenv func(string) string) {
	s := &setting{file: file, cmd: root, flag: root.PersistentFlags().Lookup("env-file"), pointer: "/env-file",
		value: value}
	texts, problems := s.texts()
	for i, text := range texts {
		expanded, unset, err := expand(text, getenv)
		switch {
		case err != nil:
			problems = append(problems, s.problem("env-file: %w", err)...)
		case unset != "":
			problems = append(problems, s.problem("env-file: the environment variable %s is not set", unset)...)
		}
		texts[i] = inFolder(file.folder, s.flag, expanded)
	}
	file.envFiles, file.envProblems = texts, problems
}
