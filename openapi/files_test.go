package openapi_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestFilesOfADocument has the files that a document refers to, also those that are not there, and also where it
// cannot be used: a program that waits for the document to change waits for them all.
func TestFilesOfADocument(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder, map[string]string{
		"api.yaml": "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    get: {responses: {'200': " +
			"{description: ok, content: {application/json: {schema: {$ref: 'parts/a.yaml'}}}}}}\n",
		"parts/a.yaml": "properties: {b: {$ref: 'missing.yaml'}}\n",
		"broken.yaml":  "openapi: 3.1.0\npaths: {$ref: 'parts/a.yaml'}\nopenapi: 3.1.0\n",
	})
	doc, err := openapi.Load(filepath.Join(folder, "api.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"api.yaml", filepath.Join("parts", "a.yaml"), filepath.Join("parts", "missing.yaml")}
	for i := range want {
		want[i] = filepath.Join(folder, want[i])
	}
	if got := doc.Files(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	_, err = openapi.Load(filepath.Join(folder, "broken.yaml"))
	bad, ok := errors.AsType[*openapi.LoadError](err)
	if !ok || !slices.Contains(bad.Files, filepath.Join(folder, "broken.yaml")) {
		t.Errorf("%v: %+v", err, bad)
	}
	if files := openapi.Agent().Files(); files != nil {
		t.Errorf("the built-in document has files: %q", files)
	}
}
