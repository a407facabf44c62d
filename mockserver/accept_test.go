package mockserver_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

func TestAccept(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("kites.yaml", []byte(`openapi: 3.0.3
info: {title: Kites, version: '1'}
paths:
  /kites:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Kite'}}}}
      responses:
        '201':
          description: d
          content:
            application/json: {schema: {$ref: '#/components/schemas/Kite'}}
            application/vnd.kite+json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}
            text/xml: {schema: {$ref: '#/components/schemas/Kite'}}
        '400':
          description: d
          content:
            application/json: {schema: {type: object, required: [msg], properties: {msg: {type: string}}}}
            text/plain: {schema: {type: string}}
  /kites/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Kite'}}}}}
components:
  schemas:
    Kite: {type: object, required: [colour], properties: {id: {type: string, readOnly: true}, colour: {type: string}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	c := startWith(t, doc, mockserver.Options{})
	for accept, want := range map[string]string{
		"":                                  "application/json",
		"*/*":                               "application/json",
		"text/xml":                          "text/xml",
		"text/*, application/json;q=0.9":    "text/xml",
		"text/xml;q=0.2, application/*":     "application/json",
		"application/vnd.kite+json":         "application/vnd.kite+json",
		"application/json;q=0, */*;q=0.1":   "application/vnd.kite+json",
		"text/html, image/webp":             "application/json", // nothing that there is
		"text/html, */*;q=0.8":              "application/json",
		"text/xml;q=x, application/json":    "application/json",
		"TEXT/XML; charset=utf-8 ; q=0.900": "text/xml",
		"nonsense, ;;,":                     "application/json",
	} {
		client := c
		if accept != "" {
			client = c.with("Accept", accept)
		}
		r := client.send("POST", "/kites", `{"colour":"red"}`).want(201)
		if got := r.header.Get("Content-Type"); got != want {
			t.Errorf("%s: %s, want %s", accept, got, want)
		}
		body := string(r.body)
		if want == "text/xml" && !strings.Contains(body, "<colour>red</colour>") ||
			want == "application/vnd.kite+json" && (strings.Contains(body, "red") || !strings.Contains(body, `"id"`)) {
			t.Errorf("%s: %s", accept, body)
		}
	}
	r := c.with("Accept", "text/plain").send("POST", "/kites", `{}`).want(400)
	if r.header.Get("Content-Type") != "text/plain" || !strings.Contains(string(r.body), "colour") {
		t.Errorf("%v: %s", r.header, r.body)
	}
}
