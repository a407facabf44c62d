package proxy_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver/proxy"
)

// An upstream with https is trusted as it is asked for, and HTTP/2 is spoken with it.
func TestUpstreamWithTLS(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Proto+" "+string(body))
		w.Header().Set("X-Sum", "1")
	}))
	upstream.EnableHTTP2 = true
	upstream.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that trust nobody
	upstream.StartTLS()
	t.Cleanup(upstream.Close)
	trusting := x509.NewCertPool()
	trusting.AddCert(upstream.Certificate())
	for name, c := range map[string]struct {
		trust  *tls.Config
		status int
		says   string
	}{
		"nobody":  {nil, http.StatusBadGateway, "has a certificate that is not trusted"},
		"its own": {&tls.Config{RootCAs: trusting}, http.StatusOK, "HTTP/2.0 hello"},
		"anybody": {&tls.Config{InsecureSkipVerify: true}, http.StatusOK, "HTTP/2.0 hello"},
	} {
		_, address := start(t, upstream.URL, proxy.Options{TLS: c.trust})
		res, body := send(t, "POST", "http://"+address+"/a", "hello")
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
		if c.status == http.StatusOK && res.Trailer.Get("X-Sum") != "1" {
			t.Errorf("%s: no trailer: %v", name, res.Trailer)
		}
	}
}
