// Command agentmock stands in for the call agent API and keeps everybody
// honest about it: it serves a mock from an OpenAPI document, checks a backend
// against the same document, and makes believable agents.
//
//	agentmock serve
//	agentmock spec check openapi.yaml
//
// It only parses flags, prints and picks exit codes; the work is done by the
// packages openapi, fixtures, mockserver and contract.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal cancels the context, and commands come to an orderly end. From then on
	// signals do what they do by default: the second one ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
