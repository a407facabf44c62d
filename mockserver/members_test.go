package mockserver

import (
	"fmt"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestMembers: few members and many are found and set alike.
func TestMembers(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, fewMembers - 1, fewMembers, 3 * fewMembers} {
		plain, object := &jsonvalue.Object{}, &jsonvalue.Object{}
		for i := range n {
			plain.Set(fmt.Sprint(i), i)
			object.Set(fmt.Sprint(i), i)
		}
		all := membersOf(object)
		for i := 0; i < 2*n+4; i += 3 {
			name := fmt.Sprint(i)
			want, had := plain.Get(name)
			if got, has := all.get(name); got != want || has != had {
				t.Errorf("%d members: %s is %v, %t; want %v, %t", n, name, got, has, want, had)
			}
			plain.Set(name, -i)
			all.set(name, -i)
		}
		if got, want := string(jsonvalue.Marshal(object)), string(jsonvalue.Marshal(plain)); got != want {
			t.Errorf("%d members have become\n%s\nwant\n%s", n, got, want)
		}
	}
}
