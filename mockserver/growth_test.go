package mockserver_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/load/process"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// How the cost of a request grows with what a server holds. The answer to "does it" is in the README.

// place is where an agent is.
type place struct{ path, workspace string }

// filled returns a server with n agents, spread over some workspaces, and the places of some of them.
func filled(b *testing.B, n, workspaces int, o mockserver.Options) (*mockserver.Server, []place) {
	b.Helper()
	s, err := mockserver.New(openapi.Agent(), o)
	if err != nil {
		b.Fatal(err)
	}
	var places []place
	const enough = 1000
	c := newSender()
	for i := range n {
		workspace := fmt.Sprintf("ws-%d", i%workspaces)
		c.request.Header["X-Workspace-Id"][0] = workspace
		c.send(b, s, "POST", agents, minimalAgent, 201)
		if i*enough/n >= len(places) {
			places = append(places, place{c.header.Get("Location"), workspace})
		}
	}
	return s, places
}

// requests runs a benchmark for each kind of request to one agent.
func requests(b *testing.B, s *mockserver.Server, places []place) {
	for _, kind := range []struct{ name, method, body string }{{"update", "PUT", pageUpdate}, {"read", "GET", ""}} {
		b.Run(kind.name, func(b *testing.B) {
			c := newSender()
			b.ReportAllocs()
			defer reportCPU(b)()
			for i := 0; b.Loop(); i++ {
				at := places[i*7919%len(places)]
				c.request.Header["X-Workspace-Id"][0] = at.workspace
				c.send(b, s, kind.method, at.path, kind.body, 200)
			}
		})
	}
}

// reportCPU starts to count the time of the processor, the garbage collector's included, and returns a
// function that reports it. It says more than the time of the clock on a machine that does other work.
func reportCPU(b *testing.B) func() {
	b.Helper()
	before, err := process.Self()
	return func() {
		after, err2 := process.Self()
		if err == nil && err2 == nil {
			b.ReportMetric(float64(after.CPU-before.CPU)/float64(b.N), "CPU-ns/op")
		}
	}
}

// BenchmarkAgents must take as long with a million agents as with ten.
func BenchmarkAgents(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, places := filled(b, n, 1, mockserver.Options{})
			requests(b, s, places)
		})
	}
}

// BenchmarkAgentMemory reports how many bytes an agent takes beside those of its JSON.
func BenchmarkAgentMemory(b *testing.B) {
	const n = 100_000
	for b.Loop() {
		before := heapSize()
		s, places := filled(b, n, 1, mockserver.Options{JournalEntries: 1})
		grown := float64(heapSize() - before)
		c := newSender()
		c.request.Header["X-Workspace-Id"][0] = places[0].workspace
		c.send(b, s, "GET", places[0].path, "", 200)
		b.ReportMetric(grown/n, "B/agent")
		b.ReportMetric(float64(len(c.answer)), "JSON-B/agent")
	}
}

// heapSize returns the size of what is alive.
func heapSize() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkWorkspaces must take as long with many workspaces as with one.
func BenchmarkWorkspaces(b *testing.B) {
	for _, n := range []int{1, 1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, places := filled(b, 100_000, n, mockserver.Options{})
			requests(b, s, places)
		})
	}
}

// BenchmarkJournal must take as long with a long journal, full of requests, as with a short one.
func BenchmarkJournal(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, places := filled(b, 1000, 1, mockserver.Options{JournalEntries: n, JournalBytes: 1 << 30})
			c := newSender()
			c.request.Header["X-Workspace-Id"][0] = places[0].workspace
			for range n {
				c.send(b, s, "GET", places[0].path, "", 200)
			}
			requests(b, s, places)
		})
	}
}

// BenchmarkReadJournal reads a journal that is full of bodies of a size: one long text, or many members.
func BenchmarkReadJournal(b *testing.B) {
	members := make([]string, 6_000)
	for i := range members {
		members[i] = fmt.Sprintf(`"k%d":%d`, i, i)
	}
	for _, size := range []int{500, 8_000, 60_000} {
		for name, value := range map[string]string{
			"text": `"` + strings.Repeat("x", size) + `"`, "members": "{" + strings.Join(members[:size/10], ",") + "}",
		} {
			s, c := crowded(b, 1), newSender()
			for range mockserver.DefaultJournalEntries {
				c.send(b, s, "POST", agents, `{"variables":{"a":`+value+`}}`, 400)
			}
			b.Run(fmt.Sprintf("%s/bytes=%d", name, size), func(b *testing.B) {
				entries := 0
				for b.Loop() {
					entries = len(s.Requests(mockserver.Filter{}).Requests)
				}
				b.ReportMetric(float64(entries), "entries")
			})
		}
	}
}

// BenchmarkDocument must take as long with a document of many operations as with one of few.
func BenchmarkDocument(b *testing.B) {
	for _, n := range []int{1, 100, 2000} {
		b.Run(fmt.Sprint(3*n), func(b *testing.B) {
			doc, err := openapi.Parse("shelves.json", []byte(shelves(n)))
			if err != nil {
				b.Fatal(err)
			}
			s, err := mockserver.New(doc, mockserver.Options{})
			if err != nil {
				b.Fatal(err)
			}
			c := newSender()
			c.send(b, s, "POST", fmt.Sprintf("/shelf%d/books", n/2), `{"title": "Emma", "pages": 474}`, 201)
			book := c.header.Get("Location")
			b.Run("update", func(b *testing.B) {
				b.ReportAllocs()
				defer reportCPU(b)()
				for b.Loop() {
					c.send(b, s, "PUT", book, `{"title": "Persuasion", "pages": 249}`, 200)
				}
			})
			b.Run("read", func(b *testing.B) {
				b.ReportAllocs()
				defer reportCPU(b)()
				for b.Loop() {
					c.send(b, s, "GET", book, "", 200)
				}
			})
		})
	}
}

// shelves returns a document with three operations for each of n collections.
func shelves(n int) string {
	var paths strings.Builder
	for i := range n {
		if i > 0 {
			paths.WriteByte(',')
		}
		const content = `"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}`
		fmt.Fprintf(&paths, `"/shelf%d/books": {"post": {"requestBody": {%s}, "responses": {"201": {"description": "", %s}}}},
			"/shelf%d/books/{id}": {"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
			"get": {"responses": {"200": {"description": "", %s}}},
			"put": {"requestBody": {%s}, "responses": {"200": {"description": "", %s}}}}`,
			i, content, content, i, content, content, content)
	}
	return `{"openapi": "3.1.0", "info": {"title": "Shelves", "version": "1"}, "paths": {` + paths.String() + `},
		"components": {"schemas": {"Book": {"type": "object", "required": ["title"], "properties": {
			"id": {"type": "string", "readOnly": true}, "title": {"type": "string"}, "pages": {"type": "integer"}}}}}}`
}

// BenchmarkBody must take as long as the body of an update is.
func BenchmarkBody(b *testing.B) {
	for _, size := range []int{1 << 10, 32 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size>>10, "KiB"), func(b *testing.B) {
			s, places := filled(b, 10, 1, mockserver.Options{})
			c := newSender()
			c.request.Header["X-Workspace-Id"][0] = places[0].workspace
			line := `"line %d": {"text": "the quick brown fox", "number": %d}, `
			var variables strings.Builder
			for i := 0; variables.Len() < size; i++ {
				fmt.Fprintf(&variables, line, i, i)
			}
			body := `{"llmModel": "gpt-5", "variables": {` + variables.String() + `"end": true}}`
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			defer reportCPU(b)()
			for b.Loop() {
				c.send(b, s, "PUT", places[0].path, body, 200)
			}
		})
	}
}
