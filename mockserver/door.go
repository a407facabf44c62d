package mockserver

import (
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// door bounds how many connections of a listener are open at once. When all places are taken, the
// connection that has been idle for the longest time is closed for a new one; where none is idle, the
// new one waits. A connection with a request that does not go on is idle, too.
type door struct {
	net.Listener
	places int
	log    *slog.Logger
	leave  sync.Once
	closed chan struct{}
	// moved has a value when a connection has closed or become idle, at least where one waits for it.
	moved   chan struct{}
	waiting atomic.Bool

	mu   sync.Mutex
	open map[*guest]bool
	full bool // the log knows
}

func newDoor(l net.Listener, places int, log *slog.Logger) *door {
	return &door{Listener: l, places: places, log: log, closed: make(chan struct{}), moved: make(chan struct{}, 1),
		open: map[*guest]bool{}}
}

// Accept returns the next connection once there is a place for it.
func (d *door) Accept() (net.Conn, error) {
	conn, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g := &guest{Conn: conn, door: d}
	for !d.admit(g) {
		select {
		case <-d.moved:
		case <-time.After(silence): // one that was new may be idle now
		case <-d.closed:
			_ = conn.Close()
			return nil, net.ErrClosed
		}
	}
	return g, nil
}

// admit reports whether there is a place for a connection. Where there is none, the next value of
// moved tells when to ask again.
func (d *door) admit(g *guest) bool {
	d.waiting.Store(true)
	free, idlest, first := d.look(g)
	if first {
		d.log.Warn("all connections are in use: idle ones give way to new ones, others wait (--max-connections)",
			"connections", d.places)
	}
	switch {
	case free:
		d.waiting.Store(false)
	case idlest != nil:
		_ = idlest.Close()
	}
	return free
}

// look gives a connection a place if there is one. Else it returns the connection that has been idle
// for the longest time, nil where none is, and whether this is the first look at a full house.
func (d *door) look(g *guest) (free bool, idlest *guest, first bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if len(d.open) < d.places {
		g.idle.Store(soon())
		d.open[g] = true
		return true, nil, false
	}
	longest := now.UnixNano()
	for other := range d.open {
		if since := other.idle.Load(); since != 0 && since <= longest {
			idlest, longest = other, since
		}
	}
	first, d.full = !d.full, true
	return false, idlest, first
}

// note learns from net/http which connections are idle.
func (d *door) note(conn net.Conn, state http.ConnState) {
	g := guestOf(conn)
	switch {
	case g == nil:
	case state == http.StateIdle:
		g.state.Store(nextRequest)
		g.idle.Store(time.Now().UnixNano())
		d.tell()
	}
}

// tell wakes the connection that waits.
func (d *door) tell() {
	if d.waiting.Load() {
		select {
		case d.moved <- struct{}{}:
		default:
		}
	}
}

// Close closes the listener. Connections stay open.
func (d *door) Close() error {
	d.leave.Do(func() { close(d.closed) })
	return d.Listener.Close()
}
