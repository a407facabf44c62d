package mockserver

import (
	"errors"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// TestMergePatch has rows of every kind that RFC 7396 §2 tells apart.
func TestMergePatch(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ target, patch, want string }{
		{`{"tone":"dry","pace":1.50}`, `{"tone":"warm"}`, `{"tone":"warm","pace":1.50}`},
		{`{"tone":"dry"}`, `{"pace":2}`, `{"tone":"dry","pace":2}`},
		{`{"tone":"dry","pace":1}`, `{"tone":null}`, `{"pace":1}`},
		{`{"pace":1}`, `{"tone":null}`, `{"pace":1}`},
		{`{"mix":{"bass":1,"alto":2}}`, `{"mix":{"bass":null,"tenor":{"on":true}}}`, `{"mix":{"alto":2,"tenor":{"on":true}}}`},
		{`{"mix":[1,2]}`, `{"mix":[3]}`, `{"mix":[3]}`},
		{`{"mix":[{"a":1}]}`, `{"mix":{"a":{"b":null}}}`, `{"mix":{"a":{}}}`},
		{`{"mix":"loud"}`, `{"mix":{"bass":1}}`, `{"mix":{"bass":1}}`},
		{`{"mix":[null]}`, `{"mix":[null,1]}`, `{"mix":[null,1]}`},
		{`{"a":1}`, `[1]`, `[1]`},
		{`{"a":1}`, `{}`, `{"a":1}`},
	} {
		target := parsed(t, row.target)
		if got := string(jsonvalue.Marshal(mergePatch(target, parsed(t, row.patch)))); got != row.want {
			t.Errorf("%s with %s is %s, want %s", row.target, row.patch, got, row.want)
		}
		if left := string(jsonvalue.Marshal(target)); left != row.target {
			t.Errorf("%s has become %s", row.target, left)
		}
	}
}

// TestJSONPatch has each operation of RFC 6902 §4; a row without want is refused at the pointer.
func TestJSONPatch(t *testing.T) {
	t.Parallel()
	const item = `{"name":"Ada","tags":["a","b"],"box":{"w":1.0,"x/y":2}}`
	for _, row := range []struct{ patch, want, wrong string }{
		{`[]`, item, ""},
		{`[{"op":"add","path":"/rank","value":3}]`, `{"name":"Ada","tags":["a","b"],"box":{"w":1.0,"x/y":2},"rank":3}`, ""},
		{`[{"op":"add","path":"/tags/1","value":"c"}]`, `{"name":"Ada","tags":["a","c","b"],"box":{"w":1.0,"x/y":2}}`, ""},
		{`[{"op":"add","path":"/tags/-","value":"c"}]`, `{"name":"Ada","tags":["a","b","c"],"box":{"w":1.0,"x/y":2}}`, ""},
		{`[{"op":"add","path":"/name","value":null}]`, `{"name":null,"tags":["a","b"],"box":{"w":1.0,"x/y":2}}`, ""},
		{`[{"op":"remove","path":"/tags/0"},{"op":"remove","path":"/box"}]`, `{"name":"Ada","tags":["b"]}`, ""},
		{`[{"op":"replace","path":"/box/x~1y","value":[]}]`, `{"name":"Ada","tags":["a","b"],"box":{"w":1.0,"x/y":[]}}`, ""},
		{`[{"op":"move","from":"/box/w","path":"/w"}]`, `{"name":"Ada","tags":["a","b"],"box":{"x/y":2},"w":1.0}`, ""},
		{`[{"op":"move","from":"/tags/0","path":"/tags/1"}]`, `{"name":"Ada","tags":["b","a"],"box":{"w":1.0,"x/y":2}}`, ""},
		{`[{"op":"move","from":"/name","path":"/name"}]`, item, ""},
		{`[{"op":"copy","from":"/box/w","path":"/tags/0"}]`, `{"name":"Ada","tags":[1.0,"a","b"],"box":{"w":1.0,"x/y":2}}`, ""},
		{`[{"op":"test","path":"/box/w","value":1}]`, item, ""},
		{`[{"op":"remove","path":"/name"},{"op":"test","path":"/tags","value":["b"]}]`, "", "/1/value"},
		{`[{"op":"replace","path":"/rank","value":1}]`, "", "/0/path"},
		{`[{"op":"remove","path":"/tags/2"}]`, "", "/0/path"},
		{`[{"op":"add","path":"/tags/3","value":1}]`, "", "/0/path"},
		{`[{"op":"add","path":"/tags/01","value":1}]`, "", "/0/path"},
		{`[{"op":"add","path":"/none/deep","value":1}]`, "", "/0/path"},
		{`[{"op":"add","path":"/name/deep","value":1}]`, "", "/0/path"},
		{`[{"op":"add","path":"name","value":1}]`, "", "/0/path"},
		{`[{"op":"add","value":1}]`, "", "/0/path"},
		{`[{"op":"add","path":"/name"}]`, "", "/0/value"},
		{`[{"op":"merge","path":"/name"}]`, "", "/0/op"},
		{`[{"path":"/name"}]`, "", "/0/op"},
		{`[{"op":"copy","from":"/none","path":"/name"}]`, "", "/0/from"},
		{`[{"op":"move","path":"/name"}]`, "", "/0/from"},
		{`[{"op":"move","from":"/box","path":"/box/w"}]`, "", "/0/from"},
		{`[{"op":"remove","path":""}]`, "", "/0/path"},
		{`[7]`, "", "/0"},
	} {
		target := parsed(t, item)
		got, err := jsonPatch(target, parsed(t, row.patch).([]any))
		var wrong *patchError
		switch {
		case row.want != "" && (err != nil || string(jsonvalue.Marshal(got)) != row.want):
			t.Errorf("%s: %s, %v; want %s", row.patch, jsonvalue.Marshal(got), err, row.want)
		case row.want == "" && (!errors.As(err, &wrong) || wrong.pointer() != row.wrong):
			t.Errorf("%s: %s, %v; want an error at %s", row.patch, jsonvalue.Marshal(got), err, row.wrong)
		}
		if left := string(jsonvalue.Marshal(target)); left != item {
			t.Errorf("%s: the item has become %s", row.patch, left)
		}
	}
}
