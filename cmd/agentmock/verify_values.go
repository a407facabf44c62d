package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// parseValues reads pointer=value: the value is JSON, or, where it is none, a string.
func parseValues(list []string) (map[string]any, error) {
	values := map[string]any{}
	for _, text := range list {
		pointer, value, ok := strings.Cut(text, "=")
		if !ok || !strings.HasPrefix(pointer, "/") {
			return nil, usagef("--value %q is not like /phoneNumberIds/0=678c5e02b4a7d90f31c8e6a1", pointer)
		}
		values[pointer] = jsonOrText(value)
	}
	return values, nil
}

// jsonOrText takes strings, lists and objects in JSON's words, and everything else as the text that it is: an id may look like a number.
func jsonOrText(text string) any {
	if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		var v any
		if json.Unmarshal([]byte(text), &v) == nil {
			return v
		}
	}
	return text
}

// rate is a flag's value: so many requests per second or minute.
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
	switch unit {
	case "", "s":
	case "m":
		n /= 60
	case "h":
		n /= 3600
	default:
		return fmt.Errorf("%q is not one of s, m, h: requests per second, minute or hour", unit)
	}
	r.perSecond, r.text = n, text
	return nil
}

func (r *rate) String() string { return r.text }

// Type names the value in help texts.
func (*rate) Type() string { return "rate" }
