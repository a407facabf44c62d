// Command agentmock serves a mock of the call agent API from an OpenAPI
// document, checks a backend against the same document, and generates realistic
// agents.
//
//	agentmock serve
//	agentmock verify --base-url http://127.0.0.1:4010
//	agentmock seed --count 200 --out agents.json
//
// It parses flags, prints, and chooses exit codes. The packages openapi,
// fixtures, mockserver and contract do the work, and know no flags.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// reserve is a number of bytes that count as used memory, though no page of them is ever touched, so that
// the collector lets as much garbage come together. A mock has little in use and makes much garbage: without
// a reserve it spends a quarter of its time on collecting. GOGC and GOMEMLIMIT still work as they do.
const reserve = 64 << 20

func main() {
	reserved := make([]byte, reserve)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal cancels the context, so that commands end in an orderly way. From then on
	// signals have their default effect: the second one ends the process at once.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	runtime.KeepAlive(reserved)
	os.Exit(code)
}
