package sample

import (
	"fmt"
	"math/rand"
	"strings"

	"github.com/brianvoe/gofakeit/v6"

	"github.com/agentmock/agentmock/internal/identifier"
	"github.com/agentmock/agentmock/internal/sample/deal"
)

// faker returns a gofakeit source that draws from our own stream: gofakeit's seeding is slow and
// takes 0 for random.
func faker(s *deal.Stream) *gofakeit.Faker { return &gofakeit.Faker{Rand: rand.New(s)} }

var (
	hosts     = []string{"northgate", "lakeshore", "brightfield", "harborview", "oakridge", "silverlake"}
	sentences = []string{"Please confirm before the end of the week.", "Agreed with the team on Monday.",
		"Follow up after the next review.", "Customers ask for this most often.", "Checked and ready to use.",
		"Replaces the earlier version."}
	// plain are words for names that suggest nothing.
	plain = []string{"standard", "primary", "regular", "north", "central", "extended", "priority", "basic",
		"internal", "weekly"}
)

// text returns a text that the name of a member suggests.
func text(name string, key deal.Key) string {
	s := key.Stream()
	words := identifier.Words(name)
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

// maker makes a text.
type maker func(*deal.Stream) string

// fake is a maker that asks gofakeit.
func fake(ask func(*gofakeit.Faker) string) maker {
	return func(s *deal.Stream) string { return ask(faker(s)) }
}

func oneOf(texts ...string) maker { return func(s *deal.Stream) string { return deal.Pick(s, texts) } }

func linkTo(name string) maker { return func(s *deal.Stream) string { return link(name, s) } }

// byName returns a table of which each row is there under each of the names, which blanks separate.
func byName[T any](rows map[string]T) map[string]T {
	table := map[string]T{}
	for names, row := range rows {
		for name := range strings.FieldsSeq(names) {
			table[name] = row
		}
	}
	return table
}

// meanings make texts for what members of many APIs are called.
var meanings = byName(map[string]maker{
	"firstname givenname": fake((*gofakeit.Faker).FirstName), "lastname surname": fake((*gofakeit.Faker).LastName),
	"fullname displayname contact owner author customer user member employee": person,
	"patient student client tenant createdby assignee manager person":         person,
	"username": func(s *deal.Stream) string {
		return strings.ToLower(faker(s).FirstName()) + fmt.Sprint(s.Between(10, 99))
	},
	"email mail": email, "phone phonenumber telephone mobile fax": phone,
	"number": func(s *deal.Stream) string { return fmt.Sprint(s.Between(1000, 9999)) },
	"company organization organisation employer vendor supplier": func(s *deal.Stream) string {
		return faker(s).LastName() + deal.Pick(s, []string{" & Co.", " Group", " Partners", " Ltd."})
	},
	"jobtitle": fake((*gofakeit.Faker).JobTitle), "street address": fake((*gofakeit.Faker).Street),
	"city location": fake((*gofakeit.Faker).City), "state region": fake((*gofakeit.Faker).State),
	"country": fake((*gofakeit.Faker).Country), "countrycode": fake((*gofakeit.Faker).CountryAbr),
	"zip zipcode postalcode postcode": fake((*gofakeit.Faker).Zip),
	"currency":                        oneOf("EUR", "USD", "GBP", "CHF"),
	"language":                        oneOf("en", "de", "es", "fr"),
	"locale":                          oneOf("en-US", "en-GB", "de-DE", "fr-FR"),
	"timezone":                        oneOf("Europe/Berlin", "America/New_York", "America/Denver", "Europe/London"),
	"url uri website link":            linkTo(""), "image": linkTo("image"), "avatar": linkTo("avatar"),
	"photo": linkTo("photo"), "logo": linkTo("logo"),
	"description summary note notes comment text message": oneOf(sentences...),
	"content body reason instructions prompt":             oneOf(sentences...),
	"name title label product subject item":               fake((*gofakeit.Faker).ProductName),
	"pet petname animal":                                  fake((*gofakeit.Faker).PetName),
	"category":                                            fake((*gofakeit.Faker).ProductCategory),
	"color colour": func(s *deal.Stream) string {
		return strings.ToLower(faker(s).SafeColor())
	},
	"tag":              oneOf("new", "important", "partner", "spring", "archive"),
	"type":             oneOf(plain...),
	"status":           oneOf("active", "active", "pending", "closed"),
	"gender":           oneOf("female", "male"),
	"id uuid guid ids": (*deal.Stream).UUID, "reference code sku key": code,
	"token secret password apikey": token,
	"iban":                         iban,
	"bic swift": func(s *deal.Stream) string {
		return s.Letters("ABCDEFGH", 4) + "DEFF"
	},
	"ip": ipv4,
	"version": func(s *deal.Stream) string {
		return fmt.Sprintf("%d.%d.%d", s.Between(1, 4), s.Below(10), s.Below(20))
	},
	"slug":     func(s *deal.Stream) string { return deal.Pick(s, plain) + "-" + deal.Pick(s, hosts) },
	"filename": func(s *deal.Stream) string { return deal.Pick(s, plain) + "-report.pdf" },
	"date":     date,
	"time at":  dateTime,
})

func person(s *deal.Stream) string { f := faker(s); return f.FirstName() + " " + f.LastName() }
func phone(s *deal.Stream) string {
	return "+1" + fmt.Sprint(s.Between(201, 989)) + "55501" + s.Letters("0123456789", 2)
}
func code(s *deal.Stream) string {
	return s.Letters("ABCDEFGHJKLMNPRSTUVWXYZ", 2) + "-" + fmt.Sprint(s.Between(1000, 9999))
}
func token(s *deal.Stream) string {
	return "example-" + s.Letters("abcdefghjkmnpqrstuvwxyz23456789", 12)
}

// iban returns a German account number whose check digits are right (ISO 13616-1), of a bank code that
// no bank has.
func iban(s *deal.Stream) string {
	account := "99999999" + s.Letters("0123456789", 10)
	rest := 0
	for _, digit := range account + "131400" { // DE00
		rest = (rest*10 + int(digit-'0')) % 97
	}
	return fmt.Sprintf("DE%02d%s", 98-rest, account)
}

func ipv4(s *deal.Stream) string { return fmt.Sprintf("192.0.2.%d", s.Between(1, 254)) }

func email(s *deal.Stream) string {
	f := faker(s)
	return strings.ToLower(f.FirstName()[:1] + "." + f.LastName() + "@example.com")
}

func link(name string, s *deal.Stream) string {
	host := deal.Pick(s, hosts)
	switch words := identifier.Words(name); last(words) {
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

// memberName returns a name for member i of an object whose members may have any name.
func memberName(i int) string {
	if i < len(plain) {
		return plain[i]
	}
	return fmt.Sprintf("%s%d", plain[i%len(plain)], i/len(plain)+1)
}

// size is the usual range of a number, and whether it has cents.
type size struct {
	low, high int64
	cents     bool
}

// sizes are those of numbers by the last word of their names.
var sizes = byName(map[string]size{
	"price amount cost total fee balance salary": {5, 250, true},
	"year":              {2015, 2025, false},
	"age":               {21, 68, false},
	"latitude lat":      {-60, 60, true},
	"longitude lng lon": {-150, 150, true},
	"quantity count items attempts retries priority level rating": {1, 9, false},
	"timeout seconds minutes duration":                            {5, 60, false},
	"port":                                                        {8000, 8999, false},
	"timestamp":                                                   {1_735_700_000, 1_748_700_000, false},
})

// sizeOf returns the usual size of a number of that name.
func sizeOf(name string) size {
	if words := identifier.Words(name); len(words) > 0 {
		if known, ok := sizes[words[len(words)-1]]; ok {
			return known
		}
	}
	return size{1, 100, false}
}
