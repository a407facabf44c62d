package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/agentmock/agentmock/fixtures/traffic"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

func newProxyCommand(e env) *cobra.Command {
	f := &proxyFlags{}
	cmd := &cobra.Command{
		Use:   "proxy --upstream URL",
		Short: "Stand between a client and a backend, and judge both against the document",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return runProxy(cmd.Context(), e, f) },
	}
	f.register(cmd)
	return cmd
}

func runProxy(ctx context.Context, e env, f *proxyFlags) error {
	upstream, err := f.check()
	if err != nil {
		return err
	}
	addr, err := resolveAddr(f.addr, "")
	if err != nil {
		return err
	}
	handler, err := f.handler(upstream)
	if err != nil {
		return err
	}
	doc, err := f.loadSaying(ctx, e)
	if err != nil {
		return err
	}
	out := newLineWriter(e.stderr)
	defer func() { _ = out.Flush() }()
	log := newLogger(f.logFormat.value, out, e.colour(e.stderr))
	recorder, err := startRecording(e, "proxy", f.record, doc, []string{f.controlToken}, f.logFormat.value, log, out)
	if err != nil {
		return err
	}
	defer recorder.close()
	listener, err := listen(ctx, addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	if leadsTo(upstream, listener) {
		return usagef("agentmock proxy: --upstream %s is where the proxy itself listens; choose another --addr",
			upstream.Host)
	}
	seen := &proxyTally{}
	o := mockserver.Options{
		Backend: handler, BackendName: upstream.Scheme + "://" + upstream.Host, AllowHosts: f.hosts,
		CORSOrigins: f.origins, ControlToken: f.controlToken, MaxBody: int64(f.maxBody),
		MaxConnections: f.maxConnections, Log: log,
		Passed: func(p mockserver.Passed) {
			seen.add(p)
			if recorder != nil && !p.Own {
				recorder.Record(exchangeOf(p))
			}
		},
	}
	if o.ControlToken == "" && public(listener) {
		o.ControlToken = rand.Text()
	}
	if o.TLS, err = f.tls.config(listener, f.hosts); err != nil {
		return err
	}
	server, err := mockserver.New(doc, o)
	if err != nil {
		return usagef("agentmock proxy: %w", err)
	}
	f.announce(e, log, doc, o, listener)
	ended := make(chan struct{})
	context.AfterFunc(ctx, func() { explainDelay(log, ended) })
	err = server.Serve(ctx, listener)
	close(ended)
	return cmp.Or(err, f.finish(e, out, log, seen, recorder))
}

// exchangeOf returns an exchange as recorders take it.
func exchangeOf(p mockserver.Passed) traffic.Exchange {
	return traffic.Exchange{
		StartedAt: p.StartedAt, Method: p.Method, URL: p.Target, RequestHeader: p.RequestHeader,
		RequestBody: p.RequestBody, Status: p.Status, ResponseHeader: p.ResponseHeader, ResponseBody: p.ResponseBody,
		Truncated: p.Truncated,
	}
}

// leadsTo reports whether a URL leads to the port of a listener on this machine.
func leadsTo(u *url.URL, listener net.Listener) bool {
	host, port, err := net.SplitHostPort(listener.Addr().String())
	own := cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	if err != nil || own != port {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	isHere := u.Hostname() == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
	return isHere || u.Hostname() == host
}

// announce says where the proxy listens, and between what.
func (f *proxyFlags) announce(e env, log *slog.Logger, doc *openapi.Document, o mockserver.Options,
	listener net.Listener) {
	at := baseURL(f.tls.scheme(), listener)
	facts := [][2]string{
		{"upstream", o.BackendName}, {"document", describe(doc, f.spec == "")}, {"inspector", at + "/__mock/"},
		{"control", at + "/__mock/openapi.yaml"}, {"tls", f.tls.describe(o.TLS)}, {"recording", f.record},
	}
	switch {
	case f.controlToken != "":
		facts[3][1] += ", needs the token of --control-token"
	case o.ControlToken != "":
		facts[3][1] += ", needs the token: -H 'Authorization: Bearer " + o.ControlToken + "'"
	}
	if public(listener) {
		facts = append(facts, [2]string{"warning",
			fmt.Sprintf("other machines can reach %s, and the upstream through it", listener.Addr())})
	}
	if f.insecure {
		facts = append(facts, [2]string{"warning", "the upstream's certificate is not verified (--insecure)"})
	}
	if f.logFormat.value == "json" {
		attributes := []any{"url", at, "version", programVersion()}
		for _, fact := range facts {
			if fact[1] != "" {
				attributes = append(attributes, fact[0], fact[1])
			}
		}
		log.Info("listening", attributes...)
		return
	}
	e.say("agentmock %s proxy listening on %s", programVersion(), at)
	for _, fact := range facts {
		if fact[1] != "" {
			e.say("  %-9s %s", fact[0], fact[1])
		}
	}
}

// finish ends the recording, and says what has passed. The error is the verdict of --fail-on-violation.
func (f *proxyFlags) finish(e env, out *lineWriter, log *slog.Logger, seen *proxyTally, recorder *recording) error {
	err := recorder.end(nil)
	_ = out.Flush() // the summary comes last
	if f.logFormat.value == "json" {
		seen.log(log)
	} else {
		seen.print(e)
	}
	requests, answers := seen.violations()
	fails := map[string]int{"any": requests + answers, "request": requests, "response": answers}[f.failOn.value]
	if fails > 0 {
		return cmp.Or(err, error(&exitError{code: exitViolations}))
	}
	return err
}
