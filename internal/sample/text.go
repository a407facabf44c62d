package sample

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

// text returns a string by format, pattern or name, within the lengths that are allowed.
func (r run) text(w *rules, name string, key deal.Key) (any, error) {
	if least(w.MinLength) > maxLength {
		return nil, impossible(&w.Schema, "at least %d characters are demanded (minLength)", *w.MinLength)
	}
	for try := range uint64(tries) {
		at := key.At("text").With(try)
		v := w.candidate(name, at, int(try))
		if r.fits(w, v) {
			return v, nil
		}
		if v = stretch(&w.Schema, v); r.fits(w, v) {
			return v, nil
		}
	}
	if v, ok := r.spelled(w); ok {
		return v, nil
	}
	if v := stretch(&w.Schema, w.candidate(name, key, 0)); w.basic(v) {
		return nil, r.reason(w, v)
	}
	return nil, impossible(&w.Schema, "no text was found for %s", requirements(w))
}

func (w *rules) candidate(name string, key deal.Key, try int) string {
	for n := range w.patterns {
		pattern := w.patterns[(n+try)%len(w.patterns)]
		if p := compilePattern(pattern); p.err == nil {
			more := try
			if w.MinLength != nil {
				more += *w.MinLength * try / tries
			}
			v := p.text(key.Stream(), more)
			if w.Format == "" || try%3 == 0 {
				return v
			}
			if try%3 == 2 { // a part of a text that has the format
				base, _ := formatted(w.Format, name, key.Stream())
				return [...]string{base + v, "a" + v, v + "a", "a" + v + "a"}[try/3%4]
			}
		}
	}
	if v, ok := formatted(w.Format, name, key.Stream()); ok {
		return v
	}
	return text(name, key)
}

// stretch fits a text to the lengths of the schema: it appends sentences or cuts the end off.
// A point in time gets more or fewer digits of its second.
func stretch(s *openapi.Schema, v string) string {
	utc, isUTC := strings.CutSuffix(v, "Z")
	if whole, digits, ok := strings.Cut(utc, "."); ok && isUTC && s.Format == "date-time" {
		return whole + fraction(s, digits, len(whole)+len("Z")) + "Z"
	}
	n := utf8.RuneCountInString(v)
	if s.MinLength != nil && n < *s.MinLength {
		var b strings.Builder
		b.WriteString(v)
		for b.Len() < *s.MinLength {
			b.WriteString(" " + sentences[b.Len()%len(sentences)])
		}
		v, n = b.String(), utf8.RuneCountInString(b.String())
	}
	if s.MaxLength != nil && n > *s.MaxLength {
		v = string([]rune(v)[:*s.MaxLength])
		if short := strings.TrimRight(v, " -–,."); utf8.RuneCountInString(short) >= least(s.MinLength) {
			v = short
		}
	}
	return v
}

// fraction returns the digits of a second after a point, as many as the lengths of the schema leave
// beside a text of some characters; "" where there is no room for one.
func fraction(s *openapi.Schema, digits string, beside int) string {
	text := "." + digits
	if missing := least(s.MinLength) - beside - len(text); missing > 0 {
		text += strings.Repeat("0", missing)
	}
	if s.MaxLength != nil {
		text = text[:min(len(text), max(0, *s.MaxLength-beside))]
	}
	return strings.TrimSuffix(text, ".")
}

func requirements(w *rules) string {
	var list []string
	for _, format := range w.formats {
		list = append(list, "format "+format)
	}
	for _, pattern := range w.patterns {
		list = append(list, "pattern "+pattern)
	}
	for _, pattern := range w.unlike {
		list = append(list, "not "+pattern)
	}
	if w.MinLength != nil {
		list = append(list, fmt.Sprintf("minLength %d", *w.MinLength))
	}
	if w.MaxLength != nil {
		list = append(list, fmt.Sprintf("maxLength %d", *w.MaxLength))
	}
	if len(list) == 0 {
		return "it"
	}
	return strings.Join(list, ", ")
}

// epoch is the latest date and time that is generated.
var epoch = time.Date(2025, 6, 1, 9, 0, 0, 0, time.UTC)

// formats make texts of formats: those of JSON Schema 2020-12 (Validation §7.3) and of OpenAPI.
var formats = byName(map[string]maker{
	"date-time": dateTime,
	"date":      date,
	"time": func(s *deal.Stream) string {
		return fmt.Sprintf("%02d:%02d:00Z", s.Between(8, 17), 15*s.Below(4))
	},
	"duration":              func(s *deal.Stream) string { return fmt.Sprintf("PT%dM", 5*s.Between(1, 12)) },
	"email idn-email":       email,
	"uuid":                  (*deal.Stream).UUID,
	"hostname idn-hostname": func(s *deal.Stream) string { return "app." + deal.Pick(s, hosts) + ".example" },
	"ipv4":                  ipv4,
	"ipv6":                  func(s *deal.Stream) string { return fmt.Sprintf("2001:db8::%x", s.Between(1, 0xffff)) },
	"json-pointer":          func(s *deal.Stream) string { return "/items/" + fmt.Sprint(s.Below(10)) },
	"relative-json-pointer": func(s *deal.Stream) string { return fmt.Sprint(s.Below(3)) },
	"regex":                 oneOf("^[a-z]+$"),
	"byte": func(s *deal.Stream) string {
		return s.Letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 16)
	},
	"password": token,
})

// formatted returns a text of a format. It is false for an unknown format.
func formatted(format, name string, s *deal.Stream) (text string, ok bool) {
	switch format {
	case "uri", "url", "iri", "uri-reference", "iri-reference":
		return link(name, s), true
	case "uri-template":
		return link(name, s) + "/{id}", true
	}
	if maker, ok := formats[format]; ok {
		return maker(s), true
	}
	return "", false
}

func dateTime(s *deal.Stream) string {
	return epoch.Add(-time.Duration(s.Below(300*24*3600)) * time.Second).Format("2006-01-02T15:04:05.000Z")
}

func date(s *deal.Stream) string { return epoch.AddDate(0, 0, -s.Below(300)).Format(time.DateOnly) }
