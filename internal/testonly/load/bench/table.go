package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// formatTable returns the medians of all rounds as a table in Markdown, and below it how they were
// measured. Ratios are medians of the ratios within a round, not ratios of medians. Those by CPU
// compare the time of the processor that one request takes, of the server and the load tool together:
// what the ratio of rates is where nothing else runs on the machine, and nearly the same where it does.
func formatTable(o options, kinds []kind, all results) string {
	w := new(strings.Builder)
	fmt.Fprintln(w,
		"| request | server | requests/s | of constant | of stateful | p50 | p99 | CPU | of constant by CPU |")
	fmt.Fprintln(w, "|---|---|---:|---:|---:|---:|---:|---:|---:|")
	var tools []time.Duration
	for _, k := range kinds {
		title := k.title
		for _, server := range servers {
			rounds := all[k.name][server]
			for _, r := range rounds {
				tools = append(tools, r.tool)
			}
			least, careless := all[k.name][servesConstant], all[k.name][servesStateful]
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", title, server,
				thousands(median(rounds, func(r result) float64 { return r.rate })),
				ratio(rounds, least, result.perSecond), ratio(rounds, careless, result.perSecond),
				duration(median(rounds, func(r result) time.Duration { return r.p50 })),
				duration(median(rounds, func(r result) time.Duration { return r.p99 })),
				duration(median(rounds, func(r result) time.Duration { return r.cpu })),
				ratio(rounds, least, result.perCPUSecond))
			title = ""
		}
	}
	slices.Sort(tools)
	turns := o.duration.String()
	if o.requests > 0 {
		turns = thousands(float64(o.requests)) + " requests"
	}
	fmt.Fprintf(w, "\n%s, %s/%s, %d processors, %d connections; medians of %d turns of %s each.\n"+
		"CPU is the server's for one request; the load tool takes %s more.\n", runtime.Version(), runtime.GOOS,
		runtime.GOARCH, runtime.NumCPU(), o.connections, o.rounds, turns, duration(tools[len(tools)/2]))
	return w.String()
}

// median returns the median of a value of the rounds; of an even number of rounds, the larger of the
// two in the middle.
func median[T float64 | time.Duration](rounds []result, value func(result) T) T {
	var values []T
	for _, r := range rounds {
		values = append(values, value(r))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// perSecond returns how many requests were answered in a second.
func (r result) perSecond() float64 { return r.rate }

// perCPUSecond returns how many requests a second of one processor is enough for; 0 where it is unknown.
func (r result) perCPUSecond() float64 {
	if r.cpu == 0 {
		return 0
	}
	return 1 / (r.cpu + r.tool).Seconds()
}

// ratio returns the median of the ratios of a speed in each round; – where it is unknown.
func ratio(rounds, others []result, speed func(result) float64) string {
	var ratios []float64
	for i := range rounds {
		if speed(others[i]) == 0 {
			return "–"
		}
		ratios = append(ratios, speed(rounds[i])/speed(others[i]))
	}
	slices.Sort(ratios)
	return strconv.FormatFloat(ratios[len(ratios)/2], 'f', 2, 64)
}

// thousands returns a whole number with a comma before each third digit from its end.
func thousands(x float64) string {
	s := strconv.Itoa(int(math.Round(x)))
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// duration returns a duration in µs, or in ms from 10 ms on; – for 0, which is unknown.
func duration(d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d < 10*time.Millisecond:
		return thousands(float64(d)/float64(time.Microsecond)) + " µs"
	}
	return thousands(float64(d)/float64(time.Millisecond)) + " ms"
}
