package mockserver

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// keeping are schemas that demand a member x and have rules about single members, and about all of them.
var keeping = map[string]string{
	"members": `{"type":"object","required":["x"],"properties":{"x":{"const":1}},"additionalProperties":{"type":"integer"}}`,
	"whole": `{"type":"object","required":["x"],"properties":{"x":{"const":1}},"additionalProperties":{"type":"integer"},
		"not":{"required":["b","c"]}}`,
}

// TestLikeSample: the members with which a sample is valid are there, in their order.
func TestLikeSample(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ schema, in, want string }{
		{keeping["members"], `{"a":1,"b":"no","c":3,"x":2,"d":4}`, `{"x":1,"a":1,"c":3,"d":4}`},
		{keeping["whole"], `{"a":1,"b":2,"c":3,"d":4,"x":1}`, `{"x":1,"a":1,"b":2,"d":4}`},
		{keeping["whole"], `[]`, `{"x":1}`},
		{`{"type":"object","required":["x"],"properties":{"x":{"const":1}},"maxProperties":3}`,
			`{"a":1,"b":2,"c":3,"d":4}`, `{"x":1,"a":1,"b":2}`},
		{`{"type":"object","required":["x"],"properties":{"x":{"const":1}},"dependentRequired":{"a":["b"]}}`,
			`{"a":1,"b":2}`, `{"x":1,"a":1,"b":2}`},
		{`{"allOf":[{"type":"object"},false]}`, `{"a":1}`, `{"a":1}`},
	} {
		v, err := jsonvalue.Parse([]byte(tt.in), jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(jsonvalue.Marshal(likeSample(v, schemaOf(t, tt.schema), exampleMaker()))); got != tt.want {
			t.Errorf("%s\n%s\ngot  %s\nwant %s", tt.schema, tt.in, got, tt.want)
		}
	}
}

// manyMembers returns an object of which each hundredth member is wrong.
func manyMembers(t testing.TB, n int) any {
	t.Helper()
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"m%d":%d`, i, i)
		if i%100 == 0 {
			members[i] = fmt.Sprintf(`"m%d":"wrong"`, i)
		}
	}
	v, err := jsonvalue.Parse([]byte("{"+strings.Join(members, ",")+"}"), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestLikeSampleOfManyMembers: all that fit are kept where the rules are about single members.
func TestLikeSampleOfManyMembers(t *testing.T) {
	if testing.Short() {
		t.Skip("of one goroutine: no race can be here")
	}
	t.Parallel()
	v := likeSample(manyMembers(t, 20_000), schemaOf(t, keeping["members"]), exampleMaker()).(*jsonvalue.Object)
	if n := len(v.Members); n != 1+20_000*99/100 {
		t.Errorf("%d members", n)
	}
}

// BenchmarkLikeSample shows how it grows with the number of members.
func BenchmarkLikeSample(b *testing.B) {
	for name, schema := range keeping {
		for _, n := range []int{250, 1_000, 4_000, 16_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				s, v, made := schemaOf(b, schema), manyMembers(b, n), exampleMaker()
				for b.Loop() {
					likeSample(v, s, made)
				}
			})
		}
	}
}
