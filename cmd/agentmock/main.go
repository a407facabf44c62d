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
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal cancels the context, so that commands end in an orderly way. From then on
	// signals have their default effect: the second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
