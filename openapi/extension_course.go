package openapi

import (
	"time"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Course is what the x-mock of a schema says of the time for which values are shown: nobody writes to the
// item, and yet it shows something else later.
type Course struct {
	// Then takes the place of Extension.Initial when After has passed since the item's creation.
	Then    any
	HasThen bool
	After   time.Duration
	// From names the member of an entry of a list that tells from when the entry is shown, and For is for how
	// long; 0 is for good. "": all entries are shown.
	From string
	For  time.Duration
}

// Settled returns the value of a property that nobody has set, when its course is over.
func (e *Extension) Settled() (value any, ok bool) {
	if e.Course.HasThen {
		return e.Course.Then, true
	}
	return e.Initial, e.HasInitial
}

// courseOf reads a course.
func courseOf(v *jsonvalue.Object) (c Course) {
	if c.Then, c.HasThen = v.Get("then"); c.HasThen {
		c.After, _ = durationOf(v, "after")
	}
	from, _ := v.Get("from")
	if setText(&c.From, from); c.From != "" {
		c.For, _ = durationOf(v, "for")
	}
	return c
}

// durationOf reads a member that is a duration; false where it is none.
func durationOf(o *jsonvalue.Object, name string) (time.Duration, bool) {
	v, _ := o.Get(name)
	text, _ := v.(string)
	d, err := time.ParseDuration(text)
	return max(d, 0), err == nil && d >= 0
}

// add adds what another course says; what is there already wins.
func (c *Course) add(other Course) {
	if other.HasThen && !c.HasThen {
		c.Then, c.HasThen, c.After = other.Then, true, other.After
	}
	if c.From == "" {
		c.From, c.For = other.From, other.For
	}
}

// checkCourse reports problems of the course of a schema.
func (t *schemaTable) checkCourse(schema, v *jsonvalue.Object, at string) {
	words := map[string]string{"then": "initial", "after": "then", "for": "from"}
	for _, m := range v.Members {
		if needed := words[m.Name]; needed != "" {
			if _, has := v.Get(needed); !has {
				t.problems.warn(jsonvalue.Join(at, m.Name), "x-mock.%s has no meaning without %s", m.Name, needed)
			}
		}
		switch m.Name {
		case "after", "for":
			if _, ok := durationOf(v, m.Name); !ok {
				t.problems.warn(jsonvalue.Join(at, m.Name), "x-mock.%s: %s is no duration such as 5s, 30m or 1h30m",
					m.Name, jsonvalue.Marshal(m.Value))
			}
		case "from":
			name, isText := m.Value.(string)
			properties, _ := schema.Get("properties")
			_, declared := member(properties, name)
			_, isRef := refOf(schema)
			_, inherits := schema.Get("allOf")
			if !isText || !declared && !isRef && !inherits {
				t.problems.warn(jsonvalue.Join(at, m.Name),
					"x-mock.from names a property that tells a time; %s is none here", jsonvalue.Marshal(m.Value))
			}
		}
	}
}
