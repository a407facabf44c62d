package contract

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rounded reports whether two values are numbers that are the same without their fractions.
func rounded(want, got any) bool {
	w, ok := float(want)
	g, both := float(got)
	return ok && both && w != math.Trunc(w) && math.Abs(w-g) < 1
}

// alteration says what sort of characters a text has lost or got changed, by the first of them, as the
// end of a kind; "" where it is another text.
func alteration(want, got string) string {
	if !alike(want, got) {
		return ""
	}
	for want != "" && got != "" {
		w, n := utf8.DecodeRuneInString(want)
		g, m := utf8.DecodeRuneInString(got)
		if w != g || n != m {
			break
		}
		want, got = want[n:], got[m:]
	}
	w, _ := utf8.DecodeRuneInString(want)
	g, _ := utf8.DecodeRuneInString(got)
	switch {
	case got == "" && strings.ContainsFunc(want, func(r rune) bool { return sortOf(r) == "" }):
		return ", cut off"
	case strings.EqualFold(want, got):
		return ", letter case"
	case want == "" || sortOf(w) == "":
		return sortOf(g)
	}
	return sortOf(w)
}

// alike reports whether of two texts one has the plain letters and digits of the other, in the same order.
func alike(a, b string) bool {
	plain := func(r rune) rune {
		if r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToLower(r)
		}
		return -1
	}
	a, b = strings.Map(plain, a), strings.Map(plain, b)
	if len(a) > len(b) {
		a, b = b, a
	}
	for i := 0; i < len(b) && a != ""; i++ {
		if a[0] == b[i] {
			a = a[1:]
		}
	}
	return a == ""
}

// sortOf returns the sort of a character that programs are known to change; "" for any other.
func sortOf(r rune) string {
	switch {
	case unicode.IsSpace(r):
		return ", blanks"
	case strings.ContainsRune("\"'`\\‘’“”«»", r):
		return ", quotes"
	case strings.ContainsRune("<>&", r):
		return ", markup"
	case strings.ContainsRune("%+", r):
		return ", percent signs"
	case r > unicode.MaxASCII && r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M):
		return ", letters"
	case r > unicode.MaxASCII && unicode.In(r, unicode.S):
		return ", symbols"
	case unicode.In(r, unicode.C):
		return ", control characters"
	}
	return ""
}
