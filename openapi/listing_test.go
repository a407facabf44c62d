package openapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// listingOf returns the listing of a list of hives with these parameters, and these properties beside
// its items.
func listingOf(t *testing.T, parameters, fields, headers string) *openapi.Listing {
	t.Helper()
	doc := load(t, `openapi: 3.1.0
info: {title: Apiary, version: '1'}
paths:
  /hives:
    get:
      operationId: hives
      parameters: [`+parameters+`]
      responses:
        '200':
          description: d
          headers: {`+headers+`}
          content:
            application/json:
              schema:
                type: object
                properties:
                  hives: {type: array, items: {$ref: '#/components/schemas/Hive'}}
                  `+strings.ReplaceAll(fields, "\n", "\n                  ")+`
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Hive'}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Hive'}}}}}
  /hives/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Hive'}}}}}
components:
  schemas:
    Hive:
      type: object
      properties:
        id: {type: string}
        queenName: {type: string}
        frames: {type: integer}
        size: {enum: [small, large]}
        tags: {type: array, items: {type: string}}
        builtAt: {type: string, format: date-time}
`)
	return doc.Operation("hives").Listing
}

func TestListParameters(t *testing.T) {
	t.Parallel()
	for parameter, want := range map[string]string{
		"limit {type: integer}":                                             "size",
		"per_page {type: integer}":                                          "size",
		"'page[size]' {type: integer}":                                      "size",
		"$top {type: integer}":                                              "size",
		"maxResults {type: string}":                                         "size",
		"size {enum: [small, large]}":                                       "filter size",
		"size {type: integer}":                                              "size",
		"$skip {type: integer}":                                             "offset",
		"start {type: string, format: date-time}":                           "",
		"page {type: integer}":                                              "page",
		"Page {type: integer, minimum: 0}":                                  "page from 0",
		"page {type: string, default: '0'}":                                 "page from 0",
		"page {type: string, format: int32}":                                "page",
		"page {type: string}":                                               "after",
		"starting_after {type: string}":                                     "after",
		"PageToken {type: string}":                                          "after",
		"after {type: string, format: date}":                                "",
		"before {type: string}":                                             "before",
		"queen_name {type: string}":                                         "filter queenName",
		"'filter[queenName]' {type: string}":                                "filter queenName",
		"ids {type: array, items: {type: string}}":                          "filter id",
		"tags {type: string}":                                               "filter tags",
		"frames {type: string}":                                             "",
		"frames {type: integer}":                                            "filter frames",
		"q {type: string}":                                                  "",
		"sort {type: string}":                                               "sort",
		"order {enum: [asc, desc]}":                                         "direction",
		"order_by {enum: [queenName, -queenName]}":                          "sort",
		"sortDirection {enum: [ascending, descending]}":                     "direction",
		"limit {type: integer}, x-mock: {list: none}":                       "",
		"drop {type: integer}, x-mock: {list: offset}":                      "offset",
		"queen {type: string}, x-mock: {list: filter, property: queenName}": "filter queenName",
	} {
		got := ""
		for _, p := range listingOf(t, parameterOf(parameter), "", "").Parameters {
			got = strings.TrimSpace(string(p.Role) + " " + p.Property)
			if p.FromZero {
				got += " from 0"
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", parameter, got, want)
		}
	}
}

// parameterOf returns the query parameter of a name, a schema and what else there is.
func parameterOf(text string) string {
	name, schema, _ := strings.Cut(text, " ")
	return "{name: '" + strings.Trim(name, "'") + "', in: query, schema: " + schema + "}"
}

func TestListFields(t *testing.T) {
	t.Parallel()
	const pages = "{name: page, in: query, schema: {type: integer}}"
	const cursor = "{name: cursor, in: query, schema: {type: string}}"
	for _, c := range []struct{ parameters, fields, headers, want string }{
		{"", "total: {type: integer}", "", "total /total"},
		{"", "total: {type: boolean}", "", ""},
		{pages, "count: {type: integer}\nnext: {type: [string, 'null']}\nprevious: {type: [string, 'null']}", "",
			"total /count, next-url /next, prev-url /previous"},
		{cursor, "count: {type: integer}\nnext: {type: [string, 'null']}", "", "count /count, next /next"},
		{cursor, "cursor: {type: string}\nnext_cursor: {type: string}\nhas_more: {type: boolean}", "",
			"next /next_cursor, more /has_more"},
		{pages, "meta: {properties: {current_page: {type: integer}, last_page: {type: integer}, per_page: " +
			"{type: integer}}}", "", "page /meta/current_page, pages /meta/last_page, size /meta/per_page"},
		{pages, "links: {properties: {next: {type: string}, prev: {type: string}, last: {type: string}}}", "",
			"next-url /links/next, prev-url /links/prev"},
		{pages, "_links: {properties: {next: {properties: {href: {type: string}}}}}", "",
			"next-url /_links/next/href"},
		{cursor, "paging: {properties: {cursors: {properties: {after: {type: string}}}}}", "",
			"next /paging/cursors/after"},
		{cursor, "first_id: {type: string}\nlast_id: {type: string}", "", "first-id /first_id, last-id /last_id"},
		{pages, "next: {type: string, format: uri}\nnumber: {type: integer}\nlast: {type: boolean}", "",
			"next-url /next, page /number, last /last"},
		{"", "", "X-Total-Count: {schema: {type: integer}}, Link: {schema: {type: string}}, X-RateLimit-Limit: " +
			"{schema: {type: integer}}, X-Next-Page: {schema: {type: integer}}",
			"total X-Total-Count, link Link, next X-Next-Page"},
	} {
		var got []string
		for _, f := range listingOf(t, c.parameters, c.fields, c.headers).Fields {
			got = append(got, fmt.Sprint(f.Role, " ", f.Pointer, f.Header))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s with %s%s\ngot  %s\nwant %s", c.parameters, c.fields, c.headers, text, c.want)
		}
	}
}

func TestSortKey(t *testing.T) {
	t.Parallel()
	doc := load(t, `{openapi: 3.1.0, info: {title: t, version: '1'}, paths: {/x: {get: {operationId: x,
  responses: {'200': {description: d, content: {application/json: {schema:
    {properties: {queenName: {}, builtAt: {}, frames: {}}}}}}}}}}}`)
	items := doc.Operation("x").Success().JSON().Schema
	for value, want := range map[string]string{
		"queenName": "queenName 0", "-queen_name": "queenName -1", "+frames": "frames 1", "frames:desc": "frames -1",
		"built_at desc": "builtAt -1", "built": "builtAt 0", "-built": "builtAt -1", "frames.asc": "frames 1",
		"queen_name_desc": "queenName -1", "queenNameDesc": "queenName -1", "framesAsc": "frames 1",
		"colour": " 0", "": " 0", "desc": " 0", "frames,desc": "frames -1",
	} {
		property, direction := openapi.SortKey(items, value)
		if got := fmt.Sprint(property, " ", direction); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}
