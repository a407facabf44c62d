package mockserver

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// silence is how long the server waits before a connection counts as idle: for the first byte of a new one,
// for the rest of the head of a request, and for each piece of its body.
const silence = time.Second

// guest is an open connection.
type guest struct {
	net.Conn
	door *door
	// idle is since when it is idle, in nanoseconds of the Unix time, and 0 while the server works for it. It
	// lies ahead by silence where something has just come.
	idle  atomic.Int64
	state atomic.Int32 // a constant below
}

// What the server waits for at a connection that is idle.
const (
	nextRequest int32 = iota
	restOfHead
	restOfBody
)

// soon is when a connection counts as idle from which something has come.
func soon() int64 { return time.Now().Add(silence).UnixNano() }

// Read reads from the connection. The head of a request has to come soon after its first byte, however many
// pieces it has.
func (g *guest) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	if idle := g.idle.Load(); n > 0 && idle != 0 &&
		(g.state.CompareAndSwap(nextRequest, restOfHead) || g.state.Load() == restOfBody) {
		g.idle.CompareAndSwap(idle, soon()) // unless the server works for it by now
	}
	return n, err
}

// guestKey is the key of the guest in the contexts of its requests.
type guestKey struct{}

func withGuest(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, guestKey{}, guestOf(conn))
}

// guestOf returns the connection below one that net/http has; nil where it is none of a door.
func guestOf(conn net.Conn) *guest {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	g, _ := conn.(*guest)
	return g
}

// announced tells the guest of each request that its head is there, and when its body is.
func announced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g, _ := r.Context().Value(guestKey{}).(*guest)
		switch {
		case g == nil:
		case r.Body == nil || r.Body == http.NoBody:
			g.idle.Store(0)
		default:
			g.state.Store(restOfBody)
			g.idle.Store(soon())
			r.Body = &incoming{r.Body, g}
		}
		next.ServeHTTP(w, r)
	})
}

// incoming is the body of a request that comes over a connection.
type incoming struct {
	io.ReadCloser
	guest *guest
}

func (b *incoming) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.guest.idle.Store(0)
	}
	return n, err
}

// Close closes the connection and gives its place away.
func (g *guest) Close() error {
	err := g.Conn.Close()
	d := g.door
	d.mu.Lock()
	delete(d.open, g)
	d.full = d.full && 2*len(d.open) >= d.places // then it is worth a word again
	d.mu.Unlock()
	d.tell()
	return err
}

// CloseWrite lets net/http half-close the connection: a client can then read a refusal although its
// body was not read to the end.
func (g *guest) CloseWrite() error {
	if half, ok := g.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return g.SetReadDeadline(time.Now())
}
