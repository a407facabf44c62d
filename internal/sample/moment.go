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
	return at.Format("2006-01-02T15:04:05.000Z")
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
