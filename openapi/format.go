package openapi

import (
	"encoding/json"
	"math/big"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// format is a format that is validated: what it says of texts and of numbers. The other is nil.
type format struct {
	text   func(string) bool
	number func(json.Number) bool
}

// formats returns the formats for the library: those that are not enforced, such as byte, password or
// regex, accept everything.
func formats() map[string]func(any) bool {
	known := map[string]func(any) bool{}
	for name := range jsonschema.Formats {
		known[name] = func(any) bool { return true }
	}
	for name, f := range enforcedFormats() {
		known[name] = f.accepts
	}
	return known
}

// accepts reports whether a value is of the format; one of another type than its own is.
func (f format) accepts(v any) bool {
	switch v := v.(type) {
	case string:
		return f.text == nil || f.text(v)
	case json.Number:
		return f.number == nil || f.number(v)
	}
	return true
}

// enforcedFormats returns the formats that are validated. All other formats are annotations only: RFC
// 4648 has several alphabets, and patterns have several dialects.
func enforcedFormats() map[string]format {
	known := map[string]format{
		"date-time": {text: isDateTime}, // RFC 3339 §5.6
		"date":      {text: isDate},
		"time":      {text: isTime},
		"int32":     {number: integerOfBits(32)}, // OpenAPI Format Registry
		"int64":     {number: integerOfBits(64)},
	}
	for _, name := range []string{
		"duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference",
		"uri-template", "json-pointer", "relative-json-pointer", "uuid",
	} {
		accepts := jsonschema.Formats[name]
		known[name] = format{text: func(s string) bool { return accepts(s) }}
	}
	return known
}

// isDateTime reports whether a text is a date-time (RFC 3339 §5.6) of a day that the calendar has.
func isDateTime(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' && s[10] != 't' {
		return false
	}
	zoned, ok := clockTime(s[11:])
	return ok && zoned && isDate(s[:10])
}

// isDate reports whether a text is a full-date of a day that the calendar has.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// isTime reports whether a text is an RFC 3339 full-time or partial-time; documents use the format
// for both.
func isTime(s string) bool {
	_, ok := clockTime(s)
	return ok
}

// clockTime reports whether a text is a time of a day, and whether it has a zone. A leap second is
// the last second of a day in UTC.
func clockTime(s string) (zoned, ok bool) {
	if len(s) < len("15:04:05") || s[2] != ':' || s[5] != ':' {
		return false, false
	}
	hour, minute, second := twoDigits(s, 23), twoDigits(s[3:], 59), twoDigits(s[6:], 60)
	if hour < 0 || minute < 0 || second < 0 {
		return false, false
	}
	zone := s[8:]
	if strings.HasPrefix(zone, ".") {
		rest := strings.TrimLeft(zone[1:], "0123456789")
		if len(rest) == len(zone)-1 {
			return false, false
		}
		zone = rest
	}
	offset, ok := zoneOffset(zone)
	const day = 24 * 60
	leaps := zone == "" || (60*hour+minute-offset+day)%day == day-1
	return zone != "", ok && (second < 60 || leaps)
}

// zoneOffset returns the minutes by which a zone is before UTC; no zone is one, too.
func zoneOffset(zone string) (minutes int, ok bool) {
	if zone == "" || zone == "Z" || zone == "z" {
		return 0, true
	}
	if len(zone) != len("+00:00") || zone[0] != '+' && zone[0] != '-' || zone[3] != ':' {
		return 0, false
	}
	hours, minutes := twoDigits(zone[1:], 23), twoDigits(zone[4:], 59)
	if hours < 0 || minutes < 0 {
		return 0, false
	}
	if minutes += 60 * hours; zone[0] == '-' {
		minutes = -minutes
	}
	return minutes, true
}

// twoDigits returns the number that the first two characters of a text spell; -1 where they do not, or
// where it is greater than most.
func twoDigits(s string, most int) int {
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return -1
	}
	n := 10*int(s[0]-'0') + int(s[1]-'0')
	if n > most {
		return -1
	}
	return n
}

// integerOfBits accepts numbers in the range of a signed integer; the type keyword checks the rest.
func integerOfBits(bits uint) func(json.Number) bool {
	limit := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), bits-1))
	above, least := newBound(limit), newBound(new(big.Rat).Neg(limit))
	return func(n json.Number) bool {
		d := parseDecimal(n)
		return d.compare(least) >= 0 && d.compare(above) < 0
	}
}
