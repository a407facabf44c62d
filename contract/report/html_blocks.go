package report

import (
	"bufio"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/agentmock/agentmock/contract"
)

// The bounds of what the page carries, in bytes.
const (
	htmlChunk      = 512 << 10 // of exchanges, before they are compressed: what a reader waits for
	htmlBody       = 64 << 10  // of each body
	htmlBodyAtLast = 256       // of each body, once the page is full
	htmlFull       = 48 << 20
)

// htmlBlocks writes what the page shows, as blocks of lines of JSON, gzipped and in base64, each in an element that
// no browser runs:
//
//	report     the report without its fixtures, then a line for each fixture
//	exchanges  exchanges in the order of the fixtures; there are many such blocks
//	index      an htmlIndex; it is there if there are exchanges
//
// Base64 has no character that ends an element.
type htmlBlocks struct {
	w       *bufio.Writer
	gzip    *gzip.Writer
	base64  io.WriteCloser
	json    *json.Encoder
	full    int // bytes of all blocks, after which bodies are cut
	raw     int // bytes of the block before they are compressed
	written int // bytes of all blocks
}

// begin begins a block.
func (b *htmlBlocks) begin(kind string) error {
	b.raw = 0
	b.base64 = base64.NewEncoder(base64.StdEncoding, countingWriter{b.w, &b.written})
	if b.gzip == nil {
		b.gzip = gzip.NewWriter(b.base64)
		b.json = json.NewEncoder(countingWriter{b.gzip, &b.raw})
		b.json.SetEscapeHTML(false)
	}
	b.gzip.Reset(b.base64)
	_, err := fmt.Fprintf(b.w, "<script type=\"application/octet-stream\" data-block=\"%s\">", kind)
	return err
}

func (b *htmlBlocks) end() error {
	if err := b.gzip.Close(); err != nil {
		return err
	}
	if err := b.base64.Close(); err != nil {
		return err
	}
	_, err := b.w.WriteString("</script>\n")
	return err
}

// countingWriter adds what is written to a number.
type countingWriter struct {
	w io.Writer
	n *int
}

func (c countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	*c.n += n
	return n, err
}

type (
	// htmlHead is a report without its fixtures.
	htmlHead struct {
		*contract.Report
		Fixtures  *struct{}   `json:"fixtures,omitempty"` // hides those of the report
		Command   string      `json:"command,omitempty"`
		Causes    []htmlCause `json:"causes"`
		NoteKinds []htmlGroup `json:"noteKinds"`
	}
	htmlCause struct {
		htmlGroup
		Violations   int         `json:"violations"`
		Consequences []htmlGroup `json:"consequences"`
	}
	htmlGroup struct {
		Finding  htmlFinding `json:"finding"`
		Times    int         `json:"times"`
		Fixtures []int       `json:"fixtures"` // by their indices
	}
	htmlFinding struct {
		*contract.Finding
		Place string `json:"place,omitempty"`
	}
	htmlFixture struct {
		*contract.Result
		Violations []htmlFinding `json:"violations"`
		Notes      []htmlFinding `json:"notes"`
	}
)

func (b *htmlBlocks) report(run *Run) error {
	r := run.Report
	index := make(map[*contract.Result]int, len(r.Fixtures))
	for i := range r.Fixtures {
		index[&r.Fixtures[i]] = i
	}
	head := htmlHead{Report: r, Command: run.Command, Causes: []htmlCause{}}
	for _, c := range causes(r) {
		head.Causes = append(head.Causes, htmlCause{htmlGroupOf(&c.group, index), c.violations(),
			htmlGroups(c.consequences, index)})
	}
	head.NoteKinds = htmlGroups(kinds(r.Fixtures), index)
	if err := b.begin("report"); err != nil {
		return err
	}
	if err := b.json.Encode(head); err != nil {
		return err
	}
	for i := range r.Fixtures {
		f := &r.Fixtures[i]
		if err := b.json.Encode(htmlFixture{f, htmlFindings(f.Violations), htmlFindings(f.Notes)}); err != nil {
			return err
		}
	}
	return b.end()
}

func htmlGroups(list []group, index map[*contract.Result]int) []htmlGroup {
	groups := make([]htmlGroup, len(list))
	for i := range list {
		groups[i] = htmlGroupOf(&list[i], index)
	}
	return groups
}

func htmlGroupOf(g *group, index map[*contract.Result]int) htmlGroup {
	out := htmlGroup{htmlFinding{&g.finding, g.finding.Place()}, g.times, make([]int, len(g.fixtures))}
	for i, f := range g.fixtures {
		out.Fixtures[i] = index[f]
	}
	return out
}

func htmlFindings(list []contract.Finding) []htmlFinding {
	out := make([]htmlFinding, len(list))
	for i := range list {
		out[i] = htmlFinding{&list[i], list[i].Place()}
	}
	return out
}

// htmlIndex says of each exchange, in the order of the blocks, what the page needs before it reads it.
type htmlIndex struct {
	Chunks     []int    `json:"chunks"`  // how many exchanges each block has
	Fixture    []int    `json:"fixture"` // by its index; -1: none
	Operations []string `json:"operations"`
	Operation  []int    `json:"operation"` // by its index in Operations
	Status     []int    `json:"status"`
	Took       []int64  `json:"took"` // in microseconds
}

// add notes an exchange.
func (x *htmlIndex) add(e *contract.Exchange, fixtures, operations map[string]int) {
	fixture, known := fixtures[e.Fixture]
	if !known {
		fixture = -1
	}
	operation, known := operations[e.Operation]
	if !known {
		operation = len(x.Operations)
		operations[e.Operation] = operation
		x.Operations = append(x.Operations, e.Operation)
	}
	x.Fixture, x.Operation = append(x.Fixture, fixture), append(x.Operation, operation)
	x.Status, x.Took = append(x.Status, e.Status), append(x.Took, e.Duration.Microseconds())
	x.Chunks[len(x.Chunks)-1]++
}

func (b *htmlBlocks) exchanges(run *Run) error {
	fixtures, operations := map[string]int{}, map[string]int{}
	for i := range run.Report.Fixtures {
		fixtures[run.Report.Fixtures[i].ID] = i
	}
	index := htmlIndex{Chunks: []int{}, Fixture: []int{}, Operations: []string{}, Operation: []int{}, Status: []int{},
		Took: []int64{}}
	open := false
	for e, err := range run.Exchanges {
		if err != nil {
			return err
		}
		if !open {
			index.Chunks, open = append(index.Chunks, 0), true
			if err := b.begin("exchanges"); err != nil {
				return err
			}
		}
		index.add(&e, fixtures, operations)
		if err := b.json.Encode(b.exchange(&e)); err != nil {
			return err
		}
		if b.raw >= htmlChunk {
			open = false
			if err := b.end(); err != nil {
				return err
			}
		}
	}
	if open {
		if err := b.end(); err != nil {
			return err
		}
	}
	if err := b.begin("index"); err != nil {
		return err
	}
	if err := b.json.Encode(index); err != nil {
		return err
	}
	return b.end()
}

type (
	htmlExchange struct {
		Number          int64       `json:"number"`
		Method          string      `json:"method"`
		URL             string      `json:"url"`
		Took            float64     `json:"took"` // in milliseconds
		Status          int         `json:"status"`
		Error           string      `json:"error,omitempty"`
		RequestHeaders  http.Header `json:"requestHeaders,omitempty"`
		RequestBody     *htmlBytes  `json:"requestBody,omitempty"`
		ResponseHeaders http.Header `json:"responseHeaders,omitempty"`
		ResponseBody    *htmlBytes  `json:"responseBody,omitempty"`
	}
	// htmlBytes is a body: Text, or else Base64 of what is no UTF-8.
	htmlBytes struct {
		Text   string `json:"text,omitempty"`
		Base64 []byte `json:"base64,omitempty"`
		Size   int    `json:"size"`
		Cut    bool   `json:"cut,omitempty"`
	}
)

func (b *htmlBlocks) exchange(x *contract.Exchange) htmlExchange {
	limit := htmlBody
	if b.written > b.full {
		limit = htmlBodyAtLast
	}
	return htmlExchange{Number: x.Number, Method: x.Method, URL: x.URL, Took: htmlTime(x.Duration), Status: x.Status,
		Error: x.Error, RequestHeaders: x.RequestHeader, RequestBody: htmlBytesOf(x.RequestBody, limit),
		ResponseHeaders: x.ResponseHeader, ResponseBody: htmlBytesOf(x.ResponseBody, limit)}
}

// htmlBytesOf returns the beginning of a body; nil: there is none.
func htmlBytesOf(body contract.Body, limit int) *htmlBytes {
	if body.Size == 0 {
		return nil
	}
	text, out := body.Text, &htmlBytes{Size: body.Size, Cut: body.Cut()}
	valid := utf8.Valid(text)
	if len(text) > limit {
		text, out.Cut = text[:limit], true
		for valid && !utf8.Valid(text) { // not in the middle of a character
			text = text[:len(text)-1]
		}
	}
	if valid {
		out.Text = string(text)
	} else {
		out.Base64 = text
	}
	return out
}
