package sample

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// A point in time has as many digits of its second as the lengths of its schema ask for.
func TestPointInTimeWithinLengths(t *testing.T) {
	t.Parallel()
	length := func(n int) *int { return &n }
	const given = "2025-02-03T04:05:06.789Z"
	for _, test := range []struct {
		least, most *int
		want        string
	}{
		{nil, nil, given},
		{length(25), length(25), "2025-02-03T04:05:06.7890Z"},
		{nil, length(22), "2025-02-03T04:05:06.7Z"},
		{nil, length(21), "2025-02-03T04:05:06Z"},
		{length(20), length(20), "2025-02-03T04:05:06Z"},
	} {
		s := &openapi.Schema{Format: "date-time", MinLength: test.least, MaxLength: test.most}
		if got := stretch(s, given); got != test.want {
			t.Errorf("stretched to %s, not %s", got, test.want)
		}
	}
}
