package sample

import (
	"fmt"
	"math/rand"
	"strings"
	"unicode"

	"github.com/brianvoe/gofakeit/v6"

	"github.com/agentmock/agentmock/internal/sample/deal"
)

// faker returns a gofakeit source that draws from our own stream: gofakeit's seeding is slow and
// takes 0 for random.
func faker(s *deal.Stream) *gofakeit.Faker { return &gofakeit.Faker{Rand: rand.New(s)} }

var (
	hosts     = []string{"northgate", "lakeshore", "brightfield", "harborview", "oakridge", "silverlake"}
	sentences = []string{
		"Please confirm before the end of the week.",
		"Agreed with the team on Monday.",
		"Follow up after the next review.",
		"Customers ask for this most often.",
		"Checked and ready to use.",
		"Replaces the earlier version.",
	}
	// plain are words for names that suggest nothing.
	plain = []string{"standard", "primary", "regular", "north", "central", "extended", "priority", "basic",
		"internal", "weekly"}
)

// text returns a text that the name of a member suggests.
func text(name string, key deal.Key) string {
	s := key.Stream()
	words := split(name)
	if n := len(words); n > 1 && (words[n-1] == "url" || words[n-1] == "uri") {
		return link(name, s)
	}
	// whose name it is says more
	if n := len(words); n > 1 && words[n-1] == "name" && meanings[strings.Join(words, "")] == nil {
		if maker, ok := meanings[strings.Join(words[:n-1], "")]; ok {
			return maker(s)
		}
	}
	for i := range words { // the longest ending that means something: home phone number, phone number, number
		if maker, ok := meanings[strings.Join(words[i:], "")]; ok {
			return maker(s)
		}
	}
	return deal.Pick(s, plain)
}

// meanings make texts for what members of many APIs are called.
var meanings = map[string]func(*deal.Stream) string{
	"firstname": func(s *deal.Stream) string { return faker(s).FirstName() },
	"givenname": func(s *deal.Stream) string { return faker(s).FirstName() },
	"lastname":  func(s *deal.Stream) string { return faker(s).LastName() },
	"surname":   func(s *deal.Stream) string { return faker(s).LastName() },
	"fullname":  person, "displayname": person, "contact": person, "owner": person, "author": person,
	"customer": person, "user": person,
	"member": person, "employee": person, "patient": person, "student": person, "client": person,
	"tenant": person, "createdby": person, "assignee": person, "manager": person, "person": person,
	"username": func(s *deal.Stream) string {
		return strings.ToLower(faker(s).FirstName()) + fmt.Sprint(s.Between(10, 99))
	},
	"email": func(s *deal.Stream) string { return email(faker(s)) },
	"mail":  func(s *deal.Stream) string { return email(faker(s)) },
	"phone": phone, "phonenumber": phone, "telephone": phone, "mobile": phone, "fax": phone, "number": digits,
	"company": company, "organization": company, "organisation": company, "employer": company,
	"vendor": company, "supplier": company,
	"jobtitle":    func(s *deal.Stream) string { return faker(s).JobTitle() },
	"street":      func(s *deal.Stream) string { return faker(s).Street() },
	"address":     func(s *deal.Stream) string { return faker(s).Street() },
	"city":        func(s *deal.Stream) string { return faker(s).City() },
	"state":       func(s *deal.Stream) string { return faker(s).State() },
	"region":      func(s *deal.Stream) string { return faker(s).State() },
	"location":    func(s *deal.Stream) string { return faker(s).City() },
	"country":     func(s *deal.Stream) string { return faker(s).Country() },
	"countrycode": func(s *deal.Stream) string { return faker(s).CountryAbr() },
	"zip":         zip, "zipcode": zip, "postalcode": zip, "postcode": zip,
	"currency": func(s *deal.Stream) string { return deal.Pick(s, []string{"EUR", "USD", "GBP", "CHF"}) },
	"language": func(s *deal.Stream) string { return deal.Pick(s, []string{"en", "de", "es", "fr"}) },
	"locale":   func(s *deal.Stream) string { return deal.Pick(s, []string{"en-US", "en-GB", "de-DE", "fr-FR"}) },
	"timezone": func(s *deal.Stream) string {
		return deal.Pick(s, []string{"Europe/Berlin", "America/New_York", "America/Denver", "Europe/London"})
	},
	"url":         func(s *deal.Stream) string { return link("", s) },
	"uri":         func(s *deal.Stream) string { return link("", s) },
	"website":     func(s *deal.Stream) string { return link("", s) },
	"link":        func(s *deal.Stream) string { return link("", s) },
	"image":       func(s *deal.Stream) string { return link("image", s) },
	"avatar":      func(s *deal.Stream) string { return link("avatar", s) },
	"photo":       func(s *deal.Stream) string { return link("photo", s) },
	"logo":        func(s *deal.Stream) string { return link("logo", s) },
	"description": sentence, "summary": sentence, "note": sentence, "notes": sentence, "comment": sentence,
	"text": sentence, "message": sentence,
	"content": sentence, "body": sentence, "reason": sentence, "instructions": sentence, "prompt": sentence,
	"name": product, "title": product, "label": product, "product": product, "subject": product, "item": product,
	"pet": pet, "petname": pet, "animal": pet,
	"color":    func(s *deal.Stream) string { return strings.ToLower(faker(s).SafeColor()) },
	"colour":   func(s *deal.Stream) string { return strings.ToLower(faker(s).SafeColor()) },
	"category": func(s *deal.Stream) string { return faker(s).ProductCategory() },
	"tag": func(s *deal.Stream) string {
		return deal.Pick(s, []string{"new", "important", "partner", "spring", "archive"})
	},
	"type":   func(s *deal.Stream) string { return deal.Pick(s, plain) },
	"status": func(s *deal.Stream) string { return deal.Pick(s, []string{"active", "active", "pending", "closed"}) },
	"id":     (*deal.Stream).UUID, "uuid": (*deal.Stream).UUID, "guid": (*deal.Stream).UUID,
	"ids": (*deal.Stream).UUID, "reference": code, "code": code, "sku": code,
	"key": code, "token": token, "secret": token, "password": token, "apikey": token,
	"ip": func(s *deal.Stream) string { return fmt.Sprintf("192.0.2.%d", s.Between(1, 254)) },
	"version": func(s *deal.Stream) string {
		return fmt.Sprintf("%d.%d.%d", s.Between(1, 4), s.Below(10),
			s.Below(20))
	},
	"slug":     func(s *deal.Stream) string { return deal.Pick(s, plain) + "-" + deal.Pick(s, hosts) },
	"filename": func(s *deal.Stream) string { return deal.Pick(s, plain) + "-report.pdf" },
	"gender":   func(s *deal.Stream) string { return deal.Pick(s, []string{"female", "male"}) },
	"date":     func(s *deal.Stream) string { v, _ := formatted("date", "", s); return v },
	"time":     func(s *deal.Stream) string { v, _ := formatted("date-time", "", s); return v },
	"at":       func(s *deal.Stream) string { v, _ := formatted("date-time", "", s); return v },
}

func person(s *deal.Stream) string { f := faker(s); return f.FirstName() + " " + f.LastName() }
func company(s *deal.Stream) string {
	return faker(s).LastName() + deal.Pick(s, []string{" & Co.", " Group", " Partners", " Ltd."})
}
func sentence(s *deal.Stream) string { return deal.Pick(s, sentences) }
func product(s *deal.Stream) string  { return faker(s).ProductName() }
func pet(s *deal.Stream) string      { return faker(s).PetName() }
func zip(s *deal.Stream) string      { return faker(s).Zip() }
func phone(s *deal.Stream) string {
	return "+1" + fmt.Sprint(s.Between(201, 989)) + "55501" + s.Letters("0123456789", 2)
}
func digits(s *deal.Stream) string { return fmt.Sprint(s.Between(1000, 9999)) }
func code(s *deal.Stream) string {
	return s.Letters("ABCDEFGHJKLMNPRSTUVWXYZ", 2) + "-" + fmt.Sprint(s.Between(1000, 9999))
}
func token(s *deal.Stream) string {
	return "example-" + s.Letters("abcdefghjkmnpqrstuvwxyz23456789", 12)
}

func email(f *gofakeit.Faker) string {
	return strings.ToLower(f.FirstName()[:1] + "." + f.LastName() + "@example.com")
}

func link(name string, s *deal.Stream) string {
	host := deal.Pick(s, hosts)
	switch words := split(name); last(words) {
	case "image", "avatar", "photo", "logo", "picture", "thumbnail":
		return fmt.Sprintf("https://cdn.%s.example/%s/%d.png", host, last(words), s.Between(100, 999))
	case "webhook", "callback", "hook":
		return "https://api." + host + ".example/hooks/calls"
	}
	return "https://www." + host + ".example/" + deal.Pick(s, []string{"about", "help", "contact", "terms"})
}

func last(words []string) string {
	for i := len(words) - 1; i >= 0; i-- {
		if w := words[i]; w != "url" && w != "uri" {
			return w
		}
	}
	return ""
}

// split returns the lower-case words of a name: photoUrls, photo_urls and photo-urls are photo,
// urls.
func split(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, string(word))
		}
		word = nil
	}
	lower := false
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && (lower || i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			flush()
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		word = append(word, unicode.ToLower(r))
	}
	flush()
	return words
}

// singular returns the name of one item of a list of that name.
func singular(name string) string {
	switch {
	case strings.HasSuffix(name, "ies"):
		return name[:len(name)-3] + "y"
	case strings.HasSuffix(name, "ss"):
		return name
	}
	return strings.TrimSuffix(name, "s")
}

// memberName returns a name for member i of an object whose members may have any name.
func memberName(i int) string {
	if i < len(plain) {
		return plain[i]
	}
	return fmt.Sprintf("%s%d", plain[i%len(plain)], i/len(plain)+1)
}

// size returns the usual range of a number of that name, and whether it has cents.
func size(name string) (low, high int64, cents bool) {
	words := split(name)
	if len(words) == 0 {
		return 1, 100, false
	}
	switch words[len(words)-1] {
	case "price", "amount", "cost", "total", "fee", "balance", "salary":
		return 5, 250, true
	case "percent", "percentage", "rate", "score":
		return 1, 100, false
	case "year":
		return 2015, 2025, false
	case "age":
		return 21, 68, false
	case "latitude", "lat":
		return -60, 60, true
	case "longitude", "lng", "lon":
		return -150, 150, true
	case "quantity", "count", "items", "attempts", "retries", "priority", "level", "rating":
		return 1, 9, false
	case "timeout", "seconds", "minutes", "duration":
		return 5, 60, false
	case "port":
		return 8000, 8999, false
	case "timestamp":
		return 1_735_700_000, 1_748_700_000, false
	}
	return 1, 100, false
}
