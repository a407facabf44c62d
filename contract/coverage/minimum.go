package coverage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Minimum is how much a run has to exercise at least.
type Minimum struct {
	Kind    Kind    // empty: of all kinds together
	Percent float64 // from 0 to 100
}

// ParseMinimum reads a minimum as people write it: 80, 80% or enum=100.
func ParseMinimum(text string) (Minimum, error) {
	kind, number, of := strings.Cut(text, "=")
	if !of {
		kind, number = "", text
	}
	m := Minimum{Kind: Kind(strings.TrimSpace(kind))}
	if of && !slices.Contains(Kinds(), m.Kind) {
		var names []string
		for _, k := range Kinds() {
			names = append(names, string(k))
		}
		return m, fmt.Errorf("%q is not one of %s", kind, strings.Join(names, ", "))
	}
	percent, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(number), "%")), 64)
	if err != nil || !(percent >= 0 && percent <= 100) { // NaN is neither
		return m, fmt.Errorf("%q is not a number of per cent from 0 to 100", number)
	}
	m.Percent = percent
	return m, nil
}

// Missed returns why a coverage is below a minimum, in one line that names the first holes; "" where it is
// not.
func (c *Coverage) Missed(m Minimum) string {
	share, what := c.Share, "the run exercised"
	if m.Kind != "" {
		share, what = c.Of(m.Kind), fmt.Sprintf("of the kind %s, the run exercised", m.Kind)
	}
	if share.Percent >= m.Percent {
		return ""
	}
	holes := slices.DeleteFunc(c.Holes(), func(e Element) bool { return m.Kind != "" && e.Kind != m.Kind })
	return fmt.Sprintf("%s %s %% of the document (%d of %d), less than %s %%; the first that it did not: %s", what,
		percent(share.Percent), share.Hit, share.Total, percent(m.Percent), holes[0].String())
}

func percent(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
