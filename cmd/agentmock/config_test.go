package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/redact"
)

// configured runs the program with a configuration file, and returns its exit code, stdout and stderr. There,
// agentmock.yaml stands for the file, and FOLDER for the folder that it is in.
func configured(t testing.TB, text string, args ...string) (int, string, string) {
	t.Helper()
	folder := t.TempDir()
	name := filepath.Join(folder, "agentmock.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return inFile(t, name, map[string]string{}, args...)
}

// inFile runs the program with an existing configuration file and an environment.
func inFile(t testing.TB, name string, environment map[string]string, args ...string) (int, string, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	e := env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr,
		getenv: func(name string) string { return environment[name] }}
	code := runIn(t.Context(), e, append(args, "--config", name))
	short := strings.NewReplacer(name, "agentmock.yaml", filepath.Dir(name), "FOLDER")
	return code, short.Replace(stdout.String()), short.Replace(stderr.String())
}

func TestConfigMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"verify: {job: 4}", `1:10: agentmock verify has no flag "job" (did you mean jobs?)`},
		{"verfy: {jobs: 4}", `1:1: agentmock has no command or flag "verfy" (did you mean verify?)`},
		{"verify:\n  base_url: x", `2:3: agentmock verify has no flag "base_url" (did you mean base-url?)`},
		{"serve:\n  base-url: x", `2:3: agentmock serve has no flag "base-url"; it is one of `},
		{"version: {x: 1}", `1:1: agentmock version has no flags that could stand here`},
		{"config: x", `1:1: config stands on the command line only`},
		{"verify: {env-file: x}", `1:10: env-file stands at the top of this file only`},
		{"api-key: x", `1:1: api-key is not of the same kind for `},
		{"verify: [jobs]", `1:1: verify: a list, where an object with the flags of agentmock verify is wanted`},
		{"verify:", `1:1: verify: nothing, where an object with the flags of agentmock verify is wanted`},
		{"[verify]", `1:1: a list, where names of commands and flags are wanted, as in verify: {jobs: 4}`},
		{"verify: {jobs: four}", `1:10: jobs: the text "four", where a whole number is wanted`},
		{"verify: {jobs: '4'}", `1:10: jobs: the text "4", where a whole number is wanted; without quotes it is one`},
		{"verify: {jobs: 1.5}", `1:10: jobs "1.5" is not a whole number`},
		{"verify: {jobs: true}", `1:10: jobs: true, where a whole number is wanted`},
		{"verify: {jobs: [1, 2]}", `1:10: jobs: a list, where a whole number is wanted`},
		{"verify: {bail: yes}", `1:10: bail: the text "yes", where true or false is wanted`},
		{"verify: {timeout: 30}", `1:10: timeout "30" is not a duration such as 500ms, 30s or 2m`},
		{"verify: {timeout: true}", `1:10: timeout: true, where a duration such as 500ms, 30s or 2m is wanted; quote it`},
		{"verify: {level: smok}", `1:10: level "smok": not one of standard, smoke, full (did you mean smoke?)`},
		{"verify: {rate: 60}", `1:10: rate "60": it has no unit: 60/s is 60 requests per second, 60/m per minute`},
		{"serve: {max-body: 4 megs}", `1:9: max-body "4 megs": not a size in bytes, such as 65536, 64KiB or 4MiB`},
		{"serve: {api-key: [a, 0123]}", `1:22: api-key: YAML changes this number as it reads it; quote it`},
		{"verify: {agent-id: }", `1:10: agent-id: it has no value, and needs a text (id); leave the line out`},
		{"verify: {agent-id: ''}", `1:10: agent-id: an empty value, where a text (id) is wanted`},
		{"verify:\n  header:\n    - x-tenant: blue", `3:7: header: an object, where a text ('name: value') is wanted; ` +
			`quote it: 'x-tenant: blue'`},
		{"verify:\n  header:\n    - x-api-key: s3cret", `quote it: 'x-api-key: ` + redact.Placeholder + `'`},
		{"verify: {jobs: 1, jobs: 2}", `1:19: the key "jobs" occurs twice`},
		{"verify: {jobs: '${'}", `1:10: jobs: what follows ${ is no variable`},
		{"verify: {jobs: '${A:-${B}}'}", `1:10: jobs: the default of ${A:-…} cannot have a variable in it`},
		{"verify: {jobs: '${NO}'}", `1:10: jobs: the environment variable NO is not set; ${NO:-…} has a value for that`},
		{"verify: {jobs: '${NO:-x}'}", `1:10: jobs "x" is not a whole number`},
		{"verify: {jobs: 0}", `1:10: --jobs 0 is less than one`},
		{"verify: {settle: 2h}", `1:10: --settle 2h0m0s is not between`},
		{"verify: {spec: nowhere.yaml}", `1:10: cannot read the document FOLDER/nowhere.yaml: no such file`},
		{"verify: {ca-file: nowhere.pem}", `1:10: cannot read the certificates FOLDER/nowhere.pem: no such file`},
		{"env-file: nowhere.env", `cannot read the variables FOLDER/nowhere.env: no such file`},
		{"env-file: {a: b}", `1:1: env-file: an object, where a text (file) is wanted`},
		{"verify: {\n", `not YAML`},
	} {
		code, stdout, stderr := configured(t, c.text, "verify", "--base-url", "http://127.0.0.1:1")
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) ||
			!strings.HasPrefix(stderr, "agentmock: agentmock.yaml:") && !strings.Contains(c.text, "nowhere.env") {
			t.Errorf("%s\nends with %d: %s%s; want %s", c.text, code, stdout, stderr, c.want)
		}
		if strings.Count(stderr, "\n") != 1 || strings.Contains(stderr, "s3cret") {
			t.Errorf("%s\nsays %s", c.text, stderr)
		}
	}
}

// TestConfigListsMistakes wants all mistakes at once, in their order, those of other commands among them.
func TestConfigListsMistakes(t *testing.T) {
	t.Parallel()
	text := "serve:\n  agents: x\nspec: 1\nverify:\n  jobs: 0x10\n  rate: 5\nseed: {profile: x}\n"
	code, _, stderr := configured(t, text, "spec", "print")
	want := "agentmock.yaml:2:3: agents: the text \"x\", where a whole number is wanted\n" +
		"agentmock.yaml:6:3: rate \"5\": it has no unit: 5/s is 5 requests per second, 5/m per minute\n" +
		"agentmock.yaml:7:8: profile \"x\": not one of realistic, minimal, edge, mixed\n" +
		"agentmock: agentmock.yaml cannot be used: 3 problems\n"
	if code != exitUsage || stderr != want {
		t.Errorf("%d, %s; want\n%s", code, stderr, want)
	}
}

// TestConfigPrecedence wants flags to count before the environment, the environment before the file, and what stands
// below a command before what stands at the top.
func TestConfigPrecedence(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	write(".env", "STAGING_KEY='from .env'\nJOBS=5\nAGENTMOCK_AGENT_ID=agent-from-env-file\n")
	name := write("agentmock.yaml", `
env-file: .env
level: smoke
retries: 7
seed: 3
spec: api.yaml
verify:
  base-url: http://file.example.com
  api-key: ${STAGING_KEY}
  workspace-id: ws-file
  jobs: ${JOBS:-4}
  retries: ${RETRIES:-1}
  bail: ${BAIL:-false}
  tag: ['a,b', c]
  other-workspace-id: ${NONE:-}
  header: ['x-tenant: $${T}', 'authorization: Bearer ${STAGING_KEY}']
  report: [text, junit=out/report.xml]
  fixtures: [-, /absolute, ours]
`)
	environment := map[string]string{"AGENTMOCK_WORKSPACE_ID": "ws-environment", "RETRIES": "9", "BAIL": "true"}
	code, stdout, stderr := inFile(t, name, environment, "verify", "--print-config", "--level", "full")
	if code != exitOK || stderr != "" {
		t.Fatalf("%d, %s", code, stderr)
	}
	for _, want := range []string{
		`base-url: http://file.example.com # agentmock.yaml:8:3`,
		`api-key: ${STAGING_KEY} # agentmock.yaml:9:3`,
		`workspace-id: ws-environment # environment: AGENTMOCK_WORKSPACE_ID`,
		`agent-id: agent-from-env-file # FOLDER/.env:3: AGENTMOCK_AGENT_ID`,
		`jobs: 5 # agentmock.yaml:11:3`,
		`retries: 9 # agentmock.yaml:12:3`,
		`bail: true # agentmock.yaml:13:3`,
		`tag: ["a,b", "c"] # agentmock.yaml:14:3`,
		`header: ["x-tenant: $${T}", "authorization: Bearer ${STAGING_KEY}"] # agentmock.yaml:16:3`,
		`report: ["text", "junit=FOLDER/out/report.xml"] # agentmock.yaml:17:3`,
		`fixtures: ["-", "/absolute", "FOLDER/ours"] # agentmock.yaml:18:3`,
		`spec: FOLDER/api.yaml # agentmock.yaml:6:1`,
		`seed: 3 # agentmock.yaml:5:1`,
		`level: full # flag`,
		`timeout: 30s # default`,
	} {
		if !strings.Contains(strings.Join(strings.Fields(stdout), " ")+" ", want+" ") {
			t.Errorf("there is no %s in\n%s", want, stdout)
		}
	}
	if strings.Contains(stdout, "from .env") || strings.Contains(stdout, "other-workspace-id") {
		t.Errorf("a secret is shown, or what is empty:\n%s", stdout)
	}
	// What is shown is a configuration file again.
	again := write("again.yaml", strings.ReplaceAll(stdout, "FOLDER", folder))
	code, shown, stderr := inFile(t, again, map[string]string{"STAGING_KEY": "k"}, "verify", "--print-config")
	if code != exitOK || !strings.Contains(shown, "jobs: 5") {
		t.Errorf("%d, %s%s", code, shown, stderr)
	}
}

// TestConfigLeavesOthersAlone wants a command to run where only others cannot.
func TestConfigLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	text := "verify: {api-key: '${NO_KEY}'}\nserve: {api-key: [demo]}\n"
	if code, _, stderr := configured(t, text, "spec", "print"); code != exitOK || stderr != "" {
		t.Errorf("%d, %s", code, stderr)
	}
	for _, args := range [][]string{{"version"}, {"help"}, {"config", "schema"}} {
		if code, _, stderr := configured(t, "[broken", args...); code != exitOK {
			t.Errorf("%v: %d, %s", args, code, stderr)
		}
	}
	code, stdout, _ := configured(t, text, "config")
	if code != exitOK || !strings.Contains(stdout, "api-key: ${NO_KEY}  # agentmock.yaml:1:10: NO_KEY is not set") {
		t.Errorf("%d, %s", code, stdout)
	}
}

func TestConfigWarnsOfLiteralKeys(t *testing.T) {
	t.Parallel()
	for text, warns := range map[string]bool{
		"verify: {api-key: s3cret}":                          true,
		"verify: {api-key: '${KEY:-}'}":                      false,
		"verify: {header: ['authorization: Bearer s3cret']}": true,
		"verify: {header: ['x-tenant: blue']}":               false,
		"serve: {api-key: demo}\nseed: {api-key: s3cret}":    false,
	} {
		code, stdout, stderr := configured(t, text, "verify", "--print-config")
		if code != exitOK || strings.Contains(stderr, " stands here for everybody to read; ") != warns {
			t.Errorf("%s: %d, %s", text, code, stderr)
		}
		if strings.Contains(stdout+stderr, "s3cret") {
			t.Errorf("%s: the secret is shown: %s%s", text, stdout, stderr)
		}
	}
}

// TestConfigSeedCreatesNothing wants an address in the file to be what one in the environment is to seed.
func TestConfigSeedCreatesNothing(t *testing.T) {
	t.Parallel()
	text := "base-url: http://127.0.0.1:1\nseed: {count: 1, profile: minimal, retries: 0}\n"
	if code, stdout, stderr := configured(t, text, "seed"); code != exitOK || !strings.Contains(stdout, `"_id"`) {
		t.Errorf("%d, %s", code, stderr)
	}
	code, _, stderr := configured(t, text, "seed", "--create", "--ledger", filepath.Join(t.TempDir(), "ledger"))
	if code != exitUnreachable || !strings.Contains(stderr, "http://127.0.0.1:1") {
		t.Errorf("%d, %s", code, stderr)
	}
}

func TestFindConfig(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"home/repo/.git/HEAD", "home/repo/a/b/x", "home/plain/deep/x", "tmp/x/y",
		"home/both/agentmock.yaml", "home/both/agentmock.yml", "home/folder/agentmock.yaml/x", "mono/.git",
		"mono/s/a/x"} {
		if err := os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ file, dir, want string }{
		{"home/repo/agentmock.yaml", "home/repo/a/b", "home/repo/agentmock.yaml"},
		{"home/repo/a/agentmock.yml", "home/repo/a/b", "home/repo/a/agentmock.yml"},
		{"home/agentmock.yaml", "home/repo/a/b", ""},
		{"home/agentmock.yaml", "home/plain/deep", "home/agentmock.yaml"},
		{"home/agentmock.yaml", "home", "home/agentmock.yaml"},
		{"agentmock.yaml", "home/plain", ""},
		{"tmp/agentmock.yaml", "tmp/x", ""},
		{"tmp/x/agentmock.yaml", "tmp/x", "tmp/x/agentmock.yaml"},
		{"mono/agentmock.yaml", "mono/s/a", "mono/agentmock.yaml"},
		{"agentmock.yaml", "mono/s/a", ""},
		{"home/agentmock.yaml", "home/folder", "home/agentmock.yaml"},
	} {
		file := filepath.Join(root, c.file)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := findConfig(filepath.Join(root, c.dir), filepath.Join(root, "home"))
		short := strings.TrimPrefix(filepath.ToSlash(got), filepath.ToSlash(root)+"/")
		if err != nil || short != c.want {
			t.Errorf("%s from %s: %q, %v; want %q", c.file, c.dir, got, err, c.want)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	_, err := findConfig(filepath.Join(root, "home/both"), "")
	if err == nil || !strings.Contains(err.Error(), "has both agentmock.yaml and agentmock.yml") {
		t.Error(err)
	}
}

// FuzzConfig wants no file to bring the program down, and each mistake to have a place.
func FuzzConfig(f *testing.F) {
	f.Add("verify: {jobs: 4, report: [text]}\nspec: x\n")
	f.Add("x-a: &a {jobs: ${A:-1}}\nverify: {<<: *a}\nfixtures: [a]\n")
	f.Add("env-file: [a]\nserve: {max-body: 4MiB, faults: [1]}")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "env-file") {
			return // which may name a device
		}
		code, _, stderr := configured(t, text, "verify", "--print-config")
		if code != exitOK && (code != exitUsage || !strings.HasPrefix(stderr, "agentmock")) {
			t.Errorf("%d, %s", code, stderr)
		}
	})
}

// TestConfigExample wants the example of the README to be one.
func TestConfigExample(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"STAGING_KEY": "s3cret"}
	code, stdout, stderr := inFile(t, "testdata/config/agentmock.yaml", environment, "verify", "--print-config")
	if code != exitOK || stderr != "" || !strings.Contains(stdout, "base-url: http://127.0.0.1:4010 ") {
		t.Errorf("%d, %s%s", code, stdout, stderr)
	}
}
