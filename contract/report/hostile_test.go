package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// hostile is a text that does harm wherever somebody forgets what it is.
const hostile = "injected | x @a <b> | x @a <b> |\n::error::injected\n \u00a0::stop-commands::x\n##[error]x " +
	"##vso[task.x] ##TeamCity[x] </script><script>injected()</script>]]>--><img src=x onerror=injected()>" +
	"</code></pre></summary></details>\x1b[31m\a\x00\u202e\u2028\u0085 `injected` ``` " +
	"![injected](http://injected.test/x.png) [injected](http://x.test) https://injected.test @everyone #1 " +
	"<!-- injected --> %0A::error::injected {{ injected }} \xff\xfe"

// hostileDocument is a document that has such texts wherever it may.
func hostileDocument(t *testing.T) *openapi.Document {
	t.Helper()
	text := func(s string) string {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	doc, err := openapi.Parse("hostile.json", []byte(fmt.Sprintf(`{"openapi": "3.1.0",
 "info": {"title": %s, "version": %[1]s},
 "paths": {
  "/things": {
   "post": {"operationId": "make", "summary": %[1]s,
    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/new"}}}},
    "responses": {"201": {"description": %[1]s, "content": {"application/json": {"schema":
     {"$ref": "#/components/schemas/thing"}}}}, "400": {"description": "no"}}},
   "get": {"operationId": "list", "responses": {"200": {"description": "all", "content": {"application/json": {"schema":
     {"type": "array", "items": {"$ref": "#/components/schemas/thing"}}}}}}}},
  "/things/{id}": {
   "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
   "get": {"operationId": "read", "responses": {"200": {"description": "it",
     "headers": {"X-Kind": {"required": true, "schema": {"enum": [%[2]s]}}}, "content": {"application/json": {"schema":
     {"$ref": "#/components/schemas/thing"}}}}, "404": {"description": "none"}}},
   "delete": {"operationId": "remove", "responses": {"204": {"description": "gone"}, "404": {"description": "none"}}}}},
 "components": {"schemas": {
  "new": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"},
   "kind": {"enum": [%[2]s, "b"]}, %[3]s: {"type": "string"}}},
  "thing": {"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "string"},
   "name": {"type": "string"}, "kind": {"enum": [%[2]s, "b"]}, %[3]s: {"type": "string"}}}}}}`,
		text("Title "+hostile), text("kind "+hostile), text("member "+hostile))))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// hostileBackend answers with a status line, headers and bodies that nobody means well with.
func hostileBackend(w http.ResponseWriter, r *http.Request, n int64) {
	one := strings.ReplaceAll(strings.ReplaceAll(hostile, "\n", " "), "\x00", "")
	quoted, _ := json.Marshal(hostile)
	made := fmt.Sprintf(`{"id":"id-%d","name":%s,"kind":%[2]s,%[2]s:%[2]s}`, n, quoted)
	bodies := []string{
		made, hostile, "[" + made + "]", `{"name":"` + one + `","` + one + `":1}`, "<html>" + hostile,
	}
	statuses := []string{"200 " + one, "201 " + one, "500 " + one, "418 ::error::injected ##[error]injected", "400 x"}
	body, status := bodies[n%int64(len(bodies))], statuses[n/2%int64(len(statuses))]
	if n%32 == 3 {
		body = `{"id":"id-1","name":"` + strings.Repeat("##[error]\u202e", 1<<17) + `"}` // more than a megabyte
	}
	if r.Method == http.MethodGet && r.URL.Path == "/things" && n%4 != 0 {
		body, status = "[]", "200 OK"
	}
	conn, out, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	quiet := strings.NewReplacer("\x1b", "", "\a", "") // what clients refuse to read
	fmt.Fprintf(out, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nX-Kind: %s\r\n"+
		"X-`injected`|##%%0A: injected\r\nSet-Cookie: a=%[2]s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
		quiet.Replace(status), quiet.Replace(one), len(body), body)
	out.Flush()
}

// TestHostileBackend wants reports in all formats that are still of their formats, without a word of what a backend,
// or a document, has tried to say in their names.
func TestHostileBackend(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("races of runs are for the tests of contract")
	}
	doc := hostileDocument(t)
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hostileBackend(w, r, served.Add(1))
	}))
	defer server.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "exchanges"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	kept := report.NewExchanges(file)
	r, err := contract.Run(context.Background(), doc, fixtures.Derive(doc), contract.Target{BaseURL: server.URL},
		contract.Options{Budget: 300, Wait: -1, Retries: -1, Exchanged: kept.Add})
	if err != nil {
		t.Fatal(err)
	}
	if r.Summary.Failed < 5 || r.Summary.Violations < 10 {
		t.Fatalf("too little is found: %+v", r.Summary)
	}
	for i := range r.Fixtures { // the other half is accepted
		for j := range r.Fixtures[i].Violations {
			if v := &r.Fixtures[i].Violations[j]; v.Fingerprint > "8" {
				v.Known, v.Reason = true, hostile
				r.Summary.Known++
				r.Summary.Violations--
			}
		}
	}
	r.Hints, r.Left = append(r.Hints, hostile), append(r.Left, hostile)
	run := &report.Run{Report: r, Exchanges: kept.Of(r), Command: "agentmock verify"}
	agree(t, run)
	meetsSchema(t, run)
	r.Unreachable = hostile
	for _, f := range report.Formats() {
		var out bytes.Buffer
		if err := f.Write(&out, run); err != nil {
			t.Fatal(err)
		}
		harmless(t, f.Name, out.String())
		judges()[f.Name](t, out.Bytes())
	}
}

// meetsSchema wants the JSON report of a run to be what its schema says.
func meetsSchema(t *testing.T, run *report.Run) {
	t.Helper()
	var out bytes.Buffer
	if err := report.JSON(&out, run); err != nil {
		t.Fatal(err)
	}
	schema, err := openapi.CompileSchema("report.schema.json", report.JSONSchema())
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonvalue.Parse(out.Bytes(), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range schema.Validate(value, openapi.ResponseView) {
		t.Errorf("the schema of JSON reports does not know: %s", v.Message)
	}
}
