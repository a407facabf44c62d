package openapi

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	zonedTimes = regexp.MustCompile(`([Zz]|[+-][0-9]{2}:[0-9]{2})$`)
	clockTimes = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?` +
		`([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$`)
)

// isTimeByExpression is isTime by regular expressions.
func isTimeByExpression(s string) bool {
	if !clockTimes.MatchString(s) {
		return false
	}
	zone := zonedTimes.FindString(strings.ToUpper(s))
	t, err := time.Parse("15:04Z07:00", s[:5]+zone)
	return s[6:8] != "60" || zone == "" || err == nil && t.UTC().Hour() == 23 && t.UTC().Minute() == 59
}

// TestTimesAgree: times are those that regular expressions find, also after small changes.
func TestTimesAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	times := []string{"23:59:60Z", "23:59:60.5+00:00", "00:29:60+00:30", "15:59:60-08:00", "12:00:00", "07:08:09.123z",
		"23:59:60", "00:00:60+24:00", "01:59:60+02:00", "22:58:60-01:01"}
	right := 0
	for range 200_000 {
		text := []byte(pick(random, times))
		for range random.IntN(3) {
			text[random.IntN(len(text))] = "0123456789:.+-Zz x"[random.IntN(18)]
		}
		s := string(text[:len(text)-random.IntN(2)*random.IntN(len(text))])
		want := isTimeByExpression(s)
		if want {
			right++
		}
		day := "2024-02-29T" + s
		if isTime(s) != want || isDateTime(day) != (want && len(day) >= 20 && zonedTimes.MatchString(s)) {
			t.Fatalf("%q is a time: %t, want %t; a date-time: %t", s, isTime(s), want, isDateTime(day))
		}
	}
	if right < 20_000 {
		t.Errorf("only %d are times", right)
	}
}
