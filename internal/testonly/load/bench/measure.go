package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/agentmock/agentmock/internal/testonly/load/process"
)

// The servers that are compared.
const (
	servesConstant = "constant"
	servesStateful = "stateful, unvalidated"
	servesMock     = "agentmock"
)

var servers = []string{servesConstant, servesStateful, servesMock}

// agentsPath is the list of agents.
const agentsPath = "/v1/api/agents"

// headers are sent with every request.
var headers = http.Header{"X-Api-Key": {"bench"}, "X-Workspace-Id": {"ws-bench"}, "Content-Type": {"application/json"}}

// warmUp is how many requests each server gets before it is measured.
const warmUp = 200

// bench is a run.
type bench struct {
	options
	self   string // this program
	folder string // for files of the run
	log    io.Writer
}

// result is what one turn has measured.
type result struct {
	rate     float64 // requests per second
	p50, p99 time.Duration
	cpu      time.Duration // of the server, per request; 0 where it is unknown
	tool     time.Duration // of the load tool, per request
}

// results has the results of the rounds, by the name of the kind and the server.
type results map[string]map[string][]result

// measure runs all rounds.
func (b *bench) measure(ctx context.Context, kinds []kind) (results, error) {
	all := results{}
	for round := range b.rounds {
		for _, k := range kinds {
			if all[k.name] == nil {
				all[k.name] = map[string][]result{}
			}
			for turn := range servers {
				server := servers[(turn+round)%len(servers)]
				r, err := b.turn(ctx, k, server)
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", k.title, server, err)
				}
				all[k.name][server] = append(all[k.name][server], r)
			}
		}
		fmt.Fprintf(b.log, "round %d of %d\n", round+1, b.rounds)
	}
	return all, nil
}

// turn starts one server and measures one kind of request.
func (b *bench) turn(ctx context.Context, k kind, server string) (r result, err error) {
	want := k.status
	if server == servesStateful {
		want = k.lax
	}
	p, err := b.start(ctx, k, server)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, p.Stop()) }()
	url, err := prepare(ctx, p.URL, k)
	if err != nil {
		return result{}, err
	}
	for range warmUp {
		if _, err := request(ctx, k.method, url, k.body, want); err != nil {
			return result{}, err
		}
	}
	before, err := p.Usage()
	if err != nil && !errors.Is(err, process.ErrUnknown) {
		return result{}, err
	}
	r, requests, err := b.load(ctx, k, url, want)
	if err != nil {
		return result{}, err
	}
	if after, err := p.Usage(); err == nil {
		r.cpu = (after.CPU - before.CPU) / time.Duration(requests)
	}
	return r, nil
}

// start starts a server. What the mock would answer is asked for first where it is the constant's.
func (b *bench) start(ctx context.Context, k kind, server string) (*process.Process, error) {
	log := filepath.Join(b.folder, "server.log")
	switch server {
	case servesStateful:
		return process.Start(ctx, log, b.self, "-baseline", "stateful")
	case servesConstant:
		answer := filepath.Join(b.folder, k.name+".json")
		if _, err := os.Stat(answer); err != nil {
			if err := b.keepAnswer(ctx, k, answer); err != nil {
				return nil, err
			}
		}
		return process.Start(ctx, log, b.self, "-baseline", "constant", "-answer", answer,
			"-status", strconv.Itoa(k.status))
	}
	return process.Start(ctx, log, b.program, "serve", "--addr", "127.0.0.1:0")
}

// keepAnswer writes what the mock answers to a file.
func (b *bench) keepAnswer(ctx context.Context, k kind, file string) (err error) {
	p, err := b.start(ctx, k, servesMock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Stop()) }()
	url, err := prepare(ctx, p.URL, k)
	if err != nil {
		return err
	}
	answer, err := request(ctx, k.method, url, k.body, k.status)
	if err == nil {
		err = k.check(answer)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(file, answer, 0o600)
}

// prepare creates agents and returns the URL of the requests.
func prepare(ctx context.Context, url string, k kind) (string, error) {
	var last struct {
		ID string `json:"_id"`
	}
	for range agentsAtStart {
		created, err := request(ctx, http.MethodPost, url+agentsPath, agent, 0)
		if err != nil {
			return "", err
		}
		if err := json.Unmarshal(created, &last); err != nil {
			last.ID = "any" // the constant's answer to all requests
		}
	}
	if k.item {
		return url + agentsPath + "/" + last.ID, nil
	}
	return url + agentsPath, nil
}

// request sends one request and returns the body of its answer. A status of 0 is any.
func request(ctx context.Context, method, url, body string, status int) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	req.Header = headers
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && status != 0 && res.StatusCode != status {
		err = fmt.Errorf("%s %s was answered with %s; want %d: %s", method, url, res.Status, status, answer)
	}
	return answer, err
}

// load runs the load tool and returns what it has measured, and how many requests that were.
func (b *bench) load(ctx context.Context, k kind, url string, status int) (result, int, error) {
	args := []string{"--connections", strconv.Itoa(b.connections), "--timeout", "30s", "--latencies",
		"--print", "result", "--format", "json", "--method", k.method, "--body", k.body}
	if b.requests > 0 {
		args = append(args, "--requests", strconv.Itoa(b.requests))
	} else {
		args = append(args, "--duration", b.duration.String())
	}
	for name, values := range headers {
		args = append(args, "--header", name+": "+values[0])
	}
	cmd := exec.CommandContext(ctx, b.options.load, append(args, url)...)
	cmd.Stderr = b.log
	output, err := cmd.Output()
	if err != nil {
		return result{}, 0, fmt.Errorf("%s: %w\n%s", b.options.load, err, output)
	}
	r, requests, err := parseReport(output, status)
	if err != nil {
		return result{}, 0, err
	}
	r.tool = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()) / time.Duration(requests)
	return r, requests, nil
}

// parseReport reads the report of the load tool. All answers must be of the class of a status, which
// the requests before have had exactly.
func parseReport(report []byte, status int) (result, int, error) {
	var r struct {
		Result struct {
			Took    float64 `json:"timeTakenSeconds"`
			Req1xx  int
			Req2xx  int
			Req3xx  int
			Req4xx  int
			Req5xx  int
			Others  int
			Errors  []struct{ Description string }
			Latency struct {
				Percentiles map[string]float64 // in µs
			}
		}
	}
	if err := json.Unmarshal(report, &r); err != nil {
		return result{}, 0, fmt.Errorf("the report of the load tool: %w: %s", err, report)
	}
	counts := []int{r.Result.Req1xx, r.Result.Req2xx, r.Result.Req3xx, r.Result.Req4xx, r.Result.Req5xx,
		r.Result.Others}
	requests := counts[status/100-1]
	for i, n := range counts {
		if n > 0 && i != status/100-1 {
			return result{}, 0, fmt.Errorf("%d of the answers are not %dxx: %s", n, status/100, report)
		}
	}
	if requests == 0 || r.Result.Took <= 0 {
		return result{}, 0, fmt.Errorf("no request was answered: %s", report)
	}
	percentile := func(p string) time.Duration {
		return time.Duration(r.Result.Latency.Percentiles[p] * float64(time.Microsecond))
	}
	rate := float64(requests) / r.Result.Took
	return result{rate: rate, p50: percentile("50"), p99: percentile("99")}, requests, nil
}
