package mockserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxHeader bounds the headers of a request, in bytes.
const maxHeader = 64 << 10

// Serve serves the connections of a listener until the context ends, then waits for running
// requests, for at most Options.DrainTimeout, and returns nil. It always closes the listener. Any
// other error is the listener's. A server serves one listener at a time.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	address := listener.Addr().String()
	s.listening.Store(&address)
	defer s.listening.Store(nil)
	s.memory.settle()
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.options.ReadTimeout,
		ReadTimeout:       s.options.ReadTimeout,
		// counted from the end of the headers: a slow reader must not hold a large list forever
		WriteTimeout:   4 * s.options.ReadTimeout,
		IdleTimeout:    s.options.IdleTimeout,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(s.options.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(limit(listener, s.options.MaxConnections)) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.DrainTimeout)
	defer cancel()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		s.options.Log.Warn("requests were cut off", "after", s.options.DrainTimeout.String())
		err = server.Close()
	}
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		return ended
	}
	return err
}

// limit bounds how many connections of a listener are open at once. Others wait until one closes.
func limit(l net.Listener, connections int) net.Listener {
	return &limitedListener{Listener: l, slots: make(chan struct{}, connections), closed: make(chan struct{})}
}

type limitedListener struct {
	net.Listener
	slots  chan struct{}
	once   sync.Once
	closed chan struct{}
}

func (l *limitedListener) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &limitedConn{Conn: conn, release: sync.OnceFunc(func() { <-l.slots })}, nil
}

func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

type limitedConn struct {
	net.Conn
	release func()
}

func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}

// CloseWrite lets net/http half-close the connection: a client can then read a refusal although its
// body was not read to the end.
func (c *limitedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.SetReadDeadline(time.Now())
}
