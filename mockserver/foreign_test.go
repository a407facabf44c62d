package mockserver_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

func loaded(t testing.TB, name string) *openapi.Document {
	t.Helper()
	doc, err := openapi.Load("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// bookshop starts a server of a 3.0 document that has no x-mock.
func bookshop(t *testing.T) *client {
	t.Helper()
	return startWith(t, loaded(t, "bookshop-3.0.yaml"), mockserver.Options{}).with("Authorization",
		"Bearer the-token-of-the-shop")
}

func TestBookshopComesAlive(t *testing.T) {
	t.Parallel()
	c := bookshop(t)
	c.send("GET", "/books", "").want(200).holds(map[string]string{"/items": "[]", "/total": "0", "/page/number": "1"})
	created := c.send("POST", "/books", `{"id":77,"title":"Dune","price":9.50,"authors":[{"name":"Frank","age":7}],"shelf":{"code":"X"},
		"supplierPassword":"CLEAR","unknown":1,"addedAt":"2001-01-01T00:00:00Z"}`).want(201)
	created.holds(map[string]string{
		"": `{"price":9.50,"currency":"EUR","id":1,"title":"Dune","authors":[{"name":"Frank"}],"shelf":{"room":"front"},` +
			`"addedAt":"2026-03-04T05:06:07.089Z","changedAt":"2026-03-04T05:06:07.089Z"}`,
	})
	if created.header.Get("X-Stock-Id") != "stock-1" || created.header.Get("Location") != "/books/1" {
		t.Errorf("headers %v", created.header)
	}
	c.send("POST", "/books", `{"title":"Emma","price":1,"subtitle":null}`).want(201).holds(map[string]string{"/id": "2",
		"/subtitle": "null"})
	c.send("GET", "/books?limit=3", "").want(200).holds(map[string]string{"/items/0/title": `"Dune"`,
		"/items/1/title": `"Emma"`, "/total": "2"})
	c.Clock().Advance(time.Minute)
	c.send("PATCH", "/books/1", `{"subtitle":"A novel","shelf":{"room":"back"}}`).want(200).holds(map[string]string{
		"/title": `"Dune"`, "/subtitle": `"A novel"`, "/shelf": `{"room":"back"}`, "/price": "9.50",
		"/addedAt": `"2026-03-04T05:06:07.089Z"`, "/changedAt": `"2026-03-04T05:07:07.089Z"`,
	})
	c.send("PATCH", "/books/1", `{"subtitle":null}`).want(200).holds(map[string]string{"/subtitle": "null"})
	c.send("PUT", "/books/1", `{"title":"Dune Messiah","price":2}`).want(200).holds(map[string]string{
		"": `{"price":2,"currency":"EUR","id":1,"title":"Dune Messiah","addedAt":"2026-03-04T05:06:07.089Z","changedAt":"2026-03-04T05:07:07.091Z"}`,
	})
	c.send("DELETE", "/books/2", "").want(200).holds(map[string]string{"": `{"removed":true}`})
	c.send("GET", "/books/2", "").refuses(404, "bookId", `"2"`)
	c.send("POST", "/books", `{"title":"Next","price":1}`).want(201).holds(map[string]string{"/id": "3"})
	c.send("GET", "/opening-hours",
		"").want(200).holds(map[string]string{"": `{"opens":"09:00","closes":"18:30","days":["mon"]}`})
	c.with("Authorization").send("GET", "/opening-hours", "").want(200)
}

func TestBookshopRefuses(t *testing.T) {
	t.Parallel()
	c := bookshop(t)
	c.send("POST", "/books", `{"title":"Dune","price":9}`).want(201)
	if r := c.with("Authorization").send("GET", "/books", "").refuses(401,
		"Authorization"); r.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("WWW-Authenticate %q", r.header.Get("WWW-Authenticate"))
	}
	c.with("Authorization", "Basic abc").send("GET", "/books", "").refuses(401, "bearer")
	c.send("GET", "/books?limit=0", "").refuses(400, "limit")
	c.send("GET", "/books/one", "").refuses(400, "bookId")
	c.send("GET", "/books/9", "").refuses(404, "bookId")
	// the document describes 422 here, and not 400
	c.send("POST", "/books", `{"title":"","price":0,"currency":"GBP","subtitle":3}`).want(422).holds(map[string]string{
		"/problem": `"body /currency: \"GBP\" is not one of \"EUR\", \"USD\" (and 3 more)"`})
	c.send("POST", "/books", `{"title":null,"price":1}`).want(422).holds(map[string]string{
		"/problem": `"body /title: null where a string is expected"`})
	c.send("PATCH", "/books/1", `{"title":1}`).refuses(400, "/title")
	c.send("PUT", "/books/1", `{"title":"Only"}`).refuses(400, "/price")
	c.send("PUT", "/books", "").refuses(405)
	c.send("GET", "/stall/books", "").refuses(404, "GET /books (listBooks)")
}

// Items that belong to another item are deleted with it.
func TestNestedCollections(t *testing.T) {
	t.Parallel()
	c := bookshop(t)
	for range 2 {
		c.send("POST", "/books", `{"title":"Dune","price":9}`).want(201)
	}
	c.send("GET", "/books/3/reviews", "").refuses(404, "bookId", `"3"`)
	c.send("POST", "/books/3/reviews", `{"stars":5}`).refuses(404, "bookId")
	review := c.send("POST", "/books/1/reviews",
		`{"stars":5,"bookId":2}`).want(201).holds(map[string]string{"/bookId": "1", "/stars": "5"})
	id := review.text("/reviewId")
	if len(id) != 36 {
		t.Errorf("identity %q is no UUID", id)
	}
	c.send("GET", "/books/1/reviews/"+id, "").want(200)
	c.send("GET", "/books/2/reviews/"+id, "").refuses(404, "reviewId")
	c.send("GET", "/books/2/reviews", "").want(200).holds(map[string]string{"": "[]"})
	state := c.State()
	c.send("DELETE", "/books/1", "").want(200)
	if rest := string(c.State()); strings.Contains(rest, id) {
		t.Errorf("a review outlived its book: %s", rest)
	}
	if err := c.SetState(state); err != nil {
		t.Fatal(err)
	}
	c.send("GET", "/books/1/reviews/"+id, "").want(200)
	c.send("POST", "/books", `{"title":"Next","price":1}`).want(201).holds(map[string]string{"/id": "3"})
	c.send("PATCH", "/__mock/state/reviews/"+id, `{"stars":9}`).refuses(400, "state /stars")
	c.send("PATCH", "/__mock/state/reviews/"+id, `{"stars":1,"bookId":2}`).want(200)
	c.send("GET", "/books/2/reviews/"+id, "").want(200).holds(map[string]string{"/stars": "1"})
}

func TestFleetComesAlive(t *testing.T) {
	t.Parallel()
	c := startWith(t, loaded(t, "fleet-3.1.yaml"), mockserver.Options{APIKeys: []string{"sesame-fleet"}})
	q := "?fleet_key=sesame-fleet"
	created := c.send("POST", "/vans"+q,
		`{"plate":"B-7","load":{"liquid":"milk","litres":7.0},"state":"driving","x":1}`).want(201)
	created.holds(map[string]string{"/data": `{"plate":"B-7","load":{"liquid":"milk","litres":7.0},"seats":2,"state":"parked"}`})
	if created.header.Get("Location") != "/vans/B-7" {
		t.Errorf("Location %q", created.header.Get("Location"))
	}
	c.send("POST", "/vans"+q, `{"plate":"B-7","load":{"crates":1}}`).refuses(409, "/plate")
	c.send("POST", "/vans"+q,
		`{"plate":"B-8","load":{"crates":1},"driver":null}`).want(201).holds(map[string]string{"/data/driver": "null"})
	list := c.send("GET", "/vans"+q, "").want(200).holds(map[string]string{"/0/plate": `"B-7"`, "/1/plate": `"B-8"`})
	if got := list.header.Get("Content-Type"); got != "application/vnd.fleet+json" {
		t.Errorf("Content-Type %q", got)
	}
	c.send("GET", "/vans/B-7"+q, "").want(200).holds(map[string]string{"/data/plate": `"B-7"`})
	c.send("PUT", "/vans/B-7"+q, `{"plate":"B-7","load":{"crates":3},"seats":5}`).want(200).
		holds(map[string]string{"/data": `{"plate":"B-7","load":{"crates":3},"seats":5,"state":"parked"}`})
	c.send("POST", "/vans"+q, `{"plate":"B-9","load":{}}`).refuses(400, "/load")
	c.send("GET", "/vans/b7"+q, "").refuses(400, "plate")
	if r := c.send("POST", "/vans/B-7/honk"+q, "").want(202); string(r.body) != "beep" {
		t.Errorf("honk: %q", r.body)
	}
	c.send("DELETE", "/vans/B-7"+q, "").want(204)
	c.send("GET", "/vans/B-7"+q, "").refuses(404)

	c.send("GET", "/vans", "").refuses(401)
	c.send("GET", "/vans?fleet_key=wrong-key", "").refuses(401)
	c.with("Authorization", "Basic "+"bWU6c2VzYW1lLWZsZWV0").send("GET", "/vans", "").want(200) // me:sesame-fleet
	c.with("Authorization", "Basic "+"bWU6d3Jvbmc=").send("GET", "/vans", "").refuses(401)
	if journal := fmt.Sprint(c.Requests(mockserver.Filter{})); strings.Contains(journal, "sesame") ||
		strings.Contains(journal, "wrong-key") {
		t.Errorf("the journal shows a key: %s", journal)
	}
}

// Every operation of every document responds with something that the document describes.
func TestEachOperationOfEachDocument(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bookshop-3.0.yaml", "fleet-3.1.yaml"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := loaded(t, name)
			c := startWith(t, doc, mockserver.Options{}).with("Authorization", "Bearer the-token")
			for _, op := range doc.Operations {
				path := variable.ReplaceAllString(op.Path, "1")
				c.send(op.Method, path, "")
				c.send(op.Method, path, "{}")
			}
		})
	}
}

// Refusals have the form that a document describes, and a response of any media type is JSON.
func TestDescribedRefusals(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Parse("problems.yaml", []byte(`
openapi: 3.0.3
info: {title: Problems, version: '1'}
paths:
  /hats:
    post:
      operationId: addHat
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Hat'}}}}
      responses:
        '201': {description: Added, content: {'*/*': {schema: {$ref: '#/components/schemas/Hat'}}}}
        4XX:
          description: Refused
          content:
            application/problem+json:
              schema:
                type: object
                required: [title, status, trace]
                properties: {title: {type: string}, status: {type: integer}, detail: {type: string}, trace: {type: string, format: uuid}}
  /hats/{id}:
    get:
      operationId: getHat
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Hat'}}}}}
components:
  schemas:
    Hat: {type: object, required: [id, size], properties: {id: {type: string, readOnly: true}, size: {type: number}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	mock := mockserver.RunT(t, doc, mockserver.Options{})
	op := doc.Operation("addHat")
	for body, want := range map[string]string{
		`{"size": 57}`:  `"size":57`,
		`{"size": "L"}`: `"title":"Bad Request","status":400,"trace":"ae63c415-51c3-4361-b0c5-b80c1a239838","detail":"body /size: \"L\" where a number is expected"`,
	} {
		res, err := http.Post(mock.URL+"/hats", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if !strings.Contains(string(got), want) {
			t.Errorf("%s: got %d %s, want %s", body, res.StatusCode, got, want)
		}
		if found := op.ValidateResponse(&openapi.ResponseData{Status: res.StatusCode, Header: res.Header,
			Body: got}); len(found) > 0 {
			t.Errorf("%s: the answer does not conform: %v", body, found)
		}
	}
}
