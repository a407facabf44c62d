package contract

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
)

// Selection selects fixtures. The zero value selects those of the standard level. It is safe for
// concurrent use as long as its fields do not change.
type Selection struct {
	Level fixtures.Level
	// Filters are globs over ids (update-*), or regular expressions between slashes (/null$/). One
	// of them must match; none: all do.
	Filters []string
	// Tags are tags of which a fixture must have one; none: it need not.
	Tags []string
	// Sources are the sources that fixtures may have; none: any.
	Sources []fixtures.Source
}

// Check returns an error for a level that is none, or the first filter that cannot be parsed.
func (s Selection) Check() error {
	if !slices.Contains([]fixtures.Level{"", fixtures.Smoke, fixtures.Standard, fixtures.Full}, s.Level) {
		return fmt.Errorf("level %q is not one of smoke, standard, full", s.Level)
	}
	for _, filter := range s.Filters {
		if _, err := matcher(filter); err != nil {
			return err
		}
	}
	return nil
}

// Select returns the selected fixtures in the order of the list. A filter that cannot be parsed
// matches nothing; see Check.
func (s Selection) Select(list []*fixtures.Fixture) []*fixtures.Fixture {
	var matchers []func(string) bool
	for _, filter := range s.Filters {
		if matches, err := matcher(filter); err == nil {
			matchers = append(matchers, matches)
		}
	}
	var picked []*fixtures.Fixture
	for _, f := range list {
		if s.picks(f) && (len(s.Filters) == 0 || slices.ContainsFunc(matchers,
			func(m func(string) bool) bool { return m(f.ID) })) {
			picked = append(picked, f)
		}
	}
	return picked
}

func (s Selection) picks(f *fixtures.Fixture) bool {
	if !s.Level.Includes(f.Level) {
		return false
	}
	if len(s.Tags) > 0 && !slices.ContainsFunc(s.Tags, func(tag string) bool { return slices.Contains(f.Tags, tag) }) {
		return false
	}
	return len(s.Sources) == 0 || slices.Contains(s.Sources, f.Source)
}

// matcher returns what reports whether an id matches a filter.
func matcher(filter string) (func(id string) bool, error) {
	expression, ok := strings.CutPrefix(filter, "/")
	if expression, closed := strings.CutSuffix(expression, "/"); ok && closed {
		re, err := regexp.Compile(expression)
		if err != nil {
			return nil, fmt.Errorf("filter %s: %w", filter, err)
		}
		return re.MatchString, nil
	}
	if _, err := path.Match(filter, ""); err != nil {
		return nil, fmt.Errorf("filter %q: a bracket is not closed", filter)
	}
	return func(id string) bool {
		ok, err := path.Match(filter, id)
		return ok && err == nil
	}, nil
}
