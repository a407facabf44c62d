package main

import (
	"net"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
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

func TestResolveAddr(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ addr, port, want, problem string }{
		{defaultAddr, "", "127.0.0.1:4010", ""},
		{defaultAddr, "5000", "127.0.0.1:5000", ""},
		{"28201", "", "127.0.0.1:28201", ""},
		{"0", "", "127.0.0.1:0", ""},
		{":28201", "", ":28201", ""},
		{"0.0.0.0", "", "0.0.0.0:4010", ""},
		{"0.0.0.0", "80", "0.0.0.0:80", ""},
		{"localhost", "", "localhost:4010", ""},
		{"::1", "", "[::1]:4010", ""},
		{"[::1]", "0", "[::1]:0", ""},
		{"[::]:80", "80", "[::]:80", ""},
		{"localhost:http", "", "localhost:http", ""},
		{"127.0.0.1:99999", "", "127.0.0.1:99999", ""}, // listening says what is wrong
		{"0.0.0.0:80", "81", "", "another port than --port 81"},
		{"80", "81", "", "another port than --port 81"},
		{"99999", "", "", "between 0 and 65535"},
		{"localhost:", "", "", "--addr takes host:port"},
		{"", "", "", "--addr takes host:port"},
		{"http://localhost", "", "", "--addr takes host:port"},
		{"http://localhost:4010", "", "", "--addr takes host:port"},
		{defaultAddr, "65536", "", "--port \"65536\" is not a number between 0 and 65535"},
		{defaultAddr, ":80", "", "is not a number"},
		{defaultAddr, "-1", "", "is not a number"},
	} {
		got, err := resolveAddr(row.addr, row.port)
		wrong := row.problem == "" && err != nil || row.problem != "" && (err == nil ||
			!strings.Contains(err.Error(), row.problem))
		if got != row.want || wrong {
			t.Errorf("%+v: %q %v", row, got, err)
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
		if got := baseURL("http", listener); !strings.HasPrefix(got, row.prefix) {
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

// addressed is a listener at an address where it does not listen.
type addressed struct {
	net.Listener
	ip string
}

func (a addressed) Addr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(a.ip), Port: 4010} }

// Where other machines reach the mock, its control needs a token, and the banner tells which.
func TestGuardControl(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ip, flag string
		made     bool
	}{{"127.0.0.1", "", false}, {"::1", "", false}, {"0.0.0.0", "", true}, {"::", "", true}, {"192.0.2.1", "", true},
		{"0.0.0.0", "given", false}, {"127.0.0.1", "given", false}} {
		f := &serveFlags{controlToken: c.flag}
		o := mockserver.Options{ControlToken: c.flag}
		listener := addressed{ip: c.ip}
		f.guardControl(&o, listener)
		if made := o.ControlToken != c.flag; made != c.made || made && len(o.ControlToken) < 20 {
			t.Errorf("%+v: the token is %q", c, o.ControlToken)
		}
		server, err := mockserver.New(openapi.Agent(), o)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		newBanner(f, openapi.Agent(), o, server, listener).print(env{stderr: &out})
		said := out.String()
		if strings.Contains(said, "needs the token") != (o.ControlToken != "") || strings.Contains(said, "given") ||
			c.made && !strings.Contains(said, "-H 'Authorization: Bearer "+o.ControlToken+"'") {
			t.Errorf("%+v: %s", c, said)
		}
	}
}
