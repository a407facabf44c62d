package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// broken are faults of backends that follow a document in testdata/shapes in all else, and the fixtures
// that find them.
var broken = []struct {
	name, shape string
	fixtures    []string
	fault       func(mock string, next http.Handler) http.HandlerFunc
}{
	{"a creation by PUT is forgotten", "put-only", []string{"set-switch-creates"},
		func(mock string, next http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if r.Method == http.MethodPut {
					ask(http.MethodDelete, mock+r.URL.Path, nil)
				}
			}
		}},
	{"a replacement keeps what it leaves out", "put-only", []string{"set-switch-left-out-goes"},
		func(mock string, next http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut {
					merged := map[string]any{}
					_ = json.Unmarshal(ask(http.MethodGet, mock+r.URL.Path, nil), &merged)
					sent, body := map[string]any{}, []byte(nil)
					body, _ = io.ReadAll(r.Body)
					if json.Unmarshal(body, &sent) == nil && merged["key"] != nil {
						maps.Copy(merged, sent)
						delete(merged, "key")
						body, _ = json.Marshal(merged)
					}
					r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
				}
				next.ServeHTTP(w, r)
			}
		}},
	{"settings are not stored", "singletons-of-items", []string{"write-preferences-comes-back"},
		func(mock string, next http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				before := ask(http.MethodGet, mock+"/preferences", nil)
				next.ServeHTTP(w, r)
				if r.Method == http.MethodPut && r.URL.Path == "/preferences" {
					ask(http.MethodPut, mock+"/preferences", before)
				}
			}
		}},
	{"the Location names another item", "location-only", []string{"dig-bed-comes-back"},
		func(_ string, next http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost {
					next.ServeHTTP(w, r)
					return
				}
				kept := httptest.NewRecorder()
				next.ServeHTTP(kept, r)
				maps.Copy(w.Header(), kept.Header())
				if kept.Code == http.StatusCreated {
					w.Header().Set("Location", "/beds/99999")
				}
				w.WriteHeader(kept.Code)
				_, _ = w.Write(kept.Body.Bytes())
			}
		}},
}

// ask sends a request past the fault.
func ask(method, address string, body []byte) []byte {
	r, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return nil
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	return answer
}

// TestLawsOfItemsFindWhatBreaksThem plants faults that only the laws of creations, replacements and
// singletons can find.
func TestLawsOfItemsFindWhatBreaksThem(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	for _, tt := range broken {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(repository, "testdata", "shapes", tt.shape+".yaml")
			mock := mockOfShape(t, file)
			target, err := url.Parse(mock)
			if err != nil {
				t.Fatal(err)
			}
			faulty := httptest.NewServer(tt.fault(mock, httputil.NewSingleHostReverseProxy(target)))
			t.Cleanup(faulty.Close)
			report := verifyShape(t, file, faulty.URL)
			for _, id := range tt.fixtures {
				if !slices.ContainsFunc(report.Fixtures, func(f contract.Result) bool {
					return f.ID == id && (f.Outcome == contract.Failed || f.Outcome == contract.Errored)
				}) {
					t.Errorf("%s does not find it\n%s", id, complaints(report))
				}
			}
		})
	}
}

// TestSingletonIsPutBack: what there is only once is as it was, after a run that wrote it.
func TestSingletonIsPutBack(t *testing.T) {
	t.Parallel()
	file := filepath.Join(repository, "testdata", "shapes", "singletons-of-items.yaml")
	mock := mockOfShape(t, file)
	ask(http.MethodPut, mock+"/preferences", []byte(`{"language":"nl","range":12,"keeper":"Marijke"}`))
	before := ask(http.MethodGet, mock+"/preferences", nil)
	if report := verifyShape(t, file, mock); report.Summary.Violations > 0 || len(report.Left) > 0 {
		t.Errorf("%s%v", complaints(report), report.Left)
	}
	if after := ask(http.MethodGet, mock+"/preferences", nil); !bytes.Equal(before, after) {
		t.Errorf("they were %s, and are %s", before, after)
	}
}

func mockOfShape(t *testing.T, file string) string {
	t.Helper()
	doc, err := openapi.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return mockserver.RunT(t, doc, mockserver.Options{}).URL
}

func verifyShape(t *testing.T, file, at string) *contract.Report {
	t.Helper()
	_, stdout, stderr := verifyArgs(t, "--spec", file, "--base-url", at, "--level", "standard", "--report", "json")
	var report contract.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	return &report
}
