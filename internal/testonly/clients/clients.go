// Package clients generates clients of the agent API by the generators that people use, compiles them as strictly as
// their languages allow, and has each of them create, read, update, list and delete agents of a mock. What they need
// comes from npm and as Go modules, in the versions that are named here.
package clients

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed project
var project embed.FS

// packagesOf is the day of the versions of what the packages in package.json need themselves. Those have theirs.
const packagesOf = "2026-11-20"

// oapi-codegen and what its clients need.
const (
	oapiCodegen = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"
	oapiRuntime = "github.com/oapi-codegen/runtime@v1.9.0"
)

const orvalConfig = "--config orval.config.cjs"

// Client is a client to try.
type Client struct {
	Name     string
	generate []command
	use      command // which prints "ok"
}

// command is a program, its arguments, and variables of its environment.
type command struct {
	words string
	env   string
}

// Project is a folder with all generators.
type Project struct {
	folder  string
	baseURL string
}

// TypeScript returns the clients in TypeScript and JavaScript. Compile compiles them once they are generated.
func TypeScript() []Client {
	return []Client{
		{Name: "openapi-fetch", use: command{words: "node built/openapi-fetch.js"},
			generate: []command{{words: "node_modules/.bin/openapi-typescript api.json -o types.ts"}}},
		{Name: "hey-api", use: command{words: "node built/hey-api.js"},
			generate: []command{{words: "node_modules/.bin/openapi-ts -f hey.config.mjs"}}},
		{Name: "orval7", use: command{words: "node built/orval7.js"},
			generate: []command{{"node node_modules/orval7/dist/bin/orval.js " + orvalConfig, "ORVAL_FOLDER=orval7"}}},
		{Name: "orval8", use: command{words: "node built/orval8.js"},
			generate: []command{{"node node_modules/orval8/dist/bin/orval.mjs " + orvalConfig, "ORVAL_FOLDER=orval8"}}},
		{Name: "postman", use: command{words: "node postman.mjs"}},
	}
}

// New returns a project in an empty folder for the mock at a URL, whose document is given as JSON. It installs the
// packages from npm, which takes a while the first time.
func New(ctx context.Context, folder, baseURL string, document []byte) (*Project, error) {
	p := &Project{folder: folder, baseURL: baseURL}
	source, err := fs.Sub(project, "project")
	if err != nil {
		return nil, err
	}
	if err := os.CopyFS(folder, source); err != nil {
		return nil, err
	}
	for _, name := range []string{"api.json", filepath.Join("go", "api.json")} {
		if err := os.WriteFile(filepath.Join(folder, name), document, 0o600); err != nil {
			return nil, err
		}
	}
	install := "npm install --no-audit --no-fund --no-package-lock --ignore-scripts --before=" + packagesOf
	_, err = p.run(ctx, ".", command{words: install})
	return p, err
}

// Generate makes a client.
func (p *Project) Generate(ctx context.Context, c Client) error {
	for _, g := range c.generate {
		if _, err := p.run(ctx, ".", g); err != nil {
			return err
		}
	}
	return nil
}

// Compile compiles all clients in TypeScript.
func (p *Project) Compile(ctx context.Context) error {
	_, err := p.run(ctx, ".", command{words: "node_modules/.bin/tsc"})
	return err
}

// Use has a client take agents of the mock through their lives.
func (p *Project) Use(ctx context.Context, c Client) error {
	return p.use(ctx, ".", c.use)
}

// Playwright runs four hundred tests in eight workers, each of which has a session of the mock. They see whether
// another is in it.
func (p *Project) Playwright(ctx context.Context) error {
	_, err := p.run(ctx, ".", command{words: "node_modules/.bin/playwright test --config playwright"})
	return err
}

// JudgeHAR has the published JSON Schema judge the HTTP Archive in a file.
func (p *Project) JudgeHAR(ctx context.Context, file string) error {
	return p.use(ctx, ".", command{"node har.mjs", "HAR_FILE=" + file})
}

// Judge has a CTRF and a JUnit report judged by the published schemas, which packages of npm have.
func (p *Project) Judge(ctx context.Context, ctrf, junit []byte) error {
	for name, data := range map[string][]byte{"report.ctrf": ctrf, "report.junit": junit} {
		if err := os.WriteFile(filepath.Join(p.folder, name), data, 0o600); err != nil {
			return err
		}
	}
	return p.use(ctx, ".", command{words: "node judge.mjs"})
}

// UseGo does with oapi-codegen all that the others do one by one.
func (p *Project) UseGo(ctx context.Context) error {
	folder := filepath.Join(p.folder, "go")
	if err := os.Mkdir(filepath.Join(folder, "api"), 0o700); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(folder, "main.go.txt"), filepath.Join(folder, "main.go")); err != nil {
		return err
	}
	for _, words := range []string{
		"go mod init clients",
		"go run " + oapiCodegen + " -package api -generate types,client -o api/api.go api.json",
		"go get " + oapiRuntime,
		"go vet ./...",
	} {
		if _, err := p.run(ctx, "go", command{words: words}); err != nil {
			return err
		}
	}
	return p.use(ctx, "go", command{words: "go run ."})
}

func (p *Project) use(ctx context.Context, folder string, c command) error {
	out, err := p.run(ctx, folder, c)
	if err == nil && strings.TrimSpace(out) != "ok" {
		err = fmt.Errorf("%s: not ok: %s", c.words, out)
	}
	return err
}

// run runs a command in a folder of the project and returns what it has printed on standard output.
func (p *Project) run(ctx context.Context, folder string, c command) (string, error) {
	words := strings.Fields(c.words)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = filepath.Join(p.folder, folder)
	cmd.Env = append(os.Environ(), "BASE_URL="+p.baseURL, "GOFLAGS=-mod=mod -trimpath", "GOWORK=off", "NO_COLOR=1",
		c.env)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", c.words, err, out, stderr.String())
	}
	return string(out), nil
}
