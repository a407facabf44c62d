package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// TestPromisedRefusals: what a document promises of refusals is judged, by the check that it belongs
// to, and nothing beyond it is.
func TestPromisedRefusals(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		name, document string
		change         func(*httptest.ResponseRecorder)
		check          string // "": lawful
	}{
		{"another media type", "errors-problem", ofType("application/json"), "content-type"},
		{"a page instead of JSON", "errors-default", rewritten("text/html", func([]byte) []byte {
			return []byte("<p>no</p>")
		}), "content-type"},
		{"JSON instead of a text", "errors-text", ofType("application/json"), "content-type"},
		{"no header that is required", "errors-problem", func(r *httptest.ResponseRecorder) {
			r.Header().Del("WWW-Authenticate")
		}, "response-headers"},
		{"no member that is required", "errors-problem", member("trace", nil), "response-schema"},
		{"a member of another type", "errors-problem", member("status", "four hundred"), "response-schema"},
		{"nothing", "errors-default", rewritten("", func([]byte) []byte { return nil }), "response-schema"},
		{"a member more", "errors-problem", member("advice", "water it"), ""},
		{"other words", "errors-problem", member("title", "Wilted"), ""},
		{"a charset", "errors-problem", ofType("application/problem+json; charset=utf-8"), ""},
		{"other words of a text", "errors-text", rewritten("", bytes.ToUpper), ""},
	} {
		if testing.Short() && i%5 != 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(repository, "testdata", "shapes", c.document+".yaml")
			doc, err := openapi.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			mock := mockserver.RunT(t, doc, mockserver.Options{})
			server := httptest.NewServer(changingRefusals(mock.Server, c.change))
			t.Cleanup(server.Close)
			code, stdout, stderr := agentmock(t.Context(), "verify", "--spec", file, "--base-url", server.URL,
				"--api-key", "key-of-the-gardener", "--report", "json")
			var report contract.Report
			if err := json.Unmarshal([]byte(stdout), &report); err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			var checks []string
			for _, f := range report.Fixtures {
				for _, v := range f.Violations {
					checks = append(checks, v.Check)
				}
			}
			if caught := slices.Contains(checks, c.check); caught != (c.check != "") || (code == exitOK) == caught {
				t.Errorf("exit code %d, checks %v, want %q", code, slices.Compact(checks), c.check)
			}
		})
	}
}

// changingRefusals changes the refusals of a backend.
func changingRefusals(sound http.Handler, change func(*httptest.ResponseRecorder)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		response := httptest.NewRecorder()
		sound.ServeHTTP(response, r)
		if response.Code >= 400 {
			change(response)
			response.Header().Set("Content-Length", strconv.Itoa(response.Body.Len()))
		}
		copyResponse(w, response)
	})
}

// rewritten changes the body of a response, and its media type; "": that stays.
func rewritten(mediaType string, change func([]byte) []byte) func(*httptest.ResponseRecorder) {
	return func(r *httptest.ResponseRecorder) {
		r.Body = bytes.NewBuffer(change(bytes.Clone(r.Body.Bytes())))
		if mediaType != "" {
			r.Header().Set("Content-Type", mediaType)
		}
	}
}

func ofType(mediaType string) func(*httptest.ResponseRecorder) {
	return rewritten(mediaType, func(body []byte) []byte { return body })
}

// member sets a member of a JSON body, or deletes it; nil.
func member(name string, value any) func(*httptest.ResponseRecorder) {
	return rewritten("", func(body []byte) []byte {
		var object map[string]any
		if json.Unmarshal(body, &object) != nil || !strings.HasPrefix(string(body), "{") {
			return body
		}
		object[name] = value
		if value == nil {
			delete(object, name)
		}
		changed, _ := json.Marshal(object) // what was decoded can be encoded
		return changed
	})
}
