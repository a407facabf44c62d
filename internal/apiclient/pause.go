package apiclient

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// ShortestPause is the least time to wait after a 429.
const ShortestPause = time.Second

// Pause returns how long a response with 429 asks to wait: Retry-After in seconds or as a date (RFC
// 9110 §10.2.3), else until the first date-time that the document describes in this response's
// body, else the fallback. It is at least ShortestPause.
func Pause(op *openapi.Operation, header http.Header, body []byte, now time.Time,
	fallback time.Duration) time.Duration {
	d := fallback
	if text := strings.TrimSpace(header.Get("Retry-After")); text != "" {
		if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds >= 0 && seconds < 1e6 {
			d = time.Duration(seconds * float64(time.Second))
		} else if date, err := http.ParseTime(text); err == nil {
			d = date.Sub(now)
		}
	} else if response := op.Response(http.StatusTooManyRequests); response != nil && response.JSON() != nil {
		value, _ := jsonvalue.Parse(body, jsonvalue.Limits{Lenient: true})
		if at, ok := pointInTime(response.JSON().Schema, value); ok {
			d = at.Sub(now)
		}
	}
	return max(d, ShortestPause)
}

// pointInTime returns the first date-time of a value at a place where its schema has one.
func pointInTime(s *openapi.Schema, value any) (time.Time, bool) {
	if s == nil {
		return time.Time{}, false
	}
	switch value := value.(type) {
	case string:
		if s.Format == "date-time" {
			at, err := time.Parse(time.RFC3339, value)
			return at, err == nil
		}
	case *jsonvalue.Object:
		for _, p := range s.Properties {
			member, _ := value.Get(p.Name)
			if at, found := pointInTime(p.Schema, member); found {
				return at, true
			}
		}
	}
	return time.Time{}, false
}
