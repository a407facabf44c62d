package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/internal/source"
	"github.com/agentmock/agentmock/openapi"
)

// publishedSchema is where editors find the schema of configuration files.
const publishedSchema = configSchemaName

// testSchemaFile wants the published schema to have the flags as they are; with -update, it is written.
func testSchemaFile(t *testing.T) {
	t.Helper()
	want := configSchema(newRootCommand(testEnv()))
	if *update {
		if err := os.WriteFile(publishedSchema, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(publishedSchema); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not up to date (make readme): %v", publishedSchema, err)
	}
}

// TestConfigSchemaAgrees wants the schema to accept and refuse what the program does.
func TestConfigSchemaAgrees(t *testing.T) {
	t.Parallel()
	schema, err := openapi.CompileSchema(configSchemaName, configSchema(newRootCommand(testEnv())))
	if err != nil {
		t.Fatal(err)
	}
	starter := strings.NewReplacer("\n# ", "\n", "\n#   ", "\n  ").Replace(commentedOut(string(configStarter)))
	for _, c := range []struct {
		text  string
		sound bool
	}{
		{starter, true},
		{"$schema: x\nx-own: {a: 1}\nenv-file: [.env, b]\nspec: a.yaml\nlevel: smoke", true},
		{"verify: {jobs: 4, report: text, wait: 0, timeout: 1m30s, bail: true, budget: '${B}'}", true},
		{"fixtures: {list: {only: [built-in]}, level: full}\nspec: {check: {strict: true}}", true},
		{"fixtures: [a, b]\nseed: 7", true},
		{"verify: {job: 4}", false},
		{"verify: {jobs: four}", false},
		{"verify: {jobs: '4'}", false},
		{"verify: {bail: 'true'}", false},
		{"verify: {timeout: 30}", false},
		{"verify: {level: smok}", false},
		{"verify: {base-url: [a]}", false},
		{"verify: {spec: }", false},
		{"verify: {header: [{a: b}]}", false},
		{"serve: {seed: -1}", false},
		{"serve: {base-url: x}", false},
		{"api-key: k", false},
		{"verify: 1", false},
		{"config: x", false},
		{"[verify]", false},
	} {
		file, err := source.Parse("agentmock.yaml", []byte(c.text))
		if err != nil {
			t.Fatalf("%v\n%s", err, c.text)
		}
		if violations := schema.Validate(file.Value, openapi.RequestView); (len(violations) == 0) != c.sound {
			t.Errorf("the schema accepts: %t, %v\n%s", len(violations) == 0, violations, c.text)
		}
		text := regexp.MustCompile(`(?m)^env-file: .*`).ReplaceAllString(c.text, "") // the files are not there
		if code, _, stderr := configured(t, text, "fixtures", "validate", "x",
			"--print-config"); (code == exitOK) != c.sound {
			t.Errorf("the program ends with %d:\n%s\n%s", code, stderr, c.text)
		}
	}
}

// commentedOut returns the settings of the starter, without what is about the file.
func commentedOut(starter string) string {
	_, settings, _ := strings.Cut(starter, "\n\n")
	prose := regexp.MustCompile(`(?m)^# [A-Z].*\n`)
	return "\n" + prose.ReplaceAllString(settings, "")
}

// TestPathsAreKnown wants each flag that is about a file to name its value so that paths in a configuration file are
// read from there: `file`, `directory` or `path`, or format[=file].
func TestPathsAreKnown(t *testing.T) {
	t.Parallel()
	about := regexp.MustCompile(`(?i)\b(file|files|folder|directory|dir|path)\b`)
	// These are about files, and take something else.
	others := map[string]bool{"tls": true, "watch": true, "print-config": true, "no-config": true, "only": true,
		"create":      true,
		"cors-origin": true, "upstream": true}
	found := 0
	for _, cmd := range walkCommands(newRootCommand(testEnv())) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			_, path := pathIn(f, "x=y")
			if path != "" {
				found++
			}
			if path == "" && about.MatchString(f.Name+" "+f.Usage) && !others[f.Name] {
				t.Errorf("%s --%s: %q: call the value `file`, `directory` or `path`, or enter the flag here",
					cmd.CommandPath(), f.Name, f.Usage)
			}
		})
	}
	if found < 10 {
		t.Errorf("only %d flags take paths", found)
	}
}
