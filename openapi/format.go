package openapi

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// formats returns the library's formats as they are validated: those that are not enforced, such as
// byte, password or regex, accept everything.
func formats() map[string]func(any) bool {
	known := enforcedFormats()
	for name := range jsonschema.Formats {
		if known[name] == nil {
			known[name] = func(any) bool { return true }
		}
	}
	return known
}

// enforcedFormats returns the formats that are validated, each with a function that accepts values of
// other types than its own. All other formats are annotations only: RFC 4648 has several alphabets,
// and patterns have several dialects.
func enforcedFormats() map[string]func(any) bool {
	known := map[string]func(any) bool{
		"date-time": text(isDateTime), // RFC 3339 §5.6
		"time":      text(isTime),
		"int32":     integerOfBits(32), // OpenAPI Format Registry
		"int64":     integerOfBits(64),
	}
	for _, name := range []string{
		"date", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference",
		"uri-template", "json-pointer", "relative-json-pointer", "uuid",
	} {
		known[name] = jsonschema.Formats[name]
	}
	return known
}

func text(is func(string) bool) func(any) bool {
	return func(v any) bool {
		s, ok := v.(string)
		return !ok || is(s)
	}
}

// isDateTime reports whether a text is a date-time (RFC 3339 §5.6) of a day that the calendar has.
func isDateTime(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' && s[10] != 't' {
		return false
	}
	_, err := time.Parse(time.DateOnly, s[:10])
	return err == nil && zonedTime.MatchString(s[11:]) && isTime(s[11:])
}

var (
	zonedTime = regexp.MustCompile(`([Zz]|[+-][0-9]{2}:[0-9]{2})$`)
	clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?` +
		`([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$`)
)

// isTime reports whether a text is an RFC 3339 full-time or partial-time; documents use the format
// for both. A leap second is the last second of a day in UTC.
func isTime(s string) bool {
	if !clockTime.MatchString(s) {
		return false
	}
	if s[6:8] != "60" {
		return true
	}
	zone := zonedTime.FindString(strings.ToUpper(s))
	t, err := time.Parse("15:04Z07:00", s[:5]+zone)
	return zone == "" || err == nil && t.UTC().Hour() == 23 && t.UTC().Minute() == 59
}

// integerOfBits accepts numbers in the range of a signed integer; the type keyword checks the rest.
func integerOfBits(bits uint) func(any) bool {
	limit := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), bits-1))
	lowest := new(big.Rat).Neg(limit)
	return func(v any) bool {
		n, ok := v.(json.Number)
		if !ok {
			return true
		}
		exact, ok := new(big.Rat).SetString(string(n))
		return !ok || exact.Cmp(lowest) >= 0 && exact.Cmp(limit) < 0
	}
}
