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
	"io"
	"log"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

func main() {
	reserve := newReserve()
	ctx := untilSignal()
	log.SetOutput(io.Discard) // where net/http quotes what a target sends, secrets and all
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	runtime.KeepAlive(reserve)
	os.Exit(code)
}

// untilSignal returns a context that the first signal cancels, so that commands end in an orderly way. By
// then signals have their default effect again: the second one ends the process at once.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		cancel()
	}()
	return ctx
}

// reserved is a number of bytes that count as used memory, though no page of them is ever touched, so
// that the collector lets as much garbage come together. A mock has little in use and makes much
// garbage: without a reserve it spends a quarter of its time on collecting. GOGC and GOMEMLIMIT still
// work as they do.
const reserved = 64 << 20

// newReserve returns the reserve, which works until it is garbage. It is in parts, because one that lies
// where something was before has to be cleared, and then is touched.
func newReserve() [][]byte {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // the parts are no reason to collect
	parts := make([][]byte, 64)
	for i := range parts {
		parts[i] = make([]byte, reserved/len(parts))
	}
	return parts
}
