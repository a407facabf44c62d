package mockserver_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// sizes are numbers of items; the largest takes a minute and 2 GB to make, which -short leaves out.
func sizes() []int {
	if testing.Short() {
		return []int{10, 1_000, 100_000}
	}
	return []int{10, 1_000, 100_000, 1_000_000}
}

// BenchmarkSizes does one thing among more and more agents. None of it may take longer for that; the
// memory of many is slower than that of few, as it is not in the processor's caches.
func BenchmarkSizes(b *testing.B) {
	for _, n := range sizes() {
		s, c := crowded(b, n), newSender()
		paths := make([]string, 10_000)
		for i := range paths {
			paths[i] = fmt.Sprintf("%s/%024x", agents, i*7919%n)
		}
		for name, do := range map[string]func(i int){
			"update": func(i int) { c.send(b, s, "PUT", paths[i%len(paths)], pageUpdate, 200) },
			"read":   func(i int) { c.send(b, s, "GET", paths[i%len(paths)], "", 200) },
			"reset":  func(int) { s.Reset() },
		} {
			b.Run(fmt.Sprint(name, "/", n), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					do(i)
				}
			})
		}
	}
}

// birds has a list of pages.
const birds = `openapi: 3.1.0
info: {title: Birds, version: '1'}
paths:
  /birds:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 20}}
        - {name: offset, in: query, schema: {type: integer, minimum: 0}}
        - {name: order, in: query, schema: {type: string, enum: [asc, desc]}}
      responses:
        '200':
          description: b
          content: {application/json: {schema: {type: object, required: [birds, total], properties: {
            birds: {type: array, items: {$ref: '#/components/schemas/Bird'}}, total: {type: integer}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Bird'}}}}
      responses: {'201': {description: b, content: {application/json: {schema: {$ref: '#/components/schemas/Bird'}}}}}
  /birds/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: b, content: {application/json: {schema: {$ref: '#/components/schemas/Bird'}}}}}}
components:
  schemas:
    Bird: {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
`

// BenchmarkPage reads a page of twenty from the middle of longer and longer lists.
func BenchmarkPage(b *testing.B) {
	doc, err := openapi.Parse("birds.yaml", []byte(birds))
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range sizes() {
		text := bytes.NewBufferString(`{"birds":[{"id":0}`)
		for i := 1; i < n; i++ {
			fmt.Fprintf(text, `,{"id":%d,"name":"bird %[1]d"}`, i)
		}
		text.WriteString(`]}`)
		s, err := mockserver.New(doc, mockserver.Options{State: text.Bytes()})
		if err != nil {
			b.Fatal(err)
		}
		c := newSender()
		for _, order := range []string{"asc", "desc"} {
			b.Run(fmt.Sprint(order, "/", n), func(b *testing.B) {
				c.url.RawQuery = fmt.Sprintf("offset=%d&order=%s", n/2, order)
				b.ReportAllocs()
				for b.Loop() {
					c.send(b, s, "GET", "/birds", "", 200)
				}
			})
		}
	}
}
