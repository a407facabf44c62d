package sample

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// answer returns the response that an operation documents.
func answer(t *testing.T, text string) *openapi.Response {
	t.Helper()
	doc, err := openapi.Parse("answer.yaml", []byte(`openapi: 3.1.0
info: {title: Answers, version: "1"}
paths: {/tides: {get: {operationId: tides, responses: {'200': `+text+`}}}}
components: {schemas: {Tide: {type: object, required: [height, port], properties: {height: {type: number, minimum: 3}, port: {type: string, pattern: '^P'}}}}}
`))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return doc.Operation("tides").Responses[0]
}

func bodyOf(t *testing.T, mediaType, rest string) []byte {
	t.Helper()
	r := answer(t, fmt.Sprintf("{description: d, content: {'%s': %s}}", mediaType, rest))
	body, err := NewDocumented(openapi.ResponseView, nil).Body(r.Content[0])
	if err != nil {
		t.Errorf("%s %s: %v", mediaType, rest, err)
	}
	return body
}

// TestFilesAreValid: what is answered where a document describes bytes can be read as its type.
func TestFilesAreValid(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"image/png", "image/gif", "image/jpeg", "image/*", "image/x-unknown"} {
		picture := bodyOf(t, name, "{schema: {type: string, format: binary}}")
		if _, _, err := image.Decode(bytes.NewReader(picture)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	wave := bodyOf(t, "audio/wav", "{}")
	if string(wave[:4]) != "RIFF" || int(binary.LittleEndian.Uint32(wave[4:]))+8 != len(wave) {
		t.Errorf("WAVE says that it has %d bytes and has %d", binary.LittleEndian.Uint32(wave[4:])+8, len(wave))
	}
	if mp3 := bodyOf(t, "audio/mpeg", "{}"); mp3[0] != 0xff || mp3[1] != 0xfb || len(mp3) != 2*417 {
		t.Errorf("MP3 begins with % x and has %d bytes", mp3[:2], len(mp3))
	}
	document := string(bodyOf(t, "application/pdf", "{schema: {type: string, format: binary}}"))
	var table int
	if _, err := fmt.Sscanf(document[strings.LastIndex(document, "startxref"):], "startxref\n%d", &table); err != nil ||
		!strings.HasPrefix(document[table:], "xref") {
		t.Errorf("PDF says that its table is at %d: %v", table, err)
	}
	archive := bodyOf(t, "application/zip", "{}")
	if r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive))); err != nil || len(r.File) != 1 {
		t.Errorf("ZIP: %v", err)
	}
	if _, err := gzip.NewReader(bytes.NewReader(bodyOf(t, "application/gzip", "{}"))); err != nil {
		t.Errorf("GZIP: %v", err)
	}
	for _, name := range []string{"application/octet-stream", "video/mp4", "audio/ogg", "font/woff2", "text/plain",
		"application/vnd.nobody.knows", "text/html"} {
		if len(bodyOf(t, name, "{schema: {type: string}}")) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}

// TestBodies: a body is the document's example where its schema allows it, else what the schema
// describes, in the way of its media type.
func TestBodies(t *testing.T) {
	t.Parallel()
	tide := "{schema: {$ref: '#/components/schemas/Tide'}}"
	for _, tt := range []struct{ mediaType, rest, want string }{
		{"application/json", "{schema: {$ref: '#/components/schemas/Tide'}, example: {height: 5, port: Pula}}", `{"height":5,"port":"Pula"}`},
		{"application/json", `{schema: {$ref: '#/components/schemas/Tide'},
      examples: {low: {value: {height: 1}}, high: {value: {height: 9, port: P}}}}`, `{"height":9,"port":"P"}`},
		// what is right of a wrong example stays
		{"application/json", "{schema: {$ref: '#/components/schemas/Tide'}, example: {height: 1, port: Piran}}", `{"height":3,"port":"Piran"}`},
		{"application/json", "{}", `{}`},
		{"text/plain", "{schema: {type: string, enum: [ebb]}}", `ebb`},
		{"text/plain", "{schema: {type: integer, minimum: 7, maximum: 7}}", `7`},
		{"text/plain", "{schema: {type: string}, example: It rises.}", `It rises.`},
		{"text/xml", "{schema: {type: object}, example: '<tide/>'}", `<tide/>`},
		{"application/x-ndjson", "{schema: {type: array, minItems: 2, items: {const: a}}}", "\"a\"\n\"a\"\n"},
		{"text/event-stream", "{schema: {const: {tide: low}}}", "data: {\"tide\":\"low\"}\n\n"},
		{"text/csv", "{schema: {const: [{port: 'a, b', height: 1}, {port: c}]}}", "port,height\n\"a, b\",1\nc,\n"},
		{"text/csv", "{schema: {type: string}}", "name,value\nexample,1\n"},
		{"application/yaml", "{schema: {const: {a: 1}}}", "{\n  \"a\": 1\n}\n"},
		{"application/vnd.tide", "{schema: {const: {a: 1}}}", `{"a":1}`},
		{"*/*", "{schema: {type: string, format: binary}}", "agentmock\n"},
		{"*/*", "{schema: {const: {a: 1}}}", `{"a":1}`},
	} {
		if got := string(bodyOf(t, tt.mediaType, tt.rest)); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.mediaType, tt.rest, got, tt.want)
		}
	}
	if got := bodyOf(t, "application/problem+json", tide); !json.Valid(got) || !strings.Contains(string(got), `"port":"P`) {
		t.Errorf("%s", got)
	}
}

// TestXML: names, attributes, lists and namespaces are those of the schema, and whatever cannot be a
// name is made one.
func TestXML(t *testing.T) {
	t.Parallel()
	got := string(bodyOf(t, "application/xml", `{schema: {xml: {name: pier, namespace: 'urn:pier', prefix: p}, const: {id: 7, '2 words': "<&", boats: [x, z], crew: [y]},
      properties: {id: {type: integer, xml: {attribute: true}}, boats: {type: array, items: {type: string, xml: {name: boat}}},
      crew: {type: array, xml: {wrapped: true}, items: {type: string, xml: {name: sailor}}}}}}`))
	want := xml.Header + `<p:pier xmlns:p="urn:pier" id="7"><_2_words>&lt;&amp;</_2_words><boat>x</boat><boat>z</boat>` +
		"<crew><sailor>y</sailor></crew></p:pier>\n"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for decoder := xml.NewDecoder(strings.NewReader(got)); ; {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestHeaders: a header is never empty, and is what its name and its schema want it to be.
func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ header, want string }{
		{"ETag: {schema: {type: string}}", `"`},
		{"ETag: {schema: {type: string}, example: abc}", `"`},
		{"ETag: {schema: {type: string, example: 'W/\"a\"'}}", `W/"a"`},
		{"Location: {schema: {type: string, format: uri}}", "https://"},
		{"Location: {schema: {type: string}}", "/"},
		{"Retry-After: {schema: {type: integer}}", "1"},
		{"Last-Modified: {schema: {type: string}}", "GMT"},
		{"X-RateLimit-Limit: {schema: {type: integer, maximum: 50}}", ""},
		{"X-RateLimit-Remaining: {schema: {type: integer}}", "100"},
		{"Link: {schema: {type: string}}", "<https://"},
		{"X-Code: {schema: {type: string, pattern: '^[a-f0-9]{8}$'}}", ""},
		{"X-Kind: {schema: {type: string, enum: ['', b]}}", "b"},
		{"X-Total: {schema: {type: string}}", ""},
		{"X-When: {schema: {type: string, format: date-time}}", "T"},
		{"X-Odd: {schema: {type: string, enum: [größe, plain]}}", "plain"},
		{"X-Many: {schema: {type: array, items: {type: integer}, minItems: 2}}", ","},
	} {
		h := answer(t, "{description: d, headers: {"+tt.header+"}}").Headers[0]
		got := NewDocumented(openapi.ResponseView, nil).Header(h, []byte("the body"))
		if got == "" || !strings.Contains(got, tt.want) || len(h.ValidateText(got, openapi.ResponseView)) > 0 {
			t.Errorf("%s: %q, want something valid with %q", tt.header, got, tt.want)
		}
	}
}
