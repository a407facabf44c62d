package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"syscall"
)

// listen opens addr, the value of --addr. Its errors suggest another address.
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
	return nil, usagef("cannot listen on %q: %w; --addr takes host:port, such as 127.0.0.1:4010", addr, err)
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
func baseURL(listener net.Listener) string {
	addr, err := netip.ParseAddrPort(listener.Addr().String())
	if err != nil {
		return "http://" + listener.Addr().String()
	}
	if addr.Addr().IsUnspecified() {
		return "http://localhost:" + strconv.Itoa(int(addr.Port()))
	}
	return "http://" + addr.String()
}

// public reports whether other machines can reach the listener.
func public(listener net.Listener) bool {
	addr, err := netip.ParseAddrPort(listener.Addr().String())
	return err == nil && !addr.Addr().IsLoopback()
}
