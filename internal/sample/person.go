package sample

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agentmock/agentmock/internal/identifier"
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
)

// Person is somebody whose name, addresses and age fit each other.
type Person struct {
	first, last string
	born        time.Time
	now         time.Time
	number      string // no other person of the kind has it
}

// NewPerson returns person i of those for whom the key stands, as of a time. No two indexes have the
// same e-mail address or user name.
func NewPerson(key deal.Key, i uint64, now time.Time) *Person {
	f := faker(key.At("person").With(i).Stream())
	const youngest, oldest = 19, 75
	days := key.At("born").With(i).Stream().Between(youngest*366, oldest*365)
	return &Person{first: f.FirstName(), last: f.LastName(), born: now.AddDate(0, 0, -days), now: now,
		number: strconv.FormatUint(i+1, 10)}
}

// personal are the members that a person has, by the endings of their names.
var personal = byName(map[string]func(p *Person, s *openapi.Schema) any{
	"firstname givenname forename":       func(p *Person, _ *openapi.Schema) any { return p.first },
	"lastname surname familyname":        func(p *Person, _ *openapi.Schema) any { return p.last },
	"fullname displayname name":          func(p *Person, _ *openapi.Schema) any { return p.first + " " + p.last },
	"initials":                           func(p *Person, _ *openapi.Schema) any { return p.first[:1] + p.last[:1] },
	"email emailaddress mail":            (*Person).email,
	"username login loginname":           func(p *Person, _ *openapi.Schema) any { return p.address() },
	"birthdate birthday dateofbirth dob": (*Person).birth,
	"birthyear yearofbirth":              func(p *Person, _ *openapi.Schema) any { return number(p.born.Year()) },
	"age":                                func(p *Person, _ *openapi.Schema) any { return number(p.age()) },
})

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }

func (p *Person) address() string {
	plain := func(name string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, strings.ToLower(name))
	}
	return plain(p.first) + "." + plain(p.last) + p.number
}

func (p *Person) email(*openapi.Schema) any { return p.address() + "@example.com" }

func (p *Person) birth(s *openapi.Schema) any {
	switch {
	case !s.Allows("string"):
		return json.Number(strconv.FormatInt(p.born.Unix(), 10))
	case s.Format == "date-time":
		return p.born.Truncate(24 * time.Hour).Format("2006-01-02T15:04:05.000Z")
	}
	return p.born.Format(time.DateOnly)
}

func (p *Person) age() int {
	age := p.now.Year() - p.born.Year()
	if p.now.AddDate(-age, 0, 0).Before(p.born) {
		age--
	}
	return age
}

// Member returns what the person has for a member of that name; nil for any other.
func (p *Person) Member(name string, s *openapi.Schema) any {
	if of, ok := personal[name]; ok {
		return of(p, s)
	}
	return nil
}

// Personal splits the name of a member that a person has into whose it is and what it is:
// customer_first_name is customer, firstname; contact_email is that of the item itself. It reports
// false for any other name.
func Personal(name string) (whose, what string, ok bool) {
	words := identifier.Words(name)
	for i := range words {
		what = strings.Join(words[i:], "")
		alone := slices.Contains([]string{"name", "age", "login"}, what) // others have them, too
		if _, ok = personal[what]; ok && (i == 0 || !alone) {
			whose = strings.Join(words[:i], " ")
			if slices.Contains([]string{"contact", "primary", "main"}, whose) {
				whose = ""
			}
			return whose, what, true
		}
	}
	return "", "", false
}

// persons are the names of resources and members that are people.
var persons = strings.Fields("user customer author contact employee member patient student client tenant person " +
	"people guest teacher owner assignee manager candidate applicant subscriber attendee buyer seller holder " +
	"recipient sender participant passenger player speaker")

// IsPerson reports whether something of that name with those members is a person.
func IsPerson(name string, members []*openapi.Property) bool {
	words := identifier.Words(name)
	if len(words) > 0 && slices.Contains(persons, identifier.Singular(words[len(words)-1])) {
		return true
	}
	return slices.ContainsFunc(members, func(p *openapi.Property) bool {
		whose, what, ok := Personal(p.Name)
		return ok && whose == "" && !slices.Contains([]string{"name", "age", "displayname", "email", "mail", "login",
			"emailaddress", "username", "initials"}, what)
	})
}
