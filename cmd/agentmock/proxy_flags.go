package main

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/mockserver/proxy"
)

// proxyFlags holds the flags of proxy.
type proxyFlags struct {
	upstream, caFile                  string
	insecure, preserveHost, forwarded bool
	timeout                           time.Duration

	addr string
	tls  tlsFlags

	hosts, origins []string
	controlToken   string

	documentFlags

	record string
	failOn enumFlag

	maxBody        byteSize
	maxConnections int
	logFormat      enumFlag
}

func (f *proxyFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.upstream, "upstream", "", "`URL` of the backend, with the path that those of requests are "+
		"appended to, if any: https://staging.example.com")
	flags.BoolVar(&f.insecure, "insecure", false, "do not verify the upstream's certificate")
	flags.StringVar(&f.caFile, "ca-file", "", "`file` of PEM certificates to trust as well")
	flags.BoolVar(&f.preserveHost, "preserve-host", false, "send the Host that the client has sent, not the upstream's")
	flags.BoolVar(&f.forwarded, "forwarded", false, "add X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto")
	flags.DurationVar(&f.timeout, "timeout", proxy.DefaultTimeout,
		"longest `time` for the upstream to begin an answer; 0 is as long as the client waits")
	groupFlags(cmd, "Upstream")
	flags.StringVar(&f.addr, "addr", defaultAddr,
		"`address` to listen on: host:port, a port of this machine alone (28201), or a host; port 0 picks a free one")
	f.tls.register(flags, "proxy")
	groupFlags(cmd, "Listening")
	flags.StringSliceVar(&f.hosts, "allow-host", nil,
		"host `name` besides localhost that requests may use, on any port, for containers (repeatable)")
	flags.StringSliceVar(&f.origins, "cors-origin", nil, "`origin` whose pages may call the control, besides those on "+
		"localhost; who may call the API the upstream says (repeatable)")
	flags.StringVar(&f.controlToken, "control-token", "",
		"`token` that calls below /__mock/ must show as \"Authorization: Bearer TOKEN\" "+
			"(default: none on localhost, a random one where other machines can reach it)")
	groupFlags(cmd, "Access")
	f.documentFlags.register(flags)
	groupFlags(cmd, "Document")
	flags.StringVar(&f.record, "record", "",
		"`directory` to write each distinct exchange to as a fixture, without secrets")
	enumVar(cmd, &f.failOn, "fail-on-violation",
		"end with exit code 1 if there was a violation; without a value, of either side",
		"none", "any", "request", "response")
	flags.Lookup("fail-on-violation").NoOptDefVal = "any"
	groupFlags(cmd, "Results")
	f.maxBody = mockserver.DefaultMaxBody
	flags.Var(&f.maxBody, "max-body", "longest body to judge, in bytes, KiB or MiB; longer ones pass unjudged")
	flags.IntVar(&f.maxConnections, "max-connections", mockserver.DefaultMaxConnections,
		"`number` of connections that may be open at once: idle ones give way to new ones, others wait")
	enumVar(cmd, &f.logFormat, "log-format", "request log format on stderr", "pretty", "json", "none")
	groupFlags(cmd, "Others")
}

// check rejects values that the types of the flags accept, and returns the upstream.
func (f *proxyFlags) check() (*url.URL, error) {
	switch {
	case f.upstream == "":
		return nil, usagef("agentmock proxy: --upstream is missing: where requests go, " +
			"such as https://staging.example.com")
	case f.timeout < 0:
		return nil, usagef("agentmock proxy: --timeout %s is less than none", f.timeout)
	case f.maxConnections < 1:
		return nil, usagef("agentmock proxy: --max-connections %d is not 1 or more", f.maxConnections)
	case !isToken(f.controlToken):
		return nil, usagef("agentmock proxy: --control-token has characters that a header cannot have in a token: " +
			"use letters, digits and punctuation")
	}
	if err := checkBaseURL(f.upstream); err != nil {
		return nil, usagef("agentmock proxy: --upstream: %w", err)
	}
	for _, host := range f.hosts {
		if !isHost(host) {
			return nil, usagef("agentmock proxy: --allow-host %q is not a name, such as mock or mock.internal", host)
		}
	}
	for _, origin := range f.origins {
		if err := mockserver.CheckOrigin(origin); err != nil {
			return nil, usagef("agentmock proxy: --cors-origin %w", err)
		}
	}
	if err := f.tls.check(); err != nil {
		return nil, err
	}
	return url.Parse(f.upstream)
}

// isToken reports whether a header can have a text as a token.
func isToken(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' })
}

// handler returns what passes requests on.
func (f *proxyFlags) handler(upstream *url.URL) (http.Handler, error) {
	trust, err := (&targetFlags{caFile: f.caFile, insecure: f.insecure}).tlsConfig()
	if err != nil {
		return nil, err
	}
	return proxy.New(proxy.Options{Upstream: upstream, PreserveHost: f.preserveHost, Forwarded: f.forwarded, TLS: trust,
		Timeout: f.timeout}), nil
}
