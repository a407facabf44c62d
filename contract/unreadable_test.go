package contract_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/contracttest"
	"github.com/agentmock/agentmock/internal/testonly/backend"
)

// An encoding that was not asked for is found once for each operation, and is not taken for JSON that is
// none.
func TestEncodingNotAskedFor(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"br", "zstd", "deflate"} {
		for name, lists := range map[string]bool{"all answers": false, "lists": true} {
			t.Run(coding+" for "+name, func(t *testing.T) {
				t.Parallel()
				h := sound()
				target := between(contracttest.Handler(h), func(r *http.Request,
					inner http.RoundTripper) (*http.Response, error) {
					res, err := inner.RoundTrip(r)
					isList := r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/agents")
					if err == nil && (isList || !lists) {
						res.Header.Set("Content-Encoding", coding)
					}
					return res, err
				})
				r := verify(t, picked("lifecycle*", "update-agent-[a-l]*"), target, contract.Options{})
				want := fmt.Sprintf("Content-Encoding: %s, which was not asked for (Accept-Encoding: gzip)", coding)
				found := map[string]int{}
				for _, f := range r.Fixtures {
					for _, v := range f.Violations {
						if found[f.Operation]++; v.Check != "answered" || !strings.Contains(v.Message, want) {
							t.Errorf("%s: %s: %s", f.ID, v.Check, v.Message)
						}
					}
					if f.Operation == "updateAgent" && lists && f.Outcome != contract.Passed {
						t.Errorf("%s %s: %s", f.ID, f.Outcome, f.Reason)
					}
				}
				n := r.Summary.Violations
				if lists && found["listAgents"] != 1 || n == 0 || n > 5 || r.Unreachable != "" {
					t.Errorf("found %v, unreachable %q: %+v\n%s", found, r.Unreachable, r.Summary, textOf(t, r))
				}
				if lists {
					nothingLeft(t, h, r)
				}
			})
		}
	}
}

// An answer that is cut off in its body is named, with the request, however often it is asked for.
func TestAnswerCutOff(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(w http.ResponseWriter, body []byte){
		"shorter than its length": func(w http.ResponseWriter, body []byte) {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)+1))
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write(body[:len(body)/2])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"none of it": func(http.ResponseWriter, []byte) { panic(http.ErrAbortHandler) },
		"chunks that end early": func(w http.ResponseWriter, body []byte) {
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write(body[:len(body)/2])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		for _, large := range []bool{false, true} {
			for _, lists := range []bool{false, true} {
				if testing.Short() && large && !lists {
					continue // the large answers to many reads are many
				}
				t.Run(fmt.Sprintf("%s, large %t, lists %t", name, large, lists), func(t *testing.T) {
					t.Parallel()
					h := backend.New(backend.Options{Now: clock.now})
					server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						isList := strings.HasSuffix(r.URL.Path, "/agents")
						answer := httptest.NewRecorder()
						h.ServeHTTP(answer, r)
						if r.Method != http.MethodGet || isList != lists || answer.Code != http.StatusOK {
							for name, values := range answer.Header() {
								w.Header()[name] = values
							}
							w.WriteHeader(answer.Code)
							_, _ = w.Write(answer.Body.Bytes())
							return
						}
						w.Header().Set("Content-Type", "application/json")
						body := answer.Body.Bytes()
						if large {
							body = append([]byte(strings.Repeat(" ", 1<<20)), body...)
						}
						cut(w, body)
					}))
					defer server.Close()
					r := verify(t, picked("lifecycle*", "update-agent-[a-b]*"), contract.Target{BaseURL: server.URL,
						APIKey: "any-key-of-the-tests"}, contract.Options{})
					named, want := 0, "broke off after"
					if name == "none of it" {
						want = "the connection was closed"
					}
					for _, f := range r.Fixtures {
						for _, v := range f.Violations {
							if named++; v.Check != "answered" || !strings.Contains(v.Message, want) ||
								!strings.HasPrefix(v.Request, "GET ") {
								t.Errorf("%s: %s: %s", f.ID, v.Check, v.Message)
							}
						}
					}
					if named == 0 || r.Unreachable != "" {
						t.Errorf("unreachable %q: %+v\n%s", r.Unreachable, r.Summary, textOf(t, r))
					}
					if left := agentsIn(t, h, "ws-demo"); len(left) > len(r.Left) {
						t.Errorf("%d agents are left; named are %q", len(left), r.Left)
					}
				})
			}
		}
	}
}
