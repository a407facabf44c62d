package mockserver

import (
	"context"
	"net"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestServer is a server that listens on the loopback interface.
type TestServer struct {
	*Server
	URL string // http://127.0.0.1:PORT, or https where Options.TLS is set, without a slash at the end
}

// RunT starts a server on a free port for a test and stops it when the test ends. Servers share
// nothing: parallel tests may each have their own.
func RunT(t testing.TB, doc *openapi.Document, o Options) *TestServer {
	t.Helper()
	s, err := New(doc, o)
	if err != nil {
		t.Fatalf("mock server: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("mock server: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("mock server: %v", err)
		}
	})
	scheme := "http"
	if o.TLS != nil {
		scheme = "https"
	}
	return &TestServer{Server: s, URL: scheme + "://" + listener.Addr().String()}
}
