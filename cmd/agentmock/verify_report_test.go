package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
)

// A run of an hour is not lost because one of its reports cannot be written.
func TestReportsBesideABrokenOne(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	format := func(name string) report.Format {
		f, err := formatOf(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	broken := report.Format{Name: "broken", Write: func(w io.Writer, _ *report.Run) error {
		_, _ = io.WriteString(w, "half of it")
		return errors.New("there is no space left")
	}}
	var stdout bytes.Buffer
	out := &outputs{env: env{stdout: &stdout, stderr: io.Discard, getenv: func(string) string { return "" }},
		list: []output{{format: broken, name: filepath.Join(folder, "broken.html")},
			{format: format("junit"), name: filepath.Join(folder, "report.xml")}, {format: format("text")}}}
	if err := out.open(); err != nil {
		t.Fatal(err)
	}
	err := out.write(&contract.Report{Target: contract.TargetInfo{BaseURL: "http://here.test"}})
	out.discard()
	if err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("the error is %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(folder, "report.xml")); !bytes.Contains(data, []byte("</testsuites>")) {
		t.Errorf("%v\n%s", err, data)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 1 {
		t.Errorf("there are %v, %v", files, err)
	}
	if !strings.Contains(stdout.String(), "http://here.test") {
		t.Errorf("printed: %s", &stdout)
	}
}

// Of two reports that go to one file, one would be lost.
func TestReportsToOneFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	e := env{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
	out, err := openReports(e, []string{"junit=" + folder + "/out", "json=" + folder + "/./out"}, "")
	if err == nil || !strings.Contains(err.Error(), "two reports cannot both be written to ") {
		out.discard()
		t.Errorf("the error is %v", err)
	}
}
