package mockserver

import (
	"context"
	"net"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// TestServer is a server that listens on a port of this machine.
type TestServer struct {
	*Server
	URL string // http://127.0.0.1:PORT
}

// RunT starts a server for a test and stops it when the test ends. Each test may have its own: they
// share nothing.
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
	return &TestServer{Server: s, URL: "http://" + listener.Addr().String()}
}
