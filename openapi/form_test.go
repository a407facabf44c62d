package openapi_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// withForm is a document whose one operation, book, takes a form with these properties (in flow style)
// and this encoding.
func withForm(mediaType, properties, encoding string) string {
	return `openapi: 3.1.0
info: {title: Ferry, version: '1'}
paths:
  /crossings:
    post:
      operationId: book
      requestBody:
        required: true
        content:
          ` + mediaType + `:
            schema: {type: object, required: [deck], properties: ` + properties + `}
            encoding: ` + encoding + `
      responses: {'204': {description: d}}
`
}

const ferryForm = `{deck: {enum: [upper, lower]}, cars: {type: integer, maximum: 9}, dog: {type: boolean},
              note: {type: [string, 'null']}, tolls: {type: array, items: {type: number}}, "ports[]": {type: array, items:
              {type: string}}, berth: {type: object, properties: {row: {type: integer}, sides: {type: array, items: {type: string}}}},
              weight: {anyOf: [{type: number}, {type: string, enum: [""]}]}, stops: {type: array, items: {type: object,
              properties: {pier: {type: integer}}}}, code: {type: string, pattern: '^[0-9]+$'}, ticket: {type: string,
              format: binary, maxLength: 5000}}`

func formRequest(contentType, body string) *openapi.Request {
	return &openapi.Request{Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
}

func TestURLEncodedForm(t *testing.T) {
	t.Parallel()
	doc := load(t, withForm("application/x-www-form-urlencoded", ferryForm, "{tolls: {style: form, explode: false}}"))
	for _, c := range []struct{ name, body, value, found string }{
		{"scalars", "deck=upper&cars=3&dog=true", `{"deck":"upper","cars":3,"dog":true}`, ""},
		{"escapes", "deck=upper&note=a+b%26c%C3%A4", `{"deck":"upper","note":"a b&cä"}`, ""},
		{"digits in a text", "deck=upper&code=007", `{"deck":"upper","code":"007"}`, ""},
		{"an empty text", "deck=upper&note=", `{"deck":"upper","note":""}`, ""},
		{"nothing for a number", "deck=upper&weight=", `{"deck":"upper","weight":""}`, ""},
		{"a number or nothing", "deck=upper&weight=4.50", `{"deck":"upper","weight":4.50}`, ""},
		{"a list in one value", "deck=upper&tolls=1,2.5", `{"deck":"upper","tolls":[1,2.5]}`, ""},
		{"a list, repeated", "tolls=1&deck=upper&tolls=2", `{"tolls":[1,2],"deck":"upper"}`, ""},
		{"a list in brackets", "deck=upper&tolls[]=1&tolls[]=2", `{"deck":"upper","tolls":[1,2]}`, ""},
		{"a list by index", "deck=upper&stops[0][pier]=7&stops[1][pier]=8",
			`{"deck":"upper","stops":[{"pier":7},{"pier":8}]}`, ""},
		{"a name with brackets", "deck=upper&ports[]=Oban", `{"deck":"upper","ports[]":["Oban"]}`, ""},
		{"an object in brackets", "deck=upper&berth[row]=2&berth[sides][]=a&berth%5Bsides%5D%5B%5D=b",
			`{"deck":"upper","berth":{"row":2,"sides":["a","b"]}}`, ""},
		{"an object as JSON", `deck=upper&berth={"row":2}`, `{"deck":"upper","berth":{"row":2}}`, ""},
		{"undeclared", "deck=upper&x[y]=1&z=2", `{"deck":"upper","x":{"y":"1"},"z":"2"}`, ""},
		{"enum", "deck=middle", `{"deck":"middle"}`, "enum body /deck"},
		{"missing", "cars=3", `{"cars":3}`, "required body /deck"},
		{"no number", "deck=upper&cars=many", `{"deck":"upper","cars":"many"}`, "type body /cars"},
		{"too large", "deck=upper&cars=10", `{"deck":"upper","cars":10}`, "maximum body /cars"},
		{"deep", "deck=upper&berth[row]=x", `{"deck":"upper","berth":{"row":"x"}}`, "type body /berth/row"},
		{"bad escape", "deck=%zz", "", "malformed-form body"},
		{"not UTF-8", "deck=%ff", "", "malformed-form body"},
		{"JSON", `{"deck":"upper"}`, `{"{\"deck\":\"upper\"}":""}`, "required body /deck"},
		{"endless brackets", "deck=upper&a" + strings.Repeat("[b]", 100) + "=1", "-", ""},
		{"a huge number", "deck=upper&cars=1e999999999", `{"deck":"upper","cars":"1e999999999"}`, "type body /cars"},
		{"empty", "", "", "missing-body body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := formRequest("application/x-www-form-urlencoded; charset=utf-8", c.body)
			expectForm(t, doc, r, c.value, c.found)
		})
	}
}

// expectForm compares the value and the violations of a body; "-" accepts any value, "" is none.
func expectForm(t *testing.T, doc *openapi.Document, r *openapi.Request, value, found string) {
	t.Helper()
	got, violations := doc.Operation("book").ValidateBody(r)
	text := ""
	if got != nil {
		text = string(jsonvalue.Marshal(got.Value()))
	}
	if text != value && value != "-" {
		t.Errorf("value %s\nwant  %s", text, value)
	}
	if rules := rulesOf(violations); rules != found {
		t.Errorf("found %q, want %q", rules, found)
	}
}

func TestMalformedForm(t *testing.T) {
	t.Parallel()
	doc := load(t, withForm("application/x-www-form-urlencoded", ferryForm, "{}"))
	_, found := doc.Operation("book").ValidateBody(formRequest("application/x-www-form-urlencoded", "deck=5%"))
	want := openapi.Violation{Rule: "malformed-form",
		In:       "body",
		Message:  `body: field "deck": "%" is not percent-encoding: write % as %25`,
		Expected: "name=value pairs, joined by & and percent-encoded"}
	if len(found) != 1 || found[0].Rule != want.Rule || found[0].Message != want.Message ||
		found[0].Expected != want.Expected || found[0].Document.Line != 10 {
		t.Errorf("found %+v", found)
	}
}

func TestMultipartForm(t *testing.T) {
	t.Parallel()
	doc := load(t, withForm("multipart/form-data", ferryForm, "{stops: {contentType: application/json}}"))
	part := func(headers, content string) string {
		return "--cut\r\nContent-Disposition: form-data; " + headers + "\r\n\r\n" + content + "\r\n"
	}
	deck, end := part(`name="deck"`, "lower"), "--cut--\r\n"
	ticket := func(content string) string { return part(`name="ticket"; filename="t.pdf"`, content) }
	long := strings.Repeat("x", 4500)
	for _, c := range []struct{ name, body, value, found string }{
		{"scalars", deck + part(`name="cars"`, "3") + end, `{"deck":"lower","cars":3}`, ""},
		{"JSON", deck + part("name=\"berth\"\r\nContent-Type: application/json", `{"row":2}`) + end,
			`{"deck":"lower","berth":{"row":2}}`, ""},
		{"JSON by its encoding", deck + part(`name="stops"`, `[{"pier":1}]`) + end,
			`{"deck":"lower","stops":[{"pier":1}]}`, ""},
		{"bad JSON", deck + part("name=\"berth\"\r\nContent-Type: application/json", `{"row":`) + end, "",
			"malformed-json body /berth"},
		{"a short file", deck + ticket("seat 4") + end, `{"deck":"lower","ticket":"seat 4"}`, ""},
		{"a binary file", deck + ticket("\xff\xd8") + end,
			`{"deck":"lower","ticket":"sha256:71563ad80061407ede9c6f316836284bd3710a520c5a792b5eda1cb703690815"}`, ""},
		{"a long file", deck + ticket(long) + end, "-", ""},
		{"too long a file", deck + ticket(long+long) + end, "-", "max-length body /ticket"},
		{"cut off", deck + part(`name="cars"`, "3"), "", "malformed-form body"},
		{"nameless", deck + part(`filename="x"`, "3") + end, "", "malformed-form body"},
		{"other boundary", strings.ReplaceAll(deck+end, "--cut", "--split"), "", "malformed-form body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			expectForm(t, doc, formRequest("multipart/form-data; boundary=cut", c.body), c.value, c.found)
		})
	}
	expectForm(t, doc, formRequest("multipart/form-data", deck+end), "", "malformed-form body")
}

// What Encode writes, ValidateBody reads.
func TestEncodeForm(t *testing.T) {
	t.Parallel()
	for _, mediaType := range []string{"application/x-www-form-urlencoded", "multipart/form-data"} {
		for _, encoding := range []string{"{}", "{berth: {style: deepObject}, stops: {style: deepObject}}",
			"{tolls: {style: pipeDelimited, explode: false}, berth: {contentType: application/json}}"} {
			doc := load(t, withForm(mediaType, ferryForm, encoding))
			media := doc.Operation("book").Body.Preferred()
			for _, value := range []string{`{"deck":"upper","cars":3,"dog":false,"note":"a&b=ü \"%\"","code":"0"}`,
				`{"deck":"upper","tolls":[1,2.5],"ports[]":["Oban","Mull"],"weight":""}`,
				`{"deck":"upper","berth":{"row":1,"sides":["a"]},"ticket":"agentmock-form"}`} {
				body, contentType, err := media.Encode(parsedValue(t, value))
				if err != nil {
					t.Fatal(err)
				}
				expectForm(t, doc, formRequest(contentType, string(body)), value, "")
			}
			for _, value := range []string{`{"deck":null}`, `{"tolls":[]}`, `{"tolls":[null]}`, `[]`, `"deck"`} {
				if body, _, err := media.Encode(parsedValue(t, value)); !errors.Is(err, openapi.ErrNotEncodable) {
					t.Errorf("%s: %s, %v", value, body, err)
				}
			}
		}
	}
}

func parsedValue(t *testing.T, text string) any {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTextBody(t *testing.T) {
	t.Parallel()
	doc := load(t, `openapi: 3.1.0
info: {title: Telegram, version: '1'}
paths:
  /wires:
    post:
      operationId: book
      requestBody: {required: true, content: {text/plain: {schema: {type: string, maxLength: 5}}, application/octet-stream: {}}}
      responses: {'204': {description: d}}
`)
	expectForm(t, doc, formRequest("text/plain", "stop"), `"stop"`, "")
	expectForm(t, doc, formRequest("text/plain", "do not stop"), `"do not stop"`, "max-length body")
	expectForm(t, doc, formRequest("application/octet-stream", "\xff"), "", "")
	body, contentType, err := doc.Operation("book").Body.Preferred().Encode("stop")
	if string(body) != "stop" || contentType != "text/plain" || err != nil {
		t.Errorf("%s, %s, %v", body, contentType, err)
	}
}

func FuzzForm(f *testing.F) {
	doc := load(f, withForm("application/x-www-form-urlencoded", ferryForm, "{}"))
	parts := load(f, withForm("multipart/form-data", ferryForm, "{}"))
	f.Add("deck=upper&berth[row]=2&tolls[]=1")
	f.Add("--cut\r\nContent-Disposition: form-data; name=\"deck\"\r\n\r\nupper\r\n--cut--\r\n")
	f.Fuzz(func(_ *testing.T, body string) {
		doc.Operation("book").ValidateBody(formRequest("application/x-www-form-urlencoded", body))
		parts.Operation("book").ValidateBody(formRequest("multipart/form-data; boundary=cut", body))
	})
}

// TestFormOfEndlessLists: a field of a list whose items are such lists again is read in few levels.
func TestFormOfEndlessLists(t *testing.T) {
	t.Parallel()
	const lists = `
components:
  schemas:
    Tree: {type: array, items: {$ref: '#/components/schemas/Tree'}}
    Even: {type: array, items: {$ref: '#/components/schemas/Odd'}}
    Odd: {type: array, items: {$ref: '#/components/schemas/Even'}}
    Leafy: {type: [array, string], items: {$ref: '#/components/schemas/Leafy'}}
`
	for name, field := range map[string]string{"Tree": "x", "Even": "x", "Leafy": "x", "Tree in JSON": "[[[]]]"} {
		schema, _, isJSON := strings.Cut(name, " in")
		doc := load(t, withForm("application/x-www-form-urlencoded",
			"{deck: {$ref: '#/components/schemas/"+schema+"'}}", "{}")+lists)
		_, found := doc.Operation("book").ValidateBody(formRequest("application/x-www-form-urlencoded", "deck="+field))
		if valid := schema == "Leafy" || isJSON; len(found) == 0 != valid {
			t.Errorf("%s: %v", name, found)
		}
	}
}
