package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// resolveAddr returns the host and port of --addr, either of which may be missing, with the port of --port if
// that is not "". A host that is left out before a colon is any: so Go's programs have it. A port without a
// colon is this machine's alone.
func resolveAddr(addr, port string) (string, error) {
	if port != "" && !isPort(port) {
		return "", usagef("agentmock serve: --port %q is not a number between 0 and 65535", port)
	}
	host, own, err := net.SplitHostPort(addr)
	switch {
	case isPort(addr):
		host, own = defaultHost, addr
	case err != nil && isHost(addr) && !isDigits(addr):
		host, own = strings.Trim(addr, "[]"), cmp.Or(port, defaultPort)
	case addr != "" && isDigits(addr):
		return "", usagef("cannot listen on %q: a port is a number between 0 and 65535", addr)
	case err != nil || own == "" || strings.Contains(addr, "/"):
		return "", usagef("cannot listen on %q; --addr takes host:port, such as %s, a port, or a host", addr,
			defaultAddr)
	}
	if port != "" && own != port && addr != defaultAddr {
		return "", usagef("agentmock serve: --addr %s has another port than --port %s; leave one of them out", addr,
			port)
	}
	return net.JoinHostPort(host, cmp.Or(port, own)), nil
}

// isPort reports whether a text is the number of a port.
func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

// isDigits reports whether a text may be meant as the number of a port.
func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// listen opens addr, a host and a port. Its errors suggest another address.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return listener, nil
	case inUse(err):
		return nil, usagef("%s is in use; choose another port with --addr %s, or any free one with --addr %s",
			addr, nextPort(addr, 1), nextPort(addr, 0))
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return nil, usagef("cannot listen on %q: %w; --addr takes host:port, such as %s", addr, err, defaultAddr)
}

func inUse(err error) bool {
	const windowsInUse = syscall.Errno(10048) // WSAEADDRINUSE
	return errors.Is(err, syscall.EADDRINUSE) || runtime.GOOS == "windows" && errors.Is(err, windowsInUse)
}

// nextPort returns addr with its port moved by step. A step of 0, or a port that cannot be moved,
// gives port 0.
func nextPort(addr string, step int) string {
	host, port, err := net.SplitHostPort(addr)
	n, numeric := strconv.Atoi(port)
	if err != nil || numeric != nil || step == 0 || n+step > 65535 {
		return net.JoinHostPort(host, "0")
	}
	return net.JoinHostPort(host, strconv.Itoa(n+step))
}

// baseURL returns the URL at which a browser on this machine reaches the listener.
func baseURL(scheme string, listener net.Listener) string {
	addr, err := netip.ParseAddrPort(listener.Addr().String())
	if err != nil {
		return scheme + "://" + listener.Addr().String()
	}
	if addr.Addr().IsUnspecified() {
		return scheme + "://localhost:" + strconv.Itoa(int(addr.Port()))
	}
	return scheme + "://" + addr.String()
}

// public reports whether other machines can reach the listener.
func public(listener net.Listener) bool {
	addr, err := netip.ParseAddrPort(listener.Addr().String())
	return err == nil && !addr.Addr().IsLoopback()
}
