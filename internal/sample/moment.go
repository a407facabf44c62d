package sample

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// Moment returns a point in time as a schema wants it: RFC 3339 in UTC with milliseconds, a date, or
// seconds since 1970; milliseconds where its description or an example says so.
func Moment(s *openapi.Schema, at time.Time) any {
	at = at.UTC()
	switch {
	case s.Format == "date":
		return at.Format(time.DateOnly)
	case !s.Allows("string") && (s.Allows("integer") || s.Allows("number")):
		if inMilliseconds(s) {
			return json.Number(strconv.FormatInt(at.UnixMilli(), 10))
		}
		return json.Number(strconv.FormatInt(at.Unix(), 10))
	}
	return Timestamp(at)
}

// momentForm is the form of points in time that are generated.
const momentForm = "2006-01-02T15:04:05.000Z"

// Timestamp returns a point in time as RFC 3339 in UTC with milliseconds.
func Timestamp(at time.Time) string {
	at = at.UTC()
	year, month, day := at.Date()
	if year < 0 || year > 9999 {
		return at.Format(momentForm)
	}
	hour, minute, second := at.Clock()
	text := []byte(momentForm)
	for _, part := range [...]struct{ end, digits, n int }{{4, 4, year}, {7, 2, int(month)}, {10, 2, day},
		{13, 2, hour}, {16, 2, minute}, {19, 2, second}, {23, 3, at.Nanosecond() / int(time.Millisecond)}} {
		for i := range part.digits {
			text[part.end-1-i] = byte('0' + part.n%10)
			part.n /= 10
		}
	}
	return string(text)
}

func inMilliseconds(s *openapi.Schema) bool {
	const least = 1e11 // as seconds, it is beyond the year 5000
	return strings.Contains(strings.ToLower(s.Description), "millisecond") ||
		slices.ContainsFunc(s.Examples, func(example any) bool {
			n, isNumber := example.(json.Number)
			f, err := n.Float64()
			return isNumber && err == nil && f >= least
		})
}
