package proxy_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/mockserver/proxy"
	"github.com/agentmock/agentmock/openapi"
)

// BenchmarkAddedTime sends the same request to a backend, to it through httputil's proxy as it is, and to it through
// the proxy that judges, in turns, so that what else the machine does meets all three alike. All of them share its
// processors with the client. Run it with -benchtime 5000x.
func BenchmarkAddedTime(b *testing.B) {
	backend := mockserver.RunT(b, openapi.Agent(), mockserver.Options{Agents: 12})
	to, err := url.Parse(backend.URL)
	if err != nil {
		b.Fatal(err)
	}
	bare := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 100}})
	b.Cleanup(bare.Close)
	_, judged := start(b, backend.URL, proxy.Options{})
	for name, r := range map[string]struct{ method, path, body string }{
		"list":   {"GET", "/v1/api/agents", ""},
		"update": {"PUT", "/v1/api/agents/67a602bccad44250481b92ca", `{"llmModel":"gpt-5","name":"New"}`},
	} {
		b.Run(name, func(b *testing.B) {
			ways := []struct{ name, url string }{{"direct", backend.URL}, {"bare", bare.URL},
				{"proxy", "http://" + judged}}
			took := make([][]time.Duration, len(ways))
			for b.Loop() {
				for i, way := range ways {
					began := time.Now()
					res := request(b, r.method, way.url+r.path, r.body)
					if took[i] = append(took[i], time.Since(began)); res.StatusCode != http.StatusOK {
						b.Fatal(res.Status)
					}
				}
			}
			for i, way := range ways {
				slices.Sort(took[i])
				n := len(took[i])
				b.ReportMetric(float64(took[i][n/2].Microseconds()), way.name+"-p50-µs")
				b.ReportMetric(float64(took[i][n*99/100].Microseconds()), way.name+"-p99-µs")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func request(b *testing.B, method, to, body string) *http.Response {
	b.Helper()
	req, err := http.NewRequest(method, to, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"key-0123456789"}, "X-Workspace-Id": {"ws-demo"},
		"Content-Type": {"application/json"}, "Accept-Encoding": {"identity"}}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res
}
