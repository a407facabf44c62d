package main

import (
	"net"
	"strings"
	"testing"
)

func TestNextPort(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		addr string
		step int
		want string
	}{
		{"127.0.0.1:4010", 1, "127.0.0.1:4011"},
		{"127.0.0.1:4010", 0, "127.0.0.1:0"},
		{"127.0.0.1:65535", 1, "127.0.0.1:0"},
		{":4010", 1, ":4011"},
		{"[::1]:4010", 1, "[::1]:4011"},
		{"localhost:http", 1, "localhost:0"},
	} {
		if got := nextPort(row.addr, row.step); got != row.want {
			t.Errorf("%s + %d: got %s, want %s", row.addr, row.step, got, row.want)
		}
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		addr   string
		prefix string
		public bool
	}{
		{"127.0.0.1:0", "http://127.0.0.1:", false},
		{":0", "http://localhost:", true},
	} {
		listener, err := listen(t.Context(), row.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		if got := baseURL(listener); !strings.HasPrefix(got, row.prefix) {
			t.Errorf("%s: %s", row.addr, got)
		}
		if got := public(listener); got != row.public {
			t.Errorf("%s: public is %t", row.addr, got)
		}
	}
}

func TestListenInUse(t *testing.T) {
	t.Parallel()
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	second, err := listen(t.Context(), first.Addr().String())
	if err == nil {
		second.Close()
		t.Fatal("two listeners on one port")
	}
	if !strings.Contains(err.Error(), "is in use; choose another port") {
		t.Error(err)
	}
}
