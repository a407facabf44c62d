package main

import (
	"fmt"
	"strconv"
	"strings"
)

// rate is the value of a flag: requests per second, minute or hour. The zero value is no bound.
type rate struct {
	perSecond float64
	text      string
}

func (r *rate) Set(text string) error {
	number, unit, _ := strings.Cut(text, "/")
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n <= 0 || n > 1e6 {
		return fmt.Errorf("not a rate such as 5/s or 60/m")
	}
	seconds, known := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	switch {
	case unit == "":
		return fmt.Errorf("it has no unit: %[1]s/s is %[1]s requests per second, %[1]s/m per minute", number)
	case !known:
		return fmt.Errorf("%q is not one of s, m, h: requests per second, minute or hour", unit)
	}
	r.perSecond, r.text = n/seconds, text
	return nil
}

func (r *rate) String() string { return r.text }

// Type names the value in help texts.
func (*rate) Type() string { return "rate" }
