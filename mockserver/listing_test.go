package mockserver_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// kennel starts a server of a document whose list has these parameters and these fields beside its
// items, with five dogs: Ada, bo, Cy, Di and Ed, who weigh 30, 4, 11, none and 9.
func kennel(t *testing.T, parameters, fields string) *client {
	t.Helper()
	doc, err := openapi.Parse("kennel.yaml", []byte(`openapi: 3.1.0
info: {title: Kennel, version: '1'}
paths:
  /dogs:
    get:
      operationId: dogs
      parameters:
        - `+strings.ReplaceAll(parameters, "\n", "\n        - ")+`
      responses:
        '200':
          description: d
          headers: {X-Total: {schema: {type: integer}}, Link: {schema: {type: string}}}
          content: {application/json: {schema: {type: object, required: [dogs], properties: {
            dogs: {type: array, items: {$ref: '#/components/schemas/Dog'}}`+fields+`}}}}
        '400': {description: d}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Dog'}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Dog'}}}}}
  /dogs/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Dog'}}}}}}
    delete: {responses: {'204': {description: d}}}
components:
  schemas:
    Dog:
      type: object
      properties: {id: {type: integer, readOnly: true}, name: {type: string}, kilos: {type: number}, tags: {type: array,
        items: {type: string}}, good: {type: boolean}}
`))
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc, mockserver.Options{})
	for _, body := range []string{`{"name":"Ada","kilos":30,"tags":["a","b"],"good":true}`,
		`{"name":"bo","kilos":4,"good":false}`, `{"name":"Cy","kilos":11,"tags":["b"]}`, `{"name":"Di"}`,
		`{"name":"Ed","kilos":9.0}`} {
		c.send("POST", "/dogs", body).want(201)
	}
	return c
}

// names returns the names of the dogs in a response.
func names(r *reply) string {
	list, _ := r.at("/dogs").([]any)
	var out []string
	for _, dog := range list {
		name, _ := jsonvalue.Lookup(dog, "/name")
		out = append(out, fmt.Sprint(name))
	}
	return strings.Join(out, " ")
}

func TestListQueries(t *testing.T) {
	t.Parallel()
	c := kennel(t, `{name: offset, in: query, schema: {type: integer}}
{name: limit, in: query, schema: {type: integer}}
{name: page, in: query, schema: {type: integer}}
{name: name, in: query, schema: {type: array, items: {type: string}}}
{name: kilos, in: query, schema: {type: number}}
{name: tags, in: query, schema: {type: string}}
{name: good, in: query, schema: {type: boolean}}
{name: sort, in: query, schema: {type: string}}
{name: order, in: query, schema: {enum: [asc, desc]}}
{name: q, in: query, schema: {type: string}}`, "")
	for query, want := range map[string]string{
		"":                              "Ada bo Cy Di Ed",
		"limit=2":                       "Ada bo",
		"limit=0":                       "",
		"limit=-3":                      "Ada bo Cy Di Ed",
		"limit=99":                      "Ada bo Cy Di Ed",
		"limit=2&offset=1":              "bo Cy",
		"offset=4":                      "Ed",
		"offset=99":                     "",
		"limit=2&page=2":                "Cy Di",
		"limit=2&page=3":                "Ed",
		"limit=2&page=4":                "",
		"limit=2&page=0":                "Ada bo",
		"limit=2&page=4611686018427387": "",
		"page=2":                        "",
		"name=Cy":                       "Cy",
		"name=Cy&name=Ada":              "Ada Cy",
		"name=Zoe":                      "",
		"kilos=9":                       "Ed",
		"tags=b":                        "Ada Cy",
		"good=false":                    "bo",
		"tags=b&good=true":              "Ada",
		"sort=name":                     "Ada bo Cy Di Ed",
		"sort=-name":                    "Ed Di Cy bo Ada",
		"sort=kilos":                    "bo Ed Cy Ada Di",
		"sort=kilos:desc&limit=2":       "Di Ada",
		"sort=kilos&order=desc":         "Di Ada Cy Ed bo",
		"sort=kilos,desc":               "Di Ada Cy Ed bo",
		"sort=good,-name":               "bo Ada Ed Di Cy",
		"order=desc":                    "Ed Di Cy bo Ada",
		"sort=colour":                   "Ada bo Cy Di Ed",
		"q=Ada":                         "Ada bo Cy Di Ed",
	} {
		if got := names(c.send("GET", "/dogs?"+query, "").want(200)); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestListByNumberedPages(t *testing.T) {
	t.Parallel()
	c := kennel(t, `{name: page, in: query, schema: {type: integer, minimum: 0}}
{name: per_page, in: query, schema: {type: integer, default: 2, maximum: 3}}`,
		`, total: {type: integer}, count: {type: integer}, meta: {properties: {page: {type: integer}, pages: {type: integer},
		per_page: {type: integer}}}, next: {type: [string, 'null'], format: uri}, prev_page: {type: integer}, last: {type:
		boolean}`)
	first := c.send("GET", "/dogs", "").want(200)
	first.holds(map[string]string{"/total": "5", "/count": "2", "/meta": `{"page":0,"pages":3,"per_page":2}`, "/last": "false"})
	if next := first.text("/next"); !strings.HasSuffix(next, "/dogs?page=1") || !strings.HasPrefix(next, "http://") {
		t.Errorf("next %s", next)
	}
	if link := first.header.Get("Link"); !strings.Contains(link, `/dogs?page=1>; rel="next"`) || strings.Contains(link, "prev") {
		t.Errorf("link %s", link)
	}
	last := c.send("GET", "/dogs?page=2", "").want(200)
	last.holds(map[string]string{"/next": "null", "/count": "1", "/prev_page": "1", "/last": "true"})
	if got := last.header.Get("X-Total"); got != "5" || names(last) != "Ed" {
		t.Errorf("total %s, %s", got, names(last))
	}
}

func TestListByCursor(t *testing.T) {
	t.Parallel()
	c := kennel(t, `{name: cursor, in: query, schema: {type: string}}
{name: limit, in: query, schema: {type: integer}}
{name: sort, in: query, schema: {type: string}}`, `, next_cursor: {type: [string, 'null']}, has_more: {type: boolean}`)
	for _, sort := range []string{"", "&sort=-name"} {
		var all []string
		query := "limit=2" + sort
		for range 3 {
			page := c.send("GET", "/dogs?"+query, "").want(200)
			all = append(all, names(page))
			next, more := page.at("/next_cursor").(string)
			if page.at("/has_more") != more {
				t.Errorf("has_more is %v beside the cursor %q", page.at("/has_more"), next)
			}
			query = "limit=2" + sort + "&cursor=" + url.QueryEscape(next)
		}
		if got := strings.Join(all, ", "); got != "Ada bo, Cy Di, Ed" && got != "Ed Di, Cy bo, Ada" {
			t.Errorf("%s", got)
		}
	}
	cursor := c.send("GET", "/dogs?limit=2", "").text("/next_cursor")
	c.send("DELETE", "/dogs/2", "").want(204) // whose place the cursor is
	if got := names(c.send("GET", "/dogs?cursor="+cursor, "").want(200)); got != "Cy Di Ed" {
		t.Errorf("after an item that is gone: %s", got)
	}
	c.send("GET", "/dogs?cursor=nonsense", "").refuses(400, "cursor", "place")
}

func TestListAfterAnIdentity(t *testing.T) {
	t.Parallel()
	c := kennel(t, `{name: starting_after, in: query, schema: {type: integer}}
{name: ending_before, in: query, schema: {type: integer}}
{name: limit, in: query, schema: {type: integer}}`, `, last_id: {type: integer}, first_id: {type: integer}`)
	for query, want := range map[string]string{
		"limit=2": "Ada bo", "limit=2&starting_after=2": "Cy Di", "starting_after=5": "",
		"limit=2&ending_before=4": "bo Cy", "limit=2&ending_before=1": "", "ending_before=3": "Ada bo",
	} {
		if got := names(c.send("GET", "/dogs?"+query, "").want(200)); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	c.send("GET", "/dogs?limit=2", "").holds(map[string]string{"/first_id": "1", "/last_id": "2"})
	c.send("GET", "/dogs?starting_after=77", "").refuses(400, "starting_after")
}

// TestListFromARequiredPlace: who must send a place has none for the first page, so that any will do.
func TestListFromARequiredPlace(t *testing.T) {
	t.Parallel()
	c := kennel(t, `{name: token, in: query, required: true, schema: {type: string}}`, ``)
	for query, want := range map[string]string{"anything": "Ada bo Cy Di Ed", "3": "Di Ed"} {
		if got := names(c.send("GET", "/dogs?token="+query, "").want(200)); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// TestPageInAnOptionalObject: what tells of a page has what else the document requires beside it.
func TestPageInAnOptionalObject(t *testing.T) {
	t.Parallel()
	c := kennel(t, `{name: page, in: query, schema: {type: integer}}
{name: limit, in: query, schema: {type: integer}}`, `, meta: {type: object, required: [pages, leash], properties: {
            leash: {type: string, enum: [long]}, pages: {type: object, required: [total, next], properties: {
            total: {type: integer}, next: {type: [number, 'null']}, previous: {type: number}}}}}`)
	c.send("GET", "/dogs?limit=3", "").holds(map[string]string{"/meta/leash": `"long"`, "/meta/pages/total": "5",
		"/meta/pages/next": "2"})
	last := c.send("GET", "/dogs?limit=3&page=2", "")
	last.holds(map[string]string{"/meta/pages/previous": "1"})
	if next := last.at("/meta/pages/next"); next != nil {
		t.Errorf("after the last page there is %v", next)
	}
}
