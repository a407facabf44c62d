package mockserver_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
)

// testTLS returns a configuration of a server, and that of a client that trusts it.
var testTLS = sync.OnceValues(func() (server, client *tls.Config) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates}, &tls.Config{RootCAs: roots, ServerName: "example.com"}
})

// encrypted returns a client of its own connections, which speaks HTTP/2 or only HTTP/1.1.
func encrypted(dial func(context.Context, string, string) (net.Conn, error), two bool) *http.Client {
	_, config := testTLS()
	return &http.Client{Transport: &http.Transport{
		DialContext: dial, TLSClientConfig: config.Clone(), ForceAttemptHTTP2: two,
	}}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	config, _ := testTLS()
	c := start(t, mockserver.Options{TLS: config})
	for proto, client := range map[string]*http.Client{"HTTP/2.0": encrypted(nil, true),
		"HTTP/1.1": encrypted(nil, false)} {
		var calls sync.WaitGroup
		for i := range 50 { // over one connection, with HTTP/2
			calls.Go(func() {
				body := strings.Replace(minimalAgent, "{", "{ ", i)
				r, _ := http.NewRequest("POST", c.URL+agents, strings.NewReader(body))
				r.Header = c.header.Clone()
				r.Header.Set("Content-Type", "application/json")
				res, err := client.Do(r)
				if err != nil || res.StatusCode != 201 || res.Proto != proto {
					t.Errorf("%v %v", res, err)
				}
			})
		}
		calls.Wait()
		res, err := client.Get(c.URL + "/openapi.yaml")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if !strings.Contains(string(body), "url: "+c.URL+"\n") || !strings.HasPrefix(c.URL, "https://") {
			t.Errorf("%s: the document has another server than %s", proto, c.URL)
		}
		client.CloseIdleConnections()
	}
	if n := c.Counts()["agents"]; n != 100 {
		t.Errorf("%d agents", n)
	}
}

// The door knows encrypted connections, too: idle ones and silent ones give way, and one that the server works
// for keeps its place.
func TestEncryptedConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	config, clientConfig := testTLS()
	get := func(client *http.Client) error {
		r, _ := http.NewRequest("GET", "https://localhost"+agents, nil)
		r.Header = http.Header{"X-Api-Key": {"k"}, "X-Workspace-Id": {"w"}}
		res, err := client.Do(r)
		if err == nil && res.StatusCode != 200 {
			err = fmt.Errorf("status %d", res.StatusCode)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
		return err
	}
	for name, open := range map[string]func(*testing.T, *pipes, *http.Client){
		"idle":    func(t *testing.T, _ *pipes, c *http.Client) { _ = get(c) },
		"silent":  func(t *testing.T, p *pipes, _ *http.Client) { p.dial(t) },
		"no head": func(t *testing.T, p *pipes, _ *http.Client) { _ = tls.Client(p.dial(t), clientConfig).Handshake() },
		"no body": func(t *testing.T, p *pipes, _ *http.Client) {
			conn := tls.Client(p.dial(t), clientConfig)
			_, _ = io.WriteString(conn, head+"Content-Length: 9\r\n\r\n")
			go func() { _, _ = bufio.NewReader(conn).ReadByte() }()
		},
	} {
		for _, two := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s %t", name, two), func(t *testing.T) {
				t.Parallel()
				o := mockserver.Options{MaxConnections: 2, TLS: config}
				inBubble(t, o, func(t *testing.T, p *pipes, _ func() error) {
					dial := func(context.Context, string, string) (net.Conn, error) { return p.dial(t), nil }
					began := time.Now()
					for range 5 {
						client := encrypted(dial, two)
						defer client.CloseIdleConnections()
						open(t, p, client)
						time.Sleep(time.Millisecond)
					}
					last := encrypted(dial, two)
					defer last.CloseIdleConnections()
					if err := get(last); err != nil {
						t.Error(err)
					}
					took, most := time.Since(began), mockserver.DefaultReadTimeout/2
					if name == "idle" { // they give way at once
						most = time.Second / 2
					}
					if took > most {
						t.Errorf("served after %s", took)
					}
				})
			})
		}
	}
}
