package openapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestCourse(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", `    Job:
      properties:
        state: {type: string, x-mock: {initial: queued, then: done, after: 1h30m}}
        at once: {type: integer, x-mock: {initial: 1, then: 2}}
        calls: {type: array, items: {$ref: '#/components/schemas/Call', x-mock: {for: 5m, from: begins}}}
        others: {type: array, items: {$ref: '#/components/schemas/Call'}}
    Call:
      properties: {begins: {type: string}, since: {type: string}}
      x-mock: {from: since}
`))
	if list := doc.Check(); len(list) > 0 {
		t.Errorf("a sound course has problems: %v", list)
	}
	job := doc.Schema("Job")
	state := job.Member("state").Mock
	if settled, ok := state.Settled(); !ok || settled != "done" || state.Initial != "queued" ||
		state.Course.After != 90*time.Minute {
		t.Errorf("state: %+v", state)
	}
	if settled, _ := job.Member("at once").Mock.Settled(); settled != json.Number("2") {
		t.Errorf("at once: %v", settled)
	}
	for name, want := range map[string]time.Duration{"calls begins": 5 * time.Minute, "others since": 0} {
		list, from, _ := strings.Cut(name, " ")
		if c := job.Member(list).Item(0).Mock.Course; c.From != from || c.For != want {
			t.Errorf("%s: %+v", list, c)
		}
	}
}

func TestCourseProblems(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"{then: a}":                                  "x-mock.then has no meaning without initial",
		"{initial: a, after: 5s}":                    "x-mock.after has no meaning without then",
		"{for: 5s}":                                  "x-mock.for has no meaning without from",
		"{initial: a, then: b, after: 5}":            "x-mock.after: 5 is no duration such as 5s, 30m or 1h30m",
		"{initial: a, then: b, after: 2 days}":       `x-mock.after: "2 days" is no duration`,
		"{initial: a, then: b, after: -5s}":          `x-mock.after: "-5s" is no duration`,
		"{initial: a, then: b, after: null}":         "x-mock.after: null is no duration",
		"{initial: a, then: b, after: 9999999999h}":  "x-mock.after: ",
		"{from: begin}":                              `x-mock.from names a property that tells a time; "begin" is none here`,
		"{from: 7}":                                  "x-mock.from names a property that tells a time; 7 is none here",
		"{initial: a, then: 7}":                      "x-mock.then: body: 7 where a string is expected",
		"{initial: a, than: b}":                      "did you mean then?",
		"{initial: a, then: b, after: {}, from: {}}": "x-mock.after: {} is no duration",
	} {
		doc := load(t, schemaDocument("3.1.0", "    S: {type: string, properties: {begins: {}}, x-mock: "+words+"}\n"))
		var all []string
		for _, p := range doc.Check() {
			all = append(all, p.Message)
		}
		if !strings.Contains(strings.Join(all, "\n"), want) {
			t.Errorf("%s: %q, without %q", words, all, want)
		}
	}
}
