package coverage_test

import (
	"strings"
	"testing"

	"github.com/agentmock/agentmock/contract/coverage"
)

func TestParseMinimum(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]coverage.Minimum{
		"80": {Percent: 80}, "99.5%": {Percent: 99.5}, "enum=100": {Kind: coverage.Enum, Percent: 100},
		"law = 7 %": {Kind: coverage.Law, Percent: 7}, "0": {},
	} {
		if got, err := coverage.ParseMinimum(text); err != nil || got != want {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"": "not a number", "enum": "not a number", "101": "0 to 100", "-1": "0 to 100", "NaN": "0 to 100",
		"=5": "not one of operation,", "enums=5": `"enums" is not one of operation, parameter, enum`, "enum=": "0 to 100",
	} {
		if _, err := coverage.ParseMinimum(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
