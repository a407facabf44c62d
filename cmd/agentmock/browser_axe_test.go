package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The checks of accessibility are those of axe-core, which npm has.
const (
	axePackage   = "axe-core@4.14.1"
	axeIntegrity = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==" // SHA-512
)

// TestBrowserInspectorAccessible has axe look at every view, in both themes and on two sizes.
func TestBrowserInspectorAccessible(t *testing.T) {
	axe := fetchAxe(t)
	p := startInspector(t)
	id, _ := firstAgent(t, p.mock.url)
	p.send("PUT", "/v1/api/agents/"+id, `{"llmModel": "gpt-4o-mimi", "name": 5}`)
	p.send("POST", "/__mock/faults", `{"operation": "getAgent", "status": 503}`)
	p.send("GET", "/v1/api/agents/"+id, "")
	p.send("POST", "/__mock/snapshot", `{"name": "one"}`)
	p.send("GET", "/v1/api/agents", "", "X-Mock-Session", "worker-1")
	p.until(`document.querySelectorAll("#request-rows .row").length === 3`)
	if _, err := p.evaluate(axe); err != nil {
		t.Fatal(err)
	}
	views := []string{"requests", "requests/2", "items", "items/agents/" + id, "operations", "operations/updateAgent",
		"faults", "state", "sessions"}
	for _, theme := range []string{"light", "dark"} {
		for _, size := range [][2]int{{1280, 900}, {390, 844}} {
			if os.Getenv(picturesVariable) == "" && (theme == "dark") != (size[0] == 390) {
				continue // each theme and each size is seen once
			}
			p.resize(size[0], size[1], theme)
			for _, view := range views {
				p.text(`location.hash = ` + quoted("#/"+view))
				p.until(`document.querySelectorAll("main > section:not([hidden])").length === 1`)
				p.settled()
				name := strings.NewReplacer(id, "id", "/", "-").Replace(view) + fmt.Sprintf("-%s-%d", theme, size[0])
				if dir := os.Getenv(picturesVariable); dir != "" {
					p.picture(filepath.Join(dir, name+".png"))
				}
				if found := p.faultsOfAxe(); found != "" {
					t.Errorf("%s: %s", name, found)
				}
			}
		}
	}
	p.isSound()
}

// settled waits until the page has shown what it asks for, and stands still.
func (p *tab) settled() {
	p.t.Helper()
	var before string
	for deadline := time.Now().Add(browserWait); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		now := p.text(`document.querySelector("main").innerHTML.length + " " + document.getAnimations().length`)
		if now == before && strings.HasSuffix(now, " 0") {
			return
		}
		before = now
	}
}

// faultsOfAxe returns what axe calls serious or critical.
func (p *tab) faultsOfAxe() string {
	p.t.Helper()
	return p.text(`axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations
		.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => v.id + ": " + v.help + "\n" + v.nodes.slice(0, 4).map((n) => "  " + n.html.slice(0, 160) + "\n  "
			+ n.failureSummary).join("\n")).join("\n"))`)
}

// fetchAxe returns the script of axe-core, from npm and for this test alone. It skips the test where there is no
// npm, or nobody has asked for it.
func fetchAxe(t *testing.T) string {
	t.Helper()
	if os.Getenv(inspectorVariable) == "" {
		t.Skipf("SKIPPED: make browser, which sets %s, has %s look at pages", inspectorVariable, axePackage)
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skipf("SKIPPED: no npm in the PATH, so %s did not look at pages", axePackage)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "pack", axePackage, "--silent", "--cache", filepath.Join(dir, "cache"))
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: npm did not give %s, so it did not look at pages: %v\n%s", axePackage, err, out)
	}
	packed, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(packed) != 1 {
		t.Fatalf("npm pack left %v, %v", packed, err)
	}
	content, err := os.ReadFile(packed[0])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(content)
	if got := base64.StdEncoding.EncodeToString(sum[:]); got != axeIntegrity {
		t.Fatalf("%s has the SHA-512 %s, not %s", axePackage, got, axeIntegrity)
	}
	script, err := fileOf(content, "package/axe.min.js")
	if err != nil {
		t.Fatalf("%s: %v", axePackage, err)
	}
	return script
}

// fileOf returns a file of a package of npm.
func fileOf(packed []byte, name string) (string, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	for r := tar.NewReader(unpacked); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return "", errors.New("it has no " + name)
		}
		if err != nil {
			return "", err
		}
		if header.Name == name {
			content, err := io.ReadAll(r)
			return string(content), err
		}
	}
}
