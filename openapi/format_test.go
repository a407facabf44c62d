package openapi_test

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	for format, values := range map[string]struct{ good, bad []string }{
		"date-time": {
			[]string{`"2025-01-19T02:57:27.923Z"`, `"2025-01-19t02:57:27z"`, `"2024-02-29T00:00:00+14:00"`,
				`"2025-12-31T23:59:59.999999999-00:00"`, `"2016-12-31T23:59:60Z"`,
				`"2016-12-31T15:59:60-08:00"`, `5`, `null`},
			[]string{`"2026-02-30T00:00:00Z"`, `"2025-02-29T00:00:00Z"`, `"2025-13-01T00:00:00Z"`,
				`"2025-00-10T00:00:00Z"`, `"2025-01-19T24:00:00Z"`, `"2025-01-19T23:60:00Z"`, `"2025-01-19T12:00:60Z"`,
				`"2025-01-19T02:57:27"`, `"2025-01-19 02:57:27Z"`, `"2025-01-19T02:57Z"`,
				`"2025-01-19T02:57:27.Z"`, `"2025-01-19T+2:57:27Z"`, `"2025-01-19T02:57:27+0100"`,
				`"2025-01-19T02:57:27+24:00"`, `"2025-01-19T02:57:27,5Z"`,
				`"25-01-19T02:57:27Z"`, `"2025-1-9T02:57:27Z"`, `"2025-01-19"`, `""`, `" 2025-01-19T02:57:27Z"`,
				`"2025-01-19T02:57:27Z "`, `"20250119T025727Z"`, `"2025-01-19T02:57:27Z\n"`, `"1737255447923"`},
		},
		"date": {[]string{`"2024-02-29"`}, []string{`"2023-02-29"`, `"2024-2-9"`, `"20240229"`,
			`"2024-02-29T00:00:00Z"`}},
		"time": {[]string{`"10:00:00Z"`, `"10:00:00.5+01:00"`, `"10:00:00"`},
			[]string{`"24:00:00"`, `"10:00"`, `"noon"`}},
		"int32": {[]string{`2147483647`, `-2147483648`, `1.5`, `"x"`, `2.147483647e9`},
			[]string{`2147483648`, `-2147483649`, `1e1000`}},
		"int64": {[]string{`9223372036854775807`, `-9223372036854775808`},
			[]string{`9223372036854775808`, `1e30`, `-1e1000`}},
		"uuid": {[]string{`"123e4567-e89b-12d3-a456-426614174000"`, `"123E4567-E89B-12D3-A456-426614174000"`},
			[]string{`"123e4567"`, `"123e4567-e89b-12d3-a456-42661417400g"`}},
		"email":  {[]string{`"a@example.com"`}, []string{`"a"`, `"@example.com"`}},
		"uri":    {[]string{`"https://example.com/a?b#c"`, `"urn:x:y"`}, []string{`"/a"`, `"example.com"`}},
		"ipv4":   {[]string{`"127.0.0.1"`}, []string{`"256.0.0.1"`}},
		"byte":   {[]string{`"not base64!"`}, nil},
		"binary": {[]string{`"\u0000"`}, nil}, "password": {[]string{`""`}, nil},
		"regex": {[]string{`"(?=x)"`}, nil}, "float": {[]string{`1e400`}, nil}, "my-own": {[]string{`"x"`}, nil},
	} {
		doc := load(t, schemaDocument("3.1.0", "    S: {format: "+format+"}\n"))
		for _, text := range values.good {
			if got := validated(t, doc.Schema("S"), text, openapi.RequestView); got != "" {
				t.Errorf("%s takes %s: %s", format, text, got)
			}
		}
		for _, text := range values.bad {
			if got := validated(t, doc.Schema("S"), text, openapi.RequestView); got != "format " {
				t.Errorf("%s refuses %s: %q", format, text, got)
			}
		}
	}
}
