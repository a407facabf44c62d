package openapi

import (
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/identifier"
)

// inferTimes marks the times that a server makes, as their names tell: those of creation and of the
// last change. Clients have no part in them: no body of a request has them, or they are readOnly.
func inferTimes(doc *Document) {
	sent := map[*Schema]bool{}
	for _, op := range doc.Operations {
		for variant := range op.SentSchema().Variants() {
			for _, p := range variant.Properties {
				sent[p.Schema] = sent[p.Schema] || !p.Schema.ReadOnly
			}
		}
	}
	for _, r := range doc.Resources {
		writes := r.writes()
		shown := []*Schema{r.Schema}
		for _, op := range r.Operations {
			shown = append(shown, op.ShownSchema())
		}
		for _, s := range shown {
			for _, at := range spots(s) {
				for variant := range at.schema.Variants() {
					for _, p := range variant.Properties {
						if p.Schema.Mock.Value == "" && !sent[p.Schema] && (p.Schema.ReadOnly || !writes(p.Name)) {
							p.Schema.inferTime(p.Name)
						}
					}
				}
			}
		}
	}
}

// writes returns a function that reports whether a body of a request has a member of a name, for an
// item or inside of it.
func (r *Resource) writes() func(name string) bool {
	var list []spot
	for _, op := range r.Operations {
		list = append(list, spots(op.SentSchema())...)
	}
	known := map[string]bool{}
	return func(name string) bool {
		written, ok := known[name]
		if !ok {
			written = slices.ContainsFunc(list, func(at spot) bool {
				p := at.schema.declared(name)
				return p != nil && !p.ReadOnly
			})
			known[name] = written
		}
		return written
	}
}

func (s *Schema) inferTime(name string) {
	if !s.mayBeTime() {
		return
	}
	if s.Mock.Value = timeWord(name, s); s.Mock.Value != "" {
		s.Mock.Inferred = true
	}
}

// isTime reports whether a schema says that its values are times.
func (s *Schema) isTime() bool { return s.Format == "date-time" || s.Format == "date" }

var beginsLikeTime = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}`)

// mayBeTime reports whether the values of a schema may be times: RFC 3339, a date, or seconds or
// milliseconds since 1970.
func (s *Schema) mayBeTime() bool {
	if s.Enum != nil || s.Pattern != "" || s.MinLength != nil || s.MaxLength != nil ||
		s.Format != "" && !s.isTime() && s.Format != "int64" && s.Format != "int32" {
		return false
	}
	numeric := len(s.Types) > 0 && (s.Allows("integer") || s.Allows("number"))
	return s.isTime() || numeric || s.Allows("string") && len(s.Types) > 0 &&
		!slices.ContainsFunc(s.Examples, func(v any) bool {
			text, ok := v.(string)
			return !ok || !beginsLikeTime.MatchString(text)
		})
}

var (
	createdWords = []string{"created", "create", "creation", "inserted", "insertion"}
	updatedWords = []string{"updated", "update", "modified", "modification", "changed", "edited"}
	timeWords    = []string{"at", "on", "date", "time", "timestamp", "datetime", "ts", "utc", "unix", "epoch", "sec",
		"secs", "seconds", "ms", "msec", "millis", "milliseconds"}
)

// timeWord returns which time a name speaks of: MockNow, MockUpdated or "". The less the schema
// says, the plainer the name must be: createdAt is one for any kind of values, created only where
// they are times or numbers, and firstEditing only where they are times that are readOnly.
func timeWord(name string, s *Schema) string {
	list := identifier.Words(name)
	among := func(some ...[]string) func(string) bool {
		return func(word string) bool { return slices.Contains(slices.Concat(some...), word) }
	}
	created, updated := slices.ContainsFunc(list, among(createdWords)), slices.ContainsFunc(list, among(updatedWords))
	others := slices.DeleteFunc(slices.Clone(list), among(createdWords, updatedWords, timeWords, []string{"last"}))
	alone := len(list) == 1 && strings.HasSuffix(list[0], "ed") && !s.Allows("string")
	if len(others) == 0 && (s.isTime() || alone || slices.ContainsFunc(list, among(timeWords))) {
		switch {
		case created && !updated:
			return MockNow
		case updated && !created:
			return MockUpdated
		}
	}
	if s.ReadOnly && s.isTime() {
		return partWord(identifier.Bare(name))
	}
	return ""
}

// partWord returns which time a name speaks of in a part of a word.
func partWord(name string) string {
	contains := func(part string) bool { return strings.Contains(name, part) }
	switch {
	case slices.ContainsFunc([]string{"updat", "modif", "chang", "edit"}, contains):
		return MockUpdated
	case slices.ContainsFunc([]string{"creat", "added", "registered"}, contains):
		return MockNow
	}
	return ""
}
