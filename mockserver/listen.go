package mockserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
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
	s.stopping.Store(&ctx)
	defer s.stopping.Store(nil)
	s.memory.settle()
	server := &http.Server{
		Handler:           announced(s),
		ConnContext:       withGuest,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // ends what waits, not what works
		ReadHeaderTimeout: s.options.ReadTimeout,
		ReadTimeout:       s.options.ReadTimeout,
		// counted from the end of the headers: a slow reader must not hold a large list forever
		WriteTimeout:   writeTimeout(s.options),
		IdleTimeout:    s.options.IdleTimeout,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(s.options.Log.Handler(), slog.LevelDebug),
	}
	if s.options.Backend != nil {
		s.passOnServing(ctx, server)
	}
	door := newDoor(listener, s.options.MaxConnections, s.options.Log)
	server.ConnState = door.note
	served := make(chan error, 1)
	go func() {
		if s.options.TLS == nil {
			served <- server.Serve(door)
			return
		}
		server.TLSConfig = s.options.TLS.Clone()
		served <- server.ServeTLS(door, "", "")
	}()
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
	s.settle(drain)
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		return ended
	}
	return err
}

// passOnServing leaves it to the backend how long an answer takes, which may be a stream, and what OPTIONS * is.
// What is under way when the context ends is not cut off at once.
func (s *Server) passOnServing(ctx context.Context, server *http.Server) {
	server.ReadTimeout, server.WriteTimeout = 0, 0
	server.BaseContext = func(net.Listener) context.Context { return context.WithoutCancel(ctx) }
	server.DisableGeneralOptionsHandler = true
}

// writeTimeout bounds the time for an answer to be sent.
func writeTimeout(o Options) time.Duration { return 4 * o.ReadTimeout }
